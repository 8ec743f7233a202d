import Foundation

/// Where in what was asked for a slot's text stands, learned from examples: how it is written, what
/// stands beside it, how long it is.
struct CopySource: Sendable {
  let transform: SlotTransform
  /// How many of the examples it explains, of how many.
  let explained: Int
  let count: Int
  /// By distance from the span, the nearest first: what stood before and behind it.
  private let before: [Neighbours]
  private let behind: [Neighbours]
  private let lengths: [Int: Int]
  private let shapes: [String: Int]
  /// What stood between the previous slot's text and this one's.
  private let gaps: [String: Int]
  /// Marks that stood within spans, and how many spans began or ended within a word's compound.
  private let inner: Set<String>
  private let cuts: (left: Int, right: Int)
  /// Marks that spans began and ended with.
  private let edges: (first: Set<String>, last: Set<String>)
  /// Whether a span was also used by another slot.
  private let overlaps: Bool
  /// The worst of the examples' own spans.
  private(set) var usual: Float = 0

  fileprivate static let reach = 3
  private static let weights: [Float] = [1, 0.7, 0.5]

  /// Tokens that stood at a place beside the spans.
  private struct Neighbours: Sendable, Hashable {
    var exact: [String: Int] = [:]
    var kinds: [String: Int] = [:]

    mutating func add(_ key: Key) {
      exact[key.exact, default: 0] += 1
      kinds[key.kind, default: 0] += 1
    }

    /// What all spans have beside them is required; where they differ, the kind of token counts.
    func logProbability(_ key: Key, of count: Int) -> Float {
      let total = Float(count)
      let concentration = exact.values.reduce(0) { $0 + Float($1 * $1) } / (total * total)
      let same = Float(exact[key.exact] ?? 0) / total
      let alike = Float(kinds[key.kind] ?? 0) / total
      return log(concentration * same + (1 - concentration) * (0.3 * same + 0.65 * alike) + 0.03)
    }
  }

  fileprivate struct Key {
    var exact: String
    var kind: String
  }

  /// A text that a slot may get, and how well it fits what the examples show.
  struct Candidate: Sendable, Hashable {
    var text: String
    var span: Range<Int>
    /// ln of a probability, up to a constant.
    var prior: Float
  }

  /// - Parameters:
  ///   - values: by example; all of them belong to one slot.
  ///   - previous: the spans that the slot before was copied from.
  ///   - used: by example, the tokens that earlier slots were copied from.
  /// - Returns: nil where too few of the values stand in what was asked for.
  init?(
    _ values: [String], _ asked: [[TextToken]], previous: [Range<Int>?], used: [TokenSet],
    least: Int
  ) {
    let values = Array(values.enumerated()).filter { !$0.element.isEmpty }
    guard values.count >= 2 else { return nil }
    var best: (transform: SlotTransform, spans: [Int: [Range<Int>]])?
    for transform in SlotTransform.candidates(for: values.map(\.element)) {
      var spans: [Int: [Range<Int>]] = [:]
      for (member, value) in values {
        let found = Self.spans(of: value, transform, asked[member])
        if !found.isEmpty { spans[member] = found }
      }
      if spans.count > best?.spans.count ?? 0 { best = (transform, spans) }
      if spans.count == values.count { break }
    }
    guard let best, best.spans.count >= min(least, values.count) else { return nil }
    transform =
      best.transform == .same
      ? SlotTransform.leadingCase(of: values.map(\.element)) : best.transform
    explained = best.spans.count
    count = values.count
    let surroundings = asked.map { Surroundings($0) }
    let chosen = Self.agreeing(best.spans, surroundings)
    var before = [Neighbours](repeating: Neighbours(), count: Self.reach)
    var behind = before
    var lengths: [Int: Int] = [:]
    var shapes: [String: Int] = [:]
    var gaps: [String: Int] = [:]
    var inner: Set<String> = []
    var (left, right, overlaps) = (0, 0, false)
    for (member, span) in chosen {
      inner.formUnion(Self.innerMarks(asked[member], span))
      if Self.cutsLeft(asked[member], span) { left += 1 }
      if Self.cutsRight(asked[member], span) { right += 1 }
      if used[member].overlaps(span) { overlaps = true }
      let (leftKeys, rightKeys) = surroundings[member].keys(span)
      for distance in 0..<Self.reach {
        before[distance].add(leftKeys[distance])
        behind[distance].add(rightKeys[distance])
      }
      lengths[Self.length(asked[member][span]), default: 0] += 1
      shapes[Self.shape(asked[member][span]), default: 0] += 1
      if let previous = previous[member] {
        gaps[Self.gap(previous, span, asked[member]), default: 0] += 1
      }
    }
    (self.before, self.behind, self.lengths) = (before, behind, lengths)
    (self.shapes, self.gaps) = (shapes, gaps)
    (self.inner, self.cuts, self.overlaps) = (inner, (left, right), overlaps)
    edges = Self.edgeMarks(shapes.keys)
    self.spans = chosen
    usual =
      chosen.map { member, span in
        prior(of: span, asked[member], surroundings[member])
          + relation(of: span, asked[member], previous[member], TokenSet())
      }.min() ?? 0
  }

