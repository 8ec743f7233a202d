import FineTuning
import Foundation
import LanguageModel
import ModelFormats
import TestSupport
import Testing

/// Training of all of a model's values.
struct WholeModelTests {
  private func training(
    _ small: SmallModel, threads: Int = 2, control: PassControl = PassControl(),
    checkpoint: URL? = nil
  ) throws -> ModelTraining<ModelParameters> {
    try small.training(
      ModelParameters(copying: small.model), threads: threads, control: control,
      checkpoint: checkpoint)
  }

  @Test(arguments: ["llama3", "qwen2", "qwen3", "gemma3"])
  func heldOutLossFalls(name: String) throws {
    let result = try training(SmallModel(name)).run()
    let before = try #require(result.before)
    let after = try #require(result.after)
    print("\(name): \(before) before, \(after) after, best step \(result.bestStep)")
    #expect(after < before - 0.25)
  }

  @Test func aFileSaysWhatTheTrainingSaid() throws {
    let small = try SmallModel()
    let training = try training(small)
    let result = try training.run()
    let folder = try TemporaryFolder()
    let url = folder.file("tuned.gguf")
    try ModelWriter.write(training.parameters, of: small.model, as: .f32, to: url)
    let file = try GGUFFile(contentsOf: url)
    #expect(try training.measure(FrozenModel(file)) == result.after)
    #expect(file.tensors.map(\.name) == small.model.file.tensors.map(\.name))
    // The engine reads it as it reads any other model.
    #expect(try LanguageModel(contentsOf: url).threads > 0)
    try ModelWriter.write(training.parameters, of: small.model, as: .q8_0, to: url)
    let quantised = try training.measure(FrozenModel(GGUFFile(contentsOf: url)))
    let after = try #require(result.after)
    #expect(quantised != after)
    #expect(abs(quantised - after) < 0.02)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["tuned.gguf"])
  }

  @Test func itGoesOnFromACheckpointToTheSameResult() throws {
    let small = try SmallModel()
    let wanted = try training(small, threads: 1).run()
    let folder = try TemporaryFolder()
    let url = folder.file("checkpoint")
    let control = PassControl()
    let part = try training(small, control: control, checkpoint: url)
    part.checkpointInterval = .zero
    #expect(throws: CancellationError.self) {
      try part.run { if $0.step == 5 { control.cancel() } }
    }
    #expect(throws: TrainingError.self) { try small.training(checkpoint: url).run() }
    let result = try training(small, checkpoint: url).run()
    #expect(result.losses == wanted.losses)
    #expect(result.after == wanted.after)
  }

  /// The reference of preferences is the model as it was, at every step.
  @Test(arguments: PreferenceLoss.allCases)
  func preferencesCompareWithTheModelAsItWas(loss: PreferenceLoss) throws {
    var settings = SmallModel.settings
    settings.preference = loss
    settings.epochs = 4
    let examples = (0..<8).map { number in
      TrainingExample(
        .label(prompt: "Q\(number % 4)", completion: number < 4 ? "yes" : "no", isGood: number < 4),
        place: "\(number)")
    }
    let small = try SmallModel()
    let training = try small.training(
      ModelParameters(copying: small.model), settings, examples: examples)
    let result = try training.run()
    let before = try #require(result.before)
    #expect(try #require(result.after) < before)
  }
}
