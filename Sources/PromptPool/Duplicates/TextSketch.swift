/// What tells of most pairs of exemplars, without their texts, that they are no near duplicates.
struct TextSketch {
  /// A set of shingles as a bitmap of its hashes.
  struct Field {
    private var bits = SIMD4<UInt64>()
    /// Shingles, each as often as it occurs: at least as many as the set has.
    private var count = 0

    mutating func insert(_ hash: UInt64) {
      count += 1
      bits[Int(hash >> 6 & 3)] |= 1 << (hash & 63)
    }

    /// Whether the Jaccard similarity of the sets can be ``nearDuplicateSimilarity`` s.
    ///
    /// A bit that only one of them has stands for a shingle that only one has. With D of these,
    /// |A ∪ B| = (|A| + |B| + D) / 2, so that 1 − s ≥ D / |A ∪ B| asks for D ≤ (|A| + |B|) (1 − s) / (1 + s).
    func canBeNear(_ other: Field) -> Bool {
      let apart = bits ^ other.bits
      let least = (0..<4).reduce(0) { $0 + apart[$1].nonzeroBitCount }
      return Double(least) <= Double(count + other.count) * Self.mostApart
    }

    /// With room for the rounding of the exact similarity.
    private static let mostApart =
      (1 - nearDuplicateSimilarity) / (1 + nearDuplicateSimilarity) + 1e-9
  }

  var instruction = Field()
  var input = Field()
  var output = Field()

  func canBeNear(_ other: TextSketch) -> Bool {
    instruction.canBeNear(other.instruction) && output.canBeNear(other.output)
      && input.canBeNear(other.input)
  }
}
