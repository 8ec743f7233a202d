public import Foundation
import ModelFormats
import Tokenizers

/// What a model file is, and whether the engine can run it; read from its header alone.
public struct ModelInspection: Sendable, Equatable {
  /// `general.architecture`; nil if the file cannot be read that far.
  public let architecture: String?
  /// The mixture of types, such as `Q4_K_M`.
  public let type: String?
  /// The number of weights; 0 if a tensor is of an unsupported type.
  public let parameters: Int
  /// Why the engine cannot run it, as a sentence; nil if it can.
  public let reason: String?

  public var isSupported: Bool { reason == nil }

  /// Reads a file of any kind; whatever is wrong with it becomes the reason.
  ///
  /// - Parameter url: A GGUF file, or a part of a split one.
  public init(contentsOf url: URL) {
    do {
      let file = try GGUFFile(contentsOf: url)
      architecture = file.metadata.string("general.architecture")
      type = Self.type(of: file.metadata) ?? Self.commonType(of: file)
      parameters = file.tensors.reduce(0) { $0 + $1.elementCount }
      reason = Self.reason(file)
    } catch {
      let metadata = (try? MappedFile(contentsOf: url)).flatMap { try? GGUFFile.metadata(of: $0) }
      architecture = metadata?.string("general.architecture")
      type = metadata.flatMap(Self.type)
      parameters = 0
      reason = "\(error)"
    }
  }

  private static func reason(_ file: GGUFFile) -> String? {
    do {
      try ModelWeights.check(file)
      try Tokenizer.check(file.metadata)
      _ = try ChatTemplate(gguf: file)
      return nil
    } catch {
      return "\(error)"
    }
  }

  private static func type(of metadata: GGUFMetadata) -> String? {
    // Bit 10 marks a type that was guessed.
    metadata.int("general.file_type").flatMap { fileTypes[$0 & ~1024] }
  }

  /// The type that takes most of the file.
  private static func commonType(of file: GGUFFile) -> String? {
    var bytes: [String: Int] = [:]
    for tensor in file.tensors { bytes[tensor.type.name, default: 0] += tensor.byteCount }
    return bytes.max { ($0.value, $0.key) < ($1.value, $1.key) }?.key
  }

  /// The values of `general.file_type`. Source: the GGUF specification and `llama.h`.
  private static let fileTypes: [Int: String] = [
    0: "F32", 1: "F16", 2: "Q4_0", 3: "Q4_1", 7: "Q8_0", 8: "Q5_0", 9: "Q5_1", 10: "Q2_K",
    11: "Q3_K_S", 12: "Q3_K_M", 13: "Q3_K_L", 14: "Q4_K_S", 15: "Q4_K_M", 16: "Q5_K_S",
    17: "Q5_K_M", 18: "Q6_K", 19: "IQ2_XXS", 20: "IQ2_XS", 21: "Q2_K_S", 22: "IQ3_XS",
    23: "IQ3_XXS", 24: "IQ1_S", 25: "IQ4_NL", 26: "IQ3_S", 27: "IQ3_M", 28: "IQ2_S",
    29: "IQ2_M", 30: "IQ4_XS", 31: "IQ1_M", 32: "BF16", 36: "TQ1_0", 37: "TQ2_0",
    38: "MXFP4",
  ]
}
