/// Reads an answer byte by byte and says what may come next: the form as a machine whose states are
/// all the ways in which the answer so far can be read.
public struct FormReader: Sendable {
  private let request: RequestedForm
  private var states: [State] = []
  private var scratch: [State] = []
  private var lists: [RequestedForm.Options] = []
  private var known: [ListKey: Int] = [:]
  private var text: [UInt8] = []

  private struct ListKey: Hashable {
    var step: Int
    var previous: Range<Int>?
    var taken: TokenSet
    var repeated: [UInt8]?
  }

  /// One way to read what is there.
  private struct State: Equatable {
    var step: Int
    /// Bytes of the step so far.
    var offset = 0
    /// In a slot: which options; those from `low` up to `high` begin with the bytes so far.
    var list = -1
    var low = 0
    var high = 0
    /// Whether the slot's text is made up.
    var isFree = false
    /// How many bytes of the terminator were read last.
    var ended = 0
    /// Of the slots that are full.
    var prior: Float = 0
    /// Where the last slot that was copied was copied from.
    var previous: Range<Int>?
    var taken = TokenSet()
    /// Where in the text the slot begins, and where the slots before it stand, for those that
    /// repeat them.
    var start = 0
    var slots: [Range<Int>] = []
  }

  public init(_ request: RequestedForm) {
    self.request = request
    enter(State(step: 0))
  }

  /// Whether the answer is complete as it is.
  public var mayEnd: Bool { states.contains { $0.step == request.steps.count } }

  /// Whether nothing can follow.
  public var isComplete: Bool { mayEnd && states.allSatisfy { $0.step == request.steps.count } }

  /// Whether the answer so far has the form.
  public var isValid: Bool { !states.isEmpty }

  // MARK: Reading

  /// Takes what comes next. After bytes that do not fit, ``isValid`` is false.
  public mutating func read(_ bytes: some Sequence<UInt8>) {
    for byte in bytes { advance(byte) }
  }

  /// How much worse than the best some bytes fit what the exemplars show: ln of a probability ratio,
  /// 0 or less; -∞ for bytes that do not fit the form.
  public mutating func preference(_ bytes: some Sequence<UInt8>) -> Float {
    let before = states
    let length = text.count
    let best = potential(of: before)
    for byte in bytes {
      advance(byte)
      if states.isEmpty { break }
    }
    let after = states.isEmpty ? -Float.infinity : potential(of: states)
    states = before
    text.removeLast(text.count - length)
    return after == -.infinity ? after : min(0, after - best)
  }

  /// The bytes that have to come next, whatever the model says; empty where there is a choice.
  public mutating func forced() -> [UInt8] {
    let before = states
    let length = text.count
    while states.count == 1, let byte = onlyByte(states[0]) {
      advance(byte)
    }
    let forced = Array(text[length...])
    states = before
    text.removeLast(text.count - length)
    return forced
  }

  // MARK: The machine

  private func onlyByte(_ state: State) -> UInt8? {
    guard state.step < request.steps.count else { return nil }
    switch request.steps[state.step] {
    case .fixed(let bytes): return bytes[state.offset]
    case .slot:
      guard !state.isFree, state.high - state.low == 1 else { return nil }
      let option = lists[state.list].texts[state.low]
      return state.offset < option.bytes.count ? option.bytes[state.offset] : nil
    }
  }

  /// The best prior that a state can still reach.
  private func potential(of states: [State]) -> Float {
    states.reduce(-.infinity) { best, state in
      guard state.list >= 0, state.step < request.steps.count else { return max(best, state.prior) }
      let options = lists[state.list]
      if state.isFree { return max(best, state.prior + (options.free?.prior ?? 0)) }
      let most = options.texts[state.low..<state.high].reduce(-Float.infinity) { max($0, $1.prior) }
      return max(best, state.prior + most)
    }
  }

  private mutating func advance(_ byte: UInt8) {
    text.append(byte)
    scratch.removeAll(keepingCapacity: true)
    swap(&scratch, &states)
    for index in scratch.indices { step(scratch[index], byte) }
    if states.count > 1 { prune() }
  }

