import CKernels
import Kernels
import Tokenizers

extension InferenceSession {
  /// The most sequences that advance together; each has a row of logits.
  static let mostTogether = RunState.logitRows

  /// Generates several texts after one prompt. They advance together, so that a step reads the
  /// weights once.
  ///
  /// - Parameters:
  ///   - samplings: one per sequence, at most `mostTogether`.
  ///   - patience: how long the others may go on after the text of the first sampling is complete;
  ///     nil for as long as it takes.
  func generate(
    _ prompt: BlockPrompt, _ samplings: [SamplingOptions], _ options: GenerationOptions,
    patience: Duration?, _ cancellation: borrowing Cancellation,
    constraint: (any TokenConstraint)? = nil,
    isComplete: (Int, String) -> Bool, onText: (Int, String) -> Void
  ) throws -> GenerationBatch {
    let clock = ContinuousClock()
    let start = clock.now
    let beginning = try read(prompt, options, cancellation)
    var timings = beginning.timings
    var batch = SequenceBatch(
      self, promptTokens: timings.promptTokens, samplings, options, patience: patience,
      guide: guide(constraint))
    guard let row = beginning.row else {
      batch.endAll(.deadline)
      return batch.finished(timings, seconds: 0, onText)
    }
    var rows = logits(rows: row..<row + 1)
    let first = clock.now
    while batch.isGrowing {
      if cancellation.isCancelled { throw CancellationError() }
      if isPast(batch.deadline) {
        batch.endAll(.deadline)
        break
      }
      batch.draw(rows)
      if timings.firstTokenSeconds == 0 {
        timings.firstTokenSeconds = (clock.now - start) / .seconds(1)
      }
      batch.take(onText: onText, isComplete: isComplete)
      guard batch.isGrowing else { break }
      guard batch.step(cancellation) else { throw CancellationError() }
      rows = logits(rows: 0..<batch.rowCount)
    }
    return batch.finished(timings, seconds: (clock.now - first) / .seconds(1), onText)
  }
}

/// Sequences that grow together behind one prompt.
///
/// Those that are equal so far share a row of each step and a slot of the caches. Where they part,
/// one keeps the slot, and the others go on with a copy. One that has ended has no row any more.
private struct SequenceBatch {
  /// Sequences that had the same slot and draw the same token share a row.
  private struct Row {
    var slot: Int
    var source: Int
    var token: TokenID
  }

  private let decoder: Decoder
  private let session: InferenceSession
  private let patience: Duration?
  private var sequences: [GrowingSequence]
  /// Which row of the last logits each sequence draws from, and where its keys and values are.
  private var rowOf: [Int]
  private var slotOf: [Int]
  /// The sequences that grow.
  private var growing: [Int]
  private var rows: [Row] = []
  private var tokens: [TokenID] = []
  private var places: [pk_branch_row] = []
  /// Tokens of the prompt that are in the decoder's caches alone.
  private let shared: Int
  /// Where the newest tokens stand.
  private var position: Int
  private(set) var deadline: ContinuousClock.Instant?
  private var computedTokens = 0

  init(
    _ session: InferenceSession, promptTokens: Int, _ samplings: [SamplingOptions],
    _ options: GenerationOptions, patience: Duration?, guide: ConstrainedDraw?
  ) {
    self.session = session
    self.patience = patience
    decoder = session.decoder
    deadline = options.deadline
    let room = session.context - promptTokens + 1
    let sequences = samplings.map {
      GrowingSequence(
        options, sampling: $0, tokenizer: session.tokenizer, vocabulary: session.vocabulary,
        room: room, guide: guide)
    }
    self.sequences = sequences
    let count = samplings.count
    rowOf = [Int](repeating: 0, count: count)
    slotOf = [Int](repeating: 0, count: count)
    growing = sequences.indices.filter { sequences[$0].isGrowing }
    rows.reserveCapacity(count)
    tokens.reserveCapacity(count)
    places.reserveCapacity(count)
    let side = Int(PK_PANEL_ROWS)
    shared = promptTokens / side * side
    position = promptTokens
    let most = max(0, min(options.maximumTokens, room))
    decoder.branches.reserve(slots: count, positions: promptTokens - shared + most)
    if promptTokens > shared, !growing.isEmpty { decoder.branches.begin(0, from: shared) }
  }

