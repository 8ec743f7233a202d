import Foundation

/// Cosines and sines of the angles by which heads are rotated: [position][pair].
///
/// Source: RoFormer (Su et al., 2021), equation 15; position p rotates pair i by p·base^(-2i/d),
/// which scaling changes, and cosines and sines are multiplied by its magnitude.
package struct RopeTable {
  package let cosines: UnsafeMutablePointer<Float>
  package let sines: UnsafeMutablePointer<Float>

  package init(positions: Int, rotated: Int, rope: RopeConfiguration, arena: Arena) {
    let pairs = rotated / 2
    cosines = arena.allocate(Float.self, count: positions * pairs)
    sines = arena.allocate(Float.self, count: positions * pairs)
    for pair in 0..<pairs {
      let frequency = rope.frequency(pair: pair, rotated: rotated, context: positions)
      let magnitude = Double(rope.magnitude)
      for position in 0..<positions {
        let angle = Double(position) * frequency
        cosines[position * pairs + pair] = Float(magnitude * cos(angle))
        sines[position * pairs + pair] = Float(magnitude * sin(angle))
      }
    }
  }
}
