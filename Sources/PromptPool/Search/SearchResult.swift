public import Foundation

/// What a search looks among; nil and empty mean everything.
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
  /// Reciprocal rank fusion of the two ranks; comparable within one search only.
  public let score: Double
  /// Counted from 1; nil when the words did not find it.
  public let textRank: Int?
  /// Counted from 1; nil when its meaning did not find it.
  public let meaningRank: Int?
  /// The place that fits best, found words between `⟦` and `⟧`; nil without a text rank.
  public let snippet: String?
}
