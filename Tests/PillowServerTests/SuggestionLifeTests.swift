import Foundation
import PillowServer
import PromptPool
import TestSupport
import Testing

@Suite struct SuggestionLifeTests {
  private typealias Signal = SuggestionLife.Signal

  private static let signals: [Signal] = [
    .displayed, .partlyAccepted(3), .accepted, .rejected(reason: nil), .rejected(reason: "empty"),
    .rejected(reason: "typedOver"), .rejected(reason: "replaced"), .followed,
    .diverged(agreed: 1), .typedWhole(length: 9), .elapsed, .closed,
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
  @Test(arguments: SuggestionLife.Phase.allCases) func everySignal(phase: SuggestionLife.Phase)
    throws
  {
    for signal in Self.signals {
      var life = life(after: try #require(Self.ways[phase]))
      #expect(life.phase == phase)
      let entry = life.receive(signal, at: .seconds(11))
      #expect(life.phase == Self.expected(phase, signal), "\(signal)")
      let isMove = life.phase != phase || (phase == .partlyAccepted && signal == .partlyAccepted(3))
      #expect((entry != nil) == isMove, "\(signal)")
    }
  }

  private static func expected(_ phase: SuggestionLife.Phase, _ signal: Signal)
    -> SuggestionLife.Phase
  {
    switch signal {
    case .accepted: .accepted
    case .rejected(nil): phase == .accepted ? .accepted : .rejected
    case .partlyAccepted: [.accepted, .rejected].contains(phase) ? phase : .partlyAccepted
    case .displayed: phase == .offered ? .shown : phase
    case .rejected("typedOver"), .diverged: phase == .shown ? .typedOver : phase
    case .typedWhole: phase == .shown ? .accepted : phase
    case .rejected("replaced"): phase == .shown ? .replaced : phase
    // After eleven seconds it has not been replaced, but passed over.
    case .followed, .elapsed, .closed, .rejected: phase == .shown ? .ignored : phase
    }
  }

  /// All lives of up to four signals, with times before and after what the rules wait for.
  @Test func noLifeBreaksARule() {
    let times: [Duration] = [.zero, .milliseconds(300), .seconds(1), .seconds(12)]
    var stack:
      [(life: SuggestionLife, stored: [SuggestionLife.Entry], length: Int, now: Duration)] = [
        (SuggestionLife(), [], 0, .zero)
      ]
    var lives = 0
    while let (life, stored, length, now) = stack.popLast() {
      lives += 1
      check(life, stored)
      guard length < 4 else { continue }
      for signal in Self.signals {
        let later = now + times[(length + lives) % times.count]
        var next = life
        let entry = next.receive(signal, at: later)
        stack.append((next, stored + (entry.map { [$0] } ?? []), length + 1, later))
      }
    }
    #expect(lives == (0...4).reduce(0) { $0 + Int(pow(Double(Self.signals.count), Double($1))) })
  }

  private func check(_ life: SuggestionLife, _ stored: [SuggestionLife.Entry]) {
    let events = stored.map(\.event)
    for event in [FeedbackEvent.shown, .accepted, .rejected] {
      #expect(events.filter { $0 == event }.count <= 1, "\(events)")
    }
    let left = events.filter { [.ignored, .replaced, .typedOver].contains($0) }
    #expect(
      left.count <= 1 && (left.isEmpty || events.contains(.shown)),
      "only what is shown can be left: \(events)")
    if let accept = events.firstIndex(of: .accepted) {
      #expect(accept == events.count - 1, "\(events)")
    }
    if let reject = events.firstIndex(of: .rejected) {
      #expect(events[reject...].dropFirst().allSatisfy { $0 == .accepted }, "\(events)")
    }
    #expect((life.phase == .offered) == stored.isEmpty)
  }

  // MARK: The page

  private static let page =
    (try? String(contentsOf: TestPaths.package.appending(path: "docs/feedback.md"), encoding: .utf8))
    ?? ""

  /// From where to where a signal leads, after the time within which others count as following at
  /// once.
  private func step(_ phase: SuggestionLife.Phase, _ signal: Signal, at now: Duration)
    -> SuggestionLife.Phase?
  {
    var life = life(after: Self.ways[phase] ?? [])
    return life.receive(signal, at: now) == nil ? nil : life.phase
  }

  /// The diagram has every change of a phase and no other.
  @Test func theDiagramIsTrue() throws {
    var changes: Set<String> = []
    for phase in SuggestionLife.Phase.allCases {
      for signal in Self.signals {
        for now in [Duration.milliseconds(300), .seconds(11)] {
          if let next = step(phase, signal, at: now), next != phase {
            changes.insert("\(phase) → \(next)")
          }
        }
      }
    }
    #expect(try Diagram(in: Self.page).edges == changes)
  }

  @Test func theTableIsTrue() {
    let phases = SuggestionLife.Phase.allCases
    for (name, signal, now) in Self.named {
      let cells = phases.map { step($0, signal, at: now).map(\.rawValue) ?? "" }
      let row = "| \(name) | " + cells.joined(separator: " | ") + " |"
      let line = row.replacing("|  |", with: "| |").replacing("|  |", with: "| |")
      #expect(Self.page.contains(line), "docs/feedback.md lacks: \(line)")
    }
    #expect(
      Self.page.contains("| signal | " + phases.map(\.rawValue).joined(separator: " | ") + " |"))
  }