  private mutating func step(_ state: State, _ byte: UInt8) {
    guard state.step < request.steps.count else { return }
    var state = state
    switch request.steps[state.step] {
    case .fixed(let bytes):
      guard bytes[state.offset] == byte else { return }
      state.offset += 1
      if state.offset == bytes.count { leave(state, end: text.count) } else { add(state) }
    case .slot:
      if state.isFree { return stepFree(state, byte) }
      let texts = lists[state.list].texts
      let offset = state.offset
      while state.low < state.high,
        texts[state.low].bytes.count <= offset || texts[state.low].bytes[offset] < byte
      {
        state.low += 1
      }
      var high = state.low
      while high < state.high, texts[high].bytes[offset] == byte { high += 1 }
      state.high = high
      guard state.low < state.high else { return }
      state.offset += 1
      complete(state, end: text.count)
    }
  }

  /// Adds a state within a choice, and those behind it for a text that is complete.
  private mutating func complete(_ state: State, end: Int) {
    var rest = state
    let texts = lists[state.list].texts
    // Shorter texts come first.
    while rest.low < rest.high, texts[rest.low].bytes.count == state.offset {
      let option = texts[rest.low]
      var done = state
      done.prior += option.prior
      if let span = option.span {
        if option.isCopy { done.previous = span }
        done.taken.insert(span)
      }
      leave(done, end: end)
      rest.low += 1
    }
    if rest.low < rest.high { add(rest) }
  }

  private mutating func stepFree(_ state: State, _ byte: UInt8) {
    guard let free = lists[state.list].free, byte >= 0x20 || byte == 0x09, byte != 0x7F,
      state.offset < free.longest,
      !free.isNumber || (0x30...0x39).contains(byte),
      // A text does not begin with a blank.
      state.offset > 0 || byte != 0x20
    else { return }
    var state = state
    state.offset += 1
    if !free.terminator.isEmpty {
      // What ends the text cannot be a part of it.
      if free.terminator[state.ended] == byte {
        state.ended += 1
        if state.ended == free.terminator.count { return }
      } else {
        state.ended = free.terminator[0] == byte ? 1 : 0
        if state.ended == free.terminator.count { return }
      }
    }
    add(state)
    // It does not end with a blank either.
    if byte != 0x20 {
      var done = state
      done.prior += free.prior
      leave(done, end: text.count)
    }
  }

  private mutating func leave(_ state: State, end: Int) {
    var next = state
    if request.repeats, state.list >= 0 { next.slots.append(state.start..<end) }
    next.step += 1
    next.offset = 0
    next.ended = 0
    next.list = -1
    next.isFree = false
    next.start = end
    enter(next)
  }

  /// Begins a step, and what follows it where it may be empty.
  private mutating func enter(_ state: State) {
    guard state.step < request.steps.count,
      case .slot(_, let slot) = request.steps[state.step]
    else { return add(state) }
    var repeated: [UInt8]?
    if case .again(let earlier) = slot.kind, earlier < state.slots.count {
      repeated = Array(text[state.slots[earlier]])
    }
    let key = ListKey(
      step: state.step, previous: state.previous, taken: state.taken, repeated: repeated)
    let list: Int
    if let known = known[key] {
      list = known
    } else {
      list = lists.count
      lists.append(
        request.options(
          step: state.step, slot, previous: state.previous, taken: state.taken,
          repeated: repeated))
      known[key] = list
    }
    var within = state
    (within.list, within.low, within.high) = (list, 0, 0)
    if let free = lists[list].free {
      var made = within
      made.isFree = true
      add(made)
      if free.mayBeEmpty {
        var next = state
        if request.repeats { next.slots.append(state.start..<state.start) }
        next.step += 1
        next.prior += free.prior
        enter(next)
      }
    }
    let texts = lists[list].texts
    guard !texts.isEmpty else { return }
    within.high = texts.count
    while within.low < within.high, texts[within.low].bytes.isEmpty {
      var next = state
      if request.repeats { next.slots.append(state.start..<state.start) }
      next.step += 1
      next.prior += texts[within.low].prior
      enter(next)
      within.low += 1
    }
    if within.low < within.high { add(within) }
  }

  private mutating func add(_ state: State) {
    if !states.contains(state) { states.append(state) }
  }

  /// Of ways that differ in nothing that counts from here on, the likeliest is kept.
  private mutating func prune() {
    guard states.count > 48 else { return }
    let sorted = states.sorted { potential(of: [$0]) > potential(of: [$1]) }
    states = Array(sorted.prefix(48))
  }
}
