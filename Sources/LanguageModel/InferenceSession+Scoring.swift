import CKernels
import Tokenizers

extension InferenceSession {
  /// Scores many items, in their order. A common beginning is computed once, and the remainders go
  /// through the layers side by side (``ScoringPlan``).
  func scores(
    _ items: [ScoringItem], _ adapter: AdapterUse?, _ cancellation: borrowing Cancellation
  ) throws -> [Score] {
    if cancellation.isCancelled { throw CancellationError() }
    for item in items {
      try check(item.prompt)
      try check(item.tokens)
    }
    use(adapter)
    let plan = ScoringPlan(items, batch: RunState.batch)
    var scores = [Score](repeating: Score(nll: 0, tokens: 0), count: items.count)
    for pack in plan.packs {
      if cancellation.isCancelled { throw CancellationError() }
      if pack.members.count == 1 {
        scores[pack.members[0]] = try alone(items[pack.members[0]], cancellation)
      } else {
        let values = try together(pack, items, cancellation)
        for (member, score) in zip(pack.members, values) { scores[member] = score }
      }
    }
    return scores
  }

  private func alone(
    _ item: ScoringItem, _ cancellation: borrowing Cancellation
  ) throws -> Score {
    let (tokens, judging) = (item.tokens, item.prompt.count - 1)
    var nll = 0.0
    // The logits at a position score the token after it; those before the prompt's end are not
    // needed.
    _ = try fill(
      tokens, cancellation,
      onRun: { range in
        var position = max(range.lowerBound, judging)
        while position < min(range.upperBound, tokens.count - 1) {
          let count = min(
            RunState.logitRows, range.upperBound - position, tokens.count - 1 - position)
          let first = position - range.lowerBound
          nll += surprise(first..<first + count, tokens[(position + 1)...])
          position += count
        }
      }, from: judging)
    return Score(nll: nll, tokens: item.completion.count)
  }

  /// Runs the remainders of a pack at once, each after the beginning that all share.
  private func together(
    _ pack: ScoringPlan.Pack, _ items: [ScoringItem], _ cancellation: borrowing Cancellation
  ) throws -> [Score] {
    let shared = pack.shared
    _ = try fill(Array(items[pack.members[0]].tokens[..<shared]), cancellation, from: shared)
    var run: [TokenID] = []
    var segments: [Decoder.Segment] = []
    // Rows of the run that score a token, with that token.
    var rows: [Int] = []
    var judged: [TokenID] = []
    for member in pack.members {
      let (tokens, prompt) = (items[member].tokens, items[member].prompt.count)
      rows += (prompt - 1..<tokens.count - 1).map { run.count + $0 - shared }
      judged += tokens[prompt...]
      let count = tokens.count - 1 - shared
      if count > 0 { segments.append(.init(count: count, position: shared)) }
      run += tokens[shared..<tokens.count - 1]
    }
    if run.isEmpty { return pack.members.map { _ in Score(nll: 0, tokens: 0) } }
    let done = run.withUnsafeBufferPointer { tokens in
      segments.withUnsafeBufferPointer {
        decoder.run(tokens, segments: $0, cancelled: cancellation.flag)
      }
    }
    guard done else { throw CancellationError() }
    var rest = surprises(rows, judged[...])[...]
    return pack.members.map { member in
      let count = items[member].completion.count
      defer { rest = rest.dropFirst(count) }
      return Score(nll: rest.prefix(count).reduce(0, +), tokens: count)
    }
  }

  /// −ln p of tokens, each scored by a row of the last run.
  ///
  /// - Parameter rows: ascending; as many as tokens.
  func surprises(_ rows: [Int], _ tokens: ArraySlice<TokenID>) -> [Double] {
    decoder.gather(rows)
    let judged = Array(tokens)
    var values: [Double] = []
    values.reserveCapacity(judged.count)
    for first in stride(from: 0, to: judged.count, by: RunState.logitRows) {
      let count = min(RunState.logitRows, judged.count - first)
      let logits = decoder.logits(of: first..<first + count)
      for row in 0..<count { values.append(surprise(row, of: logits, judged[first + row])) }
    }
    return values
  }

  /// −Σ ln p of tokens, each scored by a row of the last run.
  private func surprise(_ rows: Range<Int>, _ tokens: ArraySlice<TokenID>) -> Double {
    let logits = decoder.logits(of: rows)
    return zip(0..<rows.count, tokens).reduce(0) { $0 + surprise($1.0, of: logits, $1.1) }
  }

  private func surprise(
    _ row: Int, of logits: UnsafeMutablePointer<Float>, _ token: TokenID
  ) -> Double {
    let values = UnsafeBufferPointer(
      start: logits + row * decoder.state.logitStride, count: vocabulary)
    return logSumExp(values) - Double(values[Int(token)])
  }
}
