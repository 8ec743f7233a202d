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
      2.2 GB for the default model. --out gets a GGUF file that --model takes. When the same command is given again after \
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
  @Flag(help: "Train with ordinary priority; by default everything else on the machine goes first.")
  var foreground = false
  @Flag(help: "Print one JSON object at the end.") var json = false

  private static func type(_ name: String) throws -> TensorType {
    try name.lowercased() == "f32" ? .f32 : Quantisation.type(name)
  }

  private var nice: Int { foreground ? 0 : SerialThread.backgroundNice }

  private struct Report: Encodable {
    let training: TrainingReport
    /// Held-out loss of the file that was written.
    let written: Double?
    let model, type: String

    func encode(to encoder: any Encoder) throws {
      try training.encode(to: encoder)
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encodeIfPresent(written, forKey: .written)
      try container.encode(model, forKey: .model)
      try container.encode(type, forKey: .type)
    }

    enum CodingKeys: CodingKey { case written, model, type }
  }

  func run() async throws {
    let input = try await TrainingInput.read(source, shots: schedule.shots)
    let arguments = self
    let report = try await TrainingInput.onThread(nice: nice) { control in
      try arguments.train(input, control)
    }
    if json { return try Output.json(report) }
    for line in report.training.lines { Output.line(line) }
    if let written = report.written {
      Output.line(String(format: "with matrices in %@: %.4f", report.type, written))
    }
    Output.line("use it with --model \(report.model)")
  }

  private var file: URL {
    out.hasSuffix(".gguf") ? URL(filePath: out) : URL(filePath: out).appending(path: "model.gguf")
  }

  private func train(_ input: TrainingInput, _ control: PassControl) throws -> Report {
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
    return Report(
      training: TrainingReport(result), written: written, model: file.path(percentEncoded: false),
      type: type.name)
  }

  /// A tenth of an adapter's, as is usual.
  private static let usualRate: Float = 3e-5
}
