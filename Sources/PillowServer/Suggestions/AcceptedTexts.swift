import Synchronization

/// What was accepted in each document lately: the server's own words ask it for nothing.
final class AcceptedTexts: Sendable {
  private static let remembered = 32
  private let texts = Mutex<[String: [String]]>([:])

  func accepted(_ text: String, in uri: String) {
    let said = text.trimmed
    guard !said.isEmpty else { return }
    texts.withLock { texts in
      var known = texts[uri, default: []]
      known.append(said)
      texts[uri] = known.suffix(Self.remembered)
    }
  }

  /// Whether a piece of a document is part of what was accepted there.
  func contain(_ text: String, in uri: String) -> Bool {
    let said = text.trimmed
    return texts.withLock { $0[uri]?.contains { $0.contains(said) } ?? false }
  }

  func forget(_ uri: String) { texts.withLock { $0[uri] = nil } }
}
