import PillowProject
import Synchronization
import Testing

/// A policy of which only matters which one it is.
private struct Numbered: HeldPolicy {
  var number: Int
  var isMapped = false
}

/// Makes policies one after another, each when it is let.
private final class Loads: Sendable {
  private struct State {
    var begun = 0
    var gates: [Int: AsyncStream<Void>.Continuation] = [:]
  }

  private let state = Mutex(State())
  private let (arrivals, arrival) = AsyncStream.makeStream(of: Int.self)

  func load() async -> Numbered {
    let (gate, opening) = AsyncStream.makeStream(of: Void.self)
    let number = state.withLock { state in
      state.begun += 1
      state.gates[state.begun] = opening
      return state.begun
    }
    arrival.yield(number)
    for await _ in gate {}
    return Numbered(number: number)
  }

  func waitForLoad(_ number: Int) async {
    for await begun in arrivals where begun == number { return }
  }

  func finish(_ number: Int) { state.withLock { $0.gates[number] }?.finish() }
}

@Suite struct PolicyHolderTests {
  /// The old pool's policy comes last, after the new pool's is in service.
  @Test func whatWasBegunBeforeAResetNeverServes() async throws {
    let loads = Loads()
    let holder = PolicyHolder { await loads.load() }
    let early = Task { try await holder.ready() }
    await loads.waitForLoad(1)
    holder.reset()
    let late = Task { try await holder.ready() }
    await loads.waitForLoad(2)
    loads.finish(2)
    #expect(try await late.value.number == 2)
    loads.finish(1)
    #expect(try await early.value.number == 2)
    #expect(try await holder.ready().number == 2)
  }

  /// The old pool's policy comes while the new pool's is being made.
  @Test func whatWasBegunBeforeAResetIsNotWaitedFor() async throws {
    let loads = Loads()
    let holder = PolicyHolder { await loads.load() }
    let early = Task { try await holder.ready() }
    await loads.waitForLoad(1)
    holder.reset()
    loads.finish(1)
    await loads.waitForLoad(2)
    loads.finish(2)
    #expect(try await early.value.number == 2)
  }

  @Test func aChangeIsSeenByTheNextCall() async throws {
    let loads = Loads()
    let holder = PolicyHolder { await loads.load() }
    let first = Task { try await holder.ready() }
    await loads.waitForLoad(1)
    loads.finish(1)
    #expect(try await first.value.number == 1)
    #expect(try await holder.ready().number == 1)
    holder.invalidate()
    let second = Task { try await holder.ready() }
    await loads.waitForLoad(2)
    loads.finish(2)
    #expect(try await second.value.number == 2)
  }
}
