import Foundation
import LanguageModel
import ModelFormats
import TestSupport
import Testing

/// Small random models against transformers in float32 on the same weights;
/// `Scripts/golden/architectures.py` made them.
struct ArchitectureTests {
  static let names = [
    "llama3", "llama-linear", "llama-yarn", "qwen2", "qwen3", "gemma", "gemma2", "gemma3",
    "phi3-long", "phi3-window", "granite", "smollm3", "mistral3",
  ]

  /// Root mean square of the difference over that of the reference, at a position.
  ///
  /// What is left to the engine: keys and values in half precision, 16-bit activations (2^-15 of a
  /// block's largest), and in the reference files themselves 2^-16 of a row's largest. The first is
  /// nearly all of it: transformers with its keys and values rounded so shows the same 0.0002 to
  /// 0.0006 on average and 0.0017 at the worst position. What is wrong by little (a window of one
  /// more, a rope base off by a tenth, a factor of 7 for 8, a missing norm) shows 0.05 and more.
  static let tolerance = 0.003

  /// The sequence is longer than a batch of the engine and than any window; 1 is how text is
  /// generated, 7 goes across every border.
  @Test(arguments: names, [Int.max, 7, 1])
  func logitsAreThoseOfTransformers(name: String, batch: Int) async throws {
    let answer = try ArchitectureAnswer(name)
    // LongRoPE depends on the context: longer than the original one of phi3-long, shorter than that
    // of phi3-window.
    let model = try LanguageModel(contentsOf: answer.model, options: .init(context: 256))
    let logits = try await model.logits(of: answer.tokens, batch: batch)
    #expect(logits.count > 128)
    let errors = answer.errors(of: logits)
    let size = batch == .max ? "all" : "\(batch)"
    print("\(name) by \(size): relative error \(errors.mean), at most \(errors.highest)")
    #expect(errors.highest <= Self.tolerance)
  }

  private func highestError(
    _ name: String, after change: (ChangedModel) -> Void
  ) async throws -> Double {
    let answer = try ArchitectureAnswer(name)
    let changed = try ChangedModel(name)
    change(changed)
    let model = try LanguageModel(contentsOf: changed.file())
    return answer.errors(of: try await model.logits(of: answer.tokens)).highest
  }

  @Test func aRopeFactorWithoutATypeIsLinear() async throws {
    let error = try await highestError("llama-linear") { model in
      model.metadata.removeAll { $0.key == "llama.rope.scaling.type" }
    }
    #expect(error <= Self.tolerance)
  }

  @Test func theFileMaySayWhichLayersSeeEverything() async throws {
    let one = try await highestError("gemma3") { model in
      model.set(
        "gemma3.attention.sliding_window_pattern",
        .bools([true, true, true, true, true, false, true]))
      model.set("gemma3.rope.freq_base_swa", .float32(10_000))
    }
    let every = try await highestError("gemma3") { model in
      model.set("gemma3.attention.sliding_window_pattern", .uint32(6))
    }
    #expect(max(one, every) <= Self.tolerance)
  }

  /// Beyond the original context the other factors would be used.
  @Test func longContextsRotateMoreSlowly() async throws {
    let answer = try ArchitectureAnswer("phi3-window")
    let model = try LanguageModel(contentsOf: answer.model, options: .init(context: 512))
    let errors = answer.errors(of: try await model.logits(of: answer.tokens))
    #expect(errors.highest > 10 * Self.tolerance)
  }

  /// What small factors do must show too.
  @Test(arguments: [
    ("granite", "granite.residual_scale", Float(0.36)),
    ("granite", "granite.attention.scale", 0.13), ("granite", "granite.logit_scale", 2.2),
    ("granite", "granite.embedding_scale", 6.6), ("gemma2", "gemma2.attn_logit_softcapping", 2.6),
    ("gemma2", "gemma2.final_logit_softcapping", 4.4),
    ("phi3-long", "phi3.rope.scaling.attn_factor", 1.1),
    ("mistral3", "mistral3.rope.scaling.yarn_beta_fast", 16),
    ("llama-yarn", "llama.rope.scaling.factor", 4.4),
  ])
  func aFactorOffByATenthIsSeen(_ name: String, _ key: String, _ value: Float) async throws {
    let error = try await highestError(name) { $0.set(key, .float32(value)) }
    #expect(error > 3 * Self.tolerance, "\(error)")
  }

  @Test func positionsBeyondTheFirstContextAreRefusedWhereScoresWouldGrow() throws {
    let model = try ChangedModel("mistral3")
    model.set("mistral3.rope.scaling.original_context_length", .uint32(128))
    let file = try model.file()
    #expect(try LanguageModel(contentsOf: file, options: .init(context: 512)).context == 128)
  }

  /// A test that passed whatever the model does would be worth nothing.
  @Test func aWindowOfOneMoreIsSeen() async throws {
    let error = try await highestError("gemma3") { model in
      model.set("gemma3.attention.sliding_window", .uint32(21))
    }
    #expect(error > 10 * Self.tolerance)
  }
}

/// What transformers says about a small model; the script tells the layout.
struct ArchitectureAnswer {
  let model: URL
  let tokens: [Int32]
  let logits: [[Float]]

  init(_ name: String, in folder: URL = ChangedModel.originals) throws {
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
