/// The longest common subsequence of two sequences: what both have, in the same order.
public enum CommonSubsequence {
  /// How long it is. Takes time in proportion to the product of the two lengths, and memory to the
  /// second.
  @inlinable
  public static func length<Item: Equatable>(
    _ left: some Collection<Item>, _ right: some Collection<Item>
  ) -> Int {
    var row = [Int](repeating: 0, count: right.count + 1)
    for item in left {
      var diagonal = 0
      for (place, other) in right.enumerated() {
        let above = row[place + 1]
        row[place + 1] = item == other ? diagonal + 1 : max(above, row[place])
        diagonal = above
      }
    }
    return row.last ?? 0
  }
}
