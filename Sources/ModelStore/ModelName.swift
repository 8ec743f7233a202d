/// The models that pillow-lsp knows how to fetch.
public enum ModelName: String, CaseIterable, Sendable, Codable, Hashable {
  /// SmolLM2-135M-Instruct, Q4_1, GGUF: the default language model.
  case smollm2 = "smollm2-135m-instruct"
  /// all-MiniLM-L6-v2, safetensors: the sentence encoder.
  case miniLM = "minilm-l6-v2"
  /// Gemma 3 270M, Q4_K_M, GGUF: a base model, fetched only after its terms are accepted.
  case gemma3 = "gemma-3-270m"

  /// The models that the server needs to complete an instruction; Gemma is never among them.
  public static let defaults: [ModelName] = [.smollm2, .miniLM]

  /// One line for the list of models.
  public var summary: String {
    switch self {
    case .smollm2: "SmolLM2-135M-Instruct, Q4_1: the default language model"
    case .miniLM: "all-MiniLM-L6-v2: the sentence encoder that matches exemplars"
    case .gemma3: "Gemma 3 270M, Q4_K_M: a base language model, optional"
    }
  }

  /// The terms of the weights.
  public var license: String {
    switch self {
    case .smollm2, .miniLM: "Apache-2.0"
    case .gemma3: "Gemma Terms of Use (https://ai.google.dev/gemma/terms)"
    }
  }

  /// Whether the terms have to be accepted before a download.
  public var requiresAcceptingLicense: Bool { self == .gemma3 }
}