  private static let named: [(String, Signal, Duration)] = [
    ("its reply goes out, or the client says so", .displayed, .zero),
    ("a part is taken", .partlyAccepted(3), .zero), ("accepted", .accepted, .zero),
    ("rejected, with a reason that is a judgement or none", .rejected(reason: nil), .zero),
    ("rejected as `cancelled`, `empty`", .rejected(reason: "empty"), .zero),
    ("rejected as `typedOver`", .rejected(reason: "typedOver"), .zero),
    ("rejected as `replaced`", .rejected(reason: "replaced"), .zero),
    ("another one within 0.5 s", .followed, .milliseconds(500)),
    ("another one later", .followed, .milliseconds(501)),
    ("something else is typed", .diverged(agreed: 1), .zero),
    ("all of it is typed", .typedWhole(length: 9), .zero),
    ("10 s pass", .elapsed, .seconds(10)), ("the document is closed", .closed, .zero),
  ]

  @Test func timesDecide() {
    var life = SuggestionLife()
    _ = life.receive(.displayed, at: .seconds(5))
    #expect(life.receive(.elapsed, at: .seconds(14)) == nil)
    #expect(life.receive(.followed, at: .milliseconds(5400)) == .init(.replaced))
    life = self.life(after: [.displayed])
    #expect(life.receive(.elapsed, at: .seconds(10)) == .init(.ignored))
    #expect(
      life.receive(.accepted, at: .seconds(12)) == .init(.accepted), "it came late, and counts")
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

/// The states and arrows of a page's Mermaid diagram; an arrow from a group is one from each of its
/// states.
private struct Diagram {
  var edges: Set<String> = []

  init(in page: String) throws {
    let block = try #require(
      page.split(separator: "```mermaid").dropFirst().first?.split(separator: "```").first)
    var groups: [Substring: [Substring]] = [:]
    var open: Substring?
    for line in block.split(separator: "\n") {
      let words = line.split(separator: " ").map { $0.trimmingSuffix(":") }
      if words.first == "state", words.count == 3 {
        open = words[1]
      } else if words == ["}"] {
        open = nil
      } else if let open, words.count == 1 {
        groups[open, default: []].append(words[0])
      } else if words.count >= 3, words[1] == "-->" {
        guard words[0] != "[*]", words[2] != "[*]" else { continue }
        for from in groups[words[0]] ?? [words[0]] { edges.insert("\(from) → \(words[2])") }
      }
    }
  }
}

extension Substring {
  fileprivate func trimmingSuffix(_ mark: Character) -> Substring {
    last == mark ? dropLast() : self
  }
}
