import CompletionEngine
import Foundation
import ModelStore
import Personalization
import PillowProject
import PromptMatching
import PromptPool

/// One person's weeks with one arm.
final class SimulatedWeeks {
  private let experiment: PersonalizationExperiment
  private let arm: PersonalizationArm
  private let stream: PersonStream
  private let seed: UInt64
  private let root: URL
  private let library: ModelLibrary
  private var result = PersonRun()
  /// What she did so far, for feedback that is shuffled.
  private var reactions: [PersonReaction] = []
  /// Explicit rejects so far: where, and after which exemplars.
  private var rejects: [(vector: [Float], shots: Set<Int64>)] = []
  private var generator: SeededGenerator

  init(
    _ experiment: PersonalizationExperiment, _ arm: PersonalizationArm, _ stream: PersonStream,
    person: Int
  ) {
    self.experiment = experiment
    self.arm = arm
    self.stream = stream
    seed = experiment.options.seed &* 1_000_003 &+ UInt64(person)
    generator = SeededGenerator(seed: seed &+ 17)
    let folder = experiment.folder.appending(path: "\(arm.rawValue)-\(person)")
    root = folder.appending(path: "project")
    library = ModelLibrary(
      store: ModelStore(folder: DataFolder(url: folder.appending(path: "data"))),
      sharingEncoderOf: experiment.models)
    result.change = stream.change
  }

  func run() async throws -> PersonRun {
    let start = ContinuousClock.now
    try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
    var project = try await open(experiment.engine)
    let pool = experiment.pool
    try await project.withPool { store in
      for exemplar in pool {
        do {
          try store.add(
            ExemplarDraft(
              instruction: exemplar.instruction, input: exemplar.input, output: exemplar.output,
              language: exemplar.language), pool: "start", origin: "simulation")
        } catch PromptPoolError.duplicate, PromptPoolError.invalidExemplar {}
      }
    }
    project.poolChanged()
    for place in stream.rows.indices {
      try Task.checkCancellation()
      try await step(place, project)
      if (place + 1) % experiment.options.trainEvery == 0, let engine = try await train(project) {
        project.close()
        project = try await open(engine)
      }
    }
    project.close()
    result.seconds = (ContinuousClock.now - start) / .seconds(1)
    try? FileManager.default.removeItem(at: root.deletingLastPathComponent())
    return result
  }

  private func open(_ engine: any CompletionEngine) async throws -> Project {
    try await Project.open(
      root: root, settings: experiment.settings, models: library, engine: engine,
      starterPools: nil, learning: arm.switches)
  }

  // MARK: One instruction

  private func step(_ place: Int, _ project: Project) async throws {
    let row = stream.rows[place]
    let request = row.request
    let date = Date(timeIntervalSince1970: 1_700_000_000 + 60 * Double(place))
    let match = try await project.match(request)
    let answer = try await experiment.answer(request, match, project)
    var isShown = !answer.text.isEmpty && !answer.isFaulty
    var probability = 1.0
    var score: Double?
    if isShown, arm.switches.gate, !answer.evidence.isEmpty {
      let decision = project.gateDecision(
        answer.evidence, shipped: experiment.shipped, least: 0,
        text: "\(place) \(answer.text)")
      (isShown, probability, score) = (
        decision.isShown, decision.showProbability, decision.probability
      )
    }
    let reaction = PersonReaction(
      isShown ? answer.text : nil, reference: row.output, habits: stream.habits,
      seed: seed &* 7919 &+ UInt64(place))
    countRejects(reaction, match)
    var step = PersonStep(
      arm: arm.rawValue, person: stream.name, instruction: row.instruction, reference: row.output,
      answer: answer.text, isShown: isShown, isFaulty: answer.isFaulty, shots: match.shots.count,
      event: reaction.event, keptCharacters: reaction.keptCharacters, distance: reaction.distance)
    if experiment.options.regretEvery > 0, place % experiment.options.regretEvery == 0 {
      step.regret = try await regret(row, match, project)
    }
    result.steps.append(step)
    let told = toldReaction(reaction, place)
    reactions.append(reaction)
    guard let told else { return }
    try await learn(
      told, of: row, isHers: arm != .shuffled,
      suggestion(answer, match, request, date, isShown: isShown, score: score),
      match, answer.evidence, probability, project)
  }

  /// What the project hears: in the shuffled arm what she did about another instruction.
  private func toldReaction(_ reaction: PersonReaction, _ place: Int) -> PersonReaction? {
    guard arm == .shuffled else { return reaction }
    guard place > 0 else { return nil }
    return reactions[Int(generator.uniform() * Double(place))]
  }

  private func suggestion(
    _ answer: SimulatedAnswer, _ match: MatchResult, _ request: InstructionRequest, _ date: Date,
    isShown: Bool, score: Double?
  ) -> Suggestion? {
    guard !answer.text.isEmpty else { return nil }
    var suggestion = Suggestion(
      id: UUID().uuidString, at: date, documentURI: nil, request: request, match: match,
      completion: answer.completion, text: answer.text)
    suggestion.isWithheld = !isShown
    suggestion.gateScore = score
    return suggestion
  }

