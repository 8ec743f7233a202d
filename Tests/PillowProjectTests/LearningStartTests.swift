import Foundation
import ModelStore
import Personalization
import PillowProject
import PromptPool
import Settings
import Testing

/// What one project taught is what the next one begins with.
@Suite struct LearningStartTests {
  private let scratch: ScratchProject
  private let day = Date(timeIntervalSince1970: 1_750_000_000)

  init() throws { scratch = try ScratchProject() }

  private func open(_ name: String) throws -> Project {
    let root = scratch.folder.appending(path: name)
    try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
    return try Project(
      root: root, settings: PillowSettings.defaults,
      models: ModelLibrary(store: ModelStore(folder: scratch.data)), starterPools: nil)
  }

  /// Suggestions whose exemplar is new are kept, others are rejected.
  private func work(_ count: Int, in project: Project) async throws {
    let exemplars = try ["a", "b"].map {
      try project.pool.add(ExemplarDraft(instruction: "ask \($0)", output: $0))
    }
    for number in 0..<count {
      let (id, isNew) = ("\(project.root.lastPathComponent)-\(number)", number % 2 == 0)
      var features = [Float](repeating: 0, count: PairFeatures.count)
      features[0] = 1
      features[PairFeatures.count - 1] = isNew ? 1 : 0
      let shot = exemplars[isNew ? 0 : 1].id
      let made = Suggestion(
        id: id, createdAt: day, documentURI: nil, instruction: "ask",
        draws: [ShotDraw(exemplar: shot)], propensity: 1, policyVersion: "day-zero",
        temperature: 1, model: "none", text: "x")
      try project.pool.record(
        made, events: [Feedback(suggestionID: id, event: .shown, at: day)],
        outcome: Outcome(
          suggestionID: id, at: day, instruction: "ask", encoder: "e", vector: [1, 0],
          shots: [OutcomeShot(exemplar: shot, pool: "p", features: features)]))
      try project.pool.record(
        Feedback(suggestionID: id, event: isNew ? .accepted : .rejected, at: day))
    }
    try await project.shareEvidence()
  }

  private func begunWith(_ project: Project) async throws -> Int {
    try await project.learningStatus().begunWith
  }

  /// Another process forgets an exemplar, and with it what became of its suggestions.
  @Test func whatWasForgottenElsewhereIsNotLearnedFrom() async throws {
    let project = try open("first")
    try await work(40, in: project)
    #expect(try await project.learningStatus().latestKept == 10)
    let other = try PromptPool(at: try #require(project.pool.url))
    try other.forget(try #require(try other.exemplars().first { $0.output == "b" }).id)
    let status = try await project.learningStatus()
    #expect(status.outcomes == 20 && status.learnedFrom == 20)
    #expect(status.latest == 20 && status.latestKept == 20)
    // What comes now has numbers that were given before.
    for number in 0..<2 {
      let id = "later-\(number)"
      try project.pool.record(
        Suggestion(
          id: id, createdAt: day, documentURI: nil, instruction: "ask", draws: [], propensity: 1,
          policyVersion: "day-zero", temperature: 1, model: "none", text: "x"),
        events: [Feedback(suggestionID: id, event: .shown, at: day)],
        outcome: Outcome(
          suggestionID: id, at: day, instruction: "ask", encoder: "e", vector: [1, 0]))
      try project.pool.record(Feedback(suggestionID: id, event: .rejected, at: day))
    }
    let later = try await project.learningStatus()
    #expect(later.latestKept == 18 && later.sentence == "18 of your last 20 kept")
  }

  @Test func aDamagedGateIsNotSaidToServe() async throws {
    let project = try open("first")
    try await work(2, in: project)
    func store(_ kind: LearnedKind, _ parameters: Data, last: Int64) throws -> Int64 {
      try #require(
        try project.pool.store(
          PromptPool.NewVersion(
            kind, outcomes: 1...last, note: "a note", parameters: parameters, score: 1,
            servedScore: 0, isPromoted: true))
      ).id
    }
    let gate = try store(.gate, Data("nothing".utf8), last: 1)
    let policy = try store(.policy, Data("1".utf8), last: 2)
    #expect(
      try await project.learningStatus().gate
        == "the shipped gate, because version \(gate) is damaged")
    await #expect(throws: ProjectError.versionUnreadable(gate)) {
      try await project.compareLearning(gate, gate)
    }
    await #expect(throws: ProjectError.differentKinds(.gate, .policy)) {
      try await project.compareLearning(gate, policy)
    }
  }

  @Test func aDamagedNetworkIsNotSaidToServe() async throws {
    let project = try open("first")
    let version = try project.pool.storeMatcher(parameters: Data("nothing".utf8), encoder: "e")
    try project.pool.serveMatcher(version)
    let policy = try await project.learningStatus().policy
    #expect(policy.hasSuffix("because version \(version) is damaged"))
  }

  @Test func theNextProjectBeginsWithIt() async throws {
    let first = try open("first")
    #expect(try await begunWith(first) == 0)
    try await work(10, in: first)
    #expect(try await begunWith(open("early")) == 0, "ten outcomes say nothing yet")
    try await work(40, in: open("second"))
    let next = try open("next")
    #expect(try await begunWith(next) == 1)
    let stored = try #require(try next.pool.learningStart())
    // It has begun: what others learn later changes nothing.
    try await work(2, in: next)
    try await work(40, in: open("third"))
    let again = try open("next")
    #expect(try again.pool.learningStart() == stored)
    #expect(try await begunWith(open("last")) == 2)
  }

  @Test func afterAResetNothingIsLeftForOthers() async throws {
    let first = try open("first")
    try await work(40, in: first)
    try await first.resetLearning()
    #expect(try await begunWith(open("next")) == 0)
  }

  @Test func aDamagedFileIsPassedOver() async throws {
    let first = try open("first")
    try await work(40, in: first)
    let file = scratch.data.folder(forProject: first.root).appending(path: "learned-weights.json")
    #expect(FileManager.default.fileExists(atPath: file.path))
    try Data(#"{"precision":[1e999],"information":[0],"outcomes":90}"#.utf8).write(to: file)
    #expect(try await begunWith(open("next")) == 0)
  }
}
