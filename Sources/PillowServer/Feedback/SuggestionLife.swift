package import Foundation
package import PromptPool

/// What becomes of one suggestion. Pure: the signals and their times alone decide.
///
/// | from | signal | to | stored |
/// | --- | --- | --- | --- |
/// | offered | displayed | shown | `shown` |
/// | shown, partly accepted, ignored | part taken | partly accepted | `partlyAccepted` |
/// | any but accepted | accepted | accepted | `accepted` |
/// | any but accepted, rejected | rejected as a judgement | rejected | `rejected` |
/// | shown | rejected as none (cancelled, empty) | ignored | `ignored` |
/// | shown | another suggestion | replaced | `replaced` within 0.5 s, else `ignored` |
/// | shown | something else is typed | typed over | `typedOver` |
/// | shown | all of it is typed | accepted | `accepted` with its length and the reason `typed` |
/// | shown | 10 s, or the document is closed | ignored | `ignored` |
///
/// What is typed in agreement changes nothing; what is typed to its end is wanted as much as what is
/// accepted. Ignored, replaced and typed over are censored, not negative. Of an answer that is still
/// being written, a part may be shown; accepting it is accepting a part of one suggestion, which
/// goes on with the rest.
package struct SuggestionLife: Sendable {
  package enum Phase: String, Sendable, CaseIterable {
    case offered, shown, partlyAccepted, accepted, rejected, replaced, typedOver, ignored
  }

  package enum Signal: Sendable, Equatable {
    case displayed
    /// UTF-16 code units from the start, earlier parts included.
    case partlyAccepted(Int)
    case accepted
    case rejected(reason: String?)
    /// Another suggestion is shown at its place.
    case followed
    /// Something else was typed after so many UTF-16 code units that agree.
    case diverged(agreed: Int)
    /// It was typed to its end.
    case typedWhole(length: Int)
    case elapsed
    case closed
  }

  /// What is stored of a signal.
  package struct Entry: Sendable, Equatable {
    package var event: FeedbackEvent
    package var acceptedLength: Int?
    package var reason: String?

    package init(
      _ event: FeedbackEvent, acceptedLength: Int? = nil, reason: String? = nil
    ) {
      self.event = event
      self.acceptedLength = acceptedLength
      self.reason = reason
    }

    /// The same as the pool stores it.
    package func feedback(on id: String, at date: Date) -> Feedback {
      Feedback(
        suggestionID: id, event: event, at: date, acceptedLength: acceptedLength, reason: reason)
    }
  }

  package static let ignoredAfter = Duration.seconds(10)
  package static let replacedWithin = Duration.milliseconds(500)
  /// Reasons of a client that say nothing about the suggestion.
  package static let noJudgement: Set<String> = ["cancelled", "empty", "typedOver", "replaced"]

  package private(set) var phase = Phase.offered
  private var shownAt = Duration.zero

  package init() {}

  /// - Returns: what is to be stored, or nothing.
  package mutating func receive(_ signal: Signal, at now: Duration) -> Entry? {
    switch signal {
    case .accepted:
      return move(to: .accepted, unless: [.accepted], Entry(.accepted))
    case .rejected(let reason):
      return rejected(reason)
    case .partlyAccepted(let length):
      let entry = Entry(.partlyAccepted, acceptedLength: length)
      return move(to: .partlyAccepted, unless: [.accepted, .rejected], entry)
    case .displayed:
      guard phase == .offered else { return nil }
      shownAt = now
      return move(to: .shown, unless: [], Entry(.shown))
    case .followed:
      let isQuick = now - shownAt <= Self.replacedWithin
      return leave(to: isQuick ? .replaced : .ignored, Entry(isQuick ? .replaced : .ignored))
    case .diverged(let agreed):
      return leave(to: .typedOver, Entry(.typedOver, acceptedLength: agreed))
    case .typedWhole(let length):
      return leave(to: .accepted, Entry(.accepted, acceptedLength: length, reason: "typed"))
    case .elapsed:
      return now - shownAt >= Self.ignoredAfter ? leave(to: .ignored, Entry(.ignored)) : nil
    case .closed:
      return leave(to: .ignored, Entry(.ignored, reason: "closed"))
    }
  }

  private mutating func rejected(_ reason: String?) -> Entry? {
    guard let reason, Self.noJudgement.contains(reason) else {
      return move(to: .rejected, unless: [.accepted, .rejected], Entry(.rejected, reason: reason))
    }
    switch reason {
    case "typedOver": return leave(to: .typedOver, Entry(.typedOver, reason: reason))
    case "replaced": return leave(to: .replaced, Entry(.replaced, reason: reason))
    default: return leave(to: .ignored, Entry(.ignored, reason: reason))
    }
  }

  private mutating func move(to next: Phase, unless ended: [Phase], _ entry: Entry) -> Entry? {
    guard !ended.contains(phase) else { return nil }
    phase = next
    return entry
  }

  /// Only what is on the screen can be left.
  private mutating func leave(to next: Phase, _ entry: Entry) -> Entry? {
    guard phase == .shown else { return nil }
    phase = next
    return entry
  }
}
