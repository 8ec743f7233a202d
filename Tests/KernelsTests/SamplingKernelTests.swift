import CKernels
import Foundation
import TestSupport
import Testing

struct SamplingKernelTests {
  /// Lengths around the width of a vector; a vocabulary is rarely a multiple of it.
  private static let counts = [1, 5, 15, 16, 17, 31, 64, 1003]

  private static func values(_ count: Int) -> [Float] {
    var generator = SplitMix(seed: UInt64(count))
    return (0..<count).map { _ in Float.random(in: -30...20, using: &generator) }
  }

  @Test(arguments: counts) func theHighestIsFoundWhereverItIs(count: Int) {
    var x = Self.values(count)
    #expect(pk_highest(x, count) == x.max())
    for place in [0, count / 2, count - 1] {
      x[place] = 100 + Float(place)
      #expect(pk_highest(x, count) == x.max())
    }
    let low = [Float](repeating: -.infinity, count: count)
    #expect(pk_highest(low, count) == -.infinity)
  }

  @Test(arguments: counts) func placesAreInOrderAndNoMoreThanThereIsRoomFor(count: Int) {
    let x = Self.values(count)
    for floor in [Float(-40), 0, 15, 19.9, 40] {
      let expected = x.indices.filter { x[$0] >= floor }.map(Int32.init)
      for capacity in [0, 1, count] {
        var places = [Int32](repeating: -1, count: count + 1)
        let found = pk_places_from(x, count, floor, &places, capacity)
        #expect(Array(places[..<found]) == Array(expected.prefix(capacity)))
        #expect(places[found...].allSatisfy { $0 == -1 })
      }
    }
  }

  @Test(arguments: counts) func sumsOfExponentialsAreThoseOfFloat64(count: Int) {
    let x = Self.values(count)
    let highest = x.max() ?? 0
    var moment: Float = 0
    let sum = pk_exponentials(x, count, highest, &moment)
    let powers = x.map { exp(Double($0) - Double(highest)) }
    let expected = powers.reduce(0, +)
    let moments = zip(x, powers).reduce(0) { $0 + (Double($1.0) - Double(highest)) * $1.1 }
    #expect(abs(Double(sum) - expected) < 1e-5 * expected)
    #expect(abs(Double(moment) - moments) < 1e-5 * max(1, abs(moments)))
  }
}
