package import PromptMatching

/// The text at the cursor that asks for something.
package struct Instruction: Sendable, Equatable {
  /// What kind of text it stands in.
  package enum Kind: String, Sendable { case comment, paragraph, commitMessage, alpaca }

  package var kind: Kind
  /// Its bytes in the document, comment markers included.
  package var range: Range<Int>
  /// What it says, without comment markers, on one line a paragraph.
  package var text: String
  /// What it is about: the signature between comment and cursor, a fenced block, a marked section,
  /// a diff.
  package var input: String
  /// The language of what is asked for: a language id, or `nil` for prose.
  package var language: String?
  /// The whitespace that each line of the answer begins with.
  package var indentation: String
  /// Where an answer goes; `nil` while the cursor is within the instruction, where nothing can be
  /// inserted.
  package var insertion: Insertion?
  /// What the prompt shows of the document beside it.
  package var context: PromptContext?
  /// The lines above it, where earlier entries in a form may stand.
  package var earlier = ""

  package init(
    kind: Kind, range: Range<Int>, text: String, input: String, language: String?,
    indentation: String, insertion: Insertion?
  ) {
    self.kind = kind
    self.range = range
    self.text = text
    self.input = input
    self.language = language
    self.indentation = indentation
    self.insertion = insertion
  }

  /// Where and how text goes into the document.
  package struct Insertion: Sendable, Equatable {
    /// The bytes that it takes the place of, all on the cursor's line: what is there but blanks, or
    /// nothing.
    package var replacing: Range<Int>
    /// What comes before its first line: line ends, and what the line still lacks of the
    /// indentation.
    package var prefix: String

    package init(replacing: Range<Int>, prefix: String) {
      self.replacing = replacing
      self.prefix = prefix
    }
  }
}

/// The cursor: a line, and a byte offset in the text.
package struct Cursor: Sendable {
  package var line: Int
  package var offset: Int
}
