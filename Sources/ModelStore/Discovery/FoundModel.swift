public import Foundation

/// A model file of another program on this machine.
public struct FoundModel: Sendable, Hashable {
  /// The programs whose files are searched; raw values are what names begin with.
  public enum Source: String, Sendable, Codable, CaseIterable {
    /// The cache that Hugging Face's own tools and llama.cpp share.
    case huggingFace = "hf"
    case ollama
    case lmStudio = "lmstudio"
    /// The flat cache of llama.cpp before it used that of Hugging Face.
    case llamaCPP = "llama.cpp"
  }

  /// What the setting `model` takes, such as `ollama:qwen2.5-coder:1.5b`.
  public let name: String
  public let source: Source
  /// The GGUF file; the first part of a split model. If the fault is a broken manifest, that file.
  public let path: URL
  /// The size of all parts and of the adapter.
  public var bytes: Int64
  /// The LoRA adapter that belongs to the model.
  public var adapter: URL?
  /// Why it cannot be opened, as a sentence without its subject; nil if nothing is wrong so far.
  public var fault: String?

  init(
    _ source: Source, _ name: String, path: URL, bytes: Int64 = 0, adapter: URL? = nil,
    fault: String? = nil
  ) {
    self.name = source.rawValue + ":" + name
    self.source = source
    self.path = path
    self.bytes = bytes
    self.adapter = adapter
    self.fault = fault
  }

  /// The name without its source.
  var plainName: String { String(name.dropFirst(source.rawValue.count + 1)) }
}
