import Foundation
import PromptPool
import SharedPools
import TestSupport

/// A database of a test's own, in one real server for all.
struct ScratchTeam {
  private static let server = Result { try PostgresServer() }

  /// Of its administrator.
  let address: String
  let server: PostgresServer

  init() throws {
    server = try Self.server.get()
    let name = "t" + UUID().uuidString.lowercased().replacing("-", with: "")
    try server.run("CREATE DATABASE \(name)")
    address = server.address.replacing("/postgres", with: "/\(name)")
  }
}

/// Tests of pools that meet in a database.
protocol UsesTeam {
  var team: ScratchTeam { get }
}

extension UsesTeam {
  var address: String { team.address }

  func member(
    _ address: String? = nil, telling outcomes: TeamRemote.Outcomes = .none
  ) throws -> PromptPool {
    let pool = try PromptPool.inMemory()
    try pool.add(
      TeamRemote(
        name: "team", address: address ?? self.address, pool: "team", outcomes: outcomes))
    return pool
  }

  @discardableResult
  func sync(_ pools: PromptPool...) throws -> [TeamReport] {
    try pools.map { try TeamSync($0, remote: "team").run() }
  }

  func texts(_ pool: PromptPool) throws -> [String] {
    try pool.exemplars(pool: "team").map { "\($0.instruction)=\($0.output)" }.sorted()
  }

  func draft(_ number: Int, _ output: String = "out") -> ExemplarDraft {
    ExemplarDraft(
      instruction: "Instruction \(number)", input: "in\nput", output: "\(output) \(number)",
      tags: ["a", "ü \"quoted\""], language: "python")
  }

  /// A role's name that no other test has.
  func role(_ kind: String) -> String { kind + String(address.suffix(20)) }

  /// Makes a role and returns the database's address for it.
  func address(ofNew kind: String, granted group: String? = nil) throws -> String {
    try run("CREATE ROLE \(role(kind)) LOGIN", address)
    if let group { try run("GRANT \(group) TO \(role(kind))", address) }
    return address.replacing("admin@", with: role(kind) + "@")
  }

  /// Runs SQL in the test's own database, and returns what is printed; nothing for an error.
  @discardableResult
  func run(_ command: String, _ address: String) throws -> String {
    try team.server.run(command, at: address)
  }
}
