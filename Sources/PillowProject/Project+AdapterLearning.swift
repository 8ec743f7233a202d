import CompletionEngine
package import FineTuning
public import Foundation
import Kernels
import LanguageModel
import ModelFormats
import ModelStore
import Personalization
import PromptMatching
public import PromptPool
import Settings
import Tokenizers

/// An adapter that was trained on what a person keeps.
public struct LearnedAdapter: Sendable {
  public let version: LearningVersion
  /// A PEFT folder.
  public let folder: URL
}

extension Project {
  /// Trains a LoRA adapter on standing texts: supervised, each weighted by how much it is to be
  /// trusted, in the form of prompts that serves; and on what was corrected or rejected, by DPO
  /// (arXiv 2305.18290). It serves when the newest texts, which took no
  /// part, are likelier with it than with what serves now.
  ///
  /// Training runs on a thread of low priority.
  ///
  /// - Returns: nil when there is too little to learn from.
  /// - Throws: `TrainingError`, `ModelError`, `PromptPoolError`, `CancellationError`.
  public func learnAdapter(_ learning: IdleLearning = IdleLearning()) async throws
    -> LearnedAdapter?
  {
    guard learner.switches.adapter else { return nil }
    guard let texts = try await textsToLearn(.adapter, learning, where: { _ in true }) else {
      return nil
    }
    let file = try ModelLibrary.file(settings.modelOrDefault, in: models.store)
    let versions = AdapterVersions(learningFolder.appending(path: "adapters"))
    let number = versions.nextNumber
    let taught = texts.taught
    let preferences = try await preferences(taught)
    let work = AdapterWork(
      file: file, template: settings.chatTemplateOrDefault,
      start: AdapterChoice(settings).candidates,
      examples: taught.map(\.trainingExample) + preferences,
      neighbours: Self.neighbours(taught) + preferences.map { _ in [] },
      shots: settings.shotsOrDefault, folder: versions.url(of: number), number: number,
      learning: learning)
    let result = try await TrainingThread.run(nice: learning.nice) { try work.run($0) }
    try versions.add(result)
    let test = try await compare(
      adapter: versions.url(of: number), on: texts.heldOut, shownBefore: taught)
    let stored = try await withPool { pool in
      try pool.store(
        .init(
          .adapter, outcomes: texts.outcomes, note: test.summary,
          parameters: Data("\(number)".utf8), score: test.newMean, servedScore: test.servedMean,
          isPromoted: test.isPassed))
    }
    guard let stored else { return nil }
    if stored.isPromoted { try versions.use(number, base: nil) }
    return LearnedAdapter(version: stored, folder: versions.url(of: number))
  }

  /// What was corrected, and, once there are enough, what was rejected, up to the last of `taught`.
  private func preferences(_ taught: [Outcome]) async throws -> [TrainingExample] {
    let last = taught.last?.id ?? 0
    let rejected = try await withPool { pool in
      try pool.rejections(since: try pool.learnsSince()).filter { $0.id <= last }
    }.compactMap(\.rejection)
    return taught.compactMap(\.correction)
      + (rejected.count >= Self.leastRejections ? rejected : [])
  }

  /// Fewer rejections say little without answers to compare them with.
  private static var leastRejections: Int { 100 }

  /// What stands below the project's instructions, oldest first, to train on.
  ///
  /// - Throws: `PromptPoolError`.
  package func standingExamples() async throws -> [TrainingExample] {
    try await trainingTexts { _ in true }.map(\.trainingExample)
  }

  /// How likely the newest texts are, per token, with an adapter and with what serves: after as many
  /// shots as are served, the nearest of the older texts.
  func compare(
    adapter: URL, on outcomes: [Outcome], shownBefore older: [Outcome]
  ) async throws -> PromotionGate {
    var tuned = settings
    tuned.adapter = adapter.path(percentEncoded: false)
    tuned.adapterScale = nil
    let known = Self.pool(older)
    let shots = settings.shotsOrDefault
    let asked = outcomes.map { outcome in
      let nearest = known.nearest(to: outcome.vector, count: shots, excluded: [])
      return ConversationAnswer(
        Conversation(
          outcome.demonstration.request, shots: nearest.reversed().map { older[$0].demonstration }),
        answer: outcome.demonstration.output)
    }
    let new = try await models.engine(tuned).likelihoods(of: asked) ?? []
    let served = try await engine.likelihoods(of: asked) ?? []
    return PromotionGate(new: new.map { -$0.nllPerToken }, served: served.map { -$0.nllPerToken })
  }

