internal import Dispatch
internal import Synchronization

/// A record with all that can be found out without the database.
struct PreparedRecord {
  /// Where it is in its file, counted from 1.
  struct Place: Sendable {
    /// Where it begins, blank lines included.
    let line: Int
    /// Which one it is.
    let record: Int
  }

  let place: Place
  let result: Result<Content, RecordShape.Mismatch>

  /// A class, since it goes through many hands, each of which would count references to every text.
  final class Content: Sendable {
    let draft: ExemplarDraft
    let hash: String
    let signature: TextSignature
    let sketch: TextSketch

    init(_ draft: ExemplarDraft) {
      self.draft = draft
      hash = draft.contentHash
      (signature, sketch) = TextSignature.reading(draft)
    }
  }

  /// - Parameter keepsThoughts: of what a model thought before its answer, in files that we wrote.
  init(
    _ raw: RawRecord, number: Int, shape: RecordShape?, allowsSecrets: Bool,
    keepsThoughts: Bool = true
  ) {
    place = Place(line: raw.line, record: number)
    do throws(RecordShape.Mismatch) {
      let found = try Self.draft(raw, shape)
      let draft = keepsThoughts ? found : found.withoutThinking
      if let problem = draft.problem { throw RecordShape.Mismatch(reason: problem) }
      if !allowsSecrets, let secret = draft.secret { throw RecordShape.Mismatch(reason: secret) }
      result = .success(Content(draft))
    } catch {
      result = .failure(error)
    }
  }

  private static func draft(
    _ raw: RawRecord, _ shape: RecordShape?
  ) throws(RecordShape.Mismatch) -> ExemplarDraft {
    switch raw.content {
    case .bad(let reason): throw RecordShape.Mismatch(reason: reason)
    case .draft(let draft): return draft
    case .json(let bytes):
      let value: JSONText
      do throws(JSONText.Invalid) { value = try JSONText(bytes) } catch {
        throw RecordShape.Mismatch(reason: error.reason)
      }
      return try (shape ?? RecordShape(of: value)).draft(value)
    }
  }

  /// Prepares a batch on all cores, in order.
  static func prepare(
    _ batch: [RawRecord], after earlier: Int, shape: RecordShape?, allowsSecrets: Bool
  ) -> [PreparedRecord] {
    let slice = 256
    let slices = (batch.count + slice - 1) / slice
    let results = Mutex<[Int: [PreparedRecord]]>([:])
    DispatchQueue.concurrentPerform(iterations: slices) { number in
      let range = number * slice..<min(batch.count, (number + 1) * slice)
      let prepared = range.map {
        PreparedRecord(
          batch[$0], number: earlier + $0 + 1, shape: shape, allowsSecrets: allowsSecrets,
          keepsThoughts: false)
      }
      results.withLock { $0[number] = prepared }
    }
    return results.withLock { results in (0..<slices).flatMap { results[$0] ?? [] } }
  }
}
