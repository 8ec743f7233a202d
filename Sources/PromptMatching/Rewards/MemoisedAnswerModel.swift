internal import Foundation
internal import Synchronization

/// A model that computes each (query, ordered shots) only once.
public final class MemoisedAnswerModel: AnswerModel {
  public struct Counts: Sendable, Codable, Equatable {
    public var hits = 0
    public var misses = 0
  }

  public var identity: String { base.identity }
  private let base: any AnswerModel
  private let memo: AnswerMemo
  private let counter = Mutex(Counts())

  public init(_ base: any AnswerModel, memo: AnswerMemo) {
    self.base = base
    self.memo = memo
  }

  public var counts: Counts { counter.withLock { $0 } }

  public func likelihoods(of asked: [ShownQuery]) async throws -> [Likelihood] {
    try await memoised(asked, identity, gold: true) { [base] in
      try await base.likelihoods(of: $0)
    } ?? []
  }

  public func instructionLikelihoods(of asked: [ShownQuery]) async throws -> [Likelihood]? {
    try await memoised(asked, identity + "/instruction", gold: false) { [base] in
      try await base.instructionLikelihoods(of: $0)
    }
  }

  /// - Parameter ask: gets likelihoods from the model for what is not yet known; returns nil if the
  ///   model cannot score texts.
  private func memoised(
    _ asked: [ShownQuery], _ identity: String, gold: Bool,
    _ ask: ([ShownQuery]) async throws -> [Likelihood]?
  ) async throws -> [Likelihood]? {
    let keys = asked.map { AnswerMemo.key(identity, $0.query, $0.shots, gold: gold) }
    var known = try memo.likelihoods(keys)
    var missing: [Data: ShownQuery] = [:]
    for (key, asked) in zip(keys, asked) where known[key] == nil { missing[key] = asked }
    counter.withLock {
      $0.misses += missing.count
      $0.hits += asked.count - missing.count
    }
    if !missing.isEmpty {
      let order = Array(missing)
      guard let values = try await ask(order.map(\.value)) else { return nil }
      let fresh = Dictionary(
        zip(order, values).map { ($0.key, $1) }, uniquingKeysWith: { first, _ in first })
      try memo.store(fresh)
      known.merge(fresh) { $1 }
    }
    return keys.map { known[$0] ?? Likelihood(nll: .nan, tokens: 0) }
  }

  public func answer(to query: Demonstration, shots: [Demonstration]) async throws -> String {
    let key = AnswerMemo.key(identity, query, shots, gold: false)
    if let known = try memo.answer(key) { return count(known) }
    counter.withLock { $0.misses += 1 }
    let text = try await base.answer(to: query, shots: shots)
    try memo.store(text, key)
    return text
  }

  private func count<Value>(_ value: Value) -> Value {
    counter.withLock { $0.hits += 1 }
    return value
  }
}
