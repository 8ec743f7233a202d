package import LanguageModel
import ModelFormats

/// All values of a model in float32 while they are trained, with their gradients and the
/// optimiser's moments: 16 bytes a value.
///
/// `@unchecked`: passes read, the optimiser writes, one after the other.
package final class ModelParameters: TrainedParameters, @unchecked Sendable {
  package let vector: TrainableVector
  /// The base model with `vector` for its values.
  private let model: FrozenModel
  private let places: [String: Range<Int>]

  /// The base's values, unpacked.
  ///
  /// - Throws: ``TrainingError``, `LanguageModelError`.
  package init(copying base: FrozenModel) throws {
    let matrices = base.tensors.filter(\.isMatrix)
    let vectors = base.tensors.filter { !$0.isMatrix }
    func sum(_ tensors: [FrozenModel.NamedTensor]) -> Int { tensors.reduce(0) { $0 + $1.count } }
    let vector = TrainableVector(count: sum(vectors), decayed: sum(matrices))
    var places: [String: Range<Int>] = [:]
    for (tensors, start) in [(matrices, 0), (vectors, vector.decayed)] {
      var offset = start
      for tensor in tensors {
        places[tensor.name] = offset..<offset + tensor.count
        tensor.unpack(into: vector.values + offset)
        offset += tensor.count
      }
    }
    self.vector = vector
    self.places = places
    model = try FrozenModel(
      base.file, values: places.mapValues { vector.values + $0.lowerBound })
  }

  package func model(over base: FrozenModel) -> FrozenModel { model }

  package var pairs: [AdapterPlace: AdapterParameters.Pair] { [:] }

  package func gradient(of values: UnsafeRawPointer) -> UnsafeMutablePointer<Float>? {
    let offset = values.assumingMemoryBound(to: Float.self) - UnsafePointer(vector.values)
    return (0..<vector.count).contains(offset) ? vector.gradient + offset : nil
  }

  package func refresh() {}

  package func finishGradients() {}

  /// The base model is still there as it was.
  package var reference: (any TrainedParameters)? { nil }

  package var summary: String { "all values" }

  package var byteCount: Int { vector.byteCount }

  /// The values of a tensor, by its name in a GGUF file; nil where it is not trained.
  package func values(named name: String) -> UnsafeBufferPointer<Float>? {
    places[name].map {
      UnsafeBufferPointer(start: vector.values + $0.lowerBound, count: $0.count)
    }
  }

  /// The gradient of a tensor, in the same order.
  package func gradient(named name: String) -> [Float]? {
    places[name].map {
      [Float](UnsafeBufferPointer(start: vector.gradient + $0.lowerBound, count: $0.count))
    }
  }

  /// The trained tensors' names.
  package var names: [String] { places.keys.sorted() }
}
