import PromptMatching
public import PromptPool
import SentenceEncoder

extension Project {
  /// Searches the pool by meaning, and by words, merged; few exemplars without vectors are embedded
  /// first, others are found by their words.
  ///
  /// - Parameter byWords: whether words count, too.
  /// - Throws: ``InstructionCompletionError`` without the sentence encoder, `PromptPoolError`.
  public func search(
    _ text: String, byWords: Bool = true, filter: ExemplarFilter = ExemplarFilter(), limit: Int = 20
  ) async throws -> [SearchResult] {
    let encoder = try await policy(for: InstructionRequest(instruction: text)).policy.encoder
    let query = try await encoder.embed(text)
    let pool = pool
    return try await offPool {
      let index = try pool.vectorIndex(encoder: encoder.identity, team: searchTeam)
      let depth = max(64, limit) * (filter == ExemplarFilter() ? 1 : 16)
      let near = index.count > 0 ? index.nearest(to: query, count: depth).map(\.id) : []
      return try pool.search(byWords ? text : "", near: near, filter: filter, limit: limit)
    }
  }
}
