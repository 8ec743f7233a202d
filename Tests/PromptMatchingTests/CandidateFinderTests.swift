import PromptMatching
import Testing

@Suite struct CandidateFinderTests {
  private let requests = [
    "Is this review positive or negative? The soup was cold.",
    "Is this review positive or negative? I loved the room.",
    "Translate the text into French: the soup was cold.",
    "Write a poem about soup that was cold, with rhymes.",
  ].map { InstructionRequest(instruction: $0) }

  private func query(_ text: String) -> MatchQuery {
    MatchQuery(text: text, embedding: [1, 0])
  }

  /// Vectors that know nothing.
  private var finder: CandidateFinder {
    CandidateFinder(
      EmbeddedPool(vectors: [0, 1, 0, 1, 0, 1, 0, 1], dimensions: 2),
      exemplars: requests.map { Demonstration(instruction: $0.instruction, output: "") })
  }

  @Test func theSameFormComesBeforeTheSameWords() {
    let asked = query("Is this review positive or negative? The soup was cold, and so was the tea.")
    #expect(Set(finder.find(asked, count: 2).rows) == [0, 1])
    let other = query("Translate the text into French: my tailor is rich.")
    #expect(finder.find(other, count: 1).rows == [2])
  }

  @Test func aCopyHasTheHighestSignals() {
    let index = RequestIndex(requests, answers: requests.map { _ in AnswerOutline("") })
    for (place, request) in requests.enumerated() {
      let signals = index.signals(of: request)
      for signal in [signals.words, signals.form] {
        #expect(abs(signal[place] - 1) < 1e-5)
        for value in signal { #expect(value >= 0 && value <= 1 + 1e-5) }
      }
    }
    let none = index.signals(of: InstructionRequest(instruction: ""))
    #expect(none.words == [0, 0, 0, 0] && none.form == [0, 0, 0, 0])
  }

  /// Case, spaces and the letters of other scripts make no difference, punctuation does.
  @Test func formsAreComparedByTokens() {
    let index = RequestIndex(
      [InstructionRequest(instruction: "SUMMARISE  the Größe: now")], answers: [AnswerOutline("")])
    func form(_ text: String) -> Float {
      index.signals(of: InstructionRequest(instruction: text)).form[0]
    }
    #expect(form("summarise the größe: now") == form("SUMMARISE  the Größe: now"))
    #expect(form("summarise the größe now") < form("summarise the größe: now"))
    #expect(form("then summarise the größe: quickly") == 0)
  }

  @Test func pinnedOnesAreFoundInAnyCase() {
    var asked = query("Translate the text into French: my tailor is rich.")
    asked.excluded = [2]
    let found = finder.find(asked, count: 1, others: [3, 2])
    #expect(found.rows.count == 2 && found.rows.last == 3)
    #expect(found.signals.count == 2 * CandidateSignal.allCases.count)
  }

  /// How short the answers are does not rank candidates; all have the mean.
  @Test func brevityIsThatOfTheCandidatesTogether() {
    let index = RequestIndex(
      requests, answers: [0, 100, 300, 900].map { AnswerOutline(ends: "", length: $0) })
    let finder = CandidateFinder(
      EmbeddedPool(vectors: [0, 1, 0, 1, 0, 1, 0, 1], dimensions: 2), index: index)
    let found = finder.find(query("Is this review positive or negative? Fine."), count: 2)
    #expect(Set(found.rows) == [0, 1])
    let brevity = [2, 6].map { found.signals[$0] }
    #expect(brevity == [0.75, 0.75])
  }

  /// An answer of another form than those of the other candidates stands out, whatever its request.
  @Test func agreementIsThatOfTheAnswers() {
    let exemplars = ["- No: cold.", "- Yes: warm.", "It was all right.", "- No: late."]
    let finder = CandidateFinder(
      EmbeddedPool(vectors: [0, 1, 0, 1, 0, 1, 0, 1], dimensions: 2),
      exemplars: zip(requests, exemplars).map {
        Demonstration(instruction: $0.instruction, output: $1)
      })
    let found = finder.find(query("Is this review positive or negative? Fine."), count: 4)
    let agreement = Dictionary(
      uniqueKeysWithValues: found.rows.enumerated().map { ($1, found.signals[4 * $0 + 3]) })
    #expect(abs(agreement.values.reduce(0, +)) < 1e-5)
    for row in [0, 1, 3] { #expect((agreement[row] ?? 0) > (agreement[2] ?? 1)) }
    // "- No:" again makes these two the likest.
    #expect((agreement[0] ?? 0) > (agreement[1] ?? 1))
    let alone = finder.find(query("Is this review positive or negative? Fine."), count: 1)
    #expect(alone.signals.last == 0)
  }

  @Test func answersThatAreAllAlikeRankNothing() {
    let same = finder.find(query("Is this review positive or negative? Fine."), count: 3)
    #expect([3, 7, 11].map { same.signals[$0] } == [0, 0, 0])
    let finder = CandidateFinder(
      EmbeddedPool(vectors: [0, 1, 0, 1, 0, 1, 0, 1], dimensions: 2),
      exemplars: requests.map { Demonstration(instruction: $0.instruction, output: "Yes.") })
    let found = finder.find(query("Is this review positive or negative? Fine."), count: 3)
    #expect([3, 7, 11].map { found.signals[$0] } == [0, 0, 0])
  }
}
