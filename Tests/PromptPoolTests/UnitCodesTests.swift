import PromptPool
import TestSupport
import Testing

@Suite struct UnitCodesTests {
  private func unit(_ generator: inout SplitMix) -> [Float] {
    let values = (0..<384).map { _ in Float.random(in: -1...1, using: &generator) }
    let length = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return values.map { $0 / length }
  }

  @Test func cosinesChangeLittle() {
    var generator = SplitMix(seed: 9)
    for _ in 0..<50 {
      let (a, b) = (unit(&generator), unit(&generator))
      let exact = zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
      #expect(abs(UnitCodes(a).cosine(UnitCodes(b)) - exact) < 0.01)
      #expect(abs(UnitCodes(a).cosine(UnitCodes(a)) - 1) < 0.001)
    }
  }

  @Test func twiceIsOnce() {
    var generator = SplitMix(seed: 10)
    let codes = UnitCodes(unit(&generator))
    #expect(UnitCodes(codes.vector) == codes)
  }

  @Test func nothingIsNotDividedBy() {
    #expect(UnitCodes([]).isEmpty && UnitCodes([]).vector.isEmpty)
    #expect(UnitCodes([0, 0]).vector == [0, 0])
    #expect(UnitCodes([.nan, 1, .leastNonzeroMagnitude]).vector == [0, 1, 0])
    #expect(UnitCodes([.infinity, .leastNonzeroMagnitude]).vector == [0, 0])
    #expect(UnitCodes([1, 0]).cosine(UnitCodes([1])) == 0)
  }
}
