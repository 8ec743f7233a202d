internal import PromptMatching

/// What was measured for one query with one list of shots.
public struct Measures: Sendable, Codable, Equatable {
  /// NLL a token of the gold answer, natural logarithm.
  public var nll: Double
  public var rougeL: Double?
  /// 0 to 100.
  public var bleu: Double?
  /// Embedding cosine of answer and gold answer.
  public var cosine: Double?
  /// 1 or 0; nil where the gold answer is longer than ``exactMatchWords`` words.
  public var exactMatch: Double?
  /// Of the gold answer.
  public var tokens: Double
  public var seconds: Double
  public var picks: [Int]

  public static let exactMatchWords = 5
}

/// The measures by the names that reports use.
public enum Metric: String, Sendable, Codable, CaseIterable {
  case nll, perplexity, rougeL, bleu, cosine, exactMatch, tokens, seconds

  public var title: String {
    switch self {
    case .nll: "NLL a token"
    case .perplexity: "Perplexity"
    case .rougeL: "ROUGE-L"
    case .bleu: "BLEU"
    case .cosine: "Cosine"
    case .exactMatch: "Exact match"
    case .tokens: "Tokens"
    case .seconds: "Seconds"
    }
  }

  public var lessIsBetter: Bool {
    switch self {
    case .nll, .perplexity, .tokens, .seconds: true
    default: false
    }
  }

  /// One value a query; perplexity is made of the mean NLL afterwards.
  func value(_ measures: Measures) -> Double? {
    switch self {
    case .nll, .perplexity: measures.nll
    case .rougeL: measures.rougeL
    case .bleu: measures.bleu
    case .cosine: measures.cosine
    case .exactMatch: measures.exactMatch
    case .tokens: measures.tokens
    case .seconds: measures.seconds
    }
  }
}
