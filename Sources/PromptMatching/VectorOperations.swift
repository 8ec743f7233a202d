internal import Foundation

func logarithm(_ x: Double) -> Double { log(x) }
func cosine(_ x: Double) -> Double { cos(x) }
func hyperbolicTangent(_ x: Float) -> Float { tanhf(x) }

/// Σ a[i]·b[i] over `count` floats, sixteen lanes at a time.
@inline(__always)
func dot(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ count: Int) -> Float {
  let left = UnsafeRawPointer(a)
  let right = UnsafeRawPointer(b)
  var lanes = SIMD16<Float>.zero
  var i = 0
  while i + 16 <= count {
    let offset = i &* 4
    lanes +=
      left.loadUnaligned(fromByteOffset: offset, as: SIMD16<Float>.self)
      * right.loadUnaligned(fromByteOffset: offset, as: SIMD16<Float>.self)
    i &+= 16
  }
  var sum = lanes.sum()
  while i < count {
    sum += a[i] * b[i]
    i &+= 1
  }
  return sum
}

/// y[i] += factor·x[i] over `count` floats.
@inline(__always)
func addScaled(
  _ factor: Float, _ x: UnsafePointer<Float>, to y: UnsafeMutablePointer<Float>, _ count: Int
) {
  let source = UnsafeRawPointer(x)
  let target = UnsafeMutableRawPointer(y)
  var i = 0
  while i + 16 <= count {
    let offset = i &* 4
    let sum =
      target.loadUnaligned(fromByteOffset: offset, as: SIMD16<Float>.self)
      + source.loadUnaligned(fromByteOffset: offset, as: SIMD16<Float>.self) * factor
    target.storeBytes(of: sum, toByteOffset: offset, as: SIMD16<Float>.self)
    i &+= 16
  }
  while i < count {
    y[i] += factor * x[i]
    i &+= 1
  }
}

/// 64-bit FNV-1a: detects damage, but is no protection against tampering.
func fnv1a(_ bytes: some Sequence<UInt8>) -> UInt64 {
  var hash: UInt64 = 0xCBF2_9CE4_8422_2325
  for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
  return hash
}

extension [Float] {
  /// self ← old · self + new · other, element by element.
  mutating func mix(keeping old: Float, adding new: Float, of other: [Float]) {
    for place in indices { self[place] = old * self[place] + new * other[place] }
  }
}

/// Σ a[i]·b[i]; 0 for vectors of different lengths.
package func dotProduct(_ a: [Float], _ b: [Float]) -> Float {
  guard a.count == b.count else { return 0 }
  return a.withUnsafeBufferPointer { left in
    b.withUnsafeBufferPointer { right in
      guard let x = left.baseAddress, let y = right.baseAddress else { return 0 }
      return dot(x, y, a.count)
    }
  }
}
