public import PromptMatching
public import PromptPool

/// What is known of an instruction and an exemplar before anybody has seen the answer: the numbers
/// that the fast layer reads. Pure.
///
/// The first block is bilinear in the two embeddings: eight sums of products, which add up to the
/// cosine. A linear head on them can weigh directions of the embedding against each other, as the
/// last layer of a network does (NeuralLinear: Riquelme, Tucker and Snoek, 2018, arXiv 1802.09127).
public enum PairFeatures {
  static let blocks = 8
  /// How many numbers there are.
  public static let count = blocks + 7

  /// - Parameters:
  ///   - query: the instruction's unit vector, d values.
  ///   - exemplar: the exemplar's, d values.
  ///   - score: the network's score of the pair.
  ///   - newer: how many exemplars are newer than this one.
  /// - Returns: ``count`` values of the order of 1.
  public static func values(
    query: [Float], exemplar vector: ArraySlice<Float>, score: Float, of exemplar: Exemplar,
    for request: InstructionRequest, newer: Int
  ) -> [Float] {
    var sums = [Float](repeating: 0, count: blocks)
    let width = max(1, (query.count + blocks - 1) / blocks)
    for (place, (x, e)) in zip(query, vector).enumerated() { sums[place / width] += x * e }
    let cosine = sums.reduce(0, +)
    // What each block adds beyond its share, so that the head starts from differences.
    var values: [Float] = [1, cosine, score - cosine]
    values += sums.map { ($0 - cosine / Float(blocks)) * Float(blocks) / 2 }
    values.append(LanguageName.fit(request.language, exemplar.language) ? 1 : 0)
    values.append(exemplar.tags.contains("harvested") ? 1 : 0)
    values.append(min(1, Float(exemplar.output.utf8.count) / 400))
    // 1 for the newest, a half after ten newer ones.
    values.append(10 / Float(10 + max(0, newer)))
    return values
  }
}