  private func learn(
    _ told: PersonReaction, of row: Demonstration, isHers: Bool, _ suggestion: Suggestion?,
    _ match: MatchResult, _ evidence: [Double], _ probability: Double, _ project: Project
  ) async throws {
    let date = suggestion?.createdAt ?? Date(timeIntervalSince1970: 1_700_000_000)
    let standing = StandingText(told.standing, kind: told.kind, at: date.addingTimeInterval(120))
    let outcome: Int64?
    let clock = ContinuousClock()
    var spent = Duration.zero
    if let suggestion {
      let shown = Feedback(suggestionID: suggestion.id, event: .shown, at: date)
      try await project.record(
        suggestion, events: suggestion.isWithheld ? [] : [shown], match: match,
        evidence: evidence, showProbability: probability)
      let begin = clock.now
      if !suggestion.isWithheld, let event = told.event {
        _ = try await project.record(
          Feedback(suggestionID: suggestion.id, event: event, at: date.addingTimeInterval(5)))
        if event == .accepted {
          _ = try await project.record(
            Feedback(
              suggestionID: suggestion.id, event: .kept, at: date.addingTimeInterval(120),
              keptShare: told.kind == .accepted ? 1 : max(0, 1 - told.distance),
              secondsAfterAccept: 120))
        }
      }
      outcome = try await project.record(standing, ofSuggestion: suggestion.id)
      try await project.learnNow()
      spent = clock.now - begin
    } else {
      outcome = try await project.record(standing, below: row.request, documentURI: nil)
    }
    result.milliseconds.append(spent / .milliseconds(1))
    guard let outcome else { return }
    if arm.harvests {
      let harvested = try await project.harvestStandingTexts()
      count(wasBelieved: harvested[outcome] != nil, isHers: isHers)
    }
    if arm.switches.gate { _ = try await project.calibrateGate(shipped: experiment.shipped) }
  }

  /// How well texts are told apart that belong to their instruction and that do not.
  private func count(wasBelieved: Bool, isHers: Bool) {
    if isHers {
      result.right += 1
      if !wasBelieved { result.refusedRight += 1 }
    } else {
      result.wrong += 1
      if wasBelieved { result.believedWrong += 1 }
    }
  }

  private func countRejects(_ reaction: PersonReaction, _ match: MatchResult) {
    guard let vector = match.learned?.vector else { return }
    let shots = Set(match.shots.map(\.exemplar.id))
    let like = rejects.filter {
      zip($0.vector, vector).reduce(0) { $0 + $1.0 * $1.1 } >= ContextMemory.likeCosine
    }
    for shot in shots where like.count(where: { $0.shots.contains(shot) }) >= 3 {
      if reaction.event != nil { result.shownAfterThreeRejects += 1 }
    }
    if reaction.event == .accepted {
      // An accept in a like context takes the rejects back.
      for place in rejects.indices
      where zip(rejects[place].vector, vector).reduce(0, { $0 + $1.0 * $1.1 })
        >= ContextMemory.likeCosine
      {
        rejects[place].shots.subtract(shots)
      }
    }
    if reaction.event == .rejected { rejects.append((vector, shots)) }
  }

  private func regret(
    _ row: Demonstration, _ match: MatchResult, _ project: Project
  ) async throws -> Double? {
    guard let first = match.shots.first?.exemplar.id, match.candidates.count > 1 else { return nil }
    let ids = match.candidates
    let exemplars = try await project.withPool { try $0.exemplars(ids: ids) }
    let found = try await experiment.engine.likelihoods(
      of: exemplars.map { exemplar in
        ConversationAnswer(
          Conversation(
            row.request,
            shots: [
              Demonstration(
                instruction: exemplar.instruction, input: exemplar.input, output: exemplar.output)
            ]), answer: row.output)
      })
    guard let values = found?.map(\.nllPerToken), let best = values.min(),
      let place = exemplars.firstIndex(where: { $0.id == first })
    else { return nil }
    return values[place] - best
  }

  // MARK: Idle time

  /// - Returns: another engine, when an adapter came into service.
  private func train(_ project: Project) async throws -> (any CompletionEngine)? {
    let options = experiment.options
    let learning = IdleLearning(
      budget: options.trainSeconds, leastTexts: min(100, options.trainEvery), seed: seed,
      isForeground: true)
    do {
      if arm.switches.network, let version = try await project.learnPolicy(learning) {
        count(version)
      }
      guard arm.switches.adapter, let adapter = try await project.learnAdapter(learning) else {
        return nil
      }
      count(adapter.version)
      guard adapter.version.isPromoted else { return nil }
      return MemoisedEngine(experiment.tuned(adapter.folder))
    } catch let error where !(error is CancellationError) {
      result.problems.append("\(stream.name), \(arm.rawValue): \(error)")
      return nil
    }
  }

  private func count(_ version: LearningVersion) {
    result.trainings.append(
      .init(
        arm: arm.rawValue, person: stream.name, after: result.steps.count,
        kind: version.kind.rawValue, isPromoted: version.isPromoted, note: version.note))
  }
}
