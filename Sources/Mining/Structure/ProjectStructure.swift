import Foundation

/// What the files of a project declare: from Universal Ctags where it knows the language, from the
/// project's own reader where not.
struct ProjectStructure: Sendable {
  private let ctags: Ctags?
  private let folder: URL

  /// Languages whose functions Universal Ctags 5.9 misses, or whose ends it does not tell.
  private static let own: Set<String> = [
    "swift", "typescript", "typescriptreact", "javascript", "javascriptreact", "rust", "kotlin",
  ]

  init(folder: URL, environment: [String: String]) {
    self.folder = folder
    ctags = Ctags(environment: environment)
  }

  /// - Returns: declarations in the order of their lines, by path.
  func declarations(of texts: [SourceText]) throws(MiningError) -> [String: [Declaration]] {
    let foreign = texts.filter { !Self.own.contains($0.language) }
    let tags = try ctags?.declarations(of: foreign.map(\.path), in: folder) ?? [:]
    var found: [String: [Declaration]] = [:]
    for text in texts {
      guard let tagged = tags[text.path] else {
        found[text.path] = StructureReader(text)?.declarations() ?? []
        continue
      }
      let blocks = BlockForm(text.language).map { BlockEnd(text: text, form: $0) }
      found[text.path] = tagged.compactMap { declaration, hasEnd -> Declaration? in
        var declaration = declaration
        guard text.lines.indices.contains(declaration.line) else { return nil }
        if let end = blocks?.end(from: declaration.line) {
          declaration.end = end
        } else if !hasEnd || blocks != nil {
          return nil
        }
        declaration.end = min(declaration.end, text.lines.count - 1)
        return declaration.end >= declaration.line ? declaration : nil
      }.sorted { ($0.line, $0.name) < ($1.line, $1.name) }
    }
    return found
  }
}
