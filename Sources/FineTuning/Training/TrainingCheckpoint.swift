import Foundation
import LanguageModel
import ModelFormats

/// A training's file to go on from after an end at any moment: it is replaced as a whole.
final class TrainingCheckpoint {
  private let url: URL
  private let fingerprint: String
  private var lastSave: ContinuousClock.Instant?
  /// How long a training may have to repeat, unless saving takes more than a twentieth of it.
  var interval = Duration.seconds(30)
  private var lastCost = Duration.zero

  init(url: URL, fingerprint: String) {
    self.url = url
    self.fingerprint = fingerprint
  }

  /// What a training depends on, as one text: equal texts go on to equal results.
  static func fingerprint(
    _ file: GGUFFile, _ parameters: some TrainedParameters, _ settings: TrainingSettings,
    _ examples: [TrainingExample], _ neighbours: [[Int]]
  ) -> String {
    var shots = TextHash()
    for row in neighbours { shots.add("\(row.prefix(settings.shots))\n") }
    let data = "\(TrainingFile.fingerprint(of: examples)) \(shots.text)"
    let numbers =
      "\(parameters.summary) "
      + "\(settings.epochs) \(settings.batch) \(settings.rate) \(settings.warmUp) "
      + "\(settings.decay) \(settings.clip) \(settings.shots) \(settings.maximumTokens) "
      + "\(settings.heldOut) \(settings.supervision) \(settings.preference) \(settings.beta) \(settings.seed) \(settings.measurements)"
    return "\(file.sampledDigest(bytes: 16)) \(data) \(numbers)"
  }

  /// Takes up what an earlier training left; false where there is nothing.
  ///
  /// - Throws: ``TrainingError/checkpointOfOther(path:what:)``, `ModelFormatError`.
  func restore(into state: inout TrainingState, _ parameters: some TrainedParameters) throws -> Bool
  {
    let path = url.path(percentEncoded: false)
    guard FileManager.default.fileExists(atPath: path) else { return false }
    let file = try SafetensorsFile(contentsOf: url)
    guard file.metadata["fingerprint"] == fingerprint else {
      throw TrainingError.checkpointOfOther(path: path, what: "model, data or settings")
    }
    let vector = parameters.vector
    let places = [("values", vector.values), ("mean", vector.mean), ("variance", vector.variance)]
    guard let text = file.metadata["state"],
      var found = try? JSONDecoder().decode(TrainingState.self, from: Data(text.utf8))
    else { throw TrainingError.damaged(path: path, reason: "its state cannot be read") }
    for (name, place) in places {
      guard let tensor = file.tensor(named: name), tensor.elementCount == vector.count,
        let values = file.floats(of: tensor)
      else { throw TrainingError.damaged(path: path, reason: "\(name) is missing") }
      values.withUnsafeBufferPointer { values in
        if let start = values.baseAddress { place.update(from: start, count: values.count) }
      }
    }
    if found.best != nil, let tensor = file.tensor(named: "best") {
      found.bestValues = file.floats(of: tensor) ?? []
    }
    state = found
    return true
  }

  /// Saves where the last time is long enough ago.
  func save(
    _ state: TrainingState, _ parameters: some TrainedParameters, at now: ContinuousClock.Instant
  ) throws {
    if lastSave == nil, interval > .zero { lastSave = now }
    if let lastSave, now - lastSave < max(interval, interval > .zero ? lastCost * 20 : .zero) {
      return
    }
    lastCost = try ContinuousClock().measure { try save(state, parameters) }
    lastSave = now
  }

  func save(_ state: TrainingState, _ parameters: some TrainedParameters) throws {
    let vector = parameters.vector
    func tensor(_ name: String, _ values: UnsafeMutablePointer<Float>)
      -> SafetensorsWriter.Tensor
    {
      .init(
        name: name, shape: [vector.count],
        values: UnsafeBufferPointer(start: values, count: vector.count))
    }
    let text = String(decoding: try JSONEncoder().encode(state), as: UTF8.self)
    try AdapterWriter.makeFolder(url.deletingLastPathComponent())
    try state.bestValues.withUnsafeBufferPointer { best in
      var tensors = [
        tensor("values", vector.values), tensor("mean", vector.mean),
        tensor("variance", vector.variance),
      ]
      if !best.isEmpty { tensors.append(.init(name: "best", shape: [best.count], values: best)) }
      try SafetensorsWriter.write(
        tensors, metadata: ["fingerprint": fingerprint, "state": text], to: url)
    }
  }

  func remove() { try? FileManager.default.removeItem(at: url) }
}
