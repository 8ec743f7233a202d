import Evaluation
import Foundation
import PromptMatching
import Reports
import TestSupport
import Testing

/// Likelihoods that follow from the tasks of the shots.
private struct TaskModel: AnswerModel {
  let identity = "tasks"

  func likelihoods(of shown: [ShownQuery]) async throws -> [Likelihood] {
    shown.map { shown in
      let fitting = shown.shots.contains { $0.task == shown.query.task }
      return Likelihood(nll: fitting ? 1 : 4, tokens: 2)
    }
  }

  func answer(to query: Demonstration, shots: [Demonstration]) async throws -> String {
    shots.last?.output ?? ""
  }
}

@Suite struct EvaluationRunTests {
  private let pool = (0..<6).map {
    Demonstration(instruction: "p\($0)", output: "answer \($0 % 2)", task: $0 % 2 == 0 ? "a" : "b")
  }
  private let queries = (0..<24).map {
    Demonstration(instruction: "q\($0)", output: "answer \($0 % 2)", task: $0 % 2 == 0 ? "a" : "b")
  }

  private func run() -> EvaluationRun {
    var run = EvaluationRun(
      queries: queries, vectors: queries.map { $0.task == "a" ? [1, 0] : [0, 1] }, pool: pool,
      model: TaskModel())
    run.generatesAnswers = true
    run.embed = { $0.map { _ in [1, 0] } }
    return run
  }

  private func results() async throws -> EvaluationResults {
    let run = run()
    let embedded = EmbeddedPool(
      vectors: pool.flatMap { $0.task == "a" ? [1, 0] as [Float] : [0, 1] }, dimensions: 2)
    let reward = AnswerReward(
      kind: .nll, model: run.model, queries: queries, pool: pool, embed: { _ in [] })
    var results = EvaluationResults()
    for entry in [
      EvaluationRun.Entry(
        name: "random", seeds: (0..<5).map { _ in RandomMatcher(poolCount: 6) }),
      .init(name: "knn", seeds: [NearestMatcher(embedded)]),
      .init(name: "best-fixed-set", seeds: [FixedSetMatcher(list: [0])]),
      .init(name: "oracle", seeds: [OracleMatcher(embedded, rewards: reward)]),
      .init(
        name: EvaluationResults.candidatesName,
        seeds: (0..<6).map { RankedNeighbourMatcher(embedded, rank: $0) }),
    ] {
      results.add(
        entry.name, shots: 1, try await run.measure(entry, shots: 1), tasks: queries.map(\.task),
        poolTasks: pool.map(\.task))
    }
    results.compare(with: "knn")
    return results
  }

  @Test func knownValuesComeOut() async throws {
    let results = try await results()
    #expect(results.matchers["knn"]?["1"]?["nll"]?.mean == 0.5)
    #expect(results.matchers["best-fixed-set"]?["1"]?["nll"]?.mean == 1.25)
    #expect(results.matchers["knn"]?["1"]?["exactMatch"]?.mean == 1)
    #expect(results.gapRecovered["knn"]?["1"] == 1)
    #expect(results.tasks["b"]?["best-fixed-set"]?["1"] == 2)
    let comparison = try #require(
      results.comparisons.first { $0.a == "best-fixed-set" && $0.metric == "nll" })
    #expect(comparison.difference == 0.75 && comparison.low > 0)
    // Half of the candidates have the other task.
    #expect(results.matchers[EvaluationResults.candidatesName]?["1"]?["nll"]?.mean == 1.25)
    #expect(results.nearestGapRecovered["knn"]?["1"] == 1)
    #expect(results.nearestGapRecovered["best-fixed-set"]?["1"] == 0)
    #expect(results.choices["knn"]?["1"] == ["a": ["a": 12], "b": ["b": 12]])
    #expect(results.choices["best-fixed-set"]?["1"]?["b"] == ["a": 12])
    let seeds = results.seedComparisons.filter { $0.a == "random" }
    #expect(
      seeds.map(\.seed) == Array(0..<5) && seeds.allSatisfy { $0.b == "knn" && $0.low <= $0.high })
  }

  @Test func fewQueriesHaveNoIntervals() async throws {
    let run = EvaluationRun(
      queries: Array(queries.prefix(2)), vectors: [[1, 0], [0, 1]], pool: pool, model: TaskModel())
    let entry = EvaluationRun.Entry(
      name: "random", seeds: [RandomMatcher(poolCount: pool.count)])
    var few = EvaluationResults()
    few.add("random", shots: 1, try await run.measure(entry, shots: 1), tasks: [nil, nil])
    let text = MarkdownReport(few).text
    #expect(text.contains("| random | 1 |") && text.contains("from 20 queries on"))
    #expect(!text.contains(" ("))
  }

  @Test func reportsSayTheSame() async throws {
    let results = try await results()
    let object = try #require(
      try JSONSerialization.jsonObject(with: results.json()) as? [String: Any])
    let matchers = try #require(
      object["matchers"] as? [String: [String: [String: [String: Double]]]])
    #expect(matchers["knn"]?["1"]?["nll"]?["mean"] == 0.5)
    #expect((object["comparisons"] as? [[String: Any]])?.isEmpty == false)
    #expect(MarkdownReport(results).text.contains("| knn | 1 | 0.500 (0.500 to 0.500)"))
    let map = PoolMap(vectors: (0..<12).map { Float($0 % 5) }, dimensions: 2)
    let html = PageReport(results, pool: pool, map: map).html
    #expect(html.contains("100.0 % of the choices") && html.contains("50.0 % of the choices"))
    #expect(html.components(separatedBy: "<circle").count == 7)
    #expect(
      html.contains("<svg") && html.contains("best-fixed-set")
        && !html.contains("http://www.w3.org/1999"))
  }

  @Test func badRowsAreNamedAndSkipped() {
    let text = """
      {"instruction": "a", "output": "b", "split": "pool"}
      no json
      {"instruction": "a"}

      {"instruction": "c", "output": "d", "split": "test", "task": "t"}
      """
    let data = DataSet(Data(text.utf8), name: "x.jsonl")
    #expect(data.rows.count == 2)
    #expect(
      data.problems == [
        "x.jsonl, line 2 is skipped: it has no instruction",
        "x.jsonl, line 3 is skipped: it has no gold answer",
      ])
    #expect(data.demonstrations(split: "test").map(\.task) == ["t"])
  }

  @Test(.enabled(if: TestPaths.experimentData != nil, "../shared/data is not there"))
  func theMixedTasksHaveThreeSplits() throws {
    let folder = try #require(TestPaths.experimentData)
    let data = try DataSet(contentsOf: folder.appending(path: "mixed-tasks.jsonl"))
    #expect(data.problems.isEmpty)
    #expect(data.demonstrations(split: "pool").count == 1620)
    #expect(data.demonstrations(split: "train").count == 810)
  }
}
