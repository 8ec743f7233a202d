import CKernels
import Foundation
import Synchronization

/// A function of the kernels that does one chunk of a parallel region.
///
/// - Parameters: the region's arguments; the chunk's number; the number of the thread, below
///   `ThreadTeam.threadCount`, for scratch memory of its own.
public typealias ChunkFunction =
  @convention(c) (_ context: UnsafeMutableRawPointer?, _ chunk: Int, _ thread: Int) -> Void

/// A fixed set of threads that share the chunks of one parallel region after another.
///
/// Chunks are claimed one by one, so a helper that the system has taken off its core costs no more
/// than the chunk it holds, and the caller never waits for a helper that has claimed nothing.
/// Helpers spin briefly between regions, since those of one token follow each other within
/// microseconds, and sleep when nothing comes.
public final class ThreadTeam: Sendable {
  /// The threads that work on a region, the caller included.
  public let threadCount: Int
  private let shared: SharedState

  /// How many physical cores this process may use.
  package static var physicalCores: Int { Int(pk_physical_cores()) }

  /// - Parameters:
  ///   - threads: how many threads work, the caller included; by default one a physical core.
  ///   - spins: how many times a helper looks for work before it sleeps.
  ///   - nice: the helpers' nice value, above 0 for background work.
  public init(threads: Int? = nil, spins: Int = 20_000, nice: Int = 0) {
    threadCount = max(1, min(threads ?? Int(pk_physical_cores()), SharedState.maximumThreads))
    let shared = SharedState()
    self.shared = shared
    for index in 1..<max(threadCount, 1) {
      let thread = Thread {
        if nice > 0 { pk_set_thread_nice(Int32(nice)) }
        shared.help(as: index, spins: spins)
      }
      thread.name = "pillow-team-\(index)"
      thread.start()
    }
  }

  deinit { shared.stop() }

  /// Runs `function` for every chunk below `count` and returns when all are done. Allocates
  /// nothing.
  ///
  /// Regions of several callers run one after another; a chunk must not start a region of its own
  /// team.
  public func run(chunks count: Int, context: UnsafeMutableRawPointer?, _ function: ChunkFunction) {
    guard count > 0 else { return }
    if count == 1 || threadCount == 1 {
      for chunk in 0..<count { function(context, chunk, 0) }
      return
    }
    shared.run(count, context, function)
  }

  /// Runs `body` for every chunk below `count` and returns when all are done.
  public func run(chunks count: Int, _ body: (Int) -> Void) {
    withoutActuallyEscaping(body) { body in
      var box = ClosureBox(body: body)
      withUnsafeMutablePointer(to: &box) { pointer in
        run(chunks: count, context: UnsafeMutableRawPointer(pointer)) { context, chunk, _ in
          context?.assumingMemoryBound(to: ClosureBox.self).pointee.body(chunk)
        }
      }
    }
  }

  private struct ClosureBox { let body: (Int) -> Void }
}

/// What the threads of a team share. It outlives the team until the last helper has left.
///
/// `@unchecked`: `function` and `context` are written only by the caller that holds `lock`, before
/// the release store that opens the region, and read only after a chunk of that region was claimed
/// with acquire.
private final class SharedState: @unchecked Sendable {
  static let maximumThreads = 64
  /// Chunks and the next one to claim are 16 bits each.
  static let maximumChunks = 0xffff

  /// Region number (32 bits), number of chunks (16), next chunk (16).
  private let claims = Atomic<UInt64>(0)
  private let finished = Atomic<Int>(0)
  private let sleepers = Atomic<Int>(0)
  private let stopped = Atomic<Bool>(false)
  /// The newest region's number; sleepers wait on it.
  private let bell: UnsafeMutablePointer<Atomic<UInt32>>
  private let lock = Mutex(())
  private var function: ChunkFunction?
  private var context: UnsafeMutableRawPointer?

  init() {
    bell = .allocate(capacity: 1)
    bell.initialize(to: Atomic(0))
  }

  deinit {
    bell.deinitialize(count: 1)
    bell.deallocate()
  }

  func run(_ count: Int, _ context: UnsafeMutableRawPointer?, _ function: ChunkFunction) {
    precondition(count <= Self.maximumChunks, "a region has at most \(Self.maximumChunks) chunks")
    lock.withLock { _ in
      self.function = function
      self.context = context
      finished.store(0, ordering: .relaxed)
      let region = bell.pointee.load(ordering: .relaxed) &+ 1
      claims.store(UInt64(region) << 32 | UInt64(count) << 16, ordering: .sequentiallyConsistent)
      bell.pointee.store(region, ordering: .sequentiallyConsistent)
      if sleepers.load(ordering: .sequentiallyConsistent) != 0 { pk_wake(bell) }
      claimChunks(of: region, thread: 0)
      var spins = 0
      while finished.load(ordering: .acquiring) != count {
        spins += 1
        if spins < 2_000 { pk_pause() } else { sched_yield() }
      }
    }
  }

  func help(as thread: Int, spins: Int) {
    var seen: UInt32 = 0
    while true {
      var idle = 0
      var region = bell.pointee.load(ordering: .acquiring)
      while region == seen {
        if idle < spins {
          idle += 1
          pk_pause()
        } else {
          sleepers.wrappingAdd(1, ordering: .sequentiallyConsistent)
          while bell.pointee.load(ordering: .sequentiallyConsistent) == seen { pk_park(bell, seen) }
          sleepers.wrappingSubtract(1, ordering: .sequentiallyConsistent)
        }
        region = bell.pointee.load(ordering: .acquiring)
      }
      seen = region
      if stopped.load(ordering: .acquiring) { return }
      claimChunks(of: region, thread: thread)
    }
  }

  func stop() {
    stopped.store(true, ordering: .releasing)
    bell.pointee.wrappingAdd(1, ordering: .sequentiallyConsistent)
    pk_wake(bell)
  }

  private func claimChunks(of region: UInt32, thread: Int) {
    var claim = claims.load(ordering: .acquiring)
    while claim >> 32 == UInt64(region) {
      let next = claim & 0xffff
      if next >= claim >> 16 & 0xffff { return }
      let (claimed, current) = claims.weakCompareExchange(
        expected: claim, desired: claim &+ 1,
        successOrdering: .acquiringAndReleasing, failureOrdering: .acquiring)
      guard claimed else {
        claim = current
        continue
      }
      function?(context, Int(next), thread)
      finished.wrappingAdd(1, ordering: .releasing)
      claim = claims.load(ordering: .acquiring)
    }
  }
}
