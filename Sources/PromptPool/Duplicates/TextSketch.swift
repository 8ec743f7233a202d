/// Rules out most pairs of exemplars as near duplicates without their texts.
struct TextSketch {
  /// A set of shingles as a bitmap of its hashes.
  struct Field {
    // Single words, because a vector would be aligned to 32 bytes, and there are many sketches.
    private var bits: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
    /// The number of shingles, counting repetitions: at least the size of the set.
    private var count: UInt32 = 0

    mutating func insert(_ hash: UInt64) {
      count += 1
      let bit: UInt64 = 1 << (hash & 63)
      switch hash >> 6 & 3 {
      case 0: bits.0 |= bit
      case 1: bits.1 |= bit
      case 2: bits.2 |= bit
      default: bits.3 |= bit
      }
    }

    /// Whether the Jaccard similarity of the sets can be ``nearDuplicateSimilarity`` s.
    ///
    /// A bit that only one of them has stands for a shingle that only one has. With D of these,
    /// |A ∪ B| = (|A| + |B| + D) / 2, so 1 − s ≥ D / |A ∪ B| requires D ≤ (|A| + |B|) (1 − s)
    /// / (1 + s).
    func canBeNear(_ other: Field) -> Bool {
      let least =
        (bits.0 ^ other.bits.0).nonzeroBitCount + (bits.1 ^ other.bits.1).nonzeroBitCount
        + (bits.2 ^ other.bits.2).nonzeroBitCount + (bits.3 ^ other.bits.3).nonzeroBitCount
      return Double(least) <= (Double(count) + Double(other.count)) * Self.mostApart
    }

    /// With a margin for the rounding of the exact similarity.
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
