public import Foundation

/// Restricts a search; nil and empty mean everything.
public struct ExemplarFilter: Sendable, Hashable {
  /// What became of an exemplar.
  public enum Use: String, Sendable, CaseIterable, Codable {
    case shown, accepted, never
  }

  public var pool, tag, language, origin: String?
  public var createdAfter, createdBefore: Date?
  public var use: Use?

  public init(
    pool: String? = nil, tag: String? = nil, language: String? = nil, origin: String? = nil,
    createdAfter: Date? = nil, createdBefore: Date? = nil, use: Use? = nil
  ) {
    self.pool = pool
    self.tag = tag
    self.language = language
    self.origin = origin
    self.createdAfter = createdAfter
    self.createdBefore = createdBefore
    self.use = use
  }
}

/// An exemplar that a search found.
public struct SearchResult: Sendable, Codable, Hashable {
  public let exemplar: Exemplar
  /// Reciprocal rank fusion of the two ranks; comparable only within one search.
  public let score: Double
  /// The rank by words, from 1; nil if the words did not find it.
  public let textRank: Int?
  /// The rank by meaning, from 1; nil if the meaning did not find it.
  public let meaningRank: Int?
  /// The best matching passage, with found words between `⟦` and `⟧`; nil without a rank by words.
  public let snippet: String?
}
