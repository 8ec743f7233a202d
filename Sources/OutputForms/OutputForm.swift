/// The form that answers share: what is fixed, and what differs from one to the next.
public struct OutputForm: Sendable {
  /// How many exemplars have it.
  public let support: Int
  /// Their places among those that it was learned from, the first one first.
  public let members: [Int]
  let elements: [Element]
  /// What the answers have in common; more of it is a stricter form.
  let strength: Double

  enum Element: Sendable {
    case fixed(String)
    case slot(FormSlot)
  }

  var slots: [FormSlot] {
    elements.compactMap { if case .slot(let slot) = $0 { slot } else { nil } }
  }

  /// Whether the exemplars show for every slot what it may hold, so that nothing has to be made up.
  public var isDetermined: Bool { slots.allSatisfy { !$0.isFree } }

  /// The form for a person: `**D-‹number›** (‹accepted | rejected›) ‹text›. *Why:* ‹text›.`
  public var pattern: String {
    elements.reduce(into: "") { text, element in
      switch element {
      case .fixed(let fixed): text += fixed
      case .slot(let slot): text += "‹\(slot.title)›"
      }
    }
  }
}

/// A part of a form that differs from one answer to the next.
struct FormSlot: Sendable {
  /// What it holds.
  enum Kind: Sendable {
    /// One of a few texts.
    case closed(ClosedChoice)
    /// A date in a style; years are taken from where the text names none.
    case date(DateText.Style)
    /// A part of what is asked for.
    case copy(CopySource)
    /// Mostly a part of what is asked for; short texts that are not are listed.
    case mostlyCopy(CopySource, ClosedChoice?)
    /// A number that counts on from one entry to the next, with zeros in front up to a width.
    case counter(width: Int, step: Int)
    /// The text of an earlier slot once more.
    case again(Int)
    /// What the model writes.
    case text
  }

  var kind: Kind
  /// What it holds in each exemplar.
  var values: [String]

  var isFree: Bool {
    switch kind {
    case .text, .mostlyCopy(_, nil): true
    default: false
    }
  }

  var source: CopySource? {
    switch kind {
    case .copy(let source), .mostlyCopy(let source, _): source
    default: nil
    }
  }

  var isOptional: Bool { values.contains("") }
  var areNumbers: Bool { values.allSatisfy { !$0.isEmpty && $0.allSatisfy { $0.isNumber } } }

  var title: String {
    switch kind {
    case .closed(let choice):
      choice.values.map { $0.isEmpty ? "nothing" : $0.trimmingBlanks }.joined(separator: " | ")
    case .date: "date"
    case .copy, .mostlyCopy: areNumbers ? "number" : "text"
    case .counter: "next number"
    case .again: "the same"
    case .text: "text"
    }
  }
}

extension String {
  var trimmingBlanks: String {
    var rest = self[...]
    while rest.first?.isWhitespace == true { rest.removeFirst() }
    while rest.last?.isWhitespace == true { rest.removeLast() }
    return String(rest)
  }
}
