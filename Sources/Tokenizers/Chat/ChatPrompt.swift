/// A conversation rendered for a model, which knows which parts the template wrote.
///
/// Special tokens count only in these parts, so the user's text cannot end a turn or begin another.
public struct ChatPrompt: Equatable, Sendable {
  /// The whole text.
  public private(set) var text = ""
  /// The parts that the template wrote, in bytes of UTF-8, in ascending order.
  public private(set) var templateRanges: [Range<Int>] = []

  init() {}

  mutating func append(template: String) {
    let start = text.utf8.count
    text += template
    templateRanges.append(start..<text.utf8.count)
  }

  mutating func append(content: some StringProtocol) { text += content }
}

extension Tokenizer {
  /// The tokens of a conversation; the beginning token comes first, once, if the model requires it.
  public func encode(_ prompt: ChatPrompt) -> [TokenID] {
    var text = prompt.text
    let ids = text.withUTF8 { text in
      encode(buffer: text) { token in
        prompt.templateRanges.contains {
          $0.lowerBound <= token.lowerBound && token.upperBound <= $0.upperBound
        }
      }
    }
    guard addsBeginning, let beginning, ids.first != beginning else { return ids }
    return [beginning] + ids
  }
}
