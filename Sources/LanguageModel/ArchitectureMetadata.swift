import ModelFormats

/// The metadata keys under an architecture's name, checked on access.
struct ArchitectureMetadata {
  let file: GGUFFile
  let architecture: Architecture

  /// - Throws: ``LanguageModelError/unsupported(path:what:supported:)`` for another architecture,
  ///   ``LanguageModelError/notAModel(path:what:advice:)`` for files of other kinds.
  init(_ file: GGUFFile) throws(LanguageModelError) {
    try Self.refuseOtherKinds(file)
    let name = file.metadata.string("general.architecture") ?? "no architecture"
    guard let architecture = Architecture(rawValue: name) else {
      let supported = Architecture.allCases.map(\.rawValue).joined(separator: ", ")
      throw .unsupported(
        path: file.file.path, what: "the architecture \(name)", supported: supported)
    }
    self.file = file
    self.architecture = architecture
  }

  /// GGUF files also hold adapters, encoders of images and vocabularies without weights.
  private static func refuseOtherKinds(_ file: GGUFFile) throws(LanguageModelError) {
    let type = file.metadata.string("general.type") ?? "model"
    let path = file.file.path
    switch type {
    case "model":
      // A model that is cut short has the metadata of one; a vocabulary alone has no shape at all.
      guard file.tensors.isEmpty, file.metadata.contains("tokenizer.ggml.tokens") else { return }
      throw .notAModel(
        path: path, what: "a vocabulary without weights", advice: "Fetch the model itself.")
    case "adapter":
      throw .notAModel(
        path: path, what: "an adapter, which changes a model",
        advice: "Name the model that it was made for, and this file as its adapter.")
    default:
      throw .notAModel(
        path: path, what: "a file of the type \(type)", advice: "Fetch the model itself.")
    }
  }

  private func full(_ key: String) -> String { "\(architecture.rawValue).\(key)" }

  func contains(_ key: String) -> Bool { file.metadata.contains(full(key)) }

  func string(_ key: String) -> String? { file.metadata.string(full(key)) }

  func bools(_ key: String) -> [Bool]? { file.metadata.bools(full(key)) }

  /// A whole number; `fallback` if the file has none.
  func int(
    _ key: String, in range: ClosedRange<Int>, default fallback: Int? = nil
  ) throws(LanguageModelError) -> Int {
    if !contains(key), let fallback { return fallback }
    guard contains(key) else { throw damaged("`\(full(key))` is missing") }
    guard let value = file.metadata.int(full(key)) else {
      throw damaged("`\(full(key))` is not a whole number")
    }
    guard range.contains(value) else { throw damaged("`\(full(key))` is \(value)") }
    return value
  }

  /// A number above 0.
  func positive(
    _ key: String, default fallback: Float
  ) throws(LanguageModelError) -> Float {
    guard contains(key) else { return fallback }
    guard let value = file.metadata.float(full(key)), value > 0, value.isFinite else {
      throw damaged("`\(full(key))` is not a number above 0")
    }
    return value
  }

  /// A number of 0 or more, which the file has.
  func notNegative(_ key: String) throws(LanguageModelError) -> Float {
    guard let value = file.metadata.float(full(key)), value >= 0, value.isFinite else {
      throw damaged("`\(full(key))` is not a number of 0 or more")
    }
    return value
  }

  func damaged(_ reason: String) -> LanguageModelError {
    .damaged(path: file.file.path, reason: reason)
  }

  func unsupported(_ what: String, supported: String) -> LanguageModelError {
    .unsupported(path: file.file.path, what: what, supported: supported)
  }
}
