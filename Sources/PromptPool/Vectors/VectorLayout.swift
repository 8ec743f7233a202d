internal import Foundation

/// The layout of a vector file; each section begins at a multiple of 64 bytes.
///
/// Header, then for n vectors of d numbers: int8 codes [n × d]; one ``VectorBound`` each; exemplar
/// ids; the vectors themselves as float32 [n × d], which only the re-ranking touches.
struct VectorLayout {
  static let magic: UInt64 = 0x3130_4345_5657_4C50  // "PLWVEC01"
  static let headerSize = 256

  let count, dimensions: Int

  var codes: Int { Self.headerSize }
  var bounds: Int { Self.aligned(codes + count * dimensions) }
  var ids: Int { Self.aligned(bounds + count * MemoryLayout<VectorBound>.stride) }
  var exact: Int { Self.aligned(ids + count * MemoryLayout<Int64>.stride) }
  var size: Int { Self.aligned(exact + count * dimensions * MemoryLayout<Float>.stride) }

  private static func aligned(_ offset: Int) -> Int { (offset + 63) & ~63 }
}

/// Bounds for a vector x with codes c: x = scale · c + e.
struct VectorBound {
  var scale: Float
  /// At least ‖e‖.
  var error: Float
  /// At least ‖scale · c‖.
  var reach: Float

  /// Writes the codes of a vector.
  init(quantising vector: UnsafeBufferPointer<Float>, into codes: UnsafeMutablePointer<Int8>) {
    let largest = vector.reduce(0) { max($0, abs($1)) }
    scale = largest / 127
    var (squaredError, squaredReach) = (0.0, 0.0)
    for (index, value) in vector.enumerated() {
      let code = scale > 0 ? min(127, max(-127, (value / scale).rounded())) : 0
      codes[index] = Int8(code)
      let reached = Double(scale) * Double(code)
      squaredError += (Double(value) - reached) * (Double(value) - reached)
      squaredReach += reached * reached
    }
    error = Float(squaredError.squareRoot()).nextUp
    reach = Float(squaredReach.squareRoot()).nextUp
  }
}
