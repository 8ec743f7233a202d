import Foundation

/// Losses that prefer one answer to another, or good answers to bad ones.
///
/// h is what the answer has gained against the bare model: log π(answer) − log π₀(answer), summed
/// over its tokens.
public enum PreferenceLoss: String, Sendable, Hashable, CaseIterable, Codable {
  /// −log σ(β(h₊ − h₋)) for pairs (Rafailov et al. 2023, arXiv 2305.18290).
  case dpo
  /// 1 − σ(β(h − K)) for good answers, 1 − σ(β(K − h)) for bad ones, K of mismatched pairs
  /// (Ethayarajh et al. 2024, arXiv 2402.01306).
  case kto
  /// 1 − σ(βh) for good answers, σ(βh) for bad ones (D'Oosterlinck et al. 2024, arXiv 2408.06266).
  case apoZero = "apo-zero"
  /// −log σ(±(βh − δ)), δ the running mean of βh (Jung et al. 2024, arXiv 2404.04656).
  case bco

  /// A loss and its derivative by h.
  struct Value: Equatable {
    var loss: Double
    var slope: Double
  }

  private static func sigmoid(_ x: Double) -> Double {
    x >= 0 ? 1 / (1 + exp(-x)) : exp(x) / (1 + exp(x))
  }

  /// −log σ(x), without overflow.
  private static func softplus(_ x: Double) -> Double {
    max(0, -x) + log1p(exp(-abs(x)))
  }

  /// Of one answer; `offset` is K for KTO, as a sum of log ratios, and δ for BCO.
  func single(_ h: Double, isGood: Bool, beta: Double, offset: Double = 0) -> Value {
    let sign: Double = isGood ? 1 : -1
    switch self {
    case .dpo, .apoZero:
      let s = Self.sigmoid(sign * beta * h)
      return Value(loss: 1 - s, slope: -sign * beta * s * (1 - s))
    case .kto:
      let s = Self.sigmoid(sign * beta * (h - offset))
      return Value(loss: 1 - s, slope: -sign * beta * s * (1 - s))
    case .bco:
      let x = sign * (beta * h - offset)
      return Value(loss: Self.softplus(x), slope: -sign * beta * (1 - Self.sigmoid(x)))
    }
  }

  /// Of a pair; the derivatives are by the better and by the worse answer.
  func pair(
    better: Double, worse: Double, beta: Double, offset: Double = 0
  ) -> (loss: Double, better: Double, worse: Double) {
    guard self == .dpo else {
      let good = single(better, isGood: true, beta: beta, offset: offset)
      let bad = single(worse, isGood: false, beta: beta, offset: offset)
      return (good.loss + bad.loss, good.slope, bad.slope)
    }
    let margin = beta * (better - worse)
    let slope = beta * (1 - Self.sigmoid(margin))
    return (Self.softplus(margin), -slope, slope)
  }
}
