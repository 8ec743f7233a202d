/// A form as one request fills it: what is fixed, and what each slot may hold in this answer.
public struct RequestedForm: Sendable {
  public let form: OutputForm
  let asked: [TextToken]
  /// Text above the instruction, where earlier entries in the form may stand.
  let earlier: [TextToken]
  let steps: [Step]
  /// By step: what may be copied there.
  private var copies: [Int: [CopySource.Candidate]] = [:]
  /// The answer, if nothing about it is left to choose.
  public private(set) var determined: String?
  /// By step: what the slots that are certain are filled from.
  private var reserved: [Int: Range<Int>] = [:]

  enum Step: Sendable {
    case fixed([UInt8])
    case slot(Int, FormSlot)
  }

  /// A text that a slot may hold.
  struct Option: Sendable {
    var bytes: [UInt8]
    /// ln of a probability, up to a constant: how well it fits what the exemplars show.
    var prior: Float
    /// Where it was asked for.
    var span: Range<Int>?
    /// Whether what comes next is looked for from there.
    var isCopy = false
  }

  /// What a slot may hold: one of some texts, or, with a prior of its own, anything.
  struct Options: Sendable {
    /// In the order of their bytes.
    var texts: [Option] = []
    var free: Free?
  }

  /// Text that the model makes up.
  struct Free: Sendable {
    var prior: Float
    var mayBeEmpty: Bool
    var isNumber: Bool
    /// In bytes.
    var longest: Int
    /// What ends it, if the texts that were seen do not have it.
    var terminator: [UInt8]
  }

  /// - Parameters:
  ///   - asked: the instruction, and what it is about.
  ///   - earlier: the text above the instruction.
  public init(_ form: OutputForm, asked: String, earlier: String = "") {
    self.form = form
    self.asked = TextToken.all(in: asked)
    self.earlier = TextToken.all(in: earlier)
    var number = -1
    steps = form.elements.map { element in
      switch element {
      case .fixed(let text): return .fixed(Array(text.utf8))
      case .slot(let slot):
        number += 1
        return .slot(number, slot)
      }
    }
    for (index, step) in steps.enumerated() {
      guard case .slot(_, let slot) = step, let source = slot.source else { continue }
      copies[index] = source.candidates(in: self.asked)
    }
    // What is certain of itself is taken before what needs to be told apart.
    for (index, step) in steps.enumerated() {
      guard case .slot(_, let slot) = step else { continue }
      let known = options(step: index, slot, previous: nil, taken: TokenSet(), repeated: nil)
      if known.free == nil, known.texts.count == 1, let span = known.texts[0].span {
        reserved[index] = span
      }
    }
    var reader = FormReader(self)
    let forced = reader.forced()
    reader.read(forced)
    if reader.isComplete { determined = String(decoding: forced, as: UTF8.self) }
  }

  /// Whether a slot says again what an earlier one says.
  var repeats: Bool { form.slots.contains { if case .again = $0.kind { true } else { false } } }

  // MARK: Slots

  /// A text that fits so much better than any other is taken without asking the model.
  private static let certainty: Float = 4
  /// What fits so much worse than the best is left out.
  private static let range: Float = 9
  private static let mostTexts = 64

  /// - Parameters:
  ///   - previous: where the slot before was copied from.
  ///   - taken: what the slots so far were copied from.
  ///   - repeated: the text of the slot that this one says again.
  func options(
    step: Int, _ slot: FormSlot, previous: Range<Int>?, taken: TokenSet, repeated: [UInt8]?
  ) -> Options {
    var options = Options()
    var taken = taken
    for (other, span) in reserved where other > step { taken.insert(span) }
    var isUnsure = false
    switch slot.kind {
    case .closed(let choice):
      options.texts = choice.priors(for: asked).map {
        Option(
          bytes: Array($0.text.utf8), prior: $0.prior, span: choice.place(of: $0.text, in: asked))
      }
    case .date(let style): options.texts = dates(style, slot)
    case .copy(let source):
      options.texts = copies(step, source, slot, previous, taken)
      if slot.areNumbers, options.texts.isEmpty {
        options.texts = next(step, slot, width: 0, by: 1)
      } else if let best = options.texts.map(\.prior).max(), best < source.usual - 5 {
        // Nothing is like what the exemplars show.
        isUnsure = true
        options.free = free(step, slot, prior: best - 1)
      }
    case .mostlyCopy(let source, let others):
      options.texts = copies(step, source, slot, previous, taken)
      let best = options.texts.map(\.prior).max() ?? 0
      let told = others?.told(by: asked) ?? []
      options.texts += told.map { Option(bytes: Array($0.utf8), prior: best + 3) }
      // As often as an exemplar's text was not copied.
      let share = Float(source.count - source.explained) / Float(source.count)
      if told.isEmpty, let others {
        options.texts += others.values.filter { $0 != ClosedChoice.anything }.map {
          Option(bytes: Array($0.utf8), prior: best - 3)
        }
      } else if told.isEmpty {
        options.free = free(step, slot, prior: best + (share > 0.25 ? 0 : -1))
      }
    case .counter(let width, let size):
      options.texts = next(step, slot, width: width, by: size)
    case .again:
      if let repeated { options.texts = [Option(bytes: repeated, prior: 0)] }
    case .text: break
    }
    if !isUnsure { narrow(&options.texts) } else { sort(&options.texts) }
    if options.texts.isEmpty, options.free == nil {
      options.free = free(step, slot, prior: 0)
    }
    // To end one slot and begin the next costs nothing by itself.
    let best = max(
      options.texts.reduce(-Float.infinity) { max($0, $1.prior) }, options.free?.prior ?? -.infinity
    )
    for index in options.texts.indices { options.texts[index].prior -= best }
    options.free?.prior -= best
    return options
  }

