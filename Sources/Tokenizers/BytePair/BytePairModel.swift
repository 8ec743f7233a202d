/// Byte-level byte-pair encoding: words are split into bytes, which are merged by rank.
///
/// Source: Sennrich et al., "Neural Machine Translation of Rare Words with Subword Units", 2016;
/// Radford et al., "Language Models are Unsupervised Multitask Learners", 2019.
struct BytePairModel: Sendable {
  let vocabulary: Vocabulary
  private let preTokenizer: PreTokenizer
  private let rule: PairRule
  /// The token of each byte; `-1` if there is none, in which case the byte is left out.
  private let byteTokens: [TokenID]

  init(_ data: TokenizerData) throws(TokenizerError) {
    preTokenizer = try PreTokenizer(named: data.preTokenizer ?? "default")
    let kinds = try Vocabulary.kinds(of: data)
    let alphabet = ByteLevelAlphabet()
    let vocabulary = Vocabulary(
      texts: Self.texts(of: data.tokens, kinds: kinds, alphabet), kinds: kinds)
    byteTokens = (0...255).map { byte in
      withUnsafePointer(to: UInt8(byte)) {
        vocabulary.id(of: UnsafeBufferPointer(start: $0, count: 1)) ?? -1
      }
    }
    rule = PairRule(
      merges: try MergeList(lines: data.merges, vocabulary: vocabulary, alphabet: alphabet).table())
    self.vocabulary = vocabulary
  }

  /// Whether a prompt starts with the beginning token if the file does not say so.
  var addsBeginningByDefault: Bool { preTokenizer.takesWholeWords }

  /// Adds the tokens of a text without special ones.
  func encode(
    _ text: UnsafeBufferPointer<UInt8>, merger: inout SymbolMerger, into ids: inout [TokenID]
  ) {
    preTokenizer.forEachWord(in: text) { word in
      if preTokenizer.takesWholeWords, let id = vocabulary.id(of: word) {
        ids.append(id)
        return
      }
      merger.symbols.removeAll(keepingCapacity: true)
      for (index, byte) in word.enumerated() {
        let id = byteTokens[Int(byte)]
        guard id >= 0 else { continue }
        merger.symbols.append(Symbol(start: Int32(truncatingIfNeeded: index), length: 1, id: id))
      }
      merger.merge(by: rule, in: word)
      for symbol in merger.symbols { ids.append(symbol.id) }
    }
  }

  private static func texts(
    of tokens: ByteStrings, kinds: [TokenKind], _ alphabet: ByteLevelAlphabet
  ) -> ByteStrings {
    ByteStrings(count: tokens.count, byteCapacity: tokens.byteCount) { id, result in
      tokens.withBytes(of: id) { text in
        switch kinds.isEmpty ? .normal : kinds[id] {
        case .normal, .unused, .byte: return alphabet.decode(text, into: result)
        case .unknown, .control, .userDefined:
          _ = result.update(fromContentsOf: text)
          return text.count
        }
      }
    }
  }
}

/// The merges, by their two tokens.
private struct PairRule: MergeRule, Sendable {
  let merges: MergeTable

  @inline(__always)
  func merge(_ left: Symbol, _ right: Symbol, in word: UnsafeBufferPointer<UInt8>) -> Merge {
    merges.merge(left.id, right.id)
  }
}
