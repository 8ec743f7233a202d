import CKernels
import Dispatch
import Synchronization
import Tokenizers

/// One cache and what is done with it: prompts that begin alike share their beginning.
///
/// `@unchecked`: used on the model's inference thread alone.
final class InferenceSession: @unchecked Sendable {
  let decoder: Decoder
  let tokenizer: Tokenizer
  private let prefixes: PrefixCache
  /// Made when a constraint first needs it.
  private lazy var tokenBytes = TokenBytes(tokenizer)
  /// What the cache holds, from position 0.
  private(set) var cached: [TokenID] = []
  /// ``BlockPrompt/bounds`` of what the cache holds.
  private var cachedBounds: [Int] = []
  /// Exemplars that are read apart from each other.
  let blocks: BlockCache

  /// - Parameters:
  ///   - prefixBytes: what earlier prompts' keys and values may take.
  ///   - blockBytes: what those of exemplars may take.
  ///   - blockFolder: where those of exemplars outlive the process; nil for nowhere.
  init(
    decoder: Decoder, tokenizer: Tokenizer, prefixBytes: Int, blockBytes: Int = 0,
    blockFolder: BlockCache.Folder? = nil
  ) {
    blocks = BlockCache(budget: blockBytes, decoder.state.caches, folder: blockFolder)
    self.decoder = decoder
    prefixes = PrefixCache(decoder.state.caches, budget: prefixBytes)
    self.tokenizer = tokenizer
    cached.reserveCapacity(decoder.state.context)
  }

  var vocabulary: Int { decoder.weights.configuration.vocabulary }
  var context: Int { decoder.state.context }

  /// Puts what is new of `tokens` into the cache.
  ///
  /// - Parameters:
  ///   - required: from here on tokens go through the model in any case, so that their logits can
  ///     be asked for.
  ///   - deadline: looked at before each batch.
  /// - Returns: how many tokens were known.
  /// - Throws: `CancellationError`, `DeadlinePassed`; the cache stays consistent.
  func fill(
    _ tokens: [TokenID], _ cancellation: borrowing Cancellation,
    onRun: (_ range: Range<Int>) -> Void = { _ in }, from required: Int,
    batch: Int = RunState.batch, deadline: ContinuousClock.Instant? = nil
  ) throws -> Int {
    let known = zip(cached, tokens).prefix { $0 == $1 }.count
    keep(min(known, ordinary, required))
    let position = prefixes.restore(
      tokens, from: cached.count, to: required, adapter: decoder.adapter)
    cached.append(contentsOf: tokens[cached.count..<position])
    try append(tokens[position...], cancellation, onRun: onRun, batch: batch, deadline: deadline)
    prefixes.store(tokens[..<min(required, tokens.count)], adapter: decoder.adapter)
    return position
  }

  /// Runs tokens after what is in the cache.
  private func append(
    _ tokens: ArraySlice<TokenID>, _ cancellation: borrowing Cancellation,
    onRun: (Range<Int>) -> Void, batch: Int = RunState.batch,
    deadline: ContinuousClock.Instant?
  ) throws {
    try run(tokens, at: cached.count, cancellation, batch: batch, deadline: deadline) { range in
      cached.append(contentsOf: tokens[range])
      onRun(range)
    }
  }

  /// Runs tokens after what lies in the cache before `position`, a batch at a time, without taking
  /// note of them.
  ///
  /// - Parameters:
  ///   - deadline: looked at before each batch.
  ///   - onRun: told the indices of a batch.
  /// - Throws: `CancellationError`, `DeadlinePassed`.
  func run(
    _ tokens: ArraySlice<TokenID>, at position: Int, _ cancellation: borrowing Cancellation,
    batch: Int = RunState.batch, deadline: ContinuousClock.Instant? = nil,
    onRun: (_ range: Range<Int>) -> Void = { _ in }
  ) throws {
    for first in stride(from: tokens.startIndex, to: tokens.endIndex, by: batch) {
      if isPast(deadline) { throw DeadlinePassed() }
      let range = first..<min(tokens.endIndex, first + batch)
      let done = tokens[range].withUnsafeBufferPointer {
        decoder.run($0, at: position + first - tokens.startIndex, cancelled: cancellation.flag)
      }
      guard done else { throw CancellationError() }
      onRun(range)
    }
  }