  var isGrowing: Bool { !growing.isEmpty }
  /// Of the last step.
  var rowCount: Int { rows.count }

  mutating func endAll(_ ending: Generation.Ending) {
    for index in growing { sequences[index].end(ending) }
    growing.removeAll()
  }

  /// Each sequence draws its next token, side by side.
  mutating func draw(_ logits: UnsafePointer<Float>) {
    let (growing, rowOf, session, team) = (growing, rowOf, session, decoder.team)
    sequences.withUnsafeMutableBufferPointer { sequences in
      let sequences = sequences
      team.run(chunks: growing.count) { chunk in
        let index = growing[chunk]
        sequences[index].draw(session.logits(rowOf[index], of: logits))
      }
    }
  }

  /// The drawn tokens become parts of the texts, and rows of the next step.
  mutating func take(
    onText: (Int, String) -> Void, isComplete: (Int, String) -> Bool
  ) {
    rows.removeAll(keepingCapacity: true)
    tokens.removeAll(keepingCapacity: true)
    for index in growing {
      let token = sequences[index].take(
        onText: { onText(index, $0) }, isComplete: { isComplete(index, $0) })
      guard let token else {
        ended(index)
        continue
      }
      if let known = rows.firstIndex(where: { $0.source == slotOf[index] && $0.token == token }) {
        rowOf[index] = known
        continue
      }
      rowOf[index] = rows.count
      rows.append(Row(slot: -1, source: slotOf[index], token: token))
      tokens.append(token)
    }
    forgetEnded()
    if position >= session.context { endAll(.length) }
    assignSlots()
  }

  private mutating func forgetEnded() {
    var kept = 0
    for index in growing where sequences[index].isGrowing {
      growing[kept] = index
      kept += 1
    }
    growing.removeLast(growing.count - kept)
  }

  private mutating func ended(_ index: Int) {
    guard index == 0, let patience else { return }
    let latest = ContinuousClock.now + patience
    deadline = min(deadline ?? latest, latest)
  }

  /// The first row that comes from a slot keeps it; others get one that nobody has, with a copy.
  private mutating func assignSlots() {
    guard isGrowing else { return }
    for row in rows.indices
    where !rows[..<row].contains(where: { $0.slot == rows[row].source }) {
      rows[row].slot = rows[row].source
    }
    for row in rows.indices where rows[row].slot < 0 {
      let free = sequences.indices.first { slot in !rows.contains { $0.slot == slot } }
      guard let free else { continue }
      rows[row].slot = free
      decoder.branches.copy(position - shared, of: rows[row].source, to: free)
    }
    for index in growing { slotOf[index] = rows[rowOf[index]].slot }
  }

  /// Runs the rows.
  ///
  /// - Returns: false if it was cancelled.
  mutating func step(_ cancellation: borrowing Cancellation) -> Bool {
    places.removeAll(keepingCapacity: true)
    let slotPositions = decoder.branches.slotPositions
    for row in rows {
      places.append(
        pk_branch_row(position: position, place: row.slot * slotPositions + position - shared))
    }
    let done = tokens.withUnsafeBufferPointer { tokens in
      places.withUnsafeBufferPointer { places in
        decoder.run(tokens, branches: places, shared: shared, cancelled: cancellation.flag)
      }
    }
    position += 1
    computedTokens += rows.count
    return done
  }

  mutating func finished(
    _ timings: InferenceTimings, seconds: Double, _ onText: (Int, String) -> Void
  ) -> GenerationBatch {
    var timings = timings
    timings.generationSeconds = seconds
    return GenerationBatch(
      generations: sequences.indices.map { index in
        sequences[index].finish(timings, onText: { onText(index, $0) })
      }, computedTokens: computedTokens, seconds: seconds)
  }
}
