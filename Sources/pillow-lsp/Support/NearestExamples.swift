import CompletionEngine
import FineTuning
import Kernels
import ModelStore
import SentenceEncoder

/// Which examples are most alike, by the sentence encoder, as the matcher chooses them on day zero.
enum NearestExamples {
  /// - Returns: for each example the places of at most `count` others, best first.
  static func find(
    _ examples: [TrainingExample], count: Int, encoder store: ModelStore
  ) async throws -> [[Int]] {
    let places = examples.indices.filter { examples[$0].message != nil }
    guard places.count > 1 else { return [] }
    guard let folder = store.path(of: .miniLM) else {
      throw ModelError.modelMissing(name: ModelName.miniLM.rawValue)
    }
    let encoder = try SentenceEncoder(folder: folder)
    let vectors = try await encoder.embed(
      places.compactMap { examples[$0].message }, priority: .background)
    let flat = vectors.flatMap { $0 }
    var nearest = [[Int]](repeating: [], count: examples.count)
    let block = 256
    var scores = [Float](repeating: 0, count: block * places.count)
    for first in stride(from: 0, to: places.count, by: block) {
      let rows = min(block, places.count - first)
      flat.withUnsafeBufferPointer { flat in
        scores.withUnsafeMutableBufferPointer { scores in
          guard let all = flat.baseAddress, let out = scores.baseAddress else { return }
          FloatMatrix.multiplyTransposed(
            all + first * encoder.dimensions, all, into: out, rows: rows, columns: places.count,
            inner: encoder.dimensions)
        }
      }
      for row in 0..<rows {
        let own = scores[row * places.count..<(row + 1) * places.count]
        let language = examples[places[first + row]].language
        let order = best(own, count: count) { other in
          other != first + row
            && FileForm.canShow(examples[places[other]].language, in: language)
        }
        nearest[places[first + row]] = order.map { places[$0] }
      }
    }
    return nearest
  }

  /// The places of the highest scores; of equal ones the earlier.
  private static func best(
    _ scores: ArraySlice<Float>, count: Int, where isCandidate: (Int) -> Bool
  ) -> [Int] {
    var best: [(score: Float, place: Int)] = []
    for (place, score) in scores.enumerated() {
      if best.count == count, score <= best[count - 1].score { continue }
      guard isCandidate(place) else { continue }
      let index = best.firstIndex { $0.score < score } ?? best.count
      best.insert((score, place), at: index)
      if best.count > count { best.removeLast() }
    }
    return best.map(\.place)
  }
}
