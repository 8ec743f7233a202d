/// The tokens that end a completion.
///
/// Files name one end token; instruction models have additional ones, recognised by their texts.
struct EndTokens {
  let endOfTurn: TokenID?
  /// In ascending order.
  let all: [TokenID]

  private static let turnTexts = [
    "<|im_end|>", "<|eot_id|>", "<end_of_turn>", "<|end|>", "<|eom_id|>",
  ]
  private static let textTexts = ["<|endoftext|>", "<|end_of_text|>", "<eos>", "</s>"]

  init(_ data: TokenizerData, _ vocabulary: Vocabulary) {
    var turns: [TokenID?] = Array(repeating: nil, count: Self.turnTexts.count)
    var others: [TokenID] = []
    for id in 0..<Int32(vocabulary.count) {
      let kind = vocabulary.kind(of: id)
      guard kind == .control || kind == .userDefined else { continue }
      let text = vocabulary.texts[Int(id)]
      guard (4...15).contains(text.count) else { continue }
      if let turn = Self.turnTexts.firstIndex(where: { text.elementsEqual($0.utf8) }) {
        turns[turn] = id
      } else if kind == .control,
        Self.textTexts.contains(where: { text.elementsEqual($0.utf8) })
      {
        others.append(id)
      }
    }
    let found = turns.compactMap(\.self)
    endOfTurn = data.endOfTurn ?? found.first
    let all = found + others + [data.end, data.endOfTurn].compactMap(\.self)
    self.all = Set(all).sorted()
  }
}
