import Foundation
import PromptPool
import SharedPools
import Synchronization
import TestSupport
import Testing

/// News that arrive by themselves.
@Suite(
  .serialized, .timeLimit(.minutes(5)),
  .enabled(if: PostgresServer.isInstalled, "Debian's package postgresql is not installed"))
struct TeamFollowerTests {
  /// A pool with its follower, and what the follower says.
  private final class Member: Sendable {
    let pool: PromptPool
    let events: AsyncStream<TeamFollower.Event>
    let follower: TeamFollower

    init(_ address: String) throws {
      pool = try PromptPool.inMemory()
      try pool.add(TeamRemote(name: "team", address: address, pool: "team"))
      let (events, event) = AsyncStream<TeamFollower.Event>.makeStream()
      self.events = events
      follower = try TeamFollower(TeamSync(pool, remote: "team")) { event.yield($0) }
    }

    deinit { follower.stop() }

    /// Waits until the pool has so many exemplars.
    func waitForCount(_ count: Int) async throws {
      if try pool.exemplars(pool: "team").count == count { return }
      for await _ in events where try pool.exemplars(pool: "team").count == count { return }
    }

    func add(_ number: Int) throws {
      try pool.add(
        ExemplarDraft(instruction: "Instruction \(number)", output: "\(number)"), pool: "team")
      follower.poolChanged()
    }
  }

  @Test func changesArriveByThemselves() async throws {
    let server = try PostgresServer()
    let (anna, ben) = (try Member(server.address), try Member(server.address))
    try anna.add(1)
    try await ben.waitForCount(1)
    try ben.add(2)
    try await anna.waitForCount(2)
  }

  @Test func aKilledServerIsCaughtUpWith() async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "pg-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let server = try PostgresServer(["--data", folder.path])
    let (anna, ben) = (try Member(server.address), try Member(server.address))
    try anna.add(1)
    try await ben.waitForCount(1)
    server.kill()
    // Both go on by themselves.
    try anna.add(2)
    try ben.add(3)
    for await event in anna.events {
      if case .problem(let sentence?) = event {
        #expect(sentence.contains("cannot be reached"))
        break
      }
    }
    let again = try PostgresServer(["--data", folder.path, "--port", "\(server.port)"])
    defer { withExtendedLifetime(again) {} }
    try await anna.waitForCount(3)
    try await ben.waitForCount(3)
  }
}
