package import WorkspaceRules

/// Why nothing is offered at a place.
package enum NoInstruction: Error, Sendable, Equatable {
  /// The rules keep the document away from the server.
  case refused(DocumentRules.Refusal)
  /// The document is not open.
  case notOpen
  /// Neither the cursor's line nor what stands above it is a comment or a paragraph.
  case nothingHere
  case dataLanguage(String)
  case tooShort, tooLong
  case commentedOutCode, forMachines, licence, heading, table, frontMatter, markup, quotation
  /// It states something, and asks for nothing.
  case statement
  /// A commit message that is written already, or a response that is not empty.
  case finished
  case noChanges
  case secret

  /// One sentence for a person: what keeps the server from offering anything here.
  package var sentence: String {
    switch self {
    case .refused(let refusal): refusal.sentence
    case .notOpen: "The document is not open in the server."
    case .nothingHere:
      "There is no instruction here: put the cursor on a comment or paragraph, or on the line below."
    case .dataLanguage(let id): "Documents of the language \(id) hold data, not instructions."
    case .tooShort: "The text here is too short to ask for anything: write two words or more."
    case .tooLong: "The line here is too long to be an instruction."
    case .commentedOutCode: "The comment here is code that is commented out."
    case .forMachines: "The comment here is addressed to a tool."
    case .licence: "The comment here is a licence or copyright notice."
    case .heading: "The line here is a heading."
    case .table: "The line here is part of a table."
    case .frontMatter: "The line here is part of the document's front matter."
    case .markup: "The line here is markup, not a paragraph."
    case .quotation: "The line here is a quotation."
    case .statement:
      "The text here states something: start with what to do, such as “Write” or “Explain”."
    case .finished: "What is asked for here is written already."
    case .noChanges: "The commit has no changes to describe."
    case .secret: "The instruction holds what looks like a password or key."
    }
  }
}
