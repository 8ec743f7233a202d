package import Foundation
import ModelFormats

/// What an adapter's file holds, whichever form it has: a folder of PEFT's (`adapter_config.json`
/// beside `adapter_model.safetensors`, or that file itself), or a GGUF file of llama.cpp's.
package struct AdapterParts {
  /// Row-major.
  struct Matrix {
    var rows, columns: Int
    var values: [Float]
  }

  struct Pair {
    var a, b: Matrix?
  }

  private(set) var pairs: [AdapterPlace: Pair] = [:]
  /// Tells adapters apart by what is in their files.
  package let identity: String
  /// Whether code is to be completed in its file's own form; otherwise all is a conversation.
  package let completesFiles: Bool
  /// What says so: in the metadata of a safetensors file, and of a GGUF file.
  package static let codeForm = (name: "pillow-lsp.code-form", file: "file")
  /// Whether rotated rows are in transformers' order.
  let needsPairs: Bool
  private let alpha: Float?
  /// Divides by √r in place of r (Kalajdzievski 2023, arXiv 2312.03732).
  private let isRankStabilised: Bool
  /// The rank that all matrices should have; nil where each may have its own.
  private let statedRank: Int?
  private let path: String

  package init(contentsOf url: URL, architecture: Architecture) throws {
    path = url.path(percentEncoded: false)
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw LanguageModelError.adapterUnusable(path: path, reason: "there is no such file")
    }
    if !isFolder.boolValue, url.pathExtension != "safetensors" {
      needsPairs = false
      isRankStabilised = false
      statedRank = nil
      let file = try GGUFFile(contentsOf: url)
      // llama.cpp takes 0 for an alpha that is not stated.
      alpha = file.metadata.float("adapter.lora.alpha").flatMap { $0 == 0 ? nil : $0 }
      identity = "lora-\(file.sampledDigest(bytes: 8))"
      completesFiles = file.metadata.string(Self.codeForm.name) == Self.codeForm.file
      try take(file, architecture)
    } else {
      needsPairs = true
      let folder = isFolder.boolValue ? url : url.deletingLastPathComponent()
      let weights = isFolder.boolValue ? url.appending(path: "adapter_model.safetensors") : url
      let settings = try PEFTSettings(folder: folder, adapter: path)
      alpha = settings.alpha
      isRankStabilised = settings.isRankStabilised
      statedRank = settings.rank
      let file = try SafetensorsFile(contentsOf: weights)
      let kind = isRankStabilised ? "rs" : ""
      identity = "lora-\(file.sampledDigest(bytes: 8))-\(settings.alpha)\(kind)"
      completesFiles = file.metadata[Self.codeForm.name] == Self.codeForm.file
      try take(file)
    }
  }

  /// What B is multiplied by.
  func scale(ofRank rank: Int) throws(LanguageModelError) -> Float {
    if let statedRank, statedRank != rank {
      throw unusable("adapter_config.json states the rank \(statedRank), and a matrix has \(rank)")
    }
    guard let alpha else { return 1 }
    let scale = alpha / (isRankStabilised ? Float(rank).squareRoot() : Float(rank))
    guard scale.isFinite else { throw unusable("its alpha is \(alpha)") }
    return scale
  }

  func unusable(_ reason: String) -> LanguageModelError {
    .adapterUnusable(path: path, reason: reason)
  }

  private mutating func add(_ matrix: Matrix, isB: Bool, at place: AdapterPlace) throws {
    guard matrix.values.allSatisfy(\.isFinite) else {
      throw unusable("\(place) holds values that are no numbers")
    }
    let side: WritableKeyPath<Pair, Matrix?> = isB ? \.b : \.a
    guard pairs[place]?[keyPath: side] == nil else {
      throw unusable("it changes \(place) twice")
    }
    pairs[place, default: Pair()][keyPath: side] = matrix
  }

  // MARK: GGUF

  private mutating func take(_ file: GGUFFile, _ architecture: Architecture) throws {
    guard file.metadata.string("general.type") == "adapter",
      file.metadata.string("adapter.type") == "lora"
    else { throw unusable("it is no LoRA adapter") }
    let name = file.metadata.string("general.architecture") ?? "none"
    guard name == architecture.rawValue else {
      throw unusable(
        "it is for the architecture \(name), and the model is \(architecture.rawValue)")
    }
    try checkFields(of: file.metadata)
    for tensor in file.tensors {
      // blk.3.attn_q.weight.lora_a
      let words = tensor.name.split(separator: ".")
      guard words.count == 5, words[0] == "blk", let layer = Int(words[1]), words[3] == "weight",
        let module = AdapterModule.allCases.first(where: { $0.ggufName == words[2] }),
        words[4] == "lora_a" || words[4] == "lora_b"
      else { throw unusable("it changes \(tensor.name), which cannot be changed here") }
      try add(
        Matrix(
          rows: tensor.rowCount, columns: tensor.rowElements, values: file.floats(of: tensor)),
        isB: words[4] == "lora_b", at: AdapterPlace(layer: layer, module: module))
    }
  }

  /// Fields of `adapter.` that change nothing about the arithmetic, and the one that is read.
  private static let knownFields: Set<String> = [
    "adapter.type", "adapter.lora.alpha", "adapter.lora.task_name", "adapter.lora.prompt_prefix",
  ]

  private func checkFields(of metadata: GGUFMetadata) throws(LanguageModelError) {
    let unknown = metadata.keys.filter {
      $0.hasPrefix("adapter.") && !Self.knownFields.contains($0)
    }
    guard let first = unknown.min() else { return }
    if first == "adapter.alora.invocation_tokens" {
      throw unusable("it uses activated LoRA (\(first)), which is not supported")
    }
    throw unusable("its field \(first) is not known here, so it could be applied wrongly")
  }

  // MARK: PEFT

  private mutating func take(_ file: SafetensorsFile) throws {
    for tensor in file.tensors {
      guard let (place, isB) = PEFTTensorName.place(of: tensor.name), tensor.shape.count == 2 else {
        throw unusable("it changes \(tensor.name), which cannot be changed here")
      }
      guard let values = file.floats(of: tensor) else {
        throw unusable("\(tensor.name) is of the type \(tensor.type.rawValue)")
      }
      try add(
        Matrix(rows: tensor.shape[0], columns: tensor.shape[1], values: values), isB: isB, at: place
      )
    }
  }
}