  private func copies(
    _ step: Int, _ source: CopySource, _ slot: FormSlot, _ previous: Range<Int>?,
    _ taken: TokenSet
  ) -> [Option] {
    let closed = FormSkeleton.areClosed(slot.values) ? Set(slot.values) : []
    let areNumbers = slot.areNumbers
    return source.best(
      of: copies[step] ?? [], in: asked, previous: previous, taken: taken,
      atMost: Self.mostTexts
    ).filter { !areNumbers || $0.text.allSatisfy(\.isNumber) }.map {
      Option(
        bytes: Array($0.text.utf8), prior: $0.prior + (closed.contains($0.text) ? 2 : 0),
        span: $0.span, isCopy: true)
    }
  }

  private func narrow(_ texts: inout [Option]) {
    let sorted = texts.sorted { $0.prior > $1.prior }
    guard let best = sorted.first else { return }
    if sorted.count == 1 || best.prior - sorted[1].prior >= Self.certainty {
      texts = [best]
    } else {
      texts = sorted.filter { $0.prior >= best.prior - Self.range }
      sort(&texts)
    }
  }

  private func sort(_ texts: inout [Option]) {
    texts.sort { $0.bytes.lexicographicallyPrecedes($1.bytes) }
  }

  private func free(_ step: Int, _ slot: FormSlot, prior: Float) -> Free {
    var terminator: [UInt8] = []
    if step + 1 < steps.count, case .fixed(let bytes) = steps[step + 1] {
      let text = String(decoding: bytes, as: UTF8.self)
      // Up to its first mark, or the first line break.
      var seen = ""
      for token in TextToken.all(in: text) {
        seen += token.text
        if token.kind != .blanks { break }
      }
      let isSeen = slot.values.contains { $0.contains(seen) }
      terminator = Array((isSeen ? text : seen).utf8)
    }
    let longest = slot.values.map(\.utf8.count).max() ?? 0
    return Free(
      prior: prior, mayBeEmpty: slot.values.contains(""), isNumber: slot.areNumbers,
      longest: 40 + 3 * longest, terminator: terminator)
  }

  private func dates(_ style: DateText.Style, _ slot: FormSlot) -> [Option] {
    let seen = (slot.values.map { TextToken.all(in: $0) } + [earlier]).flatMap { tokens in
      DateText.all(in: tokens).compactMap(\.date.year)
    }
    let years = DateText.all(in: earlier).compactMap(\.date.year)
    let usual = years.last ?? seen.max()
    return DateText.all(in: asked).enumerated().compactMap { number, found in
      found.date.written(style, usualYear: usual).map {
        // The instruction names it before the text that it is about does.
        Option(bytes: Array($0.utf8), prior: number == 0 ? 0 : -3, span: found.range)
      }
    }
  }

  /// The number after the newest: of the entries above if there are any, or of the exemplars.
  private func next(_ step: Int, _ slot: FormSlot, width: Int, by size: Int) -> [Option] {
    let newest = numberAbove(step) ?? slot.values.compactMap { Int($0) }.max()
    guard let newest else { return [] }
    return [Option(bytes: Array(SlotTransform.padded(newest + size, width).utf8), prior: 0)]
  }

  /// The number in the last entry above or in what is asked for, by what stands before it.
  private func numberAbove(_ step: Int) -> Int? {
    guard step > 0, case .fixed(let before) = steps[step - 1] else { return nil }
    let fixed = TextToken.all(in: String(decoding: before, as: UTF8.self))
    // From the last line break on.
    let start = fixed.lastIndex { $0.kind == .lineBreak }.map { $0 + 1 } ?? 0
    let mark = fixed[start...]
    guard mark.contains(where: { $0.kind != .blanks }) else { return nil }
    for text in [asked, earlier] {
      for index in text.indices.reversed() where text[index].kind == .number {
        let from = index - mark.count
        if from >= 0, text[from..<index].elementsEqual(mark) { return Int(text[index].text) }
      }
    }
    return nil
  }
}
