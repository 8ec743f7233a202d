/// A model that is worth a try, and what it takes; `docs/models.md` has the whole list.
public struct RecommendedModel: Sendable, Equatable {
  /// What `--model` and the setting `model` take.
  public let name: String
  /// The size of its file, and about that of its weights in memory.
  public let bytes: Int64
  public let license: String
  /// Fewer cores take more than about two seconds for a line of code.
  public let cores: Int

  /// From the smallest to the largest; each may be used for any purpose.
  public static let all = [
    RecommendedModel(
      name: ModelName.smollm2.rawValue, bytes: 98_000_000, license: "Apache-2.0", cores: 1),
    RecommendedModel(
      name: "hf:Qwen/Qwen2.5-Coder-0.5B-Instruct-GGUF:Q4_K_M", bytes: 491_000_000,
      license: "Apache-2.0", cores: 2),
    RecommendedModel(
      name: "hf:Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF:Q4_K_M", bytes: 1_120_000_000,
      license: "Apache-2.0", cores: 4),
    RecommendedModel(
      name: "hf:Qwen/Qwen3-4B-GGUF:Q4_K_M", bytes: 2_500_000_000, license: "Apache-2.0", cores: 8),
    RecommendedModel(
      name: "hf:Qwen/Qwen2.5-Coder-7B-Instruct-GGUF:Q4_K_M", bytes: 4_680_000_000,
      license: "Apache-2.0", cores: 16),
  ]

  /// The largest model for a machine.
  ///
  /// - Parameters:
  ///   - memoryBytes: What is available; half of it is left to other programs, and the weights take
  ///     two thirds of the rest beside caches and the sentence encoder.
  ///   - cores: Physical cores.
  public static func best(memoryBytes: Int64, cores: Int) -> RecommendedModel {
    all.last { $0.cores <= cores && $0.bytes * 3 <= memoryBytes } ?? all[0]
  }
}
