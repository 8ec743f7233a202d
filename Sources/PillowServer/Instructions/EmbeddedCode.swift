import Languages

/// The program within a page that a line belongs to: what stands between `<script>` or `<style>` and
/// its end.
struct EmbeddedCode {
  let language: Language
  let lines: Range<Int>

  /// How far from a line its program may begin and end, in bytes.
  private static let longest = 200_000
  private static let longestTag = 500

  init?(at line: Int, of text: TextBuffer) {
    let found =
      Self.program(at: line, of: text, in: "script", usually: "javascript")
      ?? Self.program(at: line, of: text, in: "style", usually: "css")
    guard let found, found.language.form == .code else { return nil }
    self = found
  }

  private init(language: Language, lines: Range<Int>) {
    self.language = language
    self.lines = lines
  }

  private static func program(
    at line: Int, of text: TextBuffer, in element: String, usually usual: String
  ) -> EmbeddedCode? {
    let here = text.line(line).lowerBound
    let tags = text.occurrences(of: "<\(element)", in: max(0, here - longest)..<here)
    // A string of the program may hold a tag as well.
    let open = tags.last { text.isBlank(text.line(text.lineIndex(of: $0)).lowerBound..<$0) }
    guard let open else { return nil }
    let tag = text.text(of: open..<min(open + longestTag, here)).prefix { $0 != ">" }
    let start = open + tag.utf8.count
    guard start < here, text.occurrences(of: "</\(element)", in: start..<here).isEmpty,
      let language = language(ofTag: String(tag), usually: usual)
    else { return nil }
    let end = min(text.bytes.count, here + longest)
    let close = text.occurrences(of: "</\(element)", in: here..<end).first
    let last = close.map { text.lineIndex(of: $0) } ?? text.lineIndex(of: end) + 1
    guard line < last else { return nil }
    return EmbeddedCode(language: language, lines: text.lineIndex(of: start) + 1..<last)
  }

  /// By `lang="ts"` or `type="text/css"`; `nil` for what is no program, such as a template.
  private static func language(ofTag tag: String, usually usual: String) -> Language? {
    let name = tag.firstMatch(
      of: #/\b(?:lang|type)\s*=\s*["']?(?:(?:text|application)\/)?([\w.+-]+)/#)
    guard let name = name.map({ String($0.1) }), name != "module" else {
      return LanguageTable.language(usual)
    }
    return LanguageTable.language(name)
  }
}
