import Foundation
import LanguageModel
import ModelFormats
import Testing
import TestSupport

/// LoRA adapters of the small random models against PEFT's logits; `Scripts/golden/adapters.py`
/// made them.
struct AdapterTests {
  static let names = ["llama-linear", "gemma3"]
  static let folder = TestPaths.package.appending(
    path: "Tests/LanguageModelTests/Resources/adapters")

  private func model(_ name: String) throws -> LanguageModel {
    try LanguageModel(contentsOf: ArchitectureAnswer(name).model)
  }

  /// A folder of PEFT's, and the same adapter in llama.cpp's form.
  @Test(arguments: names, ["", ".gguf"])
  func logitsAreThoseOfPEFT(name: String, suffix: String) async throws {
    let answer = try ArchitectureAnswer(name, in: Self.folder)
    let model = try model(name)
    let adapter = try model.adapter(contentsOf: Self.folder.appending(path: name + suffix))
    for batch in [Int.max, 1] {
      let logits = try await model.logits(
        of: answer.tokens, adapter: AdapterUse(adapter), batch: batch)
      let errors = answer.errors(of: logits)
      #expect(errors.highest <= ArchitectureTests.tolerance, "in batches of \(batch)")
    }
  }

  /// Beside weights of 4 bits an adapter has 8: what that loses is little beside what the adapter
  /// does, as merging it in float32 shows.
  @Test(arguments: names)
  func besideCoarseWeightsItIsAsGood(name: String) async throws {
    let answer = try ArchitectureAnswer(name, in: Self.folder)
    let scratch = try TemporaryFolder()
    let small = scratch.file("q4.gguf")
    try ModelQuantiser(
      GGUFFile(contentsOf: ArchitectureAnswer(name).model), to: .q4_1, requantises: true
    ).write(to: small)
    let model = try LanguageModel(contentsOf: small)
    let adapter = try model.adapter(contentsOf: Self.folder.appending(path: name))
    let bare = try await model.logits(of: answer.tokens)
    let tuned = try await model.logits(of: answer.tokens, adapter: AdapterUse(adapter))
    // The weights of the small model as float32 cannot be written, so the merged ones have 8 bits.
    let merged = scratch.file("merged.gguf")
    try AdapterMerge(of: GGUFFile(contentsOf: small), with: Self.folder.appending(path: name))
      .write(to: merged)
    let whole = try await LanguageModel(contentsOf: merged).logits(of: answer.tokens)
    let effect = Self.distance(bare, whole)
    let error = Self.distance(tuned, whole)
    print("\(name): the adapter changes logits by \(effect), 8 bits of it by \(error)")
    #expect(effect > 0.5 && error < 0.05)
  }

  /// Merged in 8 bits, the model of the reference answers nearly as PEFT does.
  @Test(arguments: names, ["", ".gguf"])
  func aMergedModelAnswersAsPEFT(name: String, suffix: String) async throws {
    let answer = try ArchitectureAnswer(name, in: Self.folder)
    let scratch = try TemporaryFolder()
    let merged = scratch.file("merged.gguf")
    let source = try GGUFFile(contentsOf: ArchitectureAnswer(name).model)
    let merge = try AdapterMerge(of: source, with: Self.folder.appending(path: name + suffix))
    try merge.write(to: merged)
    let written = try GGUFFile(contentsOf: merged)
    #expect(written.tensors.map(\.name) == source.tensors.map(\.name))
    #expect(merge.changes.allSatisfy { written.tensor(named: $0.tensor.name)?.type == $0.type })
    let logits = try await LanguageModel(contentsOf: merged).logits(of: answer.tokens)
    let errors = answer.errors(of: logits)
    print("\(name)\(suffix) merged: relative error \(errors.mean), at most \(errors.highest)")
    #expect(errors.mean < 0.05)
    // Without the adapter it is no such thing.
    let bare = try await model(name).logits(of: answer.tokens)
    #expect(answer.errors(of: bare).mean > 0.5)
  }

  /// The root mean square of the difference over that of the second.
  private static func distance(_ a: [[Float]], _ b: [[Float]]) -> Double {
    let pairs = zip(a.joined(), b.joined())
    let difference = pairs.reduce(0.0) { $0 + pow(Double($1.0 - $1.1), 2) }
    return (difference / b.joined().reduce(0.0) { $0 + pow(Double($1), 2) }).squareRoot()
  }

  @Test func eachRequestChoosesItsOwn() async throws {
    let model = try model("gemma3")
    let adapter = try model.adapter(contentsOf: Self.folder.appending(path: "gemma3"))
    let tokens = [Int32](0..<24)
    let plain = try await model.logits(of: tokens)
    let full = try await model.logits(of: tokens, adapter: AdapterUse(adapter))
    let half = try await model.logits(of: tokens, adapter: AdapterUse(adapter, scale: 0.5))
    #expect(plain != full && full != half)
    #expect(try await model.logits(of: tokens, adapter: AdapterUse(adapter, scale: 0)) == plain)
    #expect(try await model.logits(of: tokens) == plain)
    // What one has put into the cache is no other's.
    func score(_ use: AdapterUse?) async throws -> Double {
      try await model.score(
        prompt: [Int32](0..<40), completion: [Int32](40..<60), adapter: use
      ).nll
    }
    let first = try await score(nil)
    let changed = try await score(AdapterUse(adapter))
    #expect(first != changed)
    #expect(try await score(nil) == first)
    #expect(try await score(AdapterUse(adapter)) == changed)
  }

  @Test func anAdapterOfAnotherModelIsRefused() throws {
    let model = try model("llama-linear")
    for name in ["gemma3", "gemma3.gguf"] {
      let path = Self.folder.appending(path: name)
      #expect {
        try model.adapter(contentsOf: path)
      } throws: { error in
        guard case .adapterUnusable(path: _, let reason) = error as? LanguageModelError else {
          return false
        }
        return !reason.isEmpty
      }
    }
  }

  @Test(arguments: [
    "{", #"{"peft_type": "IA3", "lora_alpha": 1}"#, #"{"use_dora": true, "lora_alpha": 1}"#, "{}",
    #"{"lora_alpha": "many"}"#, #"{"lora_alpha": 1, "alpha_pattern": {"q_proj": 2}}"#,
  ])
  func settingsThatCannotBeFollowedAreRefused(_ settings: String) throws {
    let model = try model("gemma3")
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.copyItem(at: Self.folder.appending(path: "gemma3"), to: folder)
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data(settings.utf8).write(to: folder.appending(path: "adapter_config.json"))
    #expect(throws: LanguageModelError.self) { try model.adapter(contentsOf: folder) }
  }

  @Test func damagedFilesAreErrorsAndNotCrashes() throws {
    let model = try model("gemma3")
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.copyItem(at: Self.folder.appending(path: "gemma3"), to: folder)
    defer { try? FileManager.default.removeItem(at: folder) }
    let weights = folder.appending(path: "adapter_model.safetensors")
    let whole = try Data(contentsOf: weights)
    for length in [0, 7, 100, whole.count / 2, whole.count - 1] {
      try whole.prefix(length).write(to: weights)
      #expect(throws: (any Error).self) { try model.adapter(contentsOf: folder) }
    }
    try FileManager.default.removeItem(at: weights)
    #expect(throws: (any Error).self) { try model.adapter(contentsOf: folder) }
    let missing = folder.appending(path: "nothing.gguf")
    #expect(
      throws: LanguageModelError.adapterUnusable(
        path: missing.path(percentEncoded: false), reason: "there is no such file")
    ) { try model.adapter(contentsOf: missing) }
  }
}
