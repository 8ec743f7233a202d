import Languages

/// How code is set off in the prose of a markup language.
struct RegionSyntax {
  /// The id of ``LanguageTable``.
  let language: String

  struct Opening {
    var language: String
    var close: CodeRegions.Close
    var isCode = true
  }

  /// Whether a line may open a region, by its first byte.
  func mayOpen(_ byte: UInt8) -> Bool { Self.firstBytes.contains(byte) }

  private static let firstBytes = Set("`~>:{#@.-=_*+/\\$<%[0123456789".utf8)

  func opening(of line: String, indentation: Int) -> Opening? {
    switch language {
    case "org":
      return keyword(line, "#+begin_", end: "#+end_") ?? keyword(line, "@code", end: "@end")
    case "asciidoc":
      return delimiter(
        line, among: ["----", "....", "++++", "////", "____", "====", "****", "```"])
    case "restructuredtext": return directive(line, indentation) ?? fence(line)
    case "latex": return environment(line)
    case "wikitext": return element(line) ?? fence(line)
    default:
      return fence(line) ?? braces(line) ?? liquid(line) ?? formula(line) ?? element(line)
    }
  }

  // MARK: Markdown

  /// A line without the marks of quotations around it.
  static func withoutQuotes(_ line: String) -> String {
    guard line.hasPrefix(">") else { return line }
    return line.drop { $0 == ">" || $0 == " " }.trimmed
  }

  /// A fence, also in a list or a quotation: ```` ```py ````, `~~~ {.haskell}`, ```` ```{r, echo=FALSE} ````.
  private func fence(_ line: String) -> Opening? {
    var content = Self.withoutQuotes(line)
    let list = content.prefix { $0.isNumber || "-*+.)".contains($0) }
    if !list.isEmpty, list.count <= 4, content.dropFirst(list.count).hasPrefix(" ") {
      content = content.dropFirst(list.count).trimmed
    }
    guard let mark = content.first, mark == "`" || mark == "~" else { return nil }
    let count = content.prefix { $0 == mark }.count
    let info = content.dropFirst(count).trimmed
    guard count >= 3, mark == "~" || !info.contains("`") else { return nil }
    return Opening(language: Self.language(ofInfo: info), close: .fence(mark, count))
  }

  /// The language that stands beside a fence; of attributes the first that is one.
  static func language(ofInfo info: String) -> String {
    if info.hasPrefix("{") {
      let inner = info.drop { $0 == "{" }
      let attributes = inner.prefix { $0 != "}" }
      let words = attributes.split { $0 == " " || $0 == "," }.map { $0.drop { $0 == "." } }
      // MyST names the language behind the directive: ```{code-cell} python
      let rest = inner.drop { $0 != "}" }.drop { $0 == "}" }.trimmed
      if let first = words.first, ["code-cell", "code-block", "code", "sourcecode"].contains(first)
      {
        return rest.split(separator: " ").first.map { $0.lowercased() } ?? ""
      }
      let known = words.first { LanguageTable.language(String($0)) != nil && !$0.isEmpty }
      return (known ?? words.first { !$0.contains("=") && !$0.hasPrefix("#") } ?? "").lowercased()
    }
    let word = info.prefix { !$0.isWhitespace && !"{,:;=[(".contains($0) }
    return word.drop { $0 == "." }.lowercased()
  }

  /// Vimwiki's `{{{python`.
  private func braces(_ line: String) -> Opening? {
    guard line.hasPrefix("{{{") else { return nil }
    let info = line.dropFirst(3)
    let word = info.hasPrefix("class=") ? info.drop { $0 != ":" }.dropFirst() : info
    let language = word.trimmed.prefix { $0.isLetter || $0.isNumber || "+#-".contains($0) }
    return Opening(language: language.lowercased(), close: .line("}}}"))
  }

