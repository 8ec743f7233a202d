import Kernels

extension ThreadTeam {
  /// Runs `body` for every chunk below `count`; it gets the number of its thread, for scratch
  /// memory of its own.
  func run(chunks count: Int, withThread body: (_ chunk: Int, _ thread: Int) -> Void) {
    withoutActuallyEscaping(body) { body in
      var box = Box(body: body)
      withUnsafeMutablePointer(to: &box) { pointer in
        run(chunks: count, context: UnsafeMutableRawPointer(pointer)) { context, chunk, thread in
          context?.assumingMemoryBound(to: Box.self).pointee.body(chunk, thread)
        }
      }
    }
  }

  /// Runs `body` for blocks of `size` out of `count` items.
  func run(
    _ count: Int, by size: Int, _ body: (_ items: Range<Int>, _ thread: Int) -> Void
  ) {
    run(chunks: (count + size - 1) / size) { chunk, thread in
      body(chunk * size..<min(count, (chunk + 1) * size), thread)
    }
  }
}

private struct Box { let body: (Int, Int) -> Void }
