import OutputForms
import Testing

@Suite struct OutputFormTests {
  private static func examples(_ pairs: [(String, String)]) -> [FormExample] {
    pairs.map { FormExample(asked: $0.0, answer: $0.1) }
  }

  private static let stock = examples([
    ("stock: 2 kg of sugar on shelf A", "+ sugar [2 kg] -> A"),
    ("stock: 5 l of oil on shelf C", "+ oil [5 l] -> C"),
    ("stock: 20 pieces of lemon on shelf B", "+ lemon [20 pcs] -> B"),
    ("stock: 1 kg of salt on shelf A", "+ salt [1 kg] -> A"),
    ("stock: 6 l of milk on shelf D", "+ milk [6 l] -> D"),
    ("stock: 40 pieces of egg on shelf D", "+ egg [40 pcs] -> D"),
  ])

  private static let decisions = examples([
    (
      "decision 9, accepted: we use tabs, because everyone can set their width",
      "**D-9** (accepted) We use tabs. *Why:* everyone can set their width."
    ),
    (
      "decision 10, rejected: we sell on Sundays, because nobody wants to work",
      "**D-10** (rejected) We sell on Sundays. *Why:* nobody wants to work."
    ),
    (
      "decision 11, accepted: releases are made on Tuesdays, because Mondays are full",
      "**D-11** (accepted) Releases are made on Tuesdays. *Why:* Mondays are full."
    ),
    (
      "decision 12, accepted: all times are in UTC, because we work in three time zones",
      "**D-12** (accepted) All times are in UTC. *Why:* we work in three time zones."
    ),
  ])

  private static let tasks = examples([
    ("Next rule: shoes, no shoes indoors", "T-0331 fixed shoes"),
    ("rule about coats: hang them up", "T-0332 fixed coats"),
    ("a rule for bags: under the bench", "T-0333 fixed bags"),
    ("now the one about hats: off at the table", "T-0334 fixed hats"),
  ])

  /// The answer that is left when nobody has to choose.
  private static func determined(_ request: RequestedForm) -> String {
    var reader = FormReader(request)
    let forced = reader.forced()
    reader.read(forced)
    #expect(reader.isComplete)
    return String(decoding: forced, as: UTF8.self)
  }

  @Test func findsWhatIsFixed() throws {
    let form = try #require(OutputForm.infer(from: Self.stock))
    #expect(form.support == 6)
    #expect(form.pattern == "+ ‹text› [‹number› ‹kg | l | pcs›] -> ‹text›")
    #expect(form.isDetermined)
  }

  @Test func fillsSlotsFromWhatIsAsked() throws {
    let stock = try #require(OutputForm.infer(from: Self.stock))
    let answer = Self.determined(RequestedForm(stock, asked: "stock: 3 kg of rice on shelf B"))
    #expect(answer == "+ rice [3 kg] -> B")
    let decisions = try #require(OutputForm.infer(from: Self.decisions))
    let decision = Self.determined(
      RequestedForm(
        decisions,
        asked: "decision 16, rejected: we write tests before the code, because it finds errors"))
    #expect(
      decision == "**D-16** (rejected) We write tests before the code. *Why:* it finds errors.")
  }

  @Test func countsOn() throws {
    let form = try #require(OutputForm.infer(from: Self.tasks))
    #expect(form.pattern.hasPrefix("T-‹next number› fixed "))
    var reader = FormReader(RequestedForm(form, asked: "a rule about boots: outside"))
    #expect(String(decoding: reader.forced(), as: UTF8.self).hasPrefix("T-0335 fixed "))
    // What stands in the document is newer than any exemplar.
    reader = FormReader(
      RequestedForm(
        form, asked: "a rule about boots: outside",
        earlier: "T-0389 fixed gloves\nT-0390 fixed scarves\n\nUpdated in 2026.\n"))
    #expect(String(decoding: reader.forced(), as: UTF8.self).hasPrefix("T-0391 fixed "))
  }

  @Test func tellsFormsApart() throws {
    let mixed = Self.stock + Self.decisions
    let forms = OutputForm.all(in: mixed)
    #expect(forms.map(\.support) == [6, 4])
    #expect(forms.map { $0.members.sorted() } == [Array(0..<6), Array(6..<10)])
    let seeded = try #require(OutputForm.infer(from: mixed, seed: 7))
    #expect(seeded.members.first == 7)
    #expect(seeded.support == 4)
  }

  @Test func bearsNoise() throws {
    let noise = Self.examples([
      ("what is for lunch", "Ask the cook, he knows."),
      ("translate: good morning", "Guten Morgen"),
      ("rename the file", "mv a.txt b.txt"),
    ])
    let form = try #require(OutputForm.infer(from: Self.stock + noise))
    #expect(form.members.sorted() == Array(0..<6))
  }

  @Test func imposesNothingOnFreeText() {
    let free = Self.examples([
      ("shorten: the meeting that we had planned is off", "The planned meeting is off."),
      ("shorten: it is the case that prices went up", "Prices went up."),
      ("shorten: due to the fact that it rained we left", "We left because it rained."),
      ("shorten: she is of the opinion that it works", "She thinks it works."),
      ("shorten: at this point in time we cannot say", "We cannot say yet."),
    ])
    #expect(OutputForm.infer(from: free) == nil)
    let lists = Self.examples([
      ("list the colours", "- red\n- blue"), ("list the trees", "- oak\n- elm\n- ash"),
      ("list the rivers", "- Rhine"), ("list the tools", "- saw\n- axe\n- file\n- drill"),
    ])
    #expect(OutputForm.infer(from: lists) == nil)
  }

  @Test(arguments: [0, 1, 2])
  func needsSupport(_ count: Int) {
    #expect(OutputForm.infer(from: Array(Self.stock.prefix(count))) == nil)
  }
}
