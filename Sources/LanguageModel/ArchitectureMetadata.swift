import ModelFormats

/// The metadata of a file below its architecture's name, checked as it is read.
struct ArchitectureMetadata {
  let file: GGUFFile
  let architecture: Architecture

  /// - Throws: ``LanguageModelError/unsupported(path:what:supported:)`` for another architecture.
  init(_ file: GGUFFile) throws(LanguageModelError) {
    let name = file.metadata.string("general.architecture") ?? "no architecture"
    guard let architecture = Architecture(rawValue: name) else {
      let supported = Architecture.allCases.map(\.rawValue).joined(separator: ", ")
      throw .unsupported(
        path: file.file.path, what: "the architecture \(name)", supported: supported)
    }
    self.file = file
    self.architecture = architecture
  }

  private func full(_ key: String) -> String { "\(architecture.rawValue).\(key)" }

  func contains(_ key: String) -> Bool { file.metadata.contains(full(key)) }

  func string(_ key: String) -> String? { file.metadata.string(full(key)) }

  func bools(_ key: String) -> [Bool]? { file.metadata.bools(full(key)) }

  /// A whole number; `fallback` where the file has none.
  func int(
    _ key: String, in range: ClosedRange<Int>, default fallback: Int? = nil
  ) throws(LanguageModelError) -> Int {
    if !contains(key), let fallback { return fallback }
    guard contains(key) else { throw damaged("`\(full(key))` is missing") }
    guard let value = file.metadata.int(full(key)) else {
      throw damaged("`\(full(key))` is no whole number")
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
      throw damaged("`\(full(key))` is no number above 0")
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
