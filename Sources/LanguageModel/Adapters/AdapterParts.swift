import Foundation
import ModelFormats

/// What an adapter's file holds, whichever form it has: a folder of PEFT's (`adapter_config.json`
/// beside `adapter_model.safetensors`, or that file itself), or a GGUF file of llama.cpp's.
struct AdapterParts {
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
  let identity: String
  /// Whether rotated rows are in transformers' order.
  let needsPairs: Bool
  private let alpha: Float?
  /// Divides by √r in place of r (Kalajdzievski 2023, arXiv 2312.03732).
  private let isRankStabilised: Bool
  private let path: String

  init(contentsOf url: URL, architecture: Architecture) throws {
    path = url.path(percentEncoded: false)
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw LanguageModelError.adapterUnusable(path: path, reason: "there is no such file")
    }
    if !isFolder.boolValue, url.pathExtension != "safetensors" {
      needsPairs = false
      isRankStabilised = false
      let file = try GGUFFile(contentsOf: url)
      alpha = file.metadata.float("adapter.lora.alpha")
      identity = "lora-\(file.sampledDigest(bytes: 8))"
      try take(file, architecture)
    } else {
      needsPairs = true
      let folder = isFolder.boolValue ? url : url.deletingLastPathComponent()
      let weights = isFolder.boolValue ? url.appending(path: "adapter_model.safetensors") : url
      let settings = try PEFTSettings(folder: folder, adapter: path)
      alpha = settings.alpha
      isRankStabilised = settings.isRankStabilised
      let file = try SafetensorsFile(contentsOf: weights)
      let kind = isRankStabilised ? "rs" : ""
      identity = "lora-\(file.sampledDigest(bytes: 8))-\(settings.alpha)\(kind)"
      try take(file)
    }
  }

  /// What B is multiplied by.
  func scale(ofRank rank: Int) throws(LanguageModelError) -> Float {
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

  // MARK: PEFT

  private mutating func take(_ file: SafetensorsFile) throws {
    for tensor in file.tensors {
      guard let (place, isB) = Self.place(ofPEFT: tensor.name), tensor.shape.count == 2 else {
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

  /// base_model.model.model.layers.3.self_attn.q_proj.lora_A.weight, with or without an adapter's
  /// name.
  private static func place(ofPEFT name: String) -> (AdapterPlace, isB: Bool)? {
    let words = name.split(separator: ".").map(String.init)
    guard let index = words.firstIndex(of: "layers"), words.count >= index + 6,
      let layer = Int(words[index + 1]), words.last == "weight",
      let module = AdapterModule.allCases.first(where: {
        $0.peftName == words[index + 2] + "." + words[index + 3]
      }),
      words[index + 4] == "lora_A" || words[index + 4] == "lora_B"
    else { return nil }
    return (AdapterPlace(layer: layer, module: module), words[index + 4] == "lora_B")
  }
}

/// What of `adapter_config.json` changes the arithmetic.
private struct PEFTSettings {
  let alpha: Float
  let isRankStabilised: Bool

  private struct Fields: Decodable {
    var peft_type: String?
    var lora_alpha: Float?
    var use_rslora: Bool?
    var use_dora: Bool?
    var fan_in_fan_out: Bool?
    var alpha_pattern: [String: Float]?
  }

  init(folder: URL, adapter path: String) throws {
    func unusable(_ reason: String) -> LanguageModelError {
      .adapterUnusable(path: path, reason: reason)
    }
    let fields: Fields
    do {
      fields = try JSONDecoder().decode(
        Fields.self, from: Data(contentsOf: folder.appending(path: "adapter_config.json")))
    } catch let error as DecodingError {
      throw unusable("adapter_config.json is not as PEFT writes it: \(error)")
    } catch {
      throw unusable("adapter_config.json cannot be read: \(error.localizedDescription)")
    }
    guard fields.peft_type ?? "LORA" == "LORA" else {
      throw unusable("it is of the type \(fields.peft_type ?? ""), and LORA is supported")
    }
    guard fields.use_dora != true, fields.fan_in_fan_out != true,
      fields.alpha_pattern?.isEmpty != false
    else { throw unusable("DoRA, fan_in_fan_out and alpha_pattern are not supported") }
    guard let alpha = fields.lora_alpha else {
      throw unusable("adapter_config.json has no lora_alpha")
    }
    self.alpha = alpha
    isRankStabilised = fields.use_rslora == true
  }
}
