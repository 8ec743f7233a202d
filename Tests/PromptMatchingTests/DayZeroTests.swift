import PromptMatching
import Testing

@Suite struct DayZeroTests {
  @Test(arguments: [true, false]) func ranksAsCosineDoes(clustered: Bool) throws {
    let d = 384
    let vectors =
      clustered
      ? clusteredVectors(200, d, topics: 7, seed: 21) : randomVectors(200, d, seed: 22)
    let queries =
      clustered
      ? clusteredVectors(20, d, topics: 7, seed: 23) : randomVectors(20, d, seed: 24)
    let network = MatchingNetwork.dayZero(dimensions: d, encoderIdentity: "test", seed: 1)
    let index = try network.index(embeddings: vectors)
    for number in 0..<20 {
      let query = Array(queries[number * d..<(number + 1) * d])
      let selection = try network.select(
        query: query, from: index, options: .init(shots: 10, greedy: true))
      let cosines = (0..<200).map { cosine(query, Array(vectors[$0 * d..<($0 + 1) * d])) }
      let nearest = cosines.indices.sorted { cosines[$0] > cosines[$1] }.prefix(10)
      #expect(selection.picks.map(\.index) == Array(nearest))
      for pick in selection.picks {
        #expect(abs(Double(pick.cosine) - cosines[pick.index]) < 1e-5)
      }
      #expect(selection.propensity == 1)
    }
  }

  @Test func firstLayersHaveOrthogonalRows() {
    let network = MatchingNetwork.dayZero(
      dimensions: 32, hidden: 8, encoderIdentity: "test", seed: 5)
    for (part, columns) in [(ParameterLayout.Part.exemplarInput, 32), (.stateInput, 64)] {
      let matrix = Array(network.parameters[network.layout.range(of: part)])
      for a in 0..<8 {
        for b in 0...a {
          let product = (0..<columns).reduce(0) {
            $0 + matrix[a * columns + $1] * matrix[b * columns + $1]
          }
          #expect(abs(product - (a == b ? 1 : 0)) < 1e-5)
        }
      }
    }
  }

  private func cosine(_ a: [Float], _ b: [Float]) -> Double {
    func product(_ x: [Float], _ y: [Float]) -> Double {
      zip(x, y).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }
    return product(a, b) / (product(a, a) * product(b, b)).squareRoot()
  }
}
