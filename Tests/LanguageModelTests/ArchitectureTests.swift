import Foundation
import LanguageModel
import Testing
import TestSupport

/// Small random models against transformers in float32 on the same weights;
/// `Scripts/golden/architectures.py` made them.
struct ArchitectureTests {
  static let names = ["llama3", "llama-linear", "qwen2", "qwen3", "gemma3"]

  /// Root mean square of the difference over that of the reference, at a position.
  ///
  /// What is left to the engine: keys and values in half precision (2^-11 each, averaged over many
  /// dimensions and positions), 16-bit activations (2^-15 of a block's largest), and in the reference
  /// files themselves 2^-16 of a row's largest. The worst position of a right model shows about
  /// 0.0005; a wrong window, rope base, norm or bias shows 0.02 and more.
  static let tolerance = 0.002

  /// The sequence is longer than a batch of the engine and than any window; 1 is how text is
  /// generated, 7 goes across every border.
  @Test(arguments: names, [Int.max, 7, 1])
  func logitsAreThoseOfTransformers(name: String, batch: Int) async throws {
    let answer = try ArchitectureAnswer(name)
    let model = try LanguageModel(contentsOf: answer.model)
    let logits = try await model.logits(of: answer.tokens, batch: batch)
    #expect(logits.count > 128)
    let errors = answer.errors(of: logits)
    print("\(name) in batches of \(batch): relative error \(errors.mean), at most \(errors.highest)")
    #expect(errors.highest <= Self.tolerance)
  }
}

/// What transformers says about a small model; the script tells the layout.
struct ArchitectureAnswer {
  let model: URL
  let tokens: [Int32]
  let logits: [[Float]]

  init(_ name: String) throws {
    let folder = TestPaths.package.appending(
      path: "Tests/LanguageModelTests/Resources/architectures")
    model = folder.appending(path: "\(name).gguf")
    let data = try Data(contentsOf: folder.appending(path: "\(name).logits"))
    var offset = 4
    func next<T: BitwiseCopyable>(_ type: T.Type) -> T {
      defer { offset += MemoryLayout<T>.size }
      return data.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: type) }
    }
    let (count, vocabulary) = (Int(next(Int32.self)), Int(next(Int32.self)))
    tokens = (0..<count).map { _ in next(Int32.self) }
    logits = (0..<count).map { _ in
      let step = next(Float.self)
      return (0..<vocabulary).map { _ in Float(next(Int16.self)) * step }
    }
  }

  /// Over the positions; see ``ArchitectureTests/tolerance``.
  func errors(of other: [[Float]]) -> (mean: Double, highest: Double) {
    guard other.count == logits.count else { return (.infinity, .infinity) }
    let errors = zip(logits, other).map { row, other in
      guard row.count == other.count else { return Double.infinity }
      let difference = zip(row, other).reduce(0) { $0 + pow(Double($1.0) - Double($1.1), 2) }
      return (difference / row.reduce(0) { $0 + pow(Double($1), 2) }).squareRoot()
    }
    return (errors.reduce(0, +) / Double(errors.count), errors.max() ?? .infinity)
  }
}