  /// Puts what is new of a prompt into the cache. Its last token goes through the model in any case,
  /// so that its logits can be asked for.
  ///
  /// - Returns: how many tokens were known.
  /// - Throws: `CancellationError`, `DeadlinePassed`; the cache stays consistent.
  func fill(
    _ prompt: BlockPrompt, _ cancellation: borrowing Cancellation,
    onRun: (_ range: Range<Int>) -> Void = { _ in }, deadline: ContinuousClock.Instant? = nil
  ) throws -> Int {
    let tokens = prompt.tokens
    guard !prompt.blocks.isEmpty else {
      return try fill(
        tokens, cancellation, onRun: onRun, from: tokens.count - 1, deadline: deadline)
    }
    var known = zip(cached, tokens).prefix { $0 == $1 }.count
    let rest = tokens.count - prompt.rest.count
    if cachedBounds == prompt.bounds, known >= rest {
      known = min(known, tokens.count - 1)
      keep(known)
    } else {
      known = try place(prompt, cancellation, deadline: deadline)
      cached.append(contentsOf: tokens[cached.count..<rest])
      cachedBounds = prompt.bounds
    }
    try append(tokens[cached.count...], cancellation, onRun: onRun, deadline: deadline)
    return known
  }

  struct DeadlinePassed: Error {}

  func isPast(_ deadline: ContinuousClock.Instant?) -> Bool {
    deadline.map { ContinuousClock.now >= $0 } ?? false
  }

  /// How much of what the cache holds is an ordinary prompt's beginning: exemplars that were read
  /// apart are none from the second one on.
  var ordinary: Int { cachedBounds.isEmpty ? cached.count : cachedBounds[1] }

  /// What the cache holds now, put there by other means than a run.
  func hold(_ tokens: [TokenID]) {
    keep(0)
    cached.append(contentsOf: tokens)
  }

  /// What the cache holds from here on counts no more.
  func keep(_ count: Int) {
    cached.removeLast(max(0, cached.count - count))
    if let end = cachedBounds.last, count < end { cachedBounds = [] }
  }

  /// What another adapter has put into the cache is of no use.
  func use(_ adapter: AdapterUse?) {
    guard adapter != decoder.adapter else { return }
    decoder.adapter = adapter
    keep(0)
  }

  func check(_ tokens: [TokenID]) throws(LanguageModelError) {
    guard !tokens.isEmpty else { throw .emptyPrompt }
    guard tokens.count <= context else {
      throw .promptTooLong(tokens: tokens.count, context: context)
    }
    for token in tokens where token < 0 || token >= vocabulary {
      throw .unknownToken(id: Int(token), vocabulary: vocabulary)
    }
  }

  /// The logits of some rows of the last run, `RunState.logitStride` apart.
  func logits(rows: Range<Int>) -> UnsafePointer<Float> {
    UnsafePointer(decoder.logits(of: rows))
  }

  /// The logits of one of the rows that `logits(rows:)` has given.
  func logits(_ row: Int, of rows: UnsafePointer<Float>) -> UnsafeBufferPointer<Float> {
    UnsafeBufferPointer(start: rows + row * decoder.state.logitStride, count: vocabulary)
  }

  // MARK: Generating

