/// Finds out what each slot of a form holds, from left to right.
struct SlotInference {
  private let asked: [[TextToken]]
  /// What was found so far.
  private var slots: [FormSlot] = []
  /// By example: where the last slot that was copied was copied from.
  private var previous: [Range<Int>?]
  private var used: [TokenSet]

  init(_ asked: [[TextToken]]) {
    self.asked = asked
    previous = asked.map { _ in nil }
    used = asked.map { _ in TokenSet() }
  }

  /// What a slot is, as elements of the form; blanks that all values begin or end with are fixed.
  mutating func elements(_ values: [String]) -> [OutputForm.Element] {
    if Set(values).count == 1, let value = values.first { return [.fixed(value)] }
    if let parts = parts(of: values) {
      return parts.flatMap { elements($0) }
    }
    if let (rest, tail) = tail(of: values) {
      return elements(rest) + elements(tail)
    }
    let slot = FormSlot(kind: kind(values), values: values)
    slots.append(slot)
    return [.slot(slot)]
  }

  /// Values of a few tokens without blanks, such as `3:0` or `W4`, that stand nowhere as a whole: by
  /// token.
  private func parts(of values: [String]) -> [[String]]? {
    let tokens = values.map { TextToken.all(in: $0) }
    guard let first = tokens.first, (2...6).contains(first.count),
      tokens.allSatisfy({ $0.map(\.kind) == first.map(\.kind) }),
      first.allSatisfy({ $0.isContent || $0.kind == .mark }),
      first.contains(where: { $0.kind == .number }),
      dateStyle(values) == nil, copy(values, least: values.count) == nil
    else { return nil }
    return first.indices.map { index in tokens.map { $0[index].text } }
  }

  /// Values that stand where they were asked for, but for an end that some of them have, such as
  /// ` (V)`.
  private func tail(of values: [String]) -> (rest: [String], tail: [String])? {
    for tail in FormSkeleton.tails(of: values) {
      let rest = values.map { $0.hasSuffix(tail) ? String($0.dropLast(tail.count)) : $0 }
      if copy(rest, least: values.count) != nil, copy(values, least: values.count) == nil {
        return (rest, values.map { $0.hasSuffix(tail) ? tail : "" })
      }
    }
    return nil
  }

  private mutating func kind(_ values: [String]) -> FormSlot.Kind {
    let count = values.count
    if let style = dateStyle(values) { return .date(style) }
    let isClosed = FormSkeleton.areClosed(values)
    if !values.contains(""), let source = copy(values, least: count) {
      if case .successor(let width) = source.transform { return .counter(width: width, step: 1) }
      remember(source)
      return .copy(source)
    }
    if let step = counterStep(values) { return .counter(width: width(values), step: step) }
    if let earlier = slots.firstIndex(where: { $0.values == values && $0.isFree }) {
      return .again(earlier)
    }
    if isClosed { return .closed(ClosedChoice(values, asked)) }
    if !values.contains(""), let source = copy(values, least: (count * 3 + 4) / 5) {
      remember(source)
      return .mostlyCopy(source, others(values, source))
    }
    return .text
  }

  /// The values that were not copied, if all of them are short.
  private func others(_ values: [String], _ source: CopySource) -> ClosedChoice? {
    guard values.allSatisfy({ $0.split(separator: " ").count <= 3 }) else { return nil }
    return ClosedChoice(
      values.enumerated().map { source.spans[$0] == nil ? $1 : ClosedChoice.anything }, asked)
  }

  private mutating func remember(_ source: CopySource) {
    for (member, span) in source.spans {
      previous[member] = span
      used[member].insert(span)
    }
  }

  private func copy(_ values: [String], least: Int) -> CopySource? {
    CopySource(values, asked, previous: previous, used: used, least: least)
  }

  /// How all values are written as dates that were asked for.
  private func dateStyle(_ values: [String]) -> DateText.Style? {
    let years = values.compactMap { value in
      DateText.all(in: TextToken.all(in: value)).first?.date.year
    }
    return DateText.Style.allCases.first { style in
      zip(values, asked).allSatisfy { value, asked in
        let dates = DateText.all(in: asked)
        return dates.contains { date in
          date.date.written(style, usualYear: nil) == value
            || years.contains { date.date.written(style, usualYear: $0) == value }
        }
      }
    }
  }

  /// Numbers in an order that all of them keep, without two that are equal.
  private func counterStep(_ values: [String]) -> Int? {
    let numbers = values.compactMap { Int($0) }
    guard numbers.count == values.count, Set(numbers).count == numbers.count, numbers.count >= 3
    else { return nil }
    let sorted = numbers.sorted()
    let steps = Set(zip(sorted.dropFirst(), sorted).map { $0 - $1 })
    guard let largest = steps.max(), largest <= 20, sorted[0] >= 0 else { return nil }
    return steps.count == 1 ? largest : 1
  }

  private func width(_ values: [String]) -> Int {
    let lengths = Set(values.map(\.count))
    let isPadded = lengths.count == 1 && values.contains { $0.hasPrefix("0") && $0.count > 1 }
    return isPadded ? lengths.first ?? 0 : 0
  }
}
