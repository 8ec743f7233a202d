import CKernels
import Kernels
import Tokenizers

extension InferenceSession {
  /// Puts a prompt's beginning and its blocks into the cache, of which only the beginning counts as
  /// cached afterwards.
  ///
  /// - Returns: how many tokens were known.
  /// - Throws: `CancellationError`, `DeadlinePassed`; what was read by then is kept.
  func place(
    _ prompt: BlockPrompt, _ cancellation: borrowing Cancellation,
    deadline: ContinuousClock.Instant? = nil
  ) throws -> Int {
    let begin = prompt.beginning.count
    var known = try placeBeginning(prompt.beginning, cancellation, deadline: deadline)
    var placed: [BlockCache.Block] = []
    for tokens in prompt.blocks {
      let key = BlockCache.Key(
        beginning: prompt.beginning, tokens: tokens, adapter: decoder.adapter)
      if let block = blocks.block(key) {
        known += tokens.count
        placed.append(block)
        continue
      }
      try run(tokens[...], at: begin, cancellation, deadline: deadline)
      placed.append(take(tokens.count, at: begin, as: key))
    }
    var position = begin
    for block in placed {
      put(block, at: position)
      position += block.tokens
    }
    return known
  }

  /// All blocks follow it, so it is kept as one: the pages of ordinary prompts have a part of it.
  ///
  /// - Returns: how many tokens were known.
  private func placeBeginning(
    _ tokens: [TokenID], _ cancellation: borrowing Cancellation,
    deadline: ContinuousClock.Instant?
  ) throws -> Int {
    defer { keep(tokens.count) }
    if cached[..<ordinary].starts(with: tokens) { return tokens.count }
    let key = BlockCache.Key(beginning: [], tokens: tokens, adapter: decoder.adapter)
    if let block = blocks.block(key) {
      put(block, at: 0)
      hold(tokens)
      return tokens.count
    }
    let known = try fill(tokens, cancellation, from: tokens.count, deadline: deadline)
    _ = take(tokens.count, at: 0, as: key)
    return known
  }

  private func take(_ count: Int, at position: Int, as key: BlockCache.Key) -> BlockCache.Block {
    let block = BlockCache.Block(tokens: count, position: position, decoder.state.caches)
    move(block.tasks(at: position), pk_block_take_chunk)
    blocks.keep(block, as: key)
    return block
  }

  private func put(_ block: BlockCache.Block, at position: Int) {
    let shape = decoder.weights.configuration
    let (turn, pairs) = (position - block.position, shape.rotated / 2)
    var tasks = block.tasks(at: position)
    guard turn > 0 else { return move(tasks, pk_block_put_chunk) }
    let ropes = [decoder.state.rope, decoder.state.windowRope]
    // Keys have been multiplied by the magnitude already.
    let magnitudes = [shape.rope.magnitude, shape.windowRope.magnitude]
    let angles = zip(ropes, magnitudes).flatMap { rope, magnitude in
      [rope.cosines, rope.sines].flatMap { values in
        (0..<pairs).map { values[turn * pairs + $0] / magnitude }
      }
    }
    angles.withUnsafeBufferPointer { angles in
      guard let first = angles.baseAddress else { return }
      for layer in tasks.indices where shape.isRotated(layer) {
        let cosines = first + (shape.isWindowed(layer) ? 2 * pairs : 0)
        tasks[layer].cosines = cosines
        tasks[layer].sines = cosines + pairs
        tasks[layer].rotated = shape.rotated
        tasks[layer].halves = shape.architecture.rotatesHalves ? 1 : 0
      }
      move(tasks, pk_block_put_chunk)
    }
  }

  private func move(_ tasks: [pk_block_task], _ function: ChunkFunction) {
    var tasks = tasks
    tasks.withUnsafeMutableBufferPointer {
      decoder.team.run(
        chunks: $0.count, context: UnsafeMutableRawPointer($0.baseAddress), function)
    }
  }
}
