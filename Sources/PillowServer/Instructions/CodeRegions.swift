import Languages

/// The parts of a prose document that are no prose: code, formulas, quotations between marks.
struct CodeRegions {
  /// From the line that opens it to the one that closes it, or to the end of the text.
  struct Region: Equatable {
    var first: Int
    var last: Int?
    /// As it is written beside the opening mark; empty where nothing is.
    var language: String
    var isCode = true

    func contains(_ line: Int) -> Bool { line >= first && line <= last ?? Int.max }
  }

  let regions: [Region]

  /// - Parameter end: lines from here on are not read.
  init(of text: TextBuffer, language: String, before end: Int) {
    var found: [Region] = []
    var open: (region: Region, close: Close)?
    let syntax = RegionSyntax(language: language)
    var blockLanguage = ""
    for line in 0..<min(end, text.lineCount) {
      if let current = open, case .indentation(let width) = current.close {
        if text.isBlank(line) || text.indentation(line).count > width { continue }
        found.append(current.region.ending(at: line - 1))
        open = nil
      }
      guard let first = text.firstByte(line), syntax.mayOpen(first) || open != nil else { continue }
      let content = text.trimmedLine(line)
      if let current = open {
        guard current.close.matches(content) else { continue }
        found.append(current.region.ending(at: line))
        open = nil
      } else if let start = syntax.opening(of: content, indentation: text.indentation(line).count) {
        let language = start.language.isEmpty ? blockLanguage : start.language
        open = (
          Region(first: line, language: language, isCode: start.isCode), start.close
        )
      }
      blockLanguage = syntax.blockLanguage(content)
    }
    if let open { found.append(open.region) }
    regions = found
  }

  /// The region that a line is in, its marks included.
  func region(at line: Int) -> Region? {
    // Sorted, and cursors are near the end.
    regions.last { $0.first <= line }.flatMap { $0.contains(line) ? $0 : nil }
  }

  /// What ends a region.
  enum Close {
    /// So many of a character or more, and nothing else.
    case fence(Character, Int)
    /// A line that begins like this, in small letters.
    case line(String)
    /// A line that ends like this.
    case end(String)
    /// The first line that is not indented deeper.
    case indentation(Int)

    func matches(_ line: String) -> Bool {
      switch self {
      case .fence(let mark, let count):
        let inner = RegionSyntax.withoutQuotes(line)
        return inner.count >= count && inner.allSatisfy { $0 == mark }
      case .line(let start): return line.lowercased().hasPrefix(start)
      case .end(let mark): return line.hasSuffix(mark)
      case .indentation: return false
      }
    }
  }
}

extension CodeRegions.Region {
  fileprivate func ending(at line: Int) -> Self {
    var region = self
    region.last = max(line, first)
    return region
  }
}
