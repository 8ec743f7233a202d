import PromptMatching
import Reports
import Testing

@Suite struct PoolMapTests {
  @Test func aPlaneIsFoundInManyDimensions() {
    var generator = SeededGenerator(seed: 5)
    let plane = (0..<60).map { _ in (4 * generator.normal(), generator.normal()) }
    let (d, first, second) = (12, 3, 7)
    var vectors: [Float] = []
    for (x, y) in plane {
      vectors += (0..<d).map { $0 == first ? Float(x) : $0 == second ? Float(y) : 0.25 }
    }
    let map = PoolMap(vectors: vectors, dimensions: d)
    #expect(map.explained > 0.999999)
    // Distances are those of the plane, whichever way it is turned.
    for (a, b) in [(0, 1), (2, 40), (17, 59)] {
      let there = hypotenuse(plane[a].0 - plane[b].0, plane[a].1 - plane[b].1)
      let here = hypotenuse(
        map.points[a].x - map.points[b].x, map.points[a].y - map.points[b].y)
      #expect(abs(there - here) < 1e-3 * there)
    }
    // The first component has the larger variance.
    #expect(square(map.points.map(\.x)) > square(map.points.map(\.y)))
  }

  @Test func fewOrEqualVectorsHaveAPlace() {
    #expect(PoolMap(vectors: [], dimensions: 4).points.isEmpty)
    #expect(PoolMap(vectors: [1, 0], dimensions: 2).points.count == 1)
    let equal = PoolMap(vectors: [1, 0, 1, 0, 1, 0], dimensions: 2)
    #expect(equal.points.allSatisfy { $0.x.isFinite && $0.y.isFinite } && equal.explained == 0)
  }

  private func square(_ values: [Double]) -> Double { values.reduce(0) { $0 + $1 * $1 } }
  private func hypotenuse(_ a: Double, _ b: Double) -> Double { (a * a + b * b).squareRoot() }
}
