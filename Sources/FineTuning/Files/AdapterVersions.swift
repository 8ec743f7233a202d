import ErrorWording
public import Foundation

/// The adapters of one project: a folder per version, and which of them serves.
///
/// `N/` holds a PEFT folder and `version.json`; `serving.json` says which version serves and which
/// served before. Files are replaced as a whole, so an end at any moment leaves a readable folder.
public struct AdapterVersions: Sendable {
  /// What is known about a version.
  public struct Version: Codable, Sendable, Hashable {
    public var number: Int
    public var created: Date
    /// The identity of the base model that it was trained for.
    public var base: String
    /// Tells data apart.
    public var data: String
    /// How it was trained, for people.
    public var settings: String
    public var examples: Int
    /// Negative log likelihood per answer token of held-out examples.
    public var before, after: Double?

    public init(
      number: Int, created: Date, base: String, data: String, settings: String, examples: Int,
      before: Double?, after: Double?
    ) {
      self.number = number
      self.created = created
      self.base = base
      self.data = data
      self.settings = settings
      self.examples = examples
      self.before = before
      self.after = after
    }

    /// Whether it is better than the bare model on text that it was not trained on.
    public var isBetter: Bool {
      guard let before, let after else { return false }
      return after < before
    }
  }

  private struct Serving: Codable {
    var version: Int?
    /// The versions that served before, the latest last.
    var earlier: [Int] = []
  }

  public let folder: URL

  /// - Parameter folder: Made when the first version is added.
  public init(_ folder: URL) { self.folder = folder }

  public func url(of number: Int) -> URL { folder.appending(path: "\(number)") }

  /// All versions, oldest first.
  public var all: [Version] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.compactMap(Int.init).sorted().compactMap { try? version($0) }
  }

  /// The version that serves; nil for the bare model.
  public var serving: Int? { state.version }

  /// - Throws: ``TrainingError/badSettings(_:)`` where there is no such version.
  public func version(_ number: Int) throws(TrainingError) -> Version {
    guard let version = Self.version(in: url(of: number)) else {
      throw .badSettings(
        "There is no adapter \(number): `adapter list` tells which there are.")
    }
    return version
  }

  /// What is known about the adapter in a folder; nil where nothing is.
  public static func version(in folder: URL) -> Version? {
    guard let data = try? Data(contentsOf: folder.appending(path: versionFile)) else { return nil }
    return try? decoder.decode(Version.self, from: data)
  }

  /// Writes what is known about an adapter beside it.
  public static func record(_ version: Version, in folder: URL) throws(TrainingError) {
    try write(version, to: folder.appending(path: versionFile))
  }

  private static let versionFile = "version.json"

  /// What a PEFT folder holds: the weights, and how they are to be used.
  public static let files = ["adapter_model.safetensors", "adapter_config.json"]

  /// The number that the next version gets; numbers are never used again.
  public var nextNumber: Int {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return (names.compactMap(Int.init).max() ?? 0) + 1
  }

  /// Deletes what versions left behind that were never finished and have not changed for an hour.
  public func removeUnfinished() throws(TrainingError) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    for number in names.compactMap(Int.init) where Self.version(in: url(of: number)) == nil {
      let url = url(of: number)
      let changed = try? url.resourceValues(forKeys: [.contentModificationDateKey])
      guard let date = changed?.contentModificationDate, -date.timeIntervalSinceNow > 3600 else {
        continue
      }
      do { try FileManager.default.removeItem(at: url) } catch {
        throw .unwritable(path: url.path, reason: ErrorWording.reason(error))
      }
    }
  }

  /// Records a version whose PEFT files lie in ``url(of:)`` already.
  public func add(_ version: Version) throws(TrainingError) {
    try Self.record(version, in: url(of: version.number))
  }

  /// Lets a version serve; nil lets the bare model.
  ///
  /// - Parameter base: The model that is to serve with it; an adapter for another is refused.
  public func use(_ number: Int?, base: String?) throws(TrainingError) {
    if let number {
      let version = try version(number)
      if let base, version.base != base {
        throw .badSettings(
          "Adapter \(number) is for another model (\(version.base)): train one for \(base).")
      }
    }
    var state = state
    guard state.version != number else { return }
    if let version = state.version { state.earlier.append(version) }
    state.version = number
    try Self.write(state, to: stateFile)
  }

  /// Lets the version serve that served before, or the bare model.
  ///
  /// - Returns: what serves now.
  @discardableResult
  public func rollBack() throws(TrainingError) -> Int? {
    var state = state
    state.version = nil
    while let earlier = state.earlier.popLast() {
      guard (try? version(earlier)) != nil else { continue }
      state.version = earlier
      break
    }
    try Self.write(state, to: stateFile)
    return state.version
  }

  /// Deletes a version that does not serve.
  public func remove(_ number: Int) throws(TrainingError) {
    _ = try version(number)
    guard serving != number else {
      throw .badSettings(
        "Adapter \(number) serves: choose another with `adapter use`, or `adapter rollback`.")
    }
    do { try FileManager.default.removeItem(at: url(of: number)) } catch {
      throw .unwritable(path: url(of: number).path, reason: ErrorWording.reason(error))
    }
  }

  private var stateFile: URL { folder.appending(path: "serving.json") }

  private var state: Serving {
    guard let data = try? Data(contentsOf: stateFile) else { return Serving() }
    return (try? Self.decoder.decode(Serving.self, from: data)) ?? Serving()
  }

  private static var decoder: JSONDecoder {
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .iso8601
    return decoder
  }

  private static func write(_ value: some Encodable, to url: URL) throws(TrainingError) {
    let encoder = JSONEncoder()
    encoder.dateEncodingStrategy = .iso8601
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try AdapterWriter.makeFolder(url.deletingLastPathComponent())
    let data: Data
    do { data = try encoder.encode(value) } catch {
      throw .unwritable(path: url.path, reason: "\(error)")
    }
    try AdapterWriter.write(data, to: url)
  }
}
