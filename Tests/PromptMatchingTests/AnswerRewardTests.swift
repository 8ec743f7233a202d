import Foundation
import PromptMatching
import Synchronization
import Testing

/// A stand-in for a language model whose likelihoods follow from the texts: a shot with the query's
/// task halves the NLL; it counts what it is asked.
final class CountingModel: AnswerModel {
  let identity: String
  private let asked = Mutex<[[String]]>([])
  var calls: [[String]] { asked.withLock { $0 } }

  init(identity: String = "counting") { self.identity = identity }

  func likelihoods(of shown: [ShownQuery]) async throws -> [Likelihood] {
    shown.map { shown in
      asked.withLock { $0.append(shown.shots.map(\.instruction) + [shown.query.instruction]) }
      let fitting = shown.shots.filter { $0.task == shown.query.task }.count
      return Likelihood(nll: 8 / Double(1 << fitting), tokens: 2)
    }
  }

  func answer(to query: Demonstration, shots: [Demonstration]) async throws -> String {
    asked.withLock { $0.append(shots.map(\.instruction) + [query.instruction]) }
    return shots.last?.output ?? ""
  }
}

@Suite struct AnswerRewardTests {
  private let pool = [
    Demonstration(instruction: "p0", output: "the cat sat", task: "a"),
    Demonstration(instruction: "p1", output: "a dog ran", task: "b"),
  ]
  private let queries = [
    Demonstration(instruction: "q0", output: "the cat sat", task: "a"),
    Demonstration(instruction: "q1", output: "a dog", task: "b"),
  ]

  private func reward(_ kind: AnswerReward.Kind, _ model: any AnswerModel) -> AnswerReward {
    AnswerReward(
      kind: kind, model: model, queries: queries, pool: pool,
      embed: { $0.map { $0.isEmpty ? [0, 1] : [1, 0] } })
  }

  @Test func likelihoodRewardsAreDifferencesToNoShots() async throws {
    let model = CountingModel()
    let values = try await reward(.nll, model).rewards(
      of: [.init(query: 0, picks: [0]), .init(query: 0, picks: [1])])
    #expect(values == [2, 0])
  }

  @Test func theEmptyListIsWorthNothingAndAsksNobody() async throws {
    let model = CountingModel()
    let reward = reward(.nll, model)
    #expect(try await reward.rewards(of: [.init(query: 1, picks: [])]) == [0])
    #expect(model.calls.isEmpty)
    let values = try await reward.rewards(
      of: [.init(query: 1, picks: []), .init(query: 0, picks: [0]), .init(query: 0, picks: [])])
    #expect(values == [0, 2, 0])
    #expect(model.calls.allSatisfy { $0.last == "q0" })
  }

  @Test func answersAreComparedByRougeAndCosine() async throws {
    let values = try await reward(.answer, CountingModel()).rewards(
      of: [.init(query: 0, picks: [0]), .init(query: 1, picks: [1])])
    #expect(values[0] == 1)
    // "a dog ran" to "a dog": precision ⅔, recall 1, F 0.8; half of it, and half of cosine 1.
    #expect(abs(values[1] - 0.9) < 1e-12)
  }

  @Test func theBestStandsNextToTheInstruction() async throws {
    let model = CountingModel()
    var reward = reward(.answer, model)
    _ = try await reward.rewards(of: [.init(query: 0, picks: [1, 0])])
    reward.bestLast = false
    _ = try await reward.rewards(of: [.init(query: 0, picks: [1, 0])])
    #expect(model.calls == [["p0", "p1", "q0"], ["p1", "p0", "q0"]])
  }

  @Test func aBatchAsksInTheOrderOfPrefixesAndEachListOnce() async throws {
    let model = CountingModel()
    let lists = [(1, [0]), (0, [1]), (0, [0]), (1, [0]), (1, [1])].map {
      ShotList(query: $0.0, picks: $0.1)
    }
    let values = try await reward(.answer, model).rewards(of: lists)
    #expect(values.count == 5 && values[0] == values[3])
    #expect(model.calls == [["p0", "q0"], ["p0", "q1"], ["p1", "q0"], ["p1", "q1"]])
  }

  @Test func whatWasAskedIsKeptOnDisk() async throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID())/memo.sqlite")
    defer { try? FileManager.default.removeItem(at: file.deletingLastPathComponent()) }
    let first = CountingModel()
    let asking = MemoisedAnswerModel(first, memo: try AnswerMemo(at: file))
    let before = try await asking.likelihood(of: queries[0], shots: pool)
    _ = try await asking.answer(to: queries[0], shots: pool)

    let second = CountingModel()
    let known = MemoisedAnswerModel(second, memo: try AnswerMemo(at: file))
    #expect(try await known.likelihood(of: queries[0], shots: pool) == before)
    #expect(try await known.answer(to: queries[0], shots: pool) == "a dog ran")
    #expect(second.calls.isEmpty)
    #expect((known.counts.hits, known.counts.misses) == (2, 0))
    #expect((asking.counts.hits, asking.counts.misses) == (0, 2))
    // The order of the shots, the gold answer and the model are part of the key.
    _ = try await known.likelihood(of: queries[0], shots: pool.reversed())
    _ = try await known.likelihood(
      of: .init(instruction: "q0", output: "other", task: "a"), shots: pool)
    #expect(known.counts.misses == 2)
    let other = MemoisedAnswerModel(
      CountingModel(identity: "other"), memo: try AnswerMemo(at: file))
    _ = try await other.likelihood(of: queries[0], shots: pool)
    #expect(other.counts.misses == 1)
  }

  @Test func ofABatchOnlyWhatIsNewIsAskedAndEachOnce() async throws {
    let model = CountingModel()
    let memoised = MemoisedAnswerModel(model, memo: try AnswerMemo(at: nil))
    _ = try await memoised.likelihood(of: queries[0], shots: [])
    let values = try await memoised.likelihoods(
      of: [
        ShownQuery(query: queries[1], shots: pool), ShownQuery(query: queries[0], shots: []),
        ShownQuery(query: queries[1], shots: pool), ShownQuery(query: queries[0], shots: [pool[1]]),
      ])
    #expect(values.map(\.nll) == [4, 8, 4, 8])
    #expect(model.calls.count == 3)
    #expect(memoised.counts.misses == 3)
  }
}
