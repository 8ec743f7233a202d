import FineTuning
import Foundation
import Kernels
import LanguageModel
import ModelFormats
import TestSupport
import Tokenizers

/// A small random model with a tokenizer of bytes, and examples that it can learn.
struct SmallModel {
  let url: URL
  let model: FrozenModel
  let form: PromptForm

  init(_ name: String = "qwen3") throws {
    url = TestPaths.package.appending(
      path: "Tests/LanguageModelTests/Resources/architectures/\(name).gguf")
    let file = try GGUFFile(contentsOf: url)
    model = try FrozenModel(file)
    form = PromptForm(
      template: ChatTemplate(.alpaca), tokenizer: try Tokenizer(gguf: file), context: 512)
  }

  /// Each asks for the letters of a word in capitals.
  static let examples: [TrainingExample] = [
    "tree", "river", "stone", "cloud", "grass", "bread", "light", "water", "house", "night",
    "smoke", "chair",
  ].map {
    TrainingExample(
      .instruction(ShownExample(instruction: "Shout \($0)", output: $0.uppercased())), place: $0)
  }

  /// The next two, round about.
  static let neighbours = examples.indices.map { index in
    [1, 2].map { (index + $0) % examples.count }
  }

  static var settings: TrainingSettings {
    var settings = TrainingSettings()
    settings.epochs = 8
    settings.batch = 4
    settings.rate = 2e-3
    settings.shots = 2
    settings.maximumTokens = 384
    settings.heldOut = 0.2
    settings.measurements = 3
    settings.seed = 5
    return settings
  }

  func training(
    _ settings: TrainingSettings = settings, examples: [TrainingExample] = examples,
    threads: Int = 2, control: PassControl = PassControl(), checkpoint: URL? = nil
  ) throws -> ModelTraining<AdapterParameters> {
    try training(
      AdapterParameters(AdapterSettings(rank: 4), shape: model.shape, seed: settings.seed),
      settings,
      examples: examples, threads: threads, control: control, checkpoint: checkpoint)
  }

  func training<Parameters: TrainedParameters>(
    _ parameters: Parameters, _ settings: TrainingSettings = settings,
    examples: [TrainingExample] = examples, threads: Int = 2, control: PassControl = PassControl(),
    checkpoint: URL? = nil
  ) throws -> ModelTraining<Parameters> {
    try ModelTraining(
      parameters, of: model, form: form, examples: examples,
      neighbours: examples.count < Self.examples.count || examples[0].message == nil
        ? [] : Self.neighbours,
      settings: settings, team: ThreadTeam(threads: threads),
      control: control, checkpoint: checkpoint)
  }
}
