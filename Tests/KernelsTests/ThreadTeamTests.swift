import Foundation
import Kernels
import Synchronization
import Testing

@Suite struct ThreadTeamTests {
  @Test(arguments: [1, 2, 3, 8])
  func everyChunkRunsOnce(threads: Int) {
    let team = ThreadTeam(threads: threads)
    for count in [0, 1, 2, 7, 64, 1_000] {
      let runs = (0..<max(count, 1)).map { _ in Counter() }
      team.run(chunks: count) { runs[$0].value.wrappingAdd(1, ordering: .relaxed) }
      #expect(runs.prefix(count).allSatisfy { $0.value.load(ordering: .relaxed) == 1 })
    }
  }

  @Test func regionsOfSeveralCallersDoNotMix() {
    let team = ThreadTeam(threads: 2)
    let total = Counter()
    DispatchQueue.concurrentPerform(iterations: 8) { _ in
      for _ in 0..<500 {
        let own = Counter()
        team.run(chunks: 5) { _ in own.value.wrappingAdd(1, ordering: .relaxed) }
        total.value.wrappingAdd(own.value.load(ordering: .relaxed), ordering: .relaxed)
      }
    }
    #expect(total.value.load(ordering: .relaxed) == 8 * 500 * 5)
  }

  @Test func aTeamThatSleepsWakesForTheNextRegion() {
    let team = ThreadTeam(threads: 2, spins: 0)
    for _ in 0..<200 {
      let sum = Counter()
      team.run(chunks: 16) { sum.value.wrappingAdd($0, ordering: .relaxed) }
      #expect(sum.value.load(ordering: .relaxed) == 120)
    }
  }

  #if os(Linux)
    /// The caller's own chunks are the caller's affair.
    @Test(arguments: [0, 10])
    func helpersHaveThePriorityThatWasAskedFor(nice: Int) {
      let team = ThreadTeam(threads: 2, nice: nice)
      let caller = ThreadPriority.current
      let seen = Mutex<[ThreadPriority]>([])
      // Until the helper has had a chunk, the caller holds the other.
      team.run(chunks: 2) { _ in
        seen.withLock { $0.append(.current) }
        while seen.withLock({ $0.count < 2 }) { sched_yield() }
      }
      let helpers = seen.withLock { $0.filter { $0.thread != caller.thread } }
      #expect(helpers.count == 1)
      #expect(helpers.allSatisfy { $0.nice == max(caller.nice, Int32(nice)) })
    }

    @Test(arguments: [0, 10])
    func aSerialThreadHasThePriorityThatWasAskedFor(nice: Int) async {
      let caller = ThreadPriority.current
      let thread = SerialThread(name: "test", nice: nice)
      let seen = await withCheckedContinuation { seen in
        thread.add { seen.resume(returning: ThreadPriority.current) }
      }
      #expect(seen.thread != caller.thread)
      #expect(seen.nice == max(caller.nice, Int32(nice)))
    }
  #endif

  @Test func jobsOfASerialThreadRunInTheirOrder() async {
    let thread = SerialThread(name: "test")
    let order = Order()
    let all = await withCheckedContinuation { done in
      for job in 0..<100 { thread.add { order.jobs.withLock { $0.append(job) } } }
      thread.add { done.resume(returning: order.jobs.withLock { $0 }) }
    }
    #expect(all == Array(0..<100))
  }

  @Test func theDefaultIsOneThreadAPhysicalCore() {
    #expect(ThreadTeam().threadCount >= 1)
    #expect(ThreadTeam().threadCount <= ProcessInfo.processInfo.processorCount)
  }
}

#if os(Linux)
  private struct ThreadPriority {
    let thread: pthread_t
    let nice: Int32

    /// Linux gives every thread a nice value of its own, and 0 is the one that asks.
    static var current: Self {
      Self(thread: pthread_self(), nice: getpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0))
    }
  }
#endif

private final class Counter: Sendable {
  let value = Atomic<Int>(0)
}

private final class Order: Sendable {
  let jobs = Mutex<[Int]>([])
}
