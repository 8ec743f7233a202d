import FineTuning
import Foundation
import Kernels
import LanguageModel
import ModelFormats
import TestSupport
import Testing

/// Losses and gradients of small random models against PyTorch in float64;
/// `Scripts/golden/gradients.py` made the answers.
struct GradientTests {
  static let names = ["llama3", "qwen2", "qwen3", "gemma3"]

  /// Largest difference over the largest value of the reference, a matrix.
  @Test(arguments: names)
  func gradientsAreThoseOfPyTorch(name: String) throws {
    let errors = try GoldenGradients(name).errors(usesIntegers: false)
    print("\(name): losses \(errors.losses), gradients \(errors.gradients)")
    #expect(errors.losses <= 1e-5)
    #expect(errors.gradients <= 1e-4)
  }

  /// 16-bit integers lose little more than float32 does.
  @Test(arguments: names)
  func integersComeClose(name: String) throws {
    let errors = try GoldenGradients(name).errors(usesIntegers: true)
    print("\(name), integers: losses \(errors.losses), gradients \(errors.gradients)")
    #expect(errors.losses <= 2e-3)
    #expect(errors.gradients <= 2e-2)
  }

  /// The same of all of the models' own values: embeddings, output matrices, norms and biases, too.
  @Test(arguments: names)
  func wholeModelsGradientsAreThoseOfPyTorch(name: String) throws {
    let errors = try GoldenGradients(whole: name).errors(usesIntegers: false)
    print("\(name), whole: losses \(errors.losses), gradients \(errors.gradients)")
    #expect(errors.losses <= 1e-5)
    #expect(errors.gradients <= 1e-4)
  }

  @Test func threadsChangeNoBit() throws {
    for golden in [try GoldenGradients("qwen3"), try GoldenGradients(whole: "gemma3")] {
      for usesIntegers in [false, true] {
        let one = try golden.gradients(threads: 1, usesIntegers: usesIntegers)
        let two = try golden.gradients(threads: 2, usesIntegers: usesIntegers)
        #expect(one.losses == two.losses)
        #expect(one.gradients == two.gradients)
      }
    }
  }
}

/// The inputs of `Scripts/golden/gradients.py` again, and what PyTorch says.
struct GoldenGradients {
  let model: FrozenModel
  private let parameters: any TrainedParameters
  private let sequences: [TrainingSequence]
  private let file: SafetensorsFile

  /// Of an adapter's factors.
  init(_ name: String) throws {
    let model = try Self.model(name)
    let adapter = AdapterParameters(
      AdapterSettings(rank: 3, alpha: 6), shape: model.shape, seed: 0)
    var random = TrainingRandom(seed: 7)
    func matrix(_ count: Int) -> [Float] {
      (0..<count).map { _ in (2 * random.uniform() - 1) * 0.3 }
    }
    for layer in 0..<model.shape.layers {
      for module in AdapterModule.allCases {
        let (rows, columns) = module.size(in: model.shape)
        let a = matrix(3 * columns)
        adapter.set(AdapterPlace(layer: layer, module: module), a: a, b: matrix(rows * 3))
      }
    }
    adapter.refresh()
    try self.init(model, adapter, answers: name, &random)
  }

  /// Of all of the model's own values.
  init(whole name: String) throws {
    let model = try Self.model(name)
    var random = TrainingRandom(seed: 7)
    try self.init(
      model, ModelParameters(copying: model), answers: "\(name)-whole", &random)
  }

  private init(
    _ model: FrozenModel, _ parameters: any TrainedParameters, answers name: String,
    _ random: inout TrainingRandom
  ) throws {
    self.model = model
    self.parameters = parameters
    file = try SafetensorsFile(
      contentsOf: TestPaths.package.appending(
        path: "Tests/FineTuningTests/Resources/gradients/\(name).safetensors"))
    let tokens = [90, 37].map { count in (0..<count).map { _ in Int32(random.below(261)) } }
    sequences = zip(tokens, [(30, Float(1)), (12, 0.5)]).map { tokens, supervised in
      TrainingSequence(
        prompt: Array(tokens.dropLast(supervised.0)), answer: tokens.suffix(supervised.0),
        weight: supervised.1)
    }
  }

  private static func model(_ name: String) throws -> FrozenModel {
    let models = TestPaths.package.appending(
      path: "Tests/LanguageModelTests/Resources/architectures")
    return try FrozenModel(GGUFFile(contentsOf: models.appending(path: "\(name).gguf")))
  }

  func gradients(
    threads: Int, usesIntegers: Bool
  ) throws -> (losses: [Float], gradients: [String: [Float]]) {
    let pass = TrainingPass(
      model, training: parameters, capacity: 128, team: ThreadTeam(threads: threads),
      usesIntegers: usesIntegers)
    parameters.clearGradients()
    let total = sequences.reduce(0) { $0 + $1.weight }
    let losses = try pass.accumulate(PackedBatch(sequences), scale: Float(1 / total))
    parameters.finishGradients()
    return (losses, found)
  }

  /// Gradients in the form of the script's.
  private var found: [String: [Float]] {
    var gradients: [String: [Float]] = [:]
    if let whole = parameters as? ModelParameters {
      for name in whole.names {
        guard let values = whole.gradient(named: name) else { continue }
        gradients[name] =
          values.count > 512
          ? stride(from: 0, to: values.count, by: 37).map { values[$0] } : values
      }
    } else if let adapter = parameters as? AdapterParameters {
      for layer in 0..<model.shape.layers {
        for module in AdapterModule.allCases {
          let found = adapter.gradients(of: AdapterPlace(layer: layer, module: module))
          let key = "blk.\(layer).\(module.ggufName)"
          gradients["\(key).a"] = found?.a
          gradients["\(key).b"] = found?.b
        }
      }
    }
    return gradients
  }

  func errors(usesIntegers: Bool) throws -> (losses: Float, gradients: Float) {
    let (losses, gradients) = try gradients(threads: 2, usesIntegers: usesIntegers)
    #expect(file.tensors.count == gradients.count + 1)
    var highest: Float = 0
    for (name, values) in gradients {
      highest = max(highest, Self.error(values, try wanted(name)))
    }
    return (Self.error(losses, try wanted("losses")), highest)
  }

  private func wanted(_ name: String) throws -> [Float] {
    let tensor = try #require(file.tensor(named: name), "\(name) is missing")
    return try #require(file.floats(of: tensor))
  }

  private static func error(_ values: [Float], _ wanted: [Float]) -> Float {
    guard values.count == wanted.count else { return .infinity }
    let size = wanted.map { abs($0) }.max() ?? 0
    let difference = zip(values, wanted).map { abs($0 - $1) }.max() ?? 0
    return difference.isNaN ? .infinity : difference / size
  }
}
