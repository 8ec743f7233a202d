import PillowServer
import Testing

@Suite struct SuggestionLifeTests {
  private typealias Signal = SuggestionLife.Signal

  private static let signals: [Signal] = [
    .displayed, .partlyAccepted(3), .accepted, .rejected(reason: nil), .rejected(reason: "empty"),
    .rejected(reason: "typedOver"), .rejected(reason: "replaced"), .followed, .diverged(agreed: 1),
    .typedWhole(length: 9), .elapsed, .closed,
  ]

  private func life(after signals: [Signal]) -> SuggestionLife {
    var life = SuggestionLife()
    for signal in signals { _ = life.receive(signal, at: .zero) }
    return life
  }

  /// How each phase is reached.
  private static let ways: [SuggestionLife.Phase: [Signal]] = [
    .offered: [], .shown: [.displayed], .partlyAccepted: [.displayed, .partlyAccepted(2)],
    .accepted: [.displayed, .accepted], .rejected: [.displayed, .rejected(reason: nil)],
    .replaced: [.displayed, .followed], .typedOver: [.displayed, .diverged(agreed: 0)],
    .ignored: [.displayed, .closed],
  ]

  /// Every signal in every phase: what is left, and that what stays stores nothing.
  @Test(arguments: SuggestionLife.Phase.allCases) func everySignal(phase: SuggestionLife.Phase) throws {
    for signal in Self.signals {
      var life = life(after: try #require(Self.ways[phase]))
      #expect(life.phase == phase)
      let entry = life.receive(signal, at: .seconds(11))
      #expect(life.phase == Self.expected(phase, signal), "\(signal)")
      let isMove = life.phase != phase || (phase == .partlyAccepted && signal == .partlyAccepted(3))
      #expect((entry != nil) == isMove, "\(signal)")
    }
  }

  private static func expected(_ phase: SuggestionLife.Phase, _ signal: Signal) -> SuggestionLife.Phase {
    switch signal {
    case .accepted: .accepted
    case .rejected(nil): phase == .accepted ? .accepted : .rejected
    case .partlyAccepted: [.accepted, .rejected].contains(phase) ? phase : .partlyAccepted
    case .displayed: phase == .offered ? .shown : phase
    case .rejected("typedOver"), .diverged, .typedWhole: phase == .shown ? .typedOver : phase
    case .rejected("replaced"): phase == .shown ? .replaced : phase
    // After eleven seconds it has not been replaced, but passed over.
    case .followed, .elapsed, .closed, .rejected: phase == .shown ? .ignored : phase
    }
  }

  @Test func timesDecide() {
    var life = SuggestionLife()
    _ = life.receive(.displayed, at: .seconds(5))
    #expect(life.receive(.elapsed, at: .seconds(14)) == nil)
    #expect(life.receive(.followed, at: .milliseconds(5400)) == .init(.replaced))
    life = self.life(after: [.displayed])
    #expect(life.receive(.elapsed, at: .seconds(10)) == .init(.ignored))
    #expect(life.receive(.accepted, at: .seconds(12)) == .init(.accepted), "it came late, and counts")
  }
}

@Suite struct KeptShareTests {
  private let text = "def add(a, b):\n    return a + b"

  @Test func whatIsLeftCounts() {
    func share(_ current: String, _ document: String? = nil) -> Double {
      KeptShare.share(of: text, in: current, document: document ?? current)
    }
    #expect(share(text) == 1)
    #expect(share("def add(\n  a,\n  b\n):\n  return a+b") == 1, "it was formatted")
    #expect(share("") == 0)
    #expect(share("", "# moved\n" + text) == 1, "it has moved")
    let renamed = share("def plus(a, b):\n    return a + b")
    #expect(renamed > 0.85 && renamed < 1)
    #expect(KeptShare.share(of: " \n", in: "", document: "") == 1)
  }
}

@Suite struct TextAnchorTests {
  @Test(arguments: [
    (0..<0, 3, 13..<23), (10..<10, 3, 13..<23), (20..<20, 3, 10..<20), (12..<12, 3, 10..<23),
    (5..<12, 1, 5..<14), (12..<25, 0, 10..<12), (0..<30, 5, 0..<5), (8..<10, 0, 8..<18),
  ])
  func editsMoveIt(range: Range<Int>, inserted: Int, expected: Range<Int>) {
    var anchor = TextAnchor(10..<20)
    anchor.apply(TextChange(range: range, inserted: inserted))
    #expect(anchor.range == expected)
  }
}

@Suite struct AggressivenessTests {
  @Test func rejectsLengthenThePauseAndTimeHeals() {
    var state = Aggressiveness()
    let base = Duration.milliseconds(200)
    #expect(state.pause(base: base, at: .zero) == base)
    state.judged(accepted: false, at: .zero)
    #expect(state.pause(base: base, at: .zero) == .milliseconds(300))
    #expect(state.pause(base: base, at: .seconds(600)) == base)
    for _ in 0..<20 { state.judged(accepted: false, at: .zero) }
    #expect(state.pause(base: base, at: .zero) == .seconds(3))
    for _ in 0..<60 { state.judged(accepted: true, at: .zero) }
    #expect(state.pause(base: base, at: .zero) == .milliseconds(50))
    #expect(state.pause(base: .zero, at: .zero) == .zero)
  }

  @Test func theRateIsHalfUntilMuchIsKnown() {
    var state = Aggressiveness()
    #expect(state.acceptRate == 0.5)
    state.judged(accepted: true, at: .zero)
    #expect(abs(state.acceptRate - 0.55) < 1e-9)
    for _ in 0..<50 { state.judged(accepted: true, at: .zero) }
    #expect(state.acceptRate > 0.99)
  }
}
