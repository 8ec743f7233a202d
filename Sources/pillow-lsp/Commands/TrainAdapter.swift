import ArgumentParser
import FineTuning
import Foundation
import Kernels
import LanguageModel
import ModelFormats
import ModelStore
import PromptPool
import SentenceEncoder
import Tokenizers

struct TrainAdapter: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "adapter",
    abstract: "Train a LoRA adapter for a language model from examples.",
    discussion: """
      --data names a JSONL file. Its rows are instruction, input and output; prompt and completion; prompt, chosen and \
      rejected; or prompt, completion and label; each with an optional weight. Instructions are written out in the form \
      that serves, each time with 0 to --shots of the most similar other rows. A tenth of the rows is held out, and the \
      parameters that are best on it are kept. --out gets a PEFT folder that --adapter takes. When the same command is \
      given again after an interruption, training goes on from the last checkpoint.
      """)

  @OptionGroup var model: TrainedModelArguments
  @OptionGroup var conversation: ConversationArguments
  @Option(help: "A JSONL file of examples.") var data: String
  @Option(
    help: "The folder that gets the adapter; by default it becomes a version of the project's.")
  var out: String?
  @Option(help: "The project's folder.") var project = "."
  @Option(help: "The rank of the adapter's matrices.") var rank = 16
  @Option(help: "What the adapter is multiplied by is alpha/rank; by default 2·rank.")
  var alpha: Float?
  @Flag(help: "Divide alpha by the root of the rank (rsLoRA).") var rslora = false
  @Option(
    help: """
      Ranks of single modules, as down=32,key=8; of query, key, value, output, gate, up, down. 0 \
      leaves a module out.
      """)
  var ranks: ModuleRanks?
  @OptionGroup var schedule: TrainingScheduleArguments
  @Flag(help: "Store the adapter's values as float16, in half of the space.") var half = false
  @Flag(help: "Train with ordinary priority; by default everything else on the machine goes first.")
  var foreground = false
  @Flag(help: "Print one JSON object at the end.") var json = false

  func validate() throws {
    guard (1...512).contains(rank) else {
      throw ValidationError("--rank has to be a whole number from 1 to 512.")
    }
  }

  private var nice: Int { foreground ? 0 : SerialThread.backgroundNice }

  private struct HeldOut: Encodable {
    let before, after: Double
  }

  private struct Report: Encodable {
    let steps, tokens: Int
    let tokensPerSecond: Double
    let peakMemoryBytes: Int
    /// Nil where nothing was held out.
    let heldOut: HeldOut?
    let examples, heldOutExamples, bestStep: Int
    let seconds: Double
    let adapter: String
    /// Of the project; nil with --out.
    let version: Int?
    let serves: Bool
  }

  func run() async throws {
    let file = try TrainingFile(contentsOf: URL(filePath: data))
    for problem in file.problems { Output.message("warning: \(problem)") }
    let examples = file.examples.filter { example in
      guard let secret = example.texts.lazy.compactMap(SecretScanner.find).first else {
        return true
      }
      Output.message("warning: \(example.place) is skipped: it seems to hold \(secret.kind)")
      return false
    }
    let shots = schedule.shots
    let neighbours =
      shots > 0
      ? try await NearestExamples.find(
        examples, count: 2 * shots + 8, encoder: ModelStore()) : []
    let settings = schedule.settings
    let arguments = self
    // Training takes a thread of its own, of low priority, for as long as it lasts.
    let control = PassControl()
    let report = try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        SerialThread(name: "pillow-train", nice: nice).add {
          continuation.resume(
            with: Result {
              try arguments.train(examples, neighbours, settings, control)
            })
        }
      }
    } onCancel: {
      control.cancel()
    }
    if json { return try Output.json(report) }
    Output.line(
      String(
        format: "%d steps, %d tokens, %.0f tokens per second", report.steps, report.tokens,
        report.tokensPerSecond))
    if let heldOut = report.heldOut {
      Output.line(
        String(
          format: "held-out loss per answer token: %.4f before, %.4f after (step %d)",
          heldOut.before, heldOut.after, report.bestStep))
    }
    if let version = report.version {
      Output.line(
        report.serves
          ? "adapter \(version) of the project serves now"
          : "adapter \(version) of the project is kept and does not serve")
    } else {
      Output.line("use it with --adapter \(report.adapter)")
    }
  }

  private var adapterSettings: AdapterSettings {
    let ranks = ranks?.ranks ?? [:]
    return AdapterSettings(
      rank: rank, alpha: alpha, isRankStabilised: rslora,
      modules: AdapterModule.allCases.filter { ranks[$0] != 0 },
      moduleRanks: ranks.filter { $0.value > 0 })
  }

  private func train(
    _ examples: [TrainingExample], _ neighbours: [[Int]], _ settings: TrainingSettings,
    _ control: PassControl
  ) throws -> Report {
    let base = try model.load(conversation)
    let versions = AdapterVersions(ofProject: URL(filePath: project))
    let number = out == nil ? versions.nextNumber : nil
    let folder = out.map { URL(filePath: $0) } ?? versions.url(of: versions.nextNumber)
    let training = try AdapterTraining(
      base.model, form: base.form, examples: examples, neighbours: neighbours,
      adapter: adapterSettings, training: settings,
      team: ThreadTeam(threads: model.threads, nice: nice),
      control: control, checkpoint: folder.appending(path: "checkpoint.safetensors"))
    for warning in training.warnings { Output.message("warning: \(warning)") }
    let result = try training.run { TrainingProgressLine.show($0) }
    try AdapterWriter.writePEFT(
      training.adapter, of: base.model, base: base.name, type: half ? .float16 : .float32,
      completesFiles: training.completesFiles, to: folder)
    let isBetter = result.before.flatMap { before in result.after.map { $0 < before } } ?? false
    let version = AdapterVersions.Version(
      number: number ?? 1, created: Date(), base: ModelIdentity.of(base.model.file),
      data: TrainingFile.fingerprint(of: examples),
      settings: "rank \(rank), rate \(settings.rate), \(settings.epochs) epochs, "
        + "\(settings.shots) shots, seed \(settings.seed)",
      examples: result.trainingExamples, before: result.before, after: result.after)
    try AdapterVersions.record(version, in: folder)
    if let number, isBetter { try versions.use(number, base: nil) }
    if result.before != nil, !isBetter {
      Output.message(
        "warning: on held-out examples the adapter is no better than the bare model, so do not use it"
      )
    }
    return Report(
      steps: result.steps, tokens: result.tokens, tokensPerSecond: result.tokensPerSecond,
      peakMemoryBytes: TrainingMemory.peak,
      heldOut: result.before.flatMap { before in
        result.after.map { HeldOut(before: before, after: $0) }
      },
      examples: result.trainingExamples, heldOutExamples: result.heldOutExamples,
      bestStep: result.bestStep, seconds: result.seconds,
      adapter: folder.path(percentEncoded: false), version: number,
      serves: number != nil && isBetter)
  }
}
