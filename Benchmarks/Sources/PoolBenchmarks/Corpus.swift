import Foundation

/// Made-up exemplars of a natural size, the same for the same seed.
struct Corpus {
  private static let words = [
    "write", "a", "function", "that", "returns", "the", "sum", "of", "all", "numbers", "in", "list",
    "sort", "people", "by", "age", "and", "name", "explain", "why", "this", "query", "is", "slow",
    "shorten", "sentence", "without", "losing", "its", "meaning", "parse", "date", "from", "text",
    "reverse", "string", "count", "rows", "each", "group", "python", "swift", "table", "error",
  ]
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func random(below bound: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int(state >> 33) % bound
  }

  /// One word in eight is rare, one of 100,000, as in natural text.
  private mutating func text(words count: Int) -> String {
    (0..<count).map { _ in
      random(below: 8) == 0
        ? "w\(String(random(below: 100_000), radix: 36))"
        : Self.words[random(below: Self.words.count)]
    }.joined(separator: " ")
  }

  /// About 340 bytes, as the lines of Alpaca's sets have.
  mutating func line() -> String {
    let (ask, input) = (text(words: 8 + random(below: 8)), text(words: random(below: 20)))
    let answer = text(words: 15 + random(below: 40))
    return "{\"instruction\": \"\(ask)\", \"input\": \"\(input)\", \"output\": \"\(answer)\\n\"}"
  }

  /// Writes a file of so many lines and returns its size.
  static func write(_ count: Int, seed: UInt64, to url: URL) throws -> Int {
    var corpus = Corpus(seed: seed)
    FileManager.default.createFile(atPath: url.path, contents: nil)
    let handle = try FileHandle(forWritingTo: url)
    var size = 0
    for start in stride(from: 0, to: count, by: 1000) {
      let lines = (start..<min(count, start + 1000)).map { _ in corpus.line() + "\n" }.joined()
      size += lines.utf8.count
      try handle.write(contentsOf: Data(lines.utf8))
    }
    try handle.close()
    return size
  }
}