  /// By example: the span that its value was taken from.
  let spans: [Int: Range<Int>]

  /// Whether all examples have it.
  var isComplete: Bool { explained == count }

  // MARK: Candidates

  /// All that the slot may get from a text, whatever the other slots get.
  func candidates(in asked: [TextToken]) -> [Candidate] {
    var found: [Candidate] = []
    let surroundings = Surroundings(asked)
    let most = (lengths.keys.max() ?? 1) * 2 + 8
    let longest = transform == .negative ? 2 : transform.takesNumber ? 1 : most
    for start in asked.indices
    where asked[start].kind != .blanks && asked[start].kind != .lineBreak
      && begins(asked, start)
    {
      var words = 0
      for end in (start + 1)..<(asked.count + 1) {
        let last = asked[end - 1]
        if last.kind == .lineBreak { break }
        if last.isContent { words += 1 }
        if words > longest { break }
        let span = start..<end
        guard last.kind != .blanks, words > 0 || last.kind == .mark, ends(asked, span),
          let text = written(asked, span), !text.isEmpty
        else { continue }
        found.append(
          Candidate(text: text, span: span, prior: prior(of: span, asked, surroundings)))
      }
    }
    return found
  }

  /// The best candidates, in the light of what the other slots get.
  ///
  /// - Parameters:
  ///   - candidates: of ``candidates(in:)`` for the same text.
  ///   - previous: the span that the slot before was filled from; nil if not known.
  ///   - taken: what other slots are filled from.
  func best(
    of candidates: [Candidate], in asked: [TextToken], previous: Range<Int>?, taken: TokenSet,
    atMost limit: Int
  ) -> [Candidate] {
    var best: [String: Candidate] = [:]
    for var candidate in candidates {
      candidate.prior += relation(of: candidate.span, asked, previous, taken)
      if candidate.prior > best[candidate.text]?.prior ?? -.infinity {
        best[candidate.text] = candidate
      }
    }
    let sorted = best.values.sorted {
      $0.prior > $1.prior || $0.prior == $1.prior && $0.text < $1.text
    }
    return Array(sorted.prefix(limit))
  }

  /// Where all texts begin with a small letter, so does one that began a sentence.
  private func written(_ asked: [TextToken], _ span: Range<Int>) -> String? {
    guard transform == .uncapitalised else { return transform.apply(to: asked[span]) }
    let before = asked[..<span.lowerBound].last { $0.kind != .blanks }
    let beginsSentence = before.map { ".!?:;–—".contains($0.text) || $0.kind == .lineBreak } ?? true
    let isName = asked[span.lowerBound].text.dropFirst().contains { $0.isUppercase }
    return beginsSentence && !isName ? transform.apply(to: asked[span]) : asked[span].joined
  }

  /// A span begins and ends with a word or a number, or with a mark that spans began or ended with.
  private func begins(_ asked: [TextToken], _ start: Int) -> Bool {
    asked[start].isContent || edges.first.contains(asked[start].text)
      || "/-–#@$~".contains(asked[start].text.prefix(1)) && start + 1 < asked.count
        && asked[start + 1].isContent
  }

  private func ends(_ asked: [TextToken], _ span: Range<Int>) -> Bool {
    let last = asked[span.upperBound - 1]
    return last.isContent || edges.last.contains(last.text) || "%+".contains(last.text)
      || closesBracket(asked, span.lowerBound, span.upperBound)
  }

