internal import Kernels

/// A dense row-major float32 matrix, multiplied by the system's BLAS.
struct Matrix: Sendable, Equatable {
  let rows: Int
  let columns: Int
  var values: [Float]

  init(rows: Int, columns: Int, values: [Float]? = nil) {
    let count = rows * columns
    precondition(values.map { $0.count == count } ?? true, "a matrix needs rows · columns values")
    self.rows = rows
    self.columns = columns
    self.values = values ?? [Float](repeating: 0, count: count)
  }

  func row(_ index: Int) -> ArraySlice<Float> {
    values[index * columns..<(index + 1) * columns]
  }

  /// self · otherᵀ
  func timesTransposed(_ other: Matrix) -> Matrix {
    precondition(columns == other.columns)
    return product(with: other, rows: rows, columns: other.rows) { a, b, out in
      FloatMatrix.multiplyTransposed(
        a, b, into: out, rows: rows, columns: other.rows, inner: columns)
    }
  }

  /// self · other
  func times(_ other: Matrix) -> Matrix {
    precondition(columns == other.rows)
    return product(with: other, rows: rows, columns: other.columns) { a, b, out in
      FloatMatrix.multiply(a, b, into: out, rows: rows, columns: other.columns, inner: columns)
    }
  }

  /// selfᵀ · other
  func transposedTimes(_ other: Matrix) -> Matrix {
    precondition(rows == other.rows)
    return product(with: other, rows: columns, columns: other.columns) { a, b, out in
      FloatMatrix.multiplyLeftTransposed(
        a, b, into: out, rows: columns, columns: other.columns, inner: rows)
    }
  }

  mutating func add(_ other: Matrix) {
    precondition(rows == other.rows && columns == other.columns)
    let count = values.count
    other.values.withUnsafeBufferPointer { from in
      values.withUnsafeMutableBufferPointer { to in
        guard let x = from.baseAddress, let y = to.baseAddress else { return }
        addScaled(1, x, to: y, count)
      }
    }
  }

  func columnSums() -> [Float] {
    var sums = [Float](repeating: 0, count: columns)
    values.withUnsafeBufferPointer { from in
      sums.withUnsafeMutableBufferPointer { to in
        guard let x = from.baseAddress, let y = to.baseAddress else { return }
        for row in 0..<rows { addScaled(1, x + row * columns, to: y, columns) }
      }
    }
    return sums
  }

  private func product(
    with other: Matrix, rows: Int, columns: Int,
    _ body: (UnsafePointer<Float>, UnsafePointer<Float>, UnsafeMutablePointer<Float>) -> Void
  ) -> Matrix {
    var result = Matrix(rows: rows, columns: columns)
    values.withUnsafeBufferPointer { left in
      other.values.withUnsafeBufferPointer { right in
        result.values.withUnsafeMutableBufferPointer { out in
          guard let a = left.baseAddress, let b = right.baseAddress, let c = out.baseAddress
          else { return }
          body(a, b, c)
        }
      }
    }
    return result
  }
}
