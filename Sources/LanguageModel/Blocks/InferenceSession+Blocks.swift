import CKernels
import Kernels
import Tokenizers

extension InferenceSession {
  /// Puts a prompt's beginning and its blocks into the cache. What lies there afterwards is no
  /// ordinary prompt, so only the beginning counts as cached.
  ///
  /// - Returns: the position after the last block, and how many of the blocks' tokens were known.
  func place(
    _ prompt: BlockPrompt, _ cancellation: borrowing Cancellation
  ) throws -> (position: Int, known: Int) {
    let begin = prompt.beginning.count
    if begin > 0 { _ = try fill(prompt.beginning, cancellation, from: begin) }
    forget(after: begin)
    var placed: [BlockCache.Block] = []
    var known = 0
    for tokens in prompt.blocks {
      let key = BlockCache.Key(
        beginning: prompt.beginning, tokens: tokens, adapter: decoder.adapter)
      if let block = blocks.block(key) {
        known += tokens.count
        placed.append(block)
        continue
      }
      try run(tokens, at: begin, cancellation)
      let block = BlockCache.Block(tokens: tokens.count, position: begin, decoder.state.caches)
      move(block.tasks(at: begin), pk_block_take_chunk)
      blocks.keep(block, as: key)
      placed.append(block)
    }
    var position = begin
    for block in placed {
      put(block, at: position)
      position += block.tokens
    }
    return (position, known)
  }

  /// Runs tokens after what is in the cache before `position`, at most a batch at a time.
  private func run(
    _ tokens: [TokenID], at position: Int, _ cancellation: borrowing Cancellation,
    onRun: (Range<Int>) -> Void = { _ in }
  ) throws {
    for first in stride(from: 0, to: tokens.count, by: RunState.batch) {
      let some = first..<min(tokens.count, first + RunState.batch)
      let done = tokens.withUnsafeBufferPointer { all in
        decoder.run(
          UnsafeBufferPointer(rebasing: all[some]), at: position + first,
          cancelled: cancellation.flag)
      }
      guard done else { throw CancellationError() }
      onRun(some)
    }
  }

  private func put(_ block: BlockCache.Block, at position: Int) {
    let shape = decoder.weights.configuration
    let (turn, pairs) = (position - block.position, shape.rotated / 2)
    var tasks = block.tasks(at: position)
    for layer in tasks.indices where turn > 0 {
      let rope = shape.isWindowed(layer) ? decoder.state.windowRope : decoder.state.rope
      tasks[layer].cosines = UnsafePointer(rope.cosines + turn * pairs)
      tasks[layer].sines = UnsafePointer(rope.sines + turn * pairs)
      tasks[layer].rotated = shape.rotated
      tasks[layer].halves = shape.architecture.rotatesHalves ? 1 : 0
    }
    move(tasks, pk_block_put_chunk)
  }

  private func move(_ tasks: [pk_block_task], _ function: ChunkFunction) {
    var tasks = tasks
    tasks.withUnsafeMutableBufferPointer {
      decoder.team.run(
        chunks: $0.count, context: UnsafeMutableRawPointer($0.baseAddress), function)
    }
  }

  // MARK: Scoring

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
      let (position, _) = try place(items[members[0]].prompt, cancellation)
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
      try run(runs[0], at: position, cancellation) { range in
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
