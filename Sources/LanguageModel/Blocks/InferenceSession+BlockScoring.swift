import Kernels
import Tokenizers

extension InferenceSession {
  /// Scores items, in their order. Those with the same blocks follow each other, so that blocks are
  /// put into the cache once, and short ones go through the layers side by side.
  func scores(
    ofBlocks items: [BlockScoringItem], _ adapter: AdapterUse?,
    _ cancellation: borrowing Cancellation
  ) throws -> [Score] {
    if cancellation.isCancelled { throw CancellationError() }
    for item in items {
      try check(item.prompt.rest)
      try check(item.prompt.tokens + item.completion)
    }
    use(adapter)
    var scores = [Score](repeating: Score(nll: 0, tokens: 0), count: items.count)
    let groups = Dictionary(grouping: items.indices) {
      [items[$0].prompt.beginning] + items[$0].prompt.blocks
    }
    for members in groups.values.sorted(by: { $0[0] < $1[0] }) {
      if cancellation.isCancelled { throw CancellationError() }
      let prompt = items[members[0]].prompt
      _ = try place(prompt, cancellation)
      let position = prompt.tokens.count - prompt.rest.count
      for pack in packs(members, items) {
        let values = try together(pack.map { items[$0] }, at: position, cancellation)
        for (member, score) in zip(pack, values) { scores[member] = score }
      }
    }
    return scores
  }

  /// As many items in a row as fit into a batch.
  private func packs(_ members: [Int], _ items: [BlockScoringItem]) -> [[Int]] {
    var packs: [[Int]] = []
    var room = 0
    for member in members {
      let count = items[member].prompt.rest.count + items[member].completion.count - 1
      if count > room {
        packs.append([])
        room = RunState.batch
      }
      packs[packs.count - 1].append(member)
      room -= count
    }
    return packs
  }

  private func together(
    _ items: [BlockScoringItem], at position: Int, _ cancellation: borrowing Cancellation
  ) throws -> [Score] {
    let runs = items.map { Array(($0.prompt.rest + $0.completion).dropLast()) }
    guard items.count > 1 else {
      var nll = 0.0
      let (rest, completion) = (items[0].prompt.rest.count, items[0].completion)
      try run(runs[0][...], at: position, cancellation) { range in
        let judging = max(range.lowerBound, rest - 1)..<max(range.upperBound, rest - 1)
        nll += surprises(
          judging.map { $0 - range.lowerBound },
          completion[(judging.lowerBound - rest + 1)..<(judging.upperBound - rest + 1)]
        ).reduce(0, +)
      }
      return [Score(nll: nll, tokens: completion.count)]
    }
    let segments = runs.filter { !$0.isEmpty }
      .map { Decoder.Segment(count: $0.count, position: position) }
    if segments.isEmpty { return items.map { _ in Score(nll: 0, tokens: 0) } }
    let done = runs.flatMap(\.self).withUnsafeBufferPointer { tokens in
      segments.withUnsafeBufferPointer {
        decoder.run(tokens, segments: $0, cancelled: cancellation.flag)
      }
    }
    guard done else { throw CancellationError() }
    var rows: [Int] = []
    var first = 0
    for (item, run) in zip(items, runs) {
      rows += (item.prompt.rest.count - 1..<run.count).map { first + $0 }
      first += run.count
    }
    var values = surprises(rows, items.flatMap(\.completion)[...])[...]
    return items.map { item in
      let count = item.completion.count
      defer { values = values.dropFirst(count) }
      return Score(nll: values.prefix(count).reduce(0, +), tokens: count)
    }
  }
}
