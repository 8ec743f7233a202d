import Foundation
import LanguageModel
import ModelFormats
import Testing

/// A file that would be run wrongly is refused, by an error that names what is in the way.
struct ModelRefusalTests {
  /// What the error says; nil where the model loads.
  private func refusal(
    of name: String, after change: (ChangedModel) -> Void
  ) throws -> LanguageModelError? {
    let model = try ChangedModel(name)
    change(model)
    do {
      _ = try LanguageModel(contentsOf: model.file())
      return nil
    } catch let error as LanguageModelError {
      return error
    }
  }

  private func expectUnsupported(
    _ words: String, of name: String, after change: (ChangedModel) -> Void
  ) throws {
    let error = try refusal(of: name, after: change)
    guard case .unsupported(_, let what, let supported) = error else {
      Issue.record("\(String(describing: error)) in place of \(words)")
      return
    }
    #expect(what.contains(words))
    #expect(!supported.isEmpty)
  }

  private func expectDamage(
    _ words: String, of name: String, after change: (ChangedModel) -> Void
  ) throws {
    let error = try refusal(of: name, after: change)
    guard case .damaged(_, let reason) = error else {
      Issue.record("\(String(describing: error)) in place of \(words)")
      return
    }
    #expect(reason.contains(words))
  }

  @Test func unchangedTheyLoad() throws {
    for name in ArchitectureTests.names { #expect(try refusal(of: name) { _ in } == nil) }
  }

  @Test func otherArchitecturesAreNamed() throws {
    try expectUnsupported("the architecture mamba", of: "llama3") {
      $0.set("general.architecture", .string("mamba"))
    }
  }

  /// GGUF files of other kinds are told apart from models that are damaged.
  @Test(arguments: [("adapter", "an adapter, "), ("mmproj", "mmproj"), ("imatrix", "imatrix")])
  func filesOfOtherKindsAreNamed(type: String, words: String) throws {
    let error = try refusal(of: "qwen2") { $0.set("general.type", .string(type)) }
    guard case .notAModel(_, let what, let advice) = error else {
      Issue.record("\(String(describing: error)) in place of \(words)")
      return
    }
    #expect(what.contains(words))
    #expect(!advice.isEmpty)
    #expect(try refusal(of: "qwen2") { $0.set("general.type", .string("model")) } == nil)
  }

  @Test(arguments: ["dynamic", "longrope"])
  func otherRopeScalingIsNamed(type: String) throws {
    try expectUnsupported("the rope scaling \(type)", of: "qwen2") {
      $0.set("qwen2.rope.scaling.type", .string(type))
      $0.set("qwen2.rope.scaling.factor", .float32(4))
    }
  }

  @Test func ropeFactorsOfAnotherKindAreNamed() throws {
    try expectUnsupported("longrope", of: "llama-linear") {
      $0.add("rope_factors_long.weight", shape: [8])
    }
    try expectUnsupported("rope_freqs.weight", of: "qwen3") {
      $0.add("rope_freqs.weight", shape: [24])
    }
    try expectDamage("rope_freqs.weight has 7 values", of: "llama-linear") {
      $0.add("rope_freqs.weight", shape: [7])
    }
    try expectDamage("not above 0", of: "llama-linear") {
      $0.add("rope_freqs.weight", shape: [8], filledWith: 0)
    }
  }

  @Test func partsThatAreNotThereAreNamed() throws {
    try expectUnsupported("blk.0.attn_output.bias", of: "llama3") {
      $0.add("blk.0.attn_output.bias", shape: [64])
    }
    try expectUnsupported("blk.1.attn_q_norm.weight", of: "qwen2") {
      $0.add("blk.1.attn_q_norm.weight", shape: [16])
    }
    try expectUnsupported("mixture of experts", of: "llama3") {
      $0.set("llama.expert_count", .uint32(8))
    }
    try expectUnsupported("final_logit_softcapping", of: "gemma3") {
      $0.set("gemma3.final_logit_softcapping", .float32(30))
    }
    try expectUnsupported("embedding_scale", of: "llama3") {
      $0.set("llama.embedding_scale", .float32(12))
    }
    try expectUnsupported("attention.temperature_scale", of: "llama3") {
      $0.set("llama.attention.temperature_scale", .float32(0.1))
    }
    try expectUnsupported("value heads of 32", of: "qwen3") {
      $0.set("qwen3.attention.value_length", .uint32(32))
    }
  }

  /// Nothing is left out because the file lacks it.
  @Test(arguments: [
    ("qwen2", "blk.1.attn_k.bias"), ("qwen3", "blk.0.attn_q_norm.weight"),
    ("gemma3", "blk.6.post_ffw_norm.weight"), ("gemma3", "blk.2.post_attention_norm.weight"),
    ("phi3-long", "blk.1.attn_qkv.weight"), ("gemma2", "blk.0.post_ffw_norm.weight"),
    ("llama3", "blk.2.ffn_gate.weight"), ("llama3", "output_norm.weight"),
  ])
  func whatIsMissingIsNamed(name: String, tensor: String) throws {
    try expectDamage("the tensor \(tensor) is missing", of: name) {
      $0.tensors.removeAll { $0.info.name == tensor }
    }
  }

  @Test func numbersThatCannotBeAreNamed() throws {
    for base in [0, -1, Float.nan, .infinity] {
      try expectDamage("qwen2.rope.freq_base", of: "qwen2") {
        $0.set("qwen2.rope.freq_base", .float32(base))
      }
    }
    try expectDamage("llama.rope.scaling.factor", of: "llama-linear") {
      $0.set("llama.rope.scaling.factor", .float32(0))
    }
    try expectDamage("block_count", of: "qwen2") { $0.set("qwen2.block_count", .int32(-1)) }
    try expectDamage("head_count` is not a whole number", of: "qwen2") {
      $0.set("qwen2.attention.head_count", .uint32s([4, 4]))
    }
    try expectDamage("sliding_window_pattern", of: "gemma3") {
      $0.set("gemma3.attention.sliding_window_pattern", .bools([true, false]))
    }
    // More query heads to one of values than the kernel has room for.
    try expectUnsupported("query heads", of: "qwen2") {
      $0.set("qwen2.attention.head_count", .uint32(128))
      $0.set("qwen2.attention.head_count_kv", .uint32(1))
      $0.set("qwen2.attention.key_length", .uint32(16))
      $0.set("qwen2.attention.value_length", .uint32(16))
    }
  }
}
