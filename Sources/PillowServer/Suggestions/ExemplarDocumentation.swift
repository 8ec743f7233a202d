import Foundation
package import PromptPool

/// What the menu shows of an exemplar once it is selected.
package enum ExemplarDocumentation {
  /// - Parameters:
  ///   - probability: with which the policy drew it.
  ///   - similarity: the cosine with the instruction at the cursor.
  ///   - why: the project's own words.
  package static func text(
    _ exemplar: Exemplar, probability: Double?, similarity: Double?, why: String?,
    markdown: Bool
  ) -> String {
    var parts = [section("Instruction", exemplar.instruction, markdown)]
    if !exemplar.input.isEmpty {
      parts.append(section("Input", block(exemplar.input, nil, markdown), markdown))
    }
    parts.append(section("Output", block(exemplar.output, exemplar.language, markdown), markdown))
    var figures: [String] = []
    if let probability { figures.append("probability \(probability.asPercentage)") }
    if let similarity { figures.append("similarity \(similarity.asHundredths)") }
    if !figures.isEmpty { parts.append(figures.joined(separator: " · ")) }
    if let why, !why.isEmpty { parts.append(why) }
    return parts.joined(separator: "\n\n")
  }

  private static func section(_ title: String, _ text: String, _ markdown: Bool) -> String {
    markdown ? "**\(title)**\n\n\(text)" : "\(title):\n\(text)"
  }

  /// A fence that is longer than any in the text.
  private static func block(_ text: String, _ language: String?, _ markdown: Bool) -> String {
    guard markdown else { return text }
    var fence = "```"
    while text.contains(fence) { fence += "`" }
    return "\(fence)\(language ?? "")\n\(text)\n\(fence)"
  }
}

extension Double {
  var asPercentage: String { "\(Int((self * 100).rounded())) %" }
  var asHundredths: String { String(format: "%.2f", self) }
}