  /// Jekyll's and Hugo's `{% highlight python %}`.
  private func liquid(_ line: String) -> Opening? {
    for (open, close) in [
      ("{% highlight ", "{% endhighlight"), ("{{< highlight ", "{{< /highlight"),
    ]
    where line.hasPrefix(open) {
      let word = line.dropFirst(open.count).prefix { !$0.isWhitespace }
      return Opening(language: word.lowercased(), close: .line(close))
    }
    return nil
  }

  private func formula(_ line: String) -> Opening? {
    guard line.hasPrefix("$$"), line == "$$" || !line.dropFirst(2).contains("$$") else {
      return nil
    }
    return Opening(language: "", close: .end("$$"), isCode: false)
  }

  // MARK: Other markup

  /// `<pre>`, `<syntaxhighlight lang="python">`.
  private func element(_ line: String) -> Opening? {
    let lowered = line.lowercased()
    for name in ["pre", "syntaxhighlight", "source", "nowiki", "script", "style", "code"] {
      guard lowered.hasPrefix("<\(name)"), !lowered.contains("</\(name)>"),
        lowered.dropFirst(name.count + 1).first.map({ $0 == ">" || $0 == " " }) == true
      else { continue }
      var language = ""
      if let range = lowered.firstRange(of: "lang=") {
        language = String(
          lowered[range.upperBound...].drop { "\"'".contains($0) }
            .prefix { $0.isLetter || $0.isNumber || "+#-".contains($0) })
      }
      return Opening(language: language, close: .end("</\(name)>"))
    }
    return nil
  }

  private func keyword(_ line: String, _ open: String, end: String) -> Opening? {
    let lowered = line.lowercased()
    guard lowered.hasPrefix(open) else { return nil }
    let words = lowered.dropFirst(open.count).split(separator: " ")
    let name = open.hasPrefix("@") ? "code" : words.first.map(String.init) ?? ""
    let language = (open.hasPrefix("@") ? words.first : words.dropFirst().first) ?? ""
    return Opening(
      language: name == "src" || name == "code" ? String(language) : "",
      close: .line(open.hasPrefix("@") ? end : end + name))
  }

  private func delimiter(_ line: String, among marks: [String]) -> Opening? {
    guard let mark = marks.first(where: { line.hasPrefix($0) }), let character = mark.first,
      character == "`" || line.allSatisfy({ $0 == character })
    else { return nil }
    let count = line.prefix { $0 == character }.count
    let info = line.dropFirst(count).trimmed
    return Opening(
      language: Self.language(ofInfo: info), close: .fence(character, count),
      isCode: "-.`".contains(character))
  }

  /// AsciiDoc names the language on the line above: `[source,python]`.
  func blockLanguage(_ line: String) -> String {
    guard language == "asciidoc", line.hasPrefix("[") else { return "" }
    let parts = line.dropFirst().dropLast().split(separator: ",").map(\.trimmed)
    return ["source", "source%linenums"].contains(parts.first) && parts.count > 1
      ? parts[1].lowercased() : ""
  }

  private func directive(_ line: String, _ indentation: Int) -> Opening? {
    for name in ["code-block::", "code::", "sourcecode::", "literalinclude::", "math::"]
    where line.hasPrefix(".. " + name) {
      let language = line.dropFirst(name.count + 3).trimmed.lowercased()
      return Opening(language: language, close: .indentation(indentation))
    }
    return nil
  }

  private func environment(_ line: String) -> Opening? {
    for name in ["lstlisting", "verbatim", "Verbatim", "minted", "Schunk", "alltt"]
    where line.hasPrefix("\\begin{\(name)}") {
      let rest = line.dropFirst(name.count + 8).lowercased()
      var language = ""
      if let range = rest.firstRange(of: "language=") {
        language = String(rest[range.upperBound...].prefix { $0.isLetter || $0.isNumber })
      } else if name == "minted", let open = rest.lastIndex(of: "{") {
        language = String(rest[open...].dropFirst().prefix { $0 != "}" })
      }
      return Opening(language: language, close: .line("\\end{\(name.lowercased())}"))
    }
    guard line.hasPrefix("<<"), line.hasSuffix(">>=") else { return nil }
    return Opening(language: "r", close: .line("@"))
  }
}
