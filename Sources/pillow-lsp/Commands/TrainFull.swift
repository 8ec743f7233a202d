import ArgumentParser
import FineTuning
import Foundation
import Kernels
import ModelFormats

struct TrainFull: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "full",
    abstract: "Train all of a language model's values from examples, and write a new model.",
    discussion: """
      Examples are those that `train adapter` takes. All values are trained in float32, which needs 16 bytes of memory for each: \
      3.9 GB in all for the default model. --out gets a GGUF file that --model takes. When the same command is given again after \
      an interruption, training goes on from the last checkpoint.
      """)

  @OptionGroup var model: TrainedModelArguments
  @OptionGroup var conversation: ConversationArguments
  @OptionGroup var source: TrainingSourceArguments
  @Option(help: "The GGUF file to write; model.gguf in this folder if it has no .gguf at its end.")
  var out: String
  @Option(
    help: "The type of the new file's matrices: F32, \(Quantisation.names).", transform: Self.type)
  var type = TensorType.q8_0
  @OptionGroup var schedule: TrainingScheduleArguments
  /// Scripts give the options of `train adapter`.
  @Option(help: .hidden) var rank: Int?
  @Flag(help: "Train with ordinary priority; by default everything else on the machine goes first.")
  var foreground = false
  @Flag(help: "Print one JSON object at the end.") var json = false

  private static func type(_ name: String) throws -> TensorType {
    try name.lowercased() == "f32" ? .f32 : Quantisation.type(name)
  }

  private var nice: Int { foreground ? 0 : SerialThread.backgroundNice }

  func run() async throws {
    if rank != nil {
      Output.message("warning: --rank is about adapters and changes nothing here")
    }
    let arguments = self
    let report = try await TrainingInput.train(
      source, schedule, nice: nice,
      engine: { try model.engine(conversation, nice: nice) },
      { try arguments.train($0, $1) })
    if json { return try Output.json(report) }
    for line in report.lines { Output.line(line) }
    if let written = report.written, let type = report.type {
      Output.line(String(format: "with matrices in %@: %.4f", type, written))
    }
    Output.line("use it with --model \(report.model ?? "")")
  }

  private var file: URL {
    out.hasSuffix(".gguf") ? URL(filePath: out) : URL(filePath: out).appending(path: "model.gguf")
  }

  private func train(_ input: TrainingInput, _ control: PassControl) throws -> TrainingReport {
    let base = try model.load(conversation)
    let training = try ModelTraining(
      ModelParameters(copying: base.model), of: base.model, form: base.form,
      examples: input.examples, neighbours: input.neighbours,
      settings: schedule.settings(rate: Self.usualRate),
      team: ThreadTeam(threads: model.threads, nice: nice), control: control, usesIntegers: false,
      checkpoint: file.appendingPathExtension("checkpoint"))
    for warning in training.warnings { Output.message("warning: \(warning)") }
    let result = try training.run { TrainingProgressLine.show($0) }
    try ModelWriter.write(training.parameters, of: base.model, as: type, to: file)
    let written =
      result.after == nil || type == .f32
      ? nil : try training.measure(FrozenModel(GGUFFile(contentsOf: file)))
    if let before = result.before, written ?? result.after ?? before >= before {
      Output.message(
        "warning: on held-out examples the new model is no better than the old one, so do not use it"
      )
    }
    var report = TrainingReport(result)
    report.model = file.path(percentEncoded: false)
    report.type = type.name
    report.written = written
    return report
  }

  /// A tenth of an adapter's, as is usual.
  private static let usualRate: Float = 3e-5
}
