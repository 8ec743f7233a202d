import CompletionEngine
import Foundation
import ModelStore
import Personalization
import PillowProject
import PromptMatching
import PromptPool
import SentenceEncoder
import Settings
import SharedPools
import TestSupport
import Testing

/// What members of a team learn from each other.
@Suite(
  .serialized,
  .enabled(
    if: PostgresServer.isInstalled && TestModels.exists(TestModels.miniLM),
    "Debian's package postgresql or the sentence encoder is not installed"))
struct TeamLearningTests {
  private let scratch: ScratchProject
  private let server: PostgresServer
  private let day = Date(timeIntervalSince1970: 1_750_000_000)

  init() throws {
    scratch = try ScratchProject()
    server = try PostgresServer()
  }

  private func open(
    _ name: String, telling outcomes: TeamRemote.Outcomes = .none,
    engine: (any CompletionEngine)? = nil
  ) throws -> Project {
    let root = scratch.folder.appending(path: name)
    try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
    let project = try Project(
      root: root, settings: PillowSettings.defaults,
      models: ModelLibrary(store: ModelStore(folder: scratch.data)), engine: engine,
      starterPools: nil)
    if try project.pool.teamRemote("team") != nil { return project }
    try project.pool.add(
      TeamRemote(name: "team", address: server.address, pool: "team", outcomes: outcomes))
    return project
  }

  private func add(
    _ numbers: Range<Int>, to project: Project, pool: String = "team"
  ) throws {
    let kinds = ["colour", "weight", "origin"]
    for number in numbers {
      let kind = kinds[number % kinds.count]
      try project.pool.add(
        ExemplarDraft(
          instruction: "Note the \(kind) of stone \(number).", output: "\(kind) \(number)"),
        pool: pool)
    }
    project.poolChanged()
  }

  private func sync(_ projects: Project...) async throws {
    for project in projects {
      _ = try await project.withPool { try TeamSync($0, remote: "team").run() }
    }
  }

  // MARK: Outcomes

  @Test func theChoiceBeginsWithWhatOthersKept() async throws {
    let anna = try open("anna", telling: .numbers, engine: KindEngine())
    try add(0..<2, to: anna)
    let exemplars = try anna.pool.exemplars(pool: "team")
    var features = [Float](repeating: 0, count: PairFeatures.count)
    features[0] = 1
    for number in 0..<40 {
      let exemplar = exemplars[number % 2]
      let id = "anna-\(number)"
      try anna.pool.record(
        Suggestion(
          id: id, createdAt: day, instruction: "ask", draws: [ShotDraw(exemplar: exemplar.id)],
          propensity: 1, policyVersion: "day-zero", temperature: 1, model: "none", text: "x"),
        events: [Feedback(suggestionID: id, event: .shown, at: day)],
        outcome: Outcome(
          suggestionID: id, at: day, instruction: "ask", encoder: "e", vector: [1, 0],
          shots: [OutcomeShot(exemplar: exemplar.id, pool: "team", features: features)]))
      try anna.pool.record(
        Feedback(suggestionID: id, event: number % 2 == 0 ? .accepted : .rejected, at: day))
    }
    let early = try open("ben", telling: .numbers, engine: KindEngine())
    try await sync(anna, early)
    let ben = try open("ben", telling: .numbers, engine: KindEngine())
    let status = try await ben.learningStatus()
    #expect(status.begunWithTeam == 40 && status.learnedFrom == 0 && status.outcomes == 0)
    let request = InstructionRequest(instruction: "Tell something of stone 9.")
    let kept = exemplars[0].instruction
    let found = try await ben.match(request, shots: 2)
    #expect(found.shots.first?.exemplar.instruction == kept)
    // What others rejected is chosen less, and not forbidden.
    #expect(found.candidates.count == 2)
  }

