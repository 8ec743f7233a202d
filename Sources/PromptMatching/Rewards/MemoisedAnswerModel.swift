internal import Synchronization

/// A model that is asked once for each (query, ordered shots).
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

  public func likelihood(
    of query: Demonstration, shots: [Demonstration]
  ) async throws -> Likelihood {
    let key = AnswerMemo.key(identity, query, shots, gold: true)
    if let known = try memo.likelihood(key) { return count(known) }
    counter.withLock { $0.misses += 1 }
    let value = try await base.likelihood(of: query, shots: shots)
    try memo.store(value, key)
    return value
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