  private func closesBracket(_ asked: [TextToken], _ start: Int, _ end: Int) -> Bool {
    let pairs = [")": "(", "]": "[", "}": "{"]
    guard let open = pairs[asked[end - 1].text] else { return false }
    return asked[start..<end].contains { $0.text == open }
  }

  private static func edgeMarks(_ shapes: some Collection<String>) -> (
    first: Set<String>, last: Set<String>
  ) {
    var (first, last): (Set<String>, Set<String>) = ([], [])
    for shape in shapes {
      let parts = shape.split(separator: " ", omittingEmptySubsequences: false)
      if let mark = parts.first, mark.count == 1 { first.insert(String(mark)) }
      if let mark = parts.last, mark.count == 1 { last.insert(String(mark)) }
    }
    return (first, last)
  }

  private func prior(
    of span: Range<Int>, _ asked: [TextToken], _ surroundings: Surroundings
  ) -> Float {
    let (left, right) = surroundings.keys(span)
    var sum: Float = 0
    for distance in 0..<Self.reach {
      sum +=
        Self.weights[distance]
        * (before[distance].logProbability(left[distance], of: explained)
          + behind[distance].logProbability(right[distance], of: explained))
    }
    let total = Float(explained)
    let length = Self.length(asked[span])
    let (least, most) = (lengths.keys.min() ?? 1, lengths.keys.max() ?? 1)
    let isUsual = (least...most).contains(length)
    let distance = isUsual ? 0 : length < least ? least - length : length - most
    sum += log(
      0.4 * Float(lengths[length] ?? 0) / total + (isUsual ? 0.5 : 0.35 / Float(1 + distance))
        + 0.02)
    sum += log(0.7 * Float(shapes[Self.shape(asked[span])] ?? 0) / total + (most > 2 ? 0.3 : 0.1))
    sum -= 2 * Float(Self.innerMarks(asked, span).subtracting(inner).count)
    if Self.cutsLeft(asked, span) { sum += log(0.95 * Float(cuts.left) / total + 0.04) }
    if Self.cutsRight(asked, span) { sum += log(0.95 * Float(cuts.right) / total + 0.04) }
    return sum
  }

  private func relation(
    of span: Range<Int>, _ asked: [TextToken], _ previous: Range<Int>?, _ taken: TokenSet
  ) -> Float {
    var sum: Float = !overlaps && taken.overlaps(span) ? -4 : 0
    if let previous, !gaps.isEmpty {
      let known = Float(gaps.values.reduce(0, +))
      let same = Float(gaps[Self.gap(previous, span, asked)] ?? 0)
      sum += log(0.95 * same / known + 0.05)
    }
    return sum
  }

  /// Marks between words, not within compounds such as `2.1`.
  private static func innerMarks(_ asked: [TextToken], _ span: Range<Int>) -> Set<String> {
    var marks: Set<String> = []
    for index in span where asked[index].kind == .mark {
      let isGlued =
        index > 0 && index + 1 < asked.count && asked[index - 1].isContent
        && asked[index + 1].isContent
      if !isGlued, ",.;:?!()".contains(asked[index].text) { marks.insert(asked[index].text) }
    }
    return marks
  }

  private static func joins(_ token: TextToken) -> Bool {
    token.kind == .mark && "-/._:@#$~\\".contains(token.text.prefix(1))
  }

  /// Whether a span leaves out the beginning of what it is a part of, such as `--` of `--out`.
  private static func cutsLeft(_ asked: [TextToken], _ span: Range<Int>) -> Bool {
    let before = span.lowerBound - 1
    guard before >= 0, joins(asked[before]) else { return false }
    return "/-#@$~".contains(asked[before].text.prefix(1)) && before == 0
      || before > 0 && (asked[before - 1].isContent || asked[before - 1].kind == .blanks)
        && (asked[before - 1].isContent || !".:".contains(asked[before].text))
  }

  private static func cutsRight(_ asked: [TextToken], _ span: Range<Int>) -> Bool {
    let (mark, next) = (span.upperBound, span.upperBound + 1)
    return next < asked.count && joins(asked[mark]) && asked[next].isContent
  }

  // MARK: What is looked at

