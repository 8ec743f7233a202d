import Foundation

/// A document with a gap at the cursor, as editors write it for models that fill gaps. Pure.
///
/// Source: the prompt formats of Zed's edit prediction, and the papers of the models that they are
/// named after (Code Llama, StarCoder, DeepSeek-Coder, Qwen2.5-Coder, CodeGemma, Codestral, GLM).
package struct FillInTheMiddle: Sendable, Equatable {
  /// What stands before the cursor.
  package var prefix: String
  /// What stands behind it.
  package var suffix: String
  /// The file's path where the prompt names it, as Qwen's repository prompts do.
  package var path: String?

  package init(prefix: String, suffix: String, path: String? = nil) {
    self.prefix = prefix
    self.suffix = suffix
    self.path = path
  }

  private struct Marks {
    var prefix, suffix, middle: String
  }

  private static let marks = [
    Marks(prefix: "<|fim_prefix|>", suffix: "<|fim_suffix|>", middle: "<|fim_middle|>"),
    Marks(prefix: "<fim_prefix>", suffix: "<fim_suffix>", middle: "<fim_middle>"),
    Marks(prefix: "<｜fim▁begin｜>", suffix: "<｜fim▁hole｜>", middle: "<｜fim▁end｜>"),
    Marks(prefix: "<|code_prefix|>", suffix: "<|code_suffix|>", middle: "<|code_middle|>"),
    Marks(prefix: "<PRE> ", suffix: " <SUF>", middle: " <MID>"),
  ]

  /// Reads a prompt. One without marks is all before the cursor.
  ///
  /// - Parameter suffix: what the request says stands behind the cursor, beside the prompt.
  package init(prompt: String, suffix: String? = nil) {
    for marks in Self.marks {
      if let found = Self.read(prompt, marks) {
        self = found
        return
      }
    }
    if prompt.hasPrefix("[SUFFIX]"), let mark = prompt.ranges(of: "[PREFIX]").last {
      let start = prompt.index(prompt.startIndex, offsetBy: "[SUFFIX]".count)
      self.init(
        prefix: String(prompt[mark.upperBound...]),
        suffix: String(prompt[start..<mark.lowerBound]))
      return
    }
    self.init(prefix: prompt, suffix: suffix ?? "")
  }

  private static func read(_ prompt: String, _ marks: Marks) -> FillInTheMiddle? {
    // What stands before the first mark may be other files; what stands behind the last one is the
    // answer's place.
    guard let begin = prompt.firstRange(of: marks.prefix),
      let middle = prompt.ranges(of: marks.middle).last,
      prompt[middle.upperBound...].allSatisfy(\.isWhitespace),
      begin.upperBound <= middle.lowerBound
    else { return nil }
    let document = prompt[begin.upperBound..<middle.lowerBound]
    guard let hole = document.firstRange(of: marks.suffix) else { return nil }
    return FillInTheMiddle(
      prefix: String(document[..<hole.lowerBound]), suffix: String(document[hole.upperBound...]),
      path: path(before: prompt[..<begin.lowerBound]))
  }

  private static func path(before head: Substring) -> String? {
    guard let mark = head.ranges(of: "<|file_sep|>").last else { return nil }
    let line = head[mark.upperBound...].prefix { !$0.isNewline }
      .trimmingCharacters(in: .whitespaces)
    return line.isEmpty ? nil : line
  }
}
