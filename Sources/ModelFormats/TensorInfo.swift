/// One tensor of a file: its name, its shape and the place of its values.
public struct TensorInfo: Equatable, Sendable {
  public let name: String
  /// Sizes from the innermost dimension outward, as GGUF orders them: a matrix that maps n inputs
  /// to m outputs is `[n, m]`, and each row is n adjacent values.
  public let shape: [Int]
  public let type: TensorType
  /// The product of the shape; fits an `Int`, as does the number of bytes.
  public let elementCount: Int
  /// Where the values are in the file, in bytes.
  let range: Range<Int>
  /// The part of a split model, from 0.
  var part = 0

  /// Some rows of a matrix, as a tensor of its own.
  package func rows(_ rows: Range<Int>) -> TensorInfo {
    precondition(rows.lowerBound >= 0 && rows.upperBound <= rowCount)
    let rowBytes = byteCount / rowCount
    let start = range.lowerBound + rows.lowerBound * rowBytes
    return TensorInfo(
      name: name, shape: [rowElements, rows.count], type: type,
      elementCount: rowElements * rows.count, range: start..<start + rows.count * rowBytes,
      part: part)
  }

  public var byteCount: Int { range.count }
  /// The values of a row; a whole number of the type's blocks.
  public var rowElements: Int { shape.first ?? 1 }
  /// The number of rows, over all outer dimensions.
  public var rowCount: Int { elementCount / rowElements }
}
