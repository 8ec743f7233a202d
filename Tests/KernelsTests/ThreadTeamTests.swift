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

  @Test func theDefaultIsOneThreadAPhysicalCore() {
    #expect(ThreadTeam().threadCount >= 1)
    #expect(ThreadTeam().threadCount <= ProcessInfo.processInfo.processorCount)
  }
}

private final class Counter: Sendable {
  let value = Atomic<Int>(0)
}
