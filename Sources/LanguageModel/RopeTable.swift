import Foundation

/// Cosines and sines of the angles by which heads are rotated: [position][pair].
///
/// Source: RoFormer (Su et al., 2021), equation 15; position p turns pair i by p·base^(-2i/d).
struct RopeTable {
  let cosines: UnsafeMutablePointer<Float>
  let sines: UnsafeMutablePointer<Float>

  init(positions: Int, rotated: Int, base: Float, scale: Float, arena: Arena) {
    let pairs = rotated / 2
    cosines = arena.allocate(Float.self, count: positions * pairs)
    sines = arena.allocate(Float.self, count: positions * pairs)
    for pair in 0..<pairs {
      let frequency = pow(Double(base), -2 * Double(pair) / Double(rotated)) / Double(scale)
      for position in 0..<positions {
        let angle = Double(position) * frequency
        cosines[position * pairs + pair] = Float(cos(angle))
        sines[position * pairs + pair] = Float(sin(angle))
      }
    }
  }
}
