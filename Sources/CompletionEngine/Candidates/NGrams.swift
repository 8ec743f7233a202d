/// The n-grams of a text, counted, for comparing it with others of the same kind.
package struct NGrams: Sendable {
  /// Sorted hashes, for each length from 1 on.
  private let orders: [[UInt64]]

  /// - Parameters:
  ///   - units: the text's characters, words or marks, each as a number.
  ///   - longest: the length of the longest n-grams.
  package init(_ units: [UInt64], longest: Int) {
    orders = (1...max(1, longest)).map { length -> [UInt64] in
      guard units.count >= length else { return [] }
      return (0...(units.count - length)).map { start in
        // FNV-1a over whole numbers; the same on every machine.
        units[start..<start + length].reduce(UInt64(0xCBF2_9CE4_8422_2325)) {
          ($0 ^ $1) &* 0x0000_0100_0000_01B3
        }
      }.sorted()
    }
  }

  /// How alike two texts are, 0 to 1: the mean over the lengths of the F-score of their n-grams
  /// (chrF with β = 1, Popović 2015), so that it is the same both ways. Lengths that neither text has
  /// do not count; two texts of nothing are alike.
  package func similarity(to other: NGrams) -> Double {
    var (sum, count) = (0.0, 0)
    for (own, others) in zip(orders, other.orders) where !own.isEmpty || !others.isEmpty {
      sum += 2 * Double(Self.common(own, others)) / Double(own.count + others.count)
      count += 1
    }
    return count == 0 ? 1 : sum / Double(count)
  }

  private static func common(_ a: [UInt64], _ b: [UInt64]) -> Int {
    var (i, j, common) = (0, 0, 0)
    while i < a.count, j < b.count {
      if a[i] == b[j] {
        (i, j, common) = (i + 1, j + 1, common + 1)
      } else if a[i] < b[j] {
        i += 1
      } else {
        j += 1
      }
    }
    return common
  }
}