  /// The most alike other outcomes of each, best first.
  private static func neighbours(_ outcomes: [Outcome]) -> [[Int]] {
    let pool = pool(outcomes)
    return outcomes.indices.map { place in
      pool.nearest(to: outcomes[place].vector, count: 12, excluded: [place])
    }
  }

  private static func pool(_ outcomes: [Outcome]) -> EmbeddedPool {
    EmbeddedPool(
      vectors: outcomes.flatMap(\.vector), dimensions: outcomes.first?.vector.count ?? 1)
  }
}

/// One training, on a thread of its own.
private struct AdapterWork: Sendable {
  var file: URL
  var name: String { file.lastPathComponent }
  var template: String
  /// The adapters that the settings allow to go on from, the best first.
  var start: [AdapterFile]
  var examples: [TrainingExample]
  var neighbours: [[Int]]
  var shots: Int
  var folder: URL
  var number: Int
  var learning: IdleLearning

  func run(_ control: PassControl) throws -> AdapterVersions.Version {
    let name = name
    let file = try GGUFFile(contentsOf: file)
    let base = try FrozenModel(file)
    let form = PromptForm(
      template: try ChatTemplate(gguf: file, setting: template.isEmpty ? nil : template),
      tokenizer: try Tokenizer(gguf: file), context: base.shape.trainedContext)
    var settings = TrainingSettings()
    settings.shots = min(3, shots)
    settings.budget = learning.budget
    settings.seed = learning.seed
    settings.heldOut = 0.2
    settings.preference = .dpo
    let parameters = AdapterParameters(AdapterSettings(), shape: base.shape, seed: settings.seed)
    // It would take the place of the adapter that comes with the model, so it begins with that one.
    let start = try start.first { $0.base == nil || $0.base == ModelIdentity.of(file) }.map {
      try AdapterParts(contentsOf: $0.url, architecture: base.shape.architecture)
    }
    if let start { try parameters.begin(with: start) }
    let training = try ModelTraining(
      parameters, of: base, form: form, examples: examples, neighbours: neighbours,
      settings: settings,
      team: ThreadTeam(threads: 2, nice: learning.nice),
      control: control, checkpoint: folder.appending(path: "checkpoint.safetensors"))
    let result = try training.run { _ in }
    try AdapterWriter.writePEFT(
      parameters, of: base, base: name,
      completesFiles: training.completesFiles || start?.completesFiles == true, to: folder)
    return AdapterVersions.Version(
      number: number, created: Date(), base: ModelIdentity.of(base.file),
      data: TrainingFile.fingerprint(of: examples),
      settings: "learned from \(examples.count) standing texts, seed \(settings.seed)",
      examples: result.trainingExamples, before: result.before, after: result.after)
  }
}

extension Outcome {
  /// What was accepted or corrected is trusted more than what was typed beside a suggestion.
  fileprivate var trainingExample: TrainingExample {
    let weight: Float = standing?.kind == .typed ? 0.7 : 1
    return TrainingExample(
      .instruction(shown(standing?.text ?? "")), language: language, weight: weight,
      place: id == 0 ? "an outcome of the team" : "outcome \(id)")
  }

  /// That a correction is better than what was suggested; nil where nothing was corrected.
  fileprivate var correction: TrainingExample? {
    guard let standing, standing.kind == .edited, !suggested.isEmpty, suggested != standing.text
    else { return nil }
    return TrainingExample(
      .choice(shown(standing.text), over: suggested), language: language,
      place: "outcome \(id), corrected")
  }

  /// That a suggestion was rejected; nil where it was not.
  fileprivate var rejection: TrainingExample? {
    guard event == .rejected, !suggested.isEmpty else { return nil }
    return TrainingExample(
      .judged(shown(suggested), isGood: false), language: language,
      place: "outcome \(id), rejected")
  }

  private func shown(_ answer: String) -> ShownExample {
    ShownExample(instruction: instruction, input: input, output: answer)
  }
}
