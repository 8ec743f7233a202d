internal import Foundation

/// Rows, recognised by their shape. Exemplars are accepted only if their text matches their hash.
struct RecoveredRows {
  struct StoredExemplar {
    let exemplar: Exemplar
    let retiredBecause: String?
  }

  struct Version {
    let exemplarID, version: Int64
    let draft: ExemplarDraft
    let contentHash: String
    let updatedAt: Double
  }

  private(set) var exemplars: [Int64: StoredExemplar] = [:]
  private(set) var versions: [Version] = []
  private(set) var suggestions: [String: Suggestion] = [:]
  private(set) var shots: [String: [Int64: ShotDraw]] = [:]
  private(set) var feedback: [Int64: Feedback] = [:]
  private(set) var matchers: [Int64: MatcherVersion] = [:]

  mutating func take(_ row: CarvedRow) {
    switch row.values.count {
    case 3: takeShot(row)
    case 7:
      takeMatcher(row)
      takeShot(row)
    case 8: takeFeedback(row)
    case 9: takeVersion(row)
    case 12, 19: takeSuggestion(row)
    case 15, 16: takeExemplar(row)
    default: break
    }
  }

  private mutating func takeExemplar(_ row: CarvedRow) {
    guard row.isNull(0), let draft = Self.draft(row, at: 1), let origin = row.text(6),
      let pool = row.text(7), let hash = row.text(8), let version = row.integer(9),
      let createdAt = row.number(10), let updatedAt = row.number(11),
      draft.contentHash == hash, draft.problem == nil
    else { return }
    if let known = exemplars[row.rowID], known.exemplar.version > Int(version) { return }
    exemplars[row.rowID] = StoredExemplar(
      exemplar: Exemplar(
        id: row.rowID, instruction: draft.instruction, input: draft.input, output: draft.output,
        tags: draft.tags, language: draft.language, origin: origin, pool: pool, contentHash: hash,
        createdAt: Date(timeIntervalSince1970: createdAt),
        updatedAt: Date(timeIntervalSince1970: updatedAt), version: Int(version),
        retiredAt: row.number(12).map(Date.init(timeIntervalSince1970:)),
        isPinned: row.integer(13) == 1, isMuted: row.integer(14) == 1),
      retiredBecause: row.text(15))
  }

  private mutating func takeVersion(_ row: CarvedRow) {
    guard let exemplar = row.integer(0), let version = row.integer(1),
      let draft = Self.draft(row, at: 2), let hash = row.text(7), let updatedAt = row.number(8),
      draft.contentHash == hash
    else { return }
    versions.append(
      Version(
        exemplarID: exemplar, version: version, draft: draft, contentHash: hash,
        updatedAt: updatedAt))
  }

  private mutating func takeSuggestion(_ row: CarvedRow) {
    guard let id = row.text(0), !id.isEmpty, let createdAt = row.number(1),
      let instruction = row.text(3), let input = row.text(4), let propensity = row.number(6),
      let policy = row.text(7), let temperature = row.number(8), let model = row.text(9),
      let text = row.text(11)
    else { return }
    suggestions[id] = Suggestion(
      id: id, createdAt: Date(timeIntervalSince1970: createdAt), documentURI: row.text(2),
      instruction: instruction, input: input, language: row.text(5), draws: [],
      propensity: propensity, policyVersion: policy, temperature: temperature, model: model,
      adapter: row.text(10), text: text)
    guard row.values.count > 12 else { return }
    suggestions[id]?.promptForm = row.text(12)
    suggestions[id]?.epsilon = row.number(14)
    suggestions[id]?.seed = row.integer(15).map { UInt64(bitPattern: $0) }
    suggestions[id]?.isDrawn = row.integer(16) == 1
    suggestions[id]?.gateScore = row.number(17)
    suggestions[id]?.isWithheld = row.integer(18) == 1
  }

  private mutating func takeShot(_ row: CarvedRow) {
    guard let id = row.text(0), let position = row.integer(1), let exemplar = row.integer(2)
    else { return }
    // Rows of before the migration that added the draws end here.
    let isWhole = row.values.count > 3
    shots[id, default: [:]][position] = ShotDraw(
      exemplar: exemplar, version: isWhole ? row.integer(3).map(Int.init) : nil,
      probability: isWhole ? row.number(4) : nil, isPinned: isWhole && row.integer(5) == 1,
      wasInPrompt: !isWhole || row.integer(6) != 0)
  }

  private mutating func takeFeedback(_ row: CarvedRow) {
    guard row.isNull(0), let suggestion = row.text(1),
      let event = row.text(2).flatMap(FeedbackEvent.init), let at = row.number(3)
    else { return }
    feedback[row.rowID] = Feedback(
      suggestionID: suggestion, event: event, at: Date(timeIntervalSince1970: at),
      acceptedLength: row.integer(4).map(Int.init), keptShare: row.number(5),
      secondsAfterAccept: row.number(6), reason: row.text(7))
  }

  private mutating func takeMatcher(_ row: CarvedRow) {
    guard row.isNull(0), let parameters = row.blob(1), let encoder = row.text(2),
      let createdAt = row.number(3), let note = row.text(5)
    else { return }
    matchers[row.rowID] = MatcherVersion(
      version: row.rowID, parameters: parameters, encoder: encoder,
      createdAt: Date(timeIntervalSince1970: createdAt), parent: row.integer(4), note: note)
  }

  private static func draft(_ row: CarvedRow, at first: Int) -> ExemplarDraft? {
    guard let instruction = row.text(first), let input = row.text(first + 1),
      let output = row.text(first + 2), let tags = row.text(first + 3)
    else { return nil }
    return ExemplarDraft(
      instruction: instruction, input: input, output: output, tags: decodeTags(tags),
      language: row.text(first + 4))
  }
}
