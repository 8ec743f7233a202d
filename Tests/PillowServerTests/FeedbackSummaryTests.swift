import Foundation
import PillowServer
import PromptPool
import Testing

@Suite struct FeedbackSummaryTests {
  private func suggestion(_ text: String, _ events: [(FeedbackEvent, Int?, Double?)]) -> (
    suggestion: Suggestion, events: [Feedback]
  ) {
    let id = UUID().uuidString
    let suggestion = Suggestion(
      id: id, createdAt: Date(timeIntervalSince1970: 0), instruction: "i", draws: [], propensity: 1,
      policyVersion: "p", temperature: 1, model: "m", text: text)
    return (
      suggestion,
      events.map {
        Feedback(
          suggestionID: id, event: $0.0, at: Date(timeIntervalSince1970: 0), acceptedLength: $0.1,
          keptShare: $0.2)
      }
    )
  }

  @Test func nothingIsNothing() {
    #expect(FeedbackSummary([]).acceptRate == 0)
    #expect(FeedbackSummary([suggestion("x", [])]).outcomes.isEmpty, "it was never shown")
  }

  @Test func whatIsKeptCounts() {
    let summary = FeedbackSummary([
      suggestion(
        "12345678🧶",
        [(.shown, nil, nil), (.accepted, nil, nil), (.kept, nil, 1), (.kept, nil, 0.5)]),
      suggestion(
        "123456", [(.shown, nil, nil), (.partlyAccepted, 2, nil), (.partlyAccepted, 4, nil)]),
      suggestion("1234", [(.shown, nil, nil), (.ignored, nil, nil)]),
      suggestion("1234", [(.shown, nil, nil), (.rejected, nil, nil)]),
    ])
    #expect(summary.shown == 4)
    #expect(summary.accepted == 2)
    #expect(summary.acceptRate == 0.5)
    #expect(summary.acceptedCharacters == 14)
    #expect(summary.keptShare == 0.5)
    #expect(summary.keptPerShown == 2.25)
    #expect(
      summary.outcomes == ["accepted": 1, "partlyAccepted": 1, "ignored": 1, "rejected": 1])
  }

  @Test func aLateAcceptCounts() {
    let summary = FeedbackSummary([
      suggestion("12", [(.shown, nil, nil), (.ignored, nil, nil), (.accepted, nil, nil)])
    ])
    #expect(summary.outcomes == ["accepted": 1])
  }
}
