/// SentencePiece's byte-pair encoding: characters are merged to the piece with the highest score,
/// and a character that is not a piece becomes its bytes.
///
/// Spaces are written as U+2581. Source: Kudo and Richardson, "SentencePiece", 2018.
struct SentencePieceModel: Sendable {
  let vocabulary: Vocabulary
  let addsSpacePrefix: Bool
  private let rule: PieceRule
  /// The token of each byte; `-1` if there is none.
  private let byteTokens: [TokenID]
  private let unknown: TokenID?
  /// The last bytes of words that a piece may join with the next word; words with other last bytes
  /// can be merged one by one.
  private let joiningBytes: [Bool]

  /// U+2581, which stands for a space.
  private static let space: [UInt8] = [0xE2, 0x96, 0x81]

  init(_ data: TokenizerData) throws(TokenizerError) {
    guard data.scores.count == data.tokens.count else {
      throw .damaged(reason: "\(data.tokens.count) tokens have \(data.scores.count) scores")
    }
    let kinds = try Vocabulary.kinds(of: data)
    var byteTokens = [TokenID](repeating: -1, count: 256)
    for id in kinds.indices where kinds[id] == .byte {
      guard let byte = Self.byte(data.tokens[id]) else {
        throw .damaged(reason: "token \(id) stands for a byte but is not written as <0xHH>")
      }
      byteTokens[Int(byte)] = TokenID(id)
    }
    let pieces = Vocabulary(texts: data.tokens, kinds: kinds)
    vocabulary = pieces
    rule = PieceRule(vocabulary: pieces, priorities: data.scores.map(PieceRule.priority))
    var joiningBytes = [Bool](repeating: false, count: 256)
    for id in 0..<pieces.count {
      switch pieces.kind(of: TokenID(id)) {
      case .unknown, .control, .byte: break
      case .normal, .unused, .userDefined:
        pieces.texts.withBytes(of: id) { Self.markJoiningBytes(of: $0, in: &joiningBytes) }
      }
    }
    self.joiningBytes = joiningBytes
    self.byteTokens = byteTokens
    unknown = data.unknown
    addsSpacePrefix = data.addsSpacePrefix ?? true
  }

  /// The byte that `<0xHH>` stands for.
  private static func byte(_ text: ArraySlice<UInt8>) -> UInt8? {
    guard text.count == 6, text.starts(with: "<0x".utf8), text.last == UInt8(ascii: ">") else {
      return nil
    }
    return UInt8(String(decoding: text.dropFirst(3).dropLast(), as: UTF8.self), radix: 16)
  }

  private static func isSpace(_ text: UnsafeBufferPointer<UInt8>, at position: Int) -> Bool {
    position + 2 < text.count && text[position] == space[0] && text[position + 1] == space[1]
      && text[position + 2] == space[2]
  }

  /// Marks the bytes that come before a space within a piece.
  private static func markJoiningBytes(
    of piece: UnsafeBufferPointer<UInt8>, in joining: inout [Bool]
  ) {
    var position = 1
    while position + 2 < piece.count {
      if piece[position] == space[0], isSpace(piece, at: position),
        position < 3 || !isSpace(piece, at: position - 3)
      {
        joining[Int(piece[position - 1])] = true
      }
      position += 1
    }
  }

  /// What a token stands for in a text.
  func bytes(of id: TokenID) -> [UInt8] {
    let text = vocabulary.texts[Int(id)]
    switch vocabulary.kind(of: id) {
    case .byte: return Self.byte(text).map { [$0] } ?? []
    case .unknown, .control, .userDefined: return Array(text)
    case .normal, .unused: return Self.unescaped(text)
    }
  }

  private static func unescaped(_ text: ArraySlice<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    var rest = text
    while let byte = rest.first {
      if byte == space[0], rest.starts(with: space) {
        result.append(UInt8(ascii: " "))
        rest = rest.dropFirst(3)
      } else {
        result.append(byte)
        rest = rest.dropFirst()
      }
    }
    return result
  }

  /// Adds the tokens of a text without special ones.
  func encode(
    _ text: UnsafeBufferPointer<UInt8>, merger: inout SymbolMerger, into ids: inout [TokenID]
  ) {
    guard !text.isEmpty else { return }
    var escaped: [UInt8] = addsSpacePrefix ? Self.space : []
    escaped.reserveCapacity(text.count + text.count / 2)
    for byte in text {
      if byte == UInt8(ascii: " ") { escaped += Self.space } else { escaped.append(byte) }
    }
    // Words recur in a long text.
    var cache = text.count > 1024 ? WordCache(capacity: min(text.count / 8, 16384)) : nil
    escaped.withUnsafeBufferPointer { escaped in
      var start = 0
      while start < escaped.count {
        let end = endOfWord(escaped, from: start)
        let word = UnsafeBufferPointer(rebasing: escaped[start..<end])
        if cache?.append(word, to: &ids) != true {
          let first = ids.count
          encodeWord(word, merger: &merger, into: &ids)
          cache?.insert(word, ids[first...])
        }
        start = end
      }
    }
  }

  /// A word is a run of spaces followed by other characters.
  private func endOfWord(_ text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    var position = start
    while position < text.count {
      while Self.isSpace(text, at: position) { position += 3 }
      while position < text.count, !Self.isSpace(text, at: position) { position += 1 }
      if !joiningBytes[Int(text[position - 1])] { break }
    }
    return position
  }

  private func encodeWord(
    _ word: UnsafeBufferPointer<UInt8>, merger: inout SymbolMerger, into ids: inout [TokenID]
  ) {
    merger.symbols.removeAll(keepingCapacity: true)
    var position = 0
    while position < word.count {
      let length = UTF8Scanner.length(word, at: position)
      let character = UnsafeBufferPointer(rebasing: word[position..<position + length])
      merger.symbols.append(
        Symbol(
          start: Int32(truncatingIfNeeded: position), length: Int32(truncatingIfNeeded: length),
          id: vocabulary.id(of: character) ?? -1))
      position += length
    }
    merger.merge(by: rule, in: word)
    for symbol in merger.symbols {
      if symbol.id >= 0 {
        ids.append(symbol.id)
      } else {
        appendBytes(word[Int(symbol.start)..<Int(symbol.start + symbol.length)], to: &ids)
      }
    }
  }

  private func appendBytes(_ bytes: Slice<UnsafeBufferPointer<UInt8>>, to ids: inout [TokenID]) {
    for byte in bytes {
      let id = byteTokens[Int(byte)]
      if id >= 0 {
        ids.append(id)
      } else if let unknown {
        ids.append(unknown)
      }
    }
  }
}

/// Merges two pieces if their texts together are a piece.
private struct PieceRule: MergeRule, Sendable {
  let vocabulary: Vocabulary
  let priorities: [UInt32]

  /// Orders scores from high to low; never the value that means no merge.
  static func priority(_ score: Float) -> UInt32 {
    guard !score.isNaN else { return .max - 1 }
    let bits = (score + 0).bitPattern  // -0 becomes 0
    let ascending = bits >> 31 == 0 ? bits | 0x8000_0000 : ~bits
    return min(~ascending, .max - 1)
  }

  @inline(__always)
  func merge(_ left: Symbol, _ right: Symbol, in word: UnsafeBufferPointer<UInt8>) -> Merge {
    let start = Int(left.start)
    let both = UnsafeBufferPointer(
      rebasing: word[start..<start + Int(left.length) + Int(right.length)])
    guard let id = vocabulary.id(of: both) else { return .none }
    return Merge(priority: priorities[Int(id)], id: id)
  }
}
