/// An exemplar or a conversation in one text, with marks between its parts, as data sets for
/// training have them: `### Human: …### Assistant: …`, `### Instruction:`, `### Response:`.
enum MarkedText {
  private enum Part { case asked, input, answered, other }

  private static let parts: [String: Part] = [
    "human": .asked, "user": .asked, "question": .asked, "prompt": .asked, "instruction": .asked,
    "input": .input, "context": .input, "assistant": .answered, "response": .answered,
    "output": .answered, "answer": .answered, "gpt": .answered, "bot": .answered, "system": .other,
  ]

  /// The first question and its answer; nil where the marks are not those of both.
  static func draft(_ text: String) -> ExemplarDraft? {
    let bytes = Array(text.utf8)
    let marks = marks(in: bytes)
    var asked: String?
    var input = ""
    for (index, mark) in marks.enumerated() {
      let end = marks.indices.contains(index + 1) ? marks[index + 1].start : bytes.count
      let part = String(decoding: bytes[mark.end..<end], as: UTF8.self).trimmingBlanks
      switch mark.part {
      case .asked: asked = asked.map { $0 + "\n\n" + part } ?? part
      case .input: if asked != nil { input = part }
      case .answered:
        guard let asked else { continue }
        return ExemplarDraft(instruction: asked, input: input, output: part)
      case .other: continue
      }
    }
    return nil
  }

  private static func marks(in bytes: [UInt8]) -> [(start: Int, end: Int, part: Part)] {
    var marks: [(start: Int, end: Int, part: Part)] = []
    let hash = UInt8(ascii: "#")
    var index = 0
    while let start = bytes[index...].firstIndex(of: hash) {
      let name = bytes[start...].drop { $0 == hash }
      index = name.startIndex
      guard name.startIndex - start == 3 else { continue }
      let word = name.drop { $0 == 0x20 }.prefix(16).prefix(while: \.isLetter)
      guard bytes[word.endIndex...].first == UInt8(ascii: ":"),
        let part = parts[String(decoding: word, as: UTF8.self).lowercased()]
      else { continue }
      marks.append((start, word.endIndex + 1, part))
    }
    return marks
  }
}

extension ExemplarDraft {
  /// Without what a model thought before its answer: `<think>…</think>`.
  var withoutThinking: ExemplarDraft {
    let answer = output.drop(while: \.isWhitespace)
    for name in ["think", "thinking", "thought"] where answer.hasPrefix("<\(name)>") {
      guard let end = answer.firstRange(of: "</\(name)>") else { continue }
      var draft = self
      draft.output = String(answer[end.upperBound...].drop(while: \.isWhitespace))
      return draft
    }
    return self
  }
}
