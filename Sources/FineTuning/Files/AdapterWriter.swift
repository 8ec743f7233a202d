import ErrorWording
package import Foundation
import LanguageModel
package import ModelFormats

/// Writes trained adapters in the forms of other programs.
package enum AdapterWriter {
  /// A folder as PEFT writes and reads it: `adapter_model.safetensors`, `adapter_config.json`.
  ///
  /// - Parameters:
  ///   - base: How the base model is called.
  ///   - type: How values are stored: float32 or float16.
  ///   - completesFiles: Whether it was trained on code in the form of files.
  /// - Throws: `ModelWritingError`, ``TrainingError``.
  package static func writePEFT(
    _ adapter: AdapterParameters, of model: FrozenModel, base: String,
    type: SafetensorsType = .float32, completesFiles: Bool = false, to folder: URL
  ) throws {
    try makeFolder(folder)
    let shape = model.shape
    var values: [(name: String, shape: [Int], values: [Float])] = []
    for pair in adapter.ordered {
      guard var (a, b) = adapter.factors(of: pair.place) else { continue }
      if pair.place.module.isRotated, !shape.architecture.rotatesHalves {
        b = halvesApart(b, columns: pair.rank, headWidth: shape.headWidth)
      }
      let name =
        "base_model.model.model.layers.\(pair.place.layer).\(pair.place.module.peftName)"
      values.append(("\(name).lora_A.weight", [pair.rank, pair.columns], a))
      values.append(("\(name).lora_B.weight", [pair.rows, pair.rank], b))
      a.removeAll()
    }
    let tensors = values.map { name, shape, values in
      let buffer = UnsafeMutableBufferPointer<Float>.allocate(capacity: values.count)
      _ = buffer.initialize(from: values)
      return SafetensorsWriter.Tensor(
        name: name, shape: shape, values: UnsafeBufferPointer(buffer))
    }
    defer { for tensor in tensors { tensor.values.deallocate() } }
    var metadata = ["format": "pt"]
    if completesFiles { metadata[AdapterParts.codeForm.name] = AdapterParts.codeForm.file }
    try SafetensorsWriter.write(
      tensors, type: type, metadata: metadata,
      to: folder.appending(path: "adapter_model.safetensors"))
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let config = try encoder.encode(PEFTConfiguration(adapter.settings, base: base))
    try write(config, to: folder.appending(path: "adapter_config.json"))
  }

  /// A GGUF file as llama.cpp reads it.
  ///
  /// - Throws: `ModelWritingError`.
  package static func writeGGUF(
    _ adapter: AdapterParameters, of model: FrozenModel, to url: URL
  ) throws(ModelWritingError) {
    // llama.cpp divides alpha by each matrix's rank; what differs from that goes into B.
    let alpha = adapter.settings.alpha
    var tensors: [GGUFWriter.Tensor] = []
    var values: [[Float]] = []
    for pair in adapter.ordered {
      guard let (a, b) = adapter.factors(of: pair.place) else { continue }
      let name = "blk.\(pair.place.layer).\(pair.place.module.ggufName).weight"
      let factor = pair.scale / (alpha / Float(pair.rank))
      tensors.append(.init(name: "\(name).lora_a", shape: [pair.columns, pair.rank], type: .f32))
      tensors.append(.init(name: "\(name).lora_b", shape: [pair.rank, pair.rows], type: .f32))
      values.append(a)
      values.append(factor == 1 ? b : b.map { $0 * factor })
    }
    let writer = try GGUFWriter(
      to: url,
      metadata: [
        ("general.architecture", .string(model.shape.architecture.rawValue)),
        ("general.type", .string("adapter")), ("adapter.type", .string("lora")),
        ("adapter.lora.alpha", .float32(alpha)),
      ], tensors: tensors)
    for values in values {
      try values.withUnsafeBufferPointer { values throws(ModelWritingError) in
        try writer.write(UnsafeRawBufferPointer(values))
      }
    }
    try writer.finish()
  }

  static func makeFolder(_ folder: URL) throws(TrainingError) {
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw .unwritable(path: folder.path, reason: ErrorWording.reason(error))
    }
  }

  static func write(_ data: Data, to url: URL) throws(TrainingError) {
    do { try data.write(to: url, options: .atomic) } catch {
      throw .unwritable(path: url.path, reason: ErrorWording.reason(error))
    }
  }

  /// Rows of heads with rotated pairs side by side, as llama's files have them, in the order of
  /// transformers: half a head apart.
  private static func halvesApart(_ values: [Float], columns: Int, headWidth: Int) -> [Float] {
    var result: [Float] = []
    result.reserveCapacity(values.count)
    let half = headWidth / 2
    for head in stride(from: 0, to: values.count / columns, by: headWidth) {
      for row in 0..<headWidth {
        let source = head + row % half * 2 + row / half
        result += values[source * columns..<(source + 1) * columns]
      }
    }
    return result
  }
}

/// What PEFT reads of `adapter_config.json`.
private struct PEFTConfiguration: Encodable {
  let peft_type = "LORA"
  let task_type = "CAUSAL_LM"
  let base_model_name_or_path: String
  let r: Int
  let lora_alpha: Float
  let lora_dropout = 0.0
  let bias = "none"
  let fan_in_fan_out = false
  let inference_mode = true
  let use_rslora: Bool
  let target_modules: [String]
  let rank_pattern: [String: Int]
  let alpha_pattern: [String: Float] = [:]

  init(_ settings: AdapterSettings, base: String) {
    func name(_ module: AdapterModule) -> String {
      module.peftName.split(separator: ".").last.map(String.init) ?? module.peftName
    }
    base_model_name_or_path = base
    r = settings.rank
    lora_alpha = settings.alpha
    use_rslora = settings.isRankStabilised
    target_modules = settings.modules.map(name).sorted()
    rank_pattern = Dictionary(
      uniqueKeysWithValues: settings.moduleRanks.map { (name($0), $1) })
  }
}
