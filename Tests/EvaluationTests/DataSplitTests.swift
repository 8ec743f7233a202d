import Evaluation
import PromptMatching
import Testing

@Suite struct DataSplitTests {
  /// Groups of vectors that lie on each other, each group at right angles to the others.
  private func grouped(_ sizes: [Int]) -> (EmbeddedPool, groups: [Int]) {
    var vectors: [Float] = []
    var groups: [Int] = []
    for (group, size) in sizes.enumerated() {
      for _ in 0..<size {
        vectors += (0..<sizes.count).map { $0 == group ? 1 : 0 }
        groups.append(group)
      }
    }
    return (EmbeddedPool(vectors: vectors, dimensions: sizes.count), groups)
  }

  @Test(arguments: [0, 1, 2] as [UInt64]) func everyRowIsInOnePart(seed: UInt64) {
    let (embedded, _) = grouped([Int](repeating: 1, count: 80))
    let split = DataSplit(embedded, seed: seed)
    #expect((split.pool + split.train + split.test).sorted() == Array(0..<80))
    #expect(split.pool.count == 40 && split.train.count == 20 && split.test.count == 20)
    #expect(DataSplit(embedded, seed: seed) == split)
    #expect(DataSplit(embedded, seed: seed &+ 1) != split)
  }

  @Test func nearDuplicatesStayTogether() {
    let (embedded, groups) = grouped([5, 1, 3, 8, 2, 1, 4, 6, 2, 7])
    let split = DataSplit(embedded, seed: 4)
    let parts = [split.pool, split.train, split.test].map { Set($0.map { groups[$0] }) }
    #expect(parts[0].isDisjoint(with: parts[1]) && parts[0].isDisjoint(with: parts[2]))
    #expect(parts[1].isDisjoint(with: parts[2]))
  }

  @Test func aChainOfNearDuplicatesIsOneGroup() {
    // Neighbours have a cosine of 0.95, the ends one of 0.8.
    let angles: [Float] = [0, 0.318, 0.636]
    let vectors = angles.flatMap { angle -> [Float] in
      [cosine(of: angle), (1 - cosine(of: angle) * cosine(of: angle)).squareRoot()]
    }
    let split = DataSplit(
      EmbeddedPool(vectors: vectors, dimensions: 2), duplicateCosine: 0.94, seed: 0)
    #expect(Set([split.pool.count, split.train.count, split.test.count]) == [0, 3])
  }

  private func cosine(of angle: Float) -> Float {
    // By its series, so that the test needs no library for one function.
    1 - angle * angle / 2 + angle * angle * angle * angle / 24
  }
}
