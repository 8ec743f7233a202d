public import Foundation
public import ModelFormats

/// A model with an adapter's updates in its matrices, W + α/r·B·A, to be written to a file of its
/// own: as quick as the bare model, and of use to other programs.
public struct AdapterMerge {
  private let quantiser: ModelQuantiser
  /// The matrices that the adapter changes, and what they become.
  public let changes: [ModelQuantiser.Step]

  /// - Parameters:
  ///   - adapter: A folder of PEFT's, or a GGUF file of llama.cpp's.
  ///   - scale: How much of the adapter counts; 1 is what it was trained for.
  ///   - type: Of the changed matrices; one of `Quantisation.types`.
  /// - Throws: ``LanguageModelError``, `ModelFormatError`.
  public init(of model: GGUFFile, with adapter: URL, scale: Float = 1, as type: TensorType = .q8_0)
    throws
  {
    let shape = try ModelConfiguration(model)
    let updates = try AdapterParts(contentsOf: adapter, architecture: shape.architecture)
      .updates(for: shape)
    var added: [String: LowRankUpdate] = [:]
    for update in updates {
      let matrices = update.matrices
      let (rows, columns) = update.place.module.size(in: shape)
      guard let tensor = model.tensor(named: update.tensorName), tensor.rowCount == rows,
        tensor.rowElements == columns
      else {
        throw LanguageModelError.damaged(
          path: model.file.path,
          reason: "the tensor \(update.tensorName) is missing or has another shape")
      }
      added[update.tensorName] = LowRankUpdate(
        rank: matrices.rank, a: matrices.a, b: matrices.b, scale: scale * matrices.scale)
    }
    quantiser = ModelQuantiser(model, adding: added, as: type)
    changes = quantiser.steps.filter { $0.reason != .copied }
  }

  /// Writes the model; the file appears when it is whole.
  ///
  /// - Parameter progress: Called after each tensor with how many are done and how many there are
  ///   in all.
  /// - Throws: `ModelWritingError`.
  public func write(to url: URL, progress: (Int, Int) -> Void = { _, _ in })
    throws(ModelWritingError)
  {
    let count = quantiser.steps.count
    try quantiser.write(to: url) { progress($0, count) }
  }
}