  func generate(
    _ prompt: BlockPrompt, _ options: GenerationOptions, _ cancellation: borrowing Cancellation,
    constraint: (any TokenConstraint)? = nil, isComplete: (String) -> Bool = { _ in false },
    onText: (String) -> Void
  ) throws -> Generation {
    let clock = ContinuousClock()
    let start = clock.now
    let beginning = try read(prompt, options, cancellation)
    var timings = beginning.timings
    guard let row = beginning.row else {
      return Generation(tokens: [], text: "", ending: .deadline, timings: timings)
    }
    var sequence = GrowingSequence(
      options, sampling: options.sampling, tokenizer: tokenizer, vocabulary: vocabulary,
      room: context, guide: guide(constraint))
    var draft = LookupDraft(isWanted: options.usesLookup)
    var first = clock.now
    var rows = logits(rows: row..<row + 1)
    while sequence.isGrowing {
      if cancellation.isCancelled { throw CancellationError() }
      if isPast(options.deadline) {
        sequence.end(.deadline)
        break
      }
      sequence.draw(logits(draft.accepted, of: rows))
      if timings.firstTokenSeconds == 0 {
        first = clock.now
        timings.firstTokenSeconds = (first - start) / .seconds(1)
      }
      guard let token = sequence.take(onText: onText, isComplete: isComplete) else { break }
      // A token that was guessed has gone through the model already, and its logits are there.
      if draft.take(token) { continue }
      cached.removeLast(draft.rejected)
      if cached.count >= context { break }
      let room = min(sequence.tokensLeft, context - cached.count) - 1
      if sequence.pending.isEmpty {
        draft.propose(after: cached, token, atMost: room)
      } else {
        draft.propose(known: sequence.pending, atMost: room)
      }
      guard step(token, draft.guesses, cancellation) else { throw CancellationError() }
      timings.guessedTokens += draft.count
      rows = logits(rows: 0..<draft.count + 1)
    }
    timings.generationSeconds = (clock.now - first) / .seconds(1)
    return sequence.finish(timings, onText: onText)
  }

  /// What draws as a constraint allows.
  func guide(_ constraint: (any TokenConstraint)?) -> ConstrainedDraw? {
    constraint.map { ConstrainedDraw($0, tokenBytes, tokenizer, vocabulary: vocabulary) }
  }

  /// Puts a prompt into the cache.
  ///
  /// - Returns: the timings so far, and which row of the last run has the logits of what follows the
  ///   prompt; nil where the time was up before.
  func read(
    _ prompt: BlockPrompt, _ options: GenerationOptions, _ cancellation: borrowing Cancellation
  ) throws -> (timings: InferenceTimings, row: Int?) {
    if cancellation.isCancelled { throw CancellationError() }
    try check(prompt.rest)
    try check(prompt.tokens)
    use(options.adapter)
    let clock = ContinuousClock()
    let start = clock.now
    var timings = InferenceTimings()
    timings.promptTokens = prompt.tokens.count
    var row = 0
    do {
      timings.cachedTokens = try fill(
        prompt, cancellation, onRun: { row = $0.count - 1 }, deadline: options.deadline)
    } catch is DeadlinePassed {
      return (timings, nil)
    }
    timings.promptSeconds = (clock.now - start) / .seconds(1)
    return (timings, row)
  }

  /// Runs a token and those that are guessed to follow it.
  private func step(
    _ token: TokenID, _ guesses: [TokenID], _ cancellation: borrowing Cancellation
  ) -> Bool {
    withUnsafeTemporaryAllocation(of: TokenID.self, capacity: guesses.count + 1) { run in
      run.initializeElement(at: 0, to: token)
      for (index, guess) in guesses.enumerated() { run.initializeElement(at: index + 1, to: guess) }
      let done = decoder.run(
        UnsafeBufferPointer(run), at: cached.count, cancelled: cancellation.flag)
      if done { cached.append(contentsOf: run) }
      return done
    }
  }

  // MARK: Logits, for comparisons with a reference

  func logits(
    of tokens: [TokenID], _ adapter: AdapterUse?, batch: Int,
    _ cancellation: borrowing Cancellation
  ) throws -> [[Float]] {
    try check(tokens)
    use(adapter)
    var result: [[Float]] = []
    _ = try fill(
      tokens, cancellation,
      onRun: { range in
        for first in stride(from: 0, to: range.count, by: RunState.logitRows) {
          let count = min(RunState.logitRows, range.count - first)
          let rows = logits(rows: first..<first + count)
          for index in 0..<count { result.append(Array(logits(index, of: rows))) }
        }
      }, from: 0, batch: min(batch, RunState.batch))
    return result
  }
}