  @Test func textsOfOthersTeachBesideThoseOfTheProject() async throws {
    let (anna, ben) = (
      try open("anna", telling: .text, engine: EchoEngine()),
      try open("ben", telling: .text, engine: EchoEngine())
    )
    try add(0..<30, to: anna)
    try await sync(anna, ben)
    for (project, numbers) in [(anna, 100..<140), (ben, 200..<224)] {
      for number in numbers {
        let text = "stone \(number)"
        let at = day + Double(number)
        _ = try await project.record(
          StandingText(text, kind: .typed, at: at),
          below: InstructionRequest(instruction: "Note the weight of \(text)."), documentURI: nil)
      }
    }
    let learning = IdleLearning(budget: 2, leastTexts: 60)
    #expect(try await ben.learnPolicy(learning) == nil, "its own are too few")
    try await sync(anna, ben)
    let version = try #require(try await ben.learnPolicy(learning))
    // It is tested on the newest of its own.
    #expect(version.lastOutcome - version.firstOutcome == 23)
    #expect(version.note.hasPrefix("On 20 held-out outcomes"))
    #expect(try await ben.learnPolicy(learning) == nil, "nothing is new")
  }

  // MARK: Versions

  /// A network that takes no exemplar is worse than one that takes the nearest.
  @Test func aPublishedNetworkServesWhereItIsBetter() async throws {
    let (anna, ben) = (
      try open("anna", engine: KindEngine()), try open("ben", engine: KindEngine())
    )
    for project in [anna, ben] { try add(0..<24, to: project, pool: "own") }
    #expect(try await anna.publish(.policy, to: "team") == nil, "it has none of its own")
    let encoder = try await ModelLibrary(store: ModelStore(folder: scratch.data)).encoder()
    func serve(_ prior: MatchingPrior, in project: Project) throws {
      let network = MatchingNetwork.dayZero(
        dimensions: encoder.dimensions, encoderIdentity: encoder.identity, prior: prior)
      try project.pool.serveMatcher(
        try project.pool.storeMatcher(
          parameters: network.serialized(), encoder: encoder.identity, note: "a note"))
    }
    try serve(.measured, in: anna)
    let idle = MatchingPrior(
      words: 0, form: 0, brevity: 0, agreement: 0, firstStop: 1e3, laterStop: 1e3)
    try serve(idle, in: ben)
    let good = try #require(try await anna.publish(.policy, to: "team"))
    let bad = try #require(try await ben.publish(.policy, to: "team"))

    let taken = try await ben.fetch(good, from: "team")
    #expect(taken.isServing, "\(taken.test)")
    #expect(try ben.pool.servedMatcher()?.version == taken.number)
    #expect(
      try ben.pool.servedMatcher()?.note == "version \(good) of the team, by admin: a note")
    let history = try LearningHistory(ben.pool)
    #expect(history.versions.isEmpty && history.networks.map(\.isServing) == [false, true])
    #expect(try await ben.rollBackLearning(.policy) != nil)
    #expect(try LearningHistory(ben.pool).networks.map(\.isServing) == [true, false])

