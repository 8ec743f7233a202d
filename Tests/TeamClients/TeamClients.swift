import Foundation
import PromptPool
import SharedPools
import Synchronization

/// Many members of a team in one process, each with a pool and a connection of its own, for
/// `Benchmarks/team.py`: how long a change of one takes to be in the pools of all others.
///
///     TeamClients ADDRESS FOLDER CLIENTS CHANGES
///
/// Prints one JSON object: seconds from the return of the change to each other pool having it.
@main
enum TeamClients {
  /// Which exemplars which members have, and who waits for it.
  private final class Board: Sendable {
    private struct State {
      var seen: [String: Int] = [:]
      var times: [Double] = []
      var started: ContinuousClock.Instant?
    }

    private let state = Mutex(State())

    func begin() { state.withLock { $0.started = .now } }

    func saw(_ text: String) {
      let now = ContinuousClock.now
      state.withLock { state in
        state.seen[text, default: 0] += 1
        if let started = state.started { state.times.append((now - started) / .seconds(1)) }
      }
    }

    func count(_ text: String) -> Int { state.withLock { $0.seen[text] ?? 0 } }

    var times: [Double] { state.withLock(\.times) }
  }

  private struct Member {
    let pool: PromptPool
    let follower: TeamFollower
  }

  private struct Figures: Encodable {
    let clients, changes, seen: Int
    let median, p99, longest: Double
  }

  static func main() async throws {
    let arguments = CommandLine.arguments
    guard arguments.count == 5, let clients = Int(arguments[3]), let changes = Int(arguments[4])
    else {
      print("usage: TeamClients ADDRESS FOLDER CLIENTS CHANGES")
      exit(64)
    }
    let board = Board()
    let members = try (0..<clients).map { number in
      try member(number, arguments[1], URL(filePath: arguments[2]), board)
    }
    // Each has said once that it is there.
    while board.count("ready") < clients { try await Task.sleep(for: .milliseconds(20)) }
    for change in 0..<changes {
      let text = "Change \(change)"
      let writer = members[change % clients]
      try writer.pool.add(ExemplarDraft(instruction: text, output: "out"), pool: "team")
      board.begin()
      writer.follower.poolChanged()
      while board.count(text) < clients - 1 { try await Task.sleep(for: .milliseconds(5)) }
    }
    let times = board.times.sorted()
    let figures = Figures(
      clients: clients, changes: changes, seen: times.count, median: times[times.count / 2],
      p99: times[min(times.count - 1, times.count * 99 / 100)], longest: times.last ?? 0)
    print(String(decoding: try JSONEncoder().encode(figures), as: UTF8.self))
    for member in members { member.follower.stop() }
  }

  private static func member(
    _ number: Int, _ address: String, _ folder: URL, _ board: Board
  ) throws -> Member {
    let pool = try PromptPool(at: folder.appending(path: "\(number)/pool.sqlite"))
    try pool.add(TeamRemote(name: "team", address: address, pool: "team"))
    try pool.add(
      ExemplarDraft(instruction: "Member \(number)", output: "\(number)"), pool: "team")
    let known = Mutex<Set<String>>([])
    let follower = try TeamFollower(TeamSync(pool, remote: "team")) { event in
      guard case .synchronised = event else {
        if case .problem(let sentence?) = event { print(sentence) }
        return
      }
      let texts = (try? pool.exemplars(pool: "team").filter { $0.origin == "team" }) ?? []
      let fresh = known.withLock { known in
        let fresh = texts.map(\.instruction).filter { !known.contains($0) }
        if known.isEmpty { board.saw("ready") }
        known.formUnion(fresh + ["ready"])
        return fresh
      }
      for text in fresh where text.hasPrefix("Change") { board.saw(text) }
    }
    return Member(pool: pool, follower: follower)
  }
}
