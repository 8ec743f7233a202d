import Foundation
package import ModelFormats

/// What an adapter adds to one matrix of a model, with rows in the order that the model's file has.
package struct AdapterUpdate {
  package var place: AdapterPlace
  package var matrices: LowRankUpdate

  /// How GGUF files name the matrix.
  package var tensorName: String { "blk.\(place.layer).\(place.module.ggufName).weight" }
}

extension AdapterParts {
  /// All updates, in the order of layers, if they fit a model.
  ///
  /// - Throws: ``LanguageModelError/adapterUnusable(path:reason:)``.
  package func updates(for shape: ModelConfiguration) throws(LanguageModelError) -> [AdapterUpdate]
  {
    var updates: [AdapterUpdate] = []
    for place in pairs.keys.sorted() {
      guard let a = pairs[place]?.a, let b = pairs[place]?.b else {
        throw unusable("\(place) has only one of its two matrices")
      }
      guard place.layer < shape.layers else {
        throw unusable("it changes layer \(place.layer), and the model has \(shape.layers)")
      }
      let (rows, columns) = place.module.size(in: shape)
      guard a.columns == columns, b.rows == rows, a.rows == b.columns, a.rows > 0 else {
        throw unusable(
          "\(place) is \(b.rows)×\(b.columns) times \(a.rows)×\(a.columns), and the model's matrix "
            + "is \(rows)×\(columns)")
      }
      let isTurned = place.module.isRotated && needsPairs && !shape.architecture.rotatesHalves
      updates.append(
        AdapterUpdate(
          place: place,
          matrices: LowRankUpdate(
            rank: a.rows, a: a.values,
            b: isTurned
              ? Self.pairs(b.values, columns: b.columns, headWidth: shape.headWidth) : b.values,
            scale: try scale(ofRank: a.rows))))
    }
    guard !updates.isEmpty else { throw unusable("it changes nothing") }
    return updates
  }

  /// Rows of heads whose rotated pairs lie half a head apart, as rows with the pairs side by side:
  /// GGUF files of the llama architecture have them so.
  private static func pairs(_ values: [Float], columns: Int, headWidth: Int) -> [Float] {
    var result: [Float] = []
    result.reserveCapacity(values.count)
    let half = headWidth / 2
    for head in stride(from: 0, to: values.count / columns, by: headWidth) {
      for row in 0..<headWidth {
        let source = head + row % 2 * half + row / 2
        result += values[source * columns..<(source + 1) * columns]
      }
    }
    return result
  }
}
