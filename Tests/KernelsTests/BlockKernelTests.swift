import CKernels
import Foundation
import TestSupport
import Testing

/// Keys and values that are taken out of a cache and put into another one, at each level of this
/// processor, against loops over the cache's layout.
struct BlockKernelTests {
  /// A cache of random halves.
  private final class Cache {
    let (heads, width, capacity) = (2, 32, 64)
    var keys, values: [UInt16]

    init(seed: UInt64) {
      var generator = SplitMix(seed: seed)
      func halves(_ count: Int) -> [UInt16] {
        (0..<count).map { _ in
          // Now and then a number below the smallest normal one.
          let size = Int.random(in: 0..<8, using: &generator) == 0 ? Float(3e-5) : 4
          return Float16(Float.random(in: -size...size, using: &generator)).bitPattern
        }
      }
      keys = halves(heads * width * capacity)
      values = halves(heads * width * capacity)
    }

    func key(_ head: Int, _ position: Int, _ i: Int) -> UInt16 {
      keys[head * capacity * width + position / 16 * 16 * width + i * 16 + position % 16]
    }

    func value(_ head: Int, _ position: Int, _ i: Int) -> UInt16 {
      values[(head * width + i / 16 * 16) * capacity + position * 16 + i % 16]
    }

    func with(_ body: (pk_cache) -> Void) {
      keys.withUnsafeMutableBufferPointer { keys in
        values.withUnsafeMutableBufferPointer { values in
          body(
            pk_cache(
              keys: keys.baseAddress, values: values.baseAddress, capacity: capacity, heads: heads,
              width: width))
        }
      }
    }
  }

  private struct Move {
    var tokens, from, to: Int
    /// 0 for a block that goes where it was, unturned.
    var rotated: Int
    var halves: Bool
  }

  /// Within a panel, across panels, whole panels and one token; parts of heads and whole ones.
  private static let moves = [
    Move(tokens: 5, from: 3, to: 4, rotated: 32, halves: true),
    Move(tokens: 20, from: 5, to: 30, rotated: 32, halves: false),
    Move(tokens: 32, from: 0, to: 16, rotated: 16, halves: true),
    Move(tokens: 33, from: 1, to: 31, rotated: 16, halves: false),
    Move(tokens: 1, from: 15, to: 63, rotated: 32, halves: true),
    Move(tokens: 40, from: 7, to: 9, rotated: 0, halves: true),
  ]

  @Test(arguments: 0...pk_kernels_level())
  func aBlockIsTurnedAndPut(level: Int32) {
    for (number, move) in Self.moves.enumerated() {
      let source = Cache(seed: UInt64(number))
      let target = Cache(seed: 100)
      let before = Cache(seed: 100)
      let angles = (0..<move.rotated / 2).map { Float($0) * 0.3 + 0.1 }
      Self.copy(move, from: source, to: target, angles: angles, level: level)
      for head in 0..<source.heads {
        for position in 0..<source.capacity {
          let token = position - move.to
          for i in 0..<source.width {
            guard (0..<move.tokens).contains(token) else {
              #expect(target.key(head, position, i) == before.key(head, position, i))
              #expect(target.value(head, position, i) == before.value(head, position, i))
              continue
            }
            #expect(target.value(head, position, i) == source.value(head, move.from + token, i))
            let found = Float(Float16(bitPattern: target.key(head, position, i)))
            let wanted = Self.turned(move, source, head, token, i, angles)
            // One unit in the last place of half precision.
            #expect(
              abs(found - wanted) <= max(abs(wanted) * 0x1p-10, 0x1p-24),
              "move \(number), token \(token), \(i): \(found), \(wanted)")
          }
        }
      }
    }
  }

  private static func turned(
    _ move: Move, _ source: Cache, _ head: Int, _ token: Int, _ i: Int, _ angles: [Float]
  ) -> Float {
    func key(_ i: Int) -> Float {
      Float(Float16(bitPattern: source.key(head, move.from + token, i)))
    }
    guard i < move.rotated else { return key(i) }
    let pairs = move.rotated / 2
    let pair = move.halves ? i % pairs : i / 2
    let isFirst = move.halves ? i < pairs : i % 2 == 0
    let (a, b) = move.halves ? (key(pair), key(pair + pairs)) : (key(2 * pair), key(2 * pair + 1))
    let (cosine, sine) = (cosine(angles[pair]), sine(angles[pair]))
    return isFirst ? a * cosine - b * sine : a * sine + b * cosine
  }

  private static func copy(
    _ move: Move, from source: Cache, to target: Cache, angles: [Float], level: Int32
  ) {
    let count = source.heads * source.width * move.tokens
    var (keys, values) = (
      [UInt16](repeating: 0, count: count), [UInt16](repeating: 0, count: count)
    )
    let (cosines, sines) = (angles.map(cosine), angles.map(sine))
    keys.withUnsafeMutableBufferPointer { keys in
      values.withUnsafeMutableBufferPointer { values in
        func task(_ cache: pk_cache, _ position: Int) -> pk_block_task {
          pk_block_task(
            cache: cache, keys: keys.baseAddress, values: values.baseAddress, tokens: move.tokens,
            position: position, cosines: nil, sines: nil, rotated: 0, halves: 0)
        }
        source.with { cache in
          var task = task(cache, move.from)
          pk_block_take_chunk(&task, 0, 0)
        }
        cosines.withUnsafeBufferPointer { cosines in
          sines.withUnsafeBufferPointer { sines in
            target.with { cache in
              var task = task(cache, move.to)
              if move.rotated > 0 {
                task.cosines = cosines.baseAddress
                task.sines = sines.baseAddress
                task.rotated = move.rotated
                task.halves = move.halves ? 1 : 0
              }
              pk_block_put(&task, level)
            }
          }
        }
      }
    }
  }

  private static func cosine(_ angle: Float) -> Float { Float(cos(Double(angle))) }
  private static func sine(_ angle: Float) -> Float { Float(sin(Double(angle))) }
}