    let refused = try await anna.fetch(bad, from: "team")
    #expect(!refused.isServing, "\(refused.test)")
    #expect(try anna.pool.servedMatcher()?.version == 1)
  }

  @Test func whatCannotBeUsedIsRefused() async throws {
    let project = try open("anna", engine: KindEngine())
    try add(0..<24, to: project)
    let sync = TeamSync(project.pool, remote: "team")
    func publish(_ kind: LearnedKind, _ files: [String: Data]) async throws -> Int64 {
      try await project.withPool { _ in
        try sync.publish(
          NewTeamVersion(kind, base: "another", note: "", files: files))
      }
    }
    let encoder = try await ModelLibrary(store: ModelStore(folder: scratch.data)).encoder()
    func network(
      dimensions: Int? = nil, signals: Int = 0, _ value: Float = 0.1
    ) throws -> Data {
      let layout = ParameterLayout(
        dimensions: dimensions ?? encoder.dimensions, hidden: 4, signals: signals)
      return try MatchingNetwork(
        layout: layout, encoderIdentity: encoder.identity,
        parameters: [Float](repeating: value, count: layout.count)
      ).serialized()
    }
    for version in [
      try await publish(.policy, [:]),
      try await publish(.policy, ["network": Data("nothing".utf8)]),
      try await publish(.policy, ["network": network(dimensions: 8)]),
      try await publish(.policy, ["network": network(signals: 9)]),
      try await publish(.policy, ["../../network": Data()]),
    ] {
      let error = await #expect(throws: TeamError.self) {
        try await project.fetch(version, from: "team")
      }
      #expect(error?.description.hasPrefix("The team’s version \(version) cannot be used") == true)
    }
    #expect(try project.pool.matcherVersions().isEmpty)
    // Scores that no number can hold choose something, and do not serve.
    try add(30..<54, to: project, pool: "own")
    for value in [Float.greatestFiniteMagnitude, -1e30] {
      let number = try await publish(.policy, ["network": network(value)])
      #expect(try await !project.fetch(number, from: "team").isServing)
    }
  }

  @Test(.enabled(if: TestModels.exists(TestModels.smolLM2), "the default model is not installed"))
  func anAdapterForAnotherModelIsRefusedAndOneThatIsNotBetterDoesNotServe() async throws {
    let (anna, ben) = (try open("anna"), try open("ben"))
    for project in [anna, ben] { try add(0..<24, to: project, pool: "own") }
    #expect(try await anna.publish(.adapter, to: "team") == nil, "it has none of its own")
    let shipped = TestPaths.package.appending(path: "Adapters/smollm2-135m-instruct")
    let folders = [anna, ben].map {
      scratch.data.folder(forProject: $0.root).appending(path: "adapters")
    }
    try FileManager.default.createDirectory(at: folders[0], withIntermediateDirectories: true)
    try FileManager.default.copyItem(at: shipped, to: folders[0].appending(path: "1"))
    try Data(#"{"version": 1, "earlier": []}"#.utf8).write(
      to: folders[0].appending(path: "serving.json"))
    let number = try #require(try await anna.publish(.adapter, to: "team"))
    // The same one serves already.
    let fetched = try await ben.fetch(number, from: "team")
    #expect(!fetched.isServing && fetched.number == 1)
    let weights = "1/adapter_model.safetensors"
    #expect(
      try Data(contentsOf: folders[1].appending(path: weights))
        == Data(contentsOf: shipped.appending(path: "adapter_model.safetensors")))
    let damaged = try await ben.withPool { pool in
      let sync = TeamSync(pool, remote: "team")
      let (version, files) = try sync.fetch(number)
      return try sync.publish(
        NewTeamVersion(
          .adapter, base: version.base, note: "",
          files: files.merging(["adapter_model.safetensors": Data(count: 100)]) { $1 }))
    }
    let refusal = await #expect(throws: TeamError.self) {
      try await ben.fetch(damaged, from: "team")
    }
    let said = refusal?.description ?? ""
    #expect(said.contains("cannot be used") && !said.contains(scratch.data.url.path), "\(said)")
    try server.run("UPDATE pillow.versions SET base = 'another' WHERE kind = 'adapter'")
    let error = await #expect(throws: TeamError.self) {
      try await ben.fetch(number, from: "team")
    }
    #expect(error?.description.contains("it is for the model another") == true)
    #expect(!FileManager.default.fileExists(atPath: folders[1].appending(path: "2").path))
  }
}

/// An answer is likely after an instruction that names it.
private struct EchoEngine: CompletionEngine {
  func identity() async throws -> EngineIdentity {
    EngineIdentity(model: "echo", promptForm: "none")
  }

  func complete(
    _ conversation: Conversation, options: CompletionOptions,
    onText: @escaping @Sendable (String) -> Void
  ) async throws -> Completion {
    Completion(text: "", identity: try await identity(), shots: [])
  }

  func likelihoods(of answers: [ConversationAnswer]) async throws -> [Likelihood]? {
    answers.map { answer in
      let isNamed = answer.conversation.request.instruction.contains(answer.answer)
      return Likelihood(nll: isNamed ? 2 : 6, tokens: 2)
    }
  }
}
