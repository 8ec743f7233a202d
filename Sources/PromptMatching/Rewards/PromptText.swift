/// How a prompt in a document's own form is written. Pure.
public enum PromptText {
  /// The exemplars as comments with their answers below, then the document up to the answer.
  ///
  /// - Parameter shots: the best one last, next to the document.
  public static func document(_ context: PromptContext, shots: [Demonstration]) -> String {
    var text = ""
    for shot in shots {
      if !shot.input.isEmpty { text += comment(shot.input, context.commentMark) + "\n" }
      text += comment(shot.instruction, context.commentMark) + "\n" + shot.output + "\n\n"
    }
    text += context.above
    // A line end and the indentation after it are one token of most vocabularies, so the model has
    // to write them itself.
    return context.opening.isEmpty ? text : text + "\n" + context.opening
  }

  private static func comment(_ text: String, _ mark: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      let hasMark = line.hasPrefix(mark)
      return hasMark ? String(line) : line.isEmpty ? mark : "\(mark) \(line)"
    }.joined(separator: "\n")
  }
}
