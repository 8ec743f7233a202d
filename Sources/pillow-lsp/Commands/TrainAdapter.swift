import ArgumentParser
import CompletionEngine
import FineTuning
import Foundation
import Kernels
import LanguageModel
import ModelFormats
import ModelStore
import PillowProject
import PromptPool
import SentenceEncoder
import Settings
import Tokenizers

struct TrainAdapter: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "adapter",
    abstract:
      "Train a LoRA adapter for a language model from a file, a pool or the project's feedback.",
    discussion: """
      --data names a JSONL file. Its rows are instruction, input and output; prompt and completion; prompt, chosen and \
      rejected; or prompt, completion and label; each with an optional weight. Instructions are written out in the form \
      that serves, each time with 0 to --shots of the most similar other rows. A tenth of the rows is held out, and the \
      parameters that are best on it are kept. --out gets a PEFT folder that --adapter takes. When the same command is \
      given again after an interruption, training goes on from the last checkpoint.
      """)

  @OptionGroup var model: TrainedModelArguments
  @OptionGroup var conversation: ConversationArguments
  @OptionGroup var source: TrainingSourceArguments
  @Option(
    help: "The folder that gets the adapter; by default it becomes a version of the project's.")
  var out: String?
  @Option(
    help: """
      An adapter to go on from, or none; by default the one that comes with the default model where \
      that is trained.
      """)
  var start: String?
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

  func run() async throws {
    let arguments = self
    let report = try await TrainingInput.train(
      source, schedule, nice: nice,
      engine: {
        let identity = ModelIdentity.of(try GGUFFile(contentsOf: model.url()))
        return try model.engine(conversation, adapter: startingAdapter(identity), nice: nice)
      },
      { try arguments.train($0, $1) })
    if json { return try Output.json(report) }
    for line in report.lines { Output.line(line) }
    if let version = report.version {
      Output.line(
        report.serves == true
          ? "adapter \(version) of the project serves now"
          : "adapter \(version) of the project is kept and does not serve")
    } else {
      Output.line("use it with --adapter \(report.adapter ?? "")")
    }
  }

  private var adapterSettings: AdapterSettings {
    let ranks = ranks?.ranks ?? [:]
    return AdapterSettings(
      rank: rank, alpha: alpha, isRankStabilised: rslora,
      modules: AdapterModule.allCases.filter { ranks[$0] != 0 },
      moduleRanks: ranks.filter { $0.value > 0 })
  }

  /// What to go on from, for a model of an identity.
  private func startingAdapter(_ identity: String) -> URL? {
    if let start {
      return start == PillowSettings.noAdapter ? nil : ModelLibrary.url(start)
    }
    guard model.model == nil else { return nil }
    return AdapterChoice(PillowSettings()).candidates.first { $0.base == identity }?.url
  }

  private func train(_ input: TrainingInput, _ control: PassControl) throws -> TrainingReport {
    let settings = schedule.settings(rate: TrainingSettings().rate)
    let base = try model.load(conversation)
    let versions = AdapterVersions(ofProject: source.project.root)
    let number = out == nil ? versions.nextNumber : nil
    let folder = out.map { URL(filePath: $0) } ?? versions.url(of: versions.nextNumber)
    let parameters = AdapterParameters(
      adapterSettings, shape: base.model.shape, seed: settings.seed)
    let start = try startingAdapter(ModelIdentity.of(base.model.file)).map {
      try AdapterParts(contentsOf: $0, architecture: base.model.shape.architecture)
    }
    if let start { try parameters.begin(with: start) }
    let training = try ModelTraining(
      parameters, of: base.model, form: base.form, examples: input.examples,
      neighbours: input.neighbours,
      settings: settings, team: ThreadTeam(threads: model.threads, nice: nice),
      control: control, checkpoint: folder.appending(path: "checkpoint.safetensors"))
    for warning in training.warnings { Output.message("warning: \(warning)") }
    let result = try training.run { TrainingProgressLine.show($0) }
    try AdapterWriter.writePEFT(
      training.parameters, of: base.model, base: base.name, type: half ? .float16 : .float32,
      completesFiles: training.completesFiles || start?.completesFiles == true, to: folder)
    let version = AdapterVersions.Version(
      number: number ?? 1, created: Date(), base: ModelIdentity.of(base.model.file),
      data: TrainingFile.fingerprint(of: input.examples),
      settings: "rank \(rank), rate \(settings.rate), \(settings.epochs) epochs, "
        + "\(settings.shots) shots, seed \(settings.seed)"
        + (schedule.replay > 0 ? ", replay \(schedule.replay)" : ""),
      examples: result.trainingExamples, before: result.before, after: result.after)
    try AdapterVersions.record(version, in: folder)
    if let number, result.isBetter { try versions.use(number, base: nil) }
    if result.before != nil, !result.isBetter {
      Output.message(
        "warning: on held-out examples the adapter is no better than what it began with, so do not use it"
      )
    }
    var report = TrainingReport(result)
    report.adapter = folder.path(percentEncoded: false)
    report.version = number
    report.serves = number != nil && result.isBetter
    return report
  }
}
