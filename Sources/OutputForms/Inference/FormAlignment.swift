/// The best global alignment of two answers, token by token, with affine gaps (Needleman and
/// Wunsch 1970; Gotoh 1982).
///
/// Tokens that both have of themselves count much; those that were copied from what was asked
/// count little, because other answers copy other things.
struct FormAlignment: Sendable {
  /// By token of the first answer: the token of the second that it stands beside.
  private(set) var partner: [Int?]

  private static let open: Float = -1
  private static let extend: Float = -0.15
  private static let impossible: Float = -1e9

  init(_ left: ReadExample, _ right: ReadExample) {
    let (rows, columns) = (left.answer.count, right.answer.count)
    let width = columns + 1
    // Ends in a pair, in a gap of the right, in a gap of the left.
    var pair = [Float](repeating: Self.impossible, count: (rows + 1) * width)
    var up = pair
    var side = pair
    pair[0] = 0
    for j in stride(from: 1, through: columns, by: 1) {
      side[j] = Self.open + Self.extend * Float(j)
    }
    for i in stride(from: 1, through: rows, by: 1) {
      up[i * width] = Self.open + Self.extend * Float(i)
      for j in stride(from: 1, through: columns, by: 1) {
        let (here, above, before) = (i * width + j, (i - 1) * width + j, i * width + j - 1)
        let diagonal = above - 1
        let score = Self.score(left, i - 1, right, j - 1)
        pair[here] = score + max(pair[diagonal], up[diagonal], side[diagonal])
        up[here] =
          Self.extend + max(pair[above] + Self.open, up[above], side[above] + Self.open)
        side[here] =
          Self.extend + max(pair[before] + Self.open, side[before], up[before] + Self.open)
      }
    }
    partner = [Int?](repeating: nil, count: rows)
    var (i, j) = (rows, columns)
    var state = Self.best(i * width + j, pair, up, side, 0, 0, 0)
    while i > 0, j > 0 {
      let (diagonal, above, before) = (
        (i - 1) * width + j - 1, (i - 1) * width + j, i * width + j - 1
      )
      switch state {
      case .pair:
        partner[i - 1] = j - 1
        state = Self.best(diagonal, pair, up, side, 0, 0, 0)
        i -= 1
        j -= 1
      case .up:
        state = Self.best(above, pair, up, side, Self.open, 0, Self.open)
        i -= 1
      case .side:
        state = Self.best(before, pair, up, side, Self.open, Self.open, 0)
        j -= 1
      }
    }
  }

  private enum State { case pair, up, side }

  /// The state that a cell is best reached in, with what the step out of each costs.
  private static func best(
    _ cell: Int, _ pair: [Float], _ up: [Float], _ side: [Float], _ a: Float, _ b: Float, _ c: Float
  ) -> State {
    let (x, y, z) = (pair[cell] + a, up[cell] + b, side[cell] + c)
    // Of several places for a gap the last one: what follows a mark belongs to the mark.
    return y >= x && y >= z ? .up : z >= x ? .side : .pair
  }

  private static func score(
    _ left: ReadExample, _ i: Int, _ right: ReadExample, _ j: Int
  ) -> Float {
    let (a, b) = (left.answer[i], right.answer[j])
    if a.kind != .word, a.text == b.text {
      return own(left, i, right, j) + neighbours(left, i, right, j)
    }
    return own(left, i, right, j)
  }

  /// What equal tokens beside two tokens count; words that were copied are equal by chance.
  private static func neighbours(
    _ left: ReadExample, _ i: Int, _ right: ReadExample, _ j: Int
  ) -> Float {
    [-1, 1].reduce(0) { sum, step in
      let (x, y) = (i + step, j + step)
      guard left.answer.indices.contains(x), right.answer.indices.contains(y) else {
        let areEnds = !left.answer.indices.contains(x) && !right.answer.indices.contains(y)
        return sum + (areEnds ? 0.5 : 0)
      }
      guard left.answer[x].text == right.answer[y].text else { return sum }
      switch left.answer[x].kind {
      case .mark, .lineBreak: return sum + 0.5
      case .blanks: return sum
      case .word, .number:
        return sum + (left.copyOf[x] == nil && right.copyOf[y] == nil ? 0.4 : 0)
      }
    }
  }

  private static func own(
    _ left: ReadExample, _ i: Int, _ right: ReadExample, _ j: Int
  ) -> Float {
    let (a, b) = (left.answer[i], right.answer[j])
    let copies = (left.copyOf[i] == nil ? 0 : 1) + (right.copyOf[j] == nil ? 0 : 1)
    switch (a.kind, b.kind) {
    case (.lineBreak, .lineBreak): return 6
    case (.mark, .mark):
      guard a.text == b.text else { return impossible }
      return copies == 2 ? 1 : a.isWeakMark ? 2.5 : 4
    case (.blanks, .blanks):
      guard a.text == b.text else { return -1 }
      return a.text.count > 1 ? 3 : 0.3
    case (.word, .word):
      if a.text == b.text { return copies == 0 ? 5 : 1 }
      return copies == 1 ? -0.5 : 0.4
    case (.number, .number):
      if a.text == b.text { return copies == 0 ? 3 : 0.9 }
      return 0.7
    case (.word, .number), (.number, .word): return -0.5
    default: return impossible
    }
  }
}