  private static func spans(
    of value: String, _ transform: SlotTransform, _ asked: [TextToken]
  ) -> [Range<Int>] {
    let wanted = TextToken.all(in: value)
    let contents = wanted.count(where: \.isContent)
    guard contents <= 40 else { return [] }
    let longest = max(wanted.count * 2, 3)
    let key = transform.takesNumber || transform == .month ? nil : wanted.first?.folded.first
    var found: [Range<Int>] = []
    for start in asked.indices where asked[start].kind != .blanks {
      if let key, asked[start].folded.first != key { continue }
      for end in (start + 1)..<(min(asked.count, start + longest) + 1)
      where asked[end - 1].kind != .blanks {
        if transform.apply(to: asked[start..<end]) == value { found.append(start..<end) }
      }
    }
    return found
  }

  /// Of several places of a value the one whose surroundings are most like the other examples'.
  private static func agreeing(
    _ spans: [Int: [Range<Int>]], _ surroundings: [Surroundings]
  ) -> [Int: Range<Int>] {
    var before = [Neighbours](repeating: Neighbours(), count: reach)
    var behind = before
    for (member, found) in spans {
      for span in found {
        let (left, right) = surroundings[member].keys(span)
        for distance in 0..<reach {
          before[distance].add(left[distance])
          behind[distance].add(right[distance])
        }
      }
    }
    return spans.reduce(into: [:]) { chosen, entry in
      let (member, found) = entry
      chosen[member] = found.max { rank($0) < rank($1) }
      func rank(_ span: Range<Int>) -> Int {
        let (left, right) = surroundings[member].keys(span)
        return (0..<reach).reduce(0) { sum, distance in
          sum + (reach - distance)
            * ((before[distance].exact[left[distance].exact] ?? 0)
              + (behind[distance].exact[right[distance].exact] ?? 0))
        }
      }
    }
  }

  fileprivate static func key(_ token: TextToken) -> Key {
    switch token.kind {
    case .number: Key(exact: token.text, kind: "number")
    case .word:
      CommonWords.numbers[token.folded] == nil
        ? Key(exact: token.folded, kind: "word") : Key(exact: token.folded, kind: "number")
    case .mark, .blanks, .lineBreak: Key(exact: token.text, kind: token.text)
    }
  }

  private static func length(_ tokens: ArraySlice<TextToken>) -> Int {
    tokens.count(where: \.isContent)
  }

  /// The kinds of a few tokens; longer texts have no shape but their ends.
  private static func shape(_ tokens: ArraySlice<TextToken>) -> String {
    let kinds = tokens.filter { $0.kind != .blanks }.map { token in
      switch token.kind {
      case .number: "00"
      case .word:
        token.text.first?.isUppercase == true
          ? (token.text.count > 1 && token.text.allSatisfy { !$0.isLowercase } ? "AA" : "Aa") : "aa"
      case .mark, .blanks, .lineBreak: token.text
      }
    }
    guard kinds.count > 4, let first = kinds.first, let last = kinds.last else {
      return kinds.joined(separator: " ")
    }
    return "\(first) … \(last)"
  }

  private static func gap(
    _ previous: Range<Int>, _ span: Range<Int>, _ asked: [TextToken]
  ) -> String {
    guard previous.upperBound <= span.lowerBound else {
      return previous == span ? "same" : previous.overlaps(span) ? "overlap" : "before"
    }
    let between = asked[previous.upperBound..<span.lowerBound]
    return between.count(where: \.isContent) <= 2
      ? "=" + between.reduce(into: "") { $0 += $1.folded } : "behind"
  }
}

/// What stands beside each place of a text, the nearest tokens first.
private struct Surroundings {
  private let before: [[CopySource.Key]]
  private let behind: [[CopySource.Key]]

  init(_ tokens: [TextToken]) {
    func keys(from start: Int, _ step: Int, _ edge: String) -> [CopySource.Key] {
      var found: [CopySource.Key] = []
      var index = start
      while found.count < CopySource.reach {
        guard tokens.indices.contains(index) else {
          found.append(.init(exact: edge, kind: edge))
          continue
        }
        if tokens[index].kind != .blanks { found.append(CopySource.key(tokens[index])) }
        index += step
      }
      return found
    }
    before = (0...tokens.count).map { keys(from: $0 - 1, -1, "^") }
    behind = (0...tokens.count).map { keys(from: $0, 1, "$") }
  }

  func keys(_ span: Range<Int>) -> (before: [CopySource.Key], behind: [CopySource.Key]) {
    (before[span.lowerBound], behind[span.upperBound])
  }
}
