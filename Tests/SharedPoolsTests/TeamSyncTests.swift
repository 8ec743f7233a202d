import Foundation
import PromptPool
import SharedPools
import TestSupport
import Testing

/// Pools that meet in a real database.
@Suite(.enabled(if: PostgresServer.isInstalled, "Debian's package postgresql is not installed"))
struct TeamSyncTests: UsesTeam {
  let team: ScratchTeam

  init() throws { team = try ScratchTeam() }

  @Test func whatOneAddsTheOtherGets() throws {
    let (anna, ben) = (try member(), try member())
    let first = try anna.add(draft(1), pool: "team")
    try ben.add(draft(2), pool: "team")
    try ben.add(draft(9), pool: "private")
    try sync(anna, ben, anna)
    #expect(try texts(anna) == ["Instruction 1=out 1", "Instruction 2=out 2"])
    let annas = try texts(anna)
    #expect(try texts(ben) == annas)
    let got = try #require(
      try ben.exemplars(pool: "team").first { $0.instruction == first.instruction })
    #expect(got.draft == first.draft)
    #expect(got.origin == "team")
    // Nothing is left to say.
    #expect(try sync(anna, ben) == [TeamReport(), TeamReport()])
  }

  @Test func sameContentIsOneExemplar() throws {
    let (anna, ben) = (try member(), try member())
    try anna.add(draft(1), pool: "team")
    try ben.add(draft(1), pool: "team")
    try sync(anna, ben, anna)
    #expect(try texts(anna).count == 1)
    #expect(try texts(ben).count == 1)
  }

  @Test func editsRetirementsAndPinsArrive() throws {
    let (anna, ben) = (try member(), try member())
    let ids = try (1...3).map { try anna.add(draft($0), pool: "team").id }
    try sync(anna, ben)
    try anna.update(ids[0], to: draft(1, "better"))
    try anna.remove(ids[1])
    try anna.pin(ids[2])
    try sync(anna, ben)
    #expect(try texts(ben) == ["Instruction 1=better 1", "Instruction 3=out 3"])
    let pinned = try ben.exemplars(pool: "team").filter(\.isPinned).map(\.instruction)
    #expect(pinned == ["Instruction 3"])
    try anna.restore(ids[1])
    try anna.pin(ids[2], false)
    try sync(anna, ben)
    #expect(try texts(ben).count == 3)
    #expect(try ben.exemplars(pool: "team").filter(\.isPinned).isEmpty)
    // The earlier content is still in the history.
    let edited = try #require(
      try ben.exemplars(pool: "team").first { $0.instruction == "Instruction 1" })
    #expect(try ben.history(of: edited.id).map(\.output) == ["out 1"])
  }

  @Test func conflictsEndTheSameForEverybodyAndLoseNothing() throws {
    let pools = [try member(), try member(), try member()]
    try pools[0].add(draft(1), pool: "team")
    try sync(pools[0], pools[1], pools[2])
    for (number, pool) in pools.enumerated() {
      let id = try #require(try pool.exemplars(pool: "team").first?.id)
      try pool.update(id, to: draft(1, "by \(number)"))
    }
    for _ in 0..<2 { try sync(pools[2], pools[0], pools[1]) }
    let outcomes = Set(try pools.map { try texts($0).joined() })
    #expect(outcomes.count == 1)
    let database = address
    let kept = try run(
      "SELECT count(DISTINCT output) FROM (SELECT output FROM pillow.history UNION "
        + "SELECT output FROM pillow.exemplars) AS all_outputs", database)
    // The first content and those of all three.
    #expect(kept == "4")
  }

  @Test func anEditOnTopOfAnothersWins() throws {
    let (anna, ben) = (try member(), try member())
    let id = try anna.add(draft(1), pool: "team").id
    try sync(anna, ben)
    try anna.update(id, to: draft(1, "second"))
    try sync(anna, ben)
    let theirs = try #require(try ben.exemplars(pool: "team").first?.id)
    try ben.update(theirs, to: draft(1, "third"))
    try sync(ben, anna)
    #expect(try texts(anna) == ["Instruction 1=third 1"])
  }

  @Test func whatTheTeamRetiredBeforeStaysRetired() throws {
    let (anna, ben) = (try member(), try member())
    let id = try anna.add(draft(1), pool: "team").id
    try sync(anna)
    try anna.remove(id)
    try sync(anna)
    try ben.add(draft(1), pool: "team")
    try sync(ben, anna)
    #expect(try texts(ben).isEmpty)
    #expect(try texts(anna).isEmpty)
  }

  @Test func contentThatAnotherExemplarOnceHadIsAnotherExemplar() throws {
    let (anna, ben) = (try member(), try member())
    let id = try anna.add(draft(1), pool: "team").id
    try sync(anna, ben)
    try anna.update(id, to: draft(1, "better"))
    try sync(anna, ben)
    try anna.add(draft(1), pool: "team")
    try sync(anna)
    #expect(try texts(anna) == ["Instruction 1=better 1", "Instruction 1=out 1"])
  }

  @Test func secretsNeitherLeaveNorCome() throws {
    let (anna, ben) = (try member(), try member())
    let key = "AKIA" + "QWERTYUIOPASDFGH"
    try anna.add(
      ExemplarDraft(instruction: "Log in.", output: "aws_access_key_id = \(key)"), pool: "team")
    try anna.add(draft(1), pool: "team")
    let report = try sync(anna)[0]
    #expect(report.secrets == 1)
    #expect(report.sent == 1)
    try run("UPDATE pillow.exemplars SET output = 'aws_access_key_id = \(key)'", address)
    #expect(try sync(ben)[0].secrets == 1)
    #expect(try texts(ben).isEmpty)
  }

  @Test func whatWasForgottenDoesNotComeBack() throws {
    let (anna, ben) = (try member(), try member())
    try anna.add(draft(1), pool: "team")
    try sync(anna, ben)
    try ben.forget(try #require(try ben.exemplars(pool: "team").first?.id))
    try sync(ben)
    #expect(try texts(ben).isEmpty)
  }

  @Test func aRestoredDatabaseGetsEverythingAgain() throws {
    let (anna, ben) = (try member(), try member())
    try anna.add(draft(1), pool: "team")
    try sync(anna)
    try run("CREATE TABLE backup AS SELECT * FROM pillow.exemplars", address)
    let id = try anna.add(draft(2), pool: "team").id
    try anna.update(id, to: draft(2, "better"))
    try sync(anna, ben)
    try run(
      "TRUNCATE pillow.exemplars; INSERT INTO pillow.exemplars SELECT * FROM backup", address)
    try sync(anna)
    let late = try member()
    try sync(late, ben)
    #expect(try texts(late) == ["Instruction 1=out 1", "Instruction 2=better 2"])
    let lates = try texts(late)
    #expect(try texts(ben) == lates)
  }

  @Test func anInterruptedPushIsTakenUpAgain() throws {
    let (anna, ben) = (try member(), try member())
    let id = try anna.add(draft(1), pool: "team").id
    try sync(anna)
    try anna.update(id, to: draft(1, "second"))
    // It reached the database, and the process died before it could write that down.
    let remote = try #require(try anna.teamRemote("team"))
    let change = try #require(
      try anna.teamChanges(for: remote, after: 0, limit: 9).changes.first)
    let items = String(
      decoding: try JSONEncoder().encode([change.exemplar]), as: UTF8.self)
    try run("SELECT pillow.push('team', '\(items.replacing("'", with: "''"))')", address)
    // Meanwhile somebody went on from there.
    try sync(ben)
    try ben.update(
      try #require(try ben.exemplars(pool: "team").first?.id), to: draft(1, "third"))
    try sync(ben, anna, ben)
    #expect(try texts(anna) == ["Instruction 1=third 1"])
    #expect(try texts(ben) == ["Instruction 1=third 1"])
  }

  @Test func membersMayPushAndNothingElse() throws {
    let anna = try member()
    try anna.add(draft(1), pool: "team")
    try sync(anna)
    let bens = try address(ofNew: "m", granted: "pillow_member")
    let ben = try member(bens)
    try ben.add(draft(2), pool: "team")
    try sync(ben)
    #expect(try texts(ben).count == 2)
    #expect(
      try run("DELETE FROM pillow.exemplars", bens) == "")
    #expect(try run("SELECT count(*) FROM pillow.exemplars", address) == "2")

    let cleo = try member(address(ofNew: "r", granted: "pillow_reader"))
    try sync(cleo)
    #expect(try texts(cleo).count == 2)
    try cleo.add(draft(3), pool: "team")
    #expect(throws: TeamError.self) { try sync(cleo) }
    #expect(try cleo.teamRemote("team")?.problem?.contains("pillow_member") == true)

    let dan = try member(address(ofNew: "n"))
    let error = #expect(throws: TeamError.self) { try sync(dan) }
    #expect(error?.description.contains("ask its administrator") == true)
  }

  @Test func manyMaySetUpAndPushAtOnce() async throws {
    let pools = try (0..<12).map { number in
      let pool = try member()
      for index in 0..<5 { try pool.add(draft(100 * number + index), pool: "team") }
      return pool
    }
    await withTaskGroup(of: Void.self) { group in
      for pool in pools {
        group.addTask {
          await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
              _ = try? TeamSync(pool, remote: "team").run()
              continuation.resume()
            }
          }
        }
      }
    }
    for pool in pools { try sync(pool) }
    for pool in pools { #expect(try texts(pool).count == 60) }
  }

  @Test func aNewerSchemaIsRefused() throws {
    let anna = try member()
    try sync(anna)
    try run("INSERT INTO pillow.schema_versions (version) VALUES (99)", address)
    let error = #expect(throws: TeamError.self) { try sync(anna) }
    #expect(error?.description.contains("update this one") == true)
  }

  @Test func aServerThatIsNotThereIsNoted() throws {
    let anna = try member("postgresql://me@127.0.0.1:1/none")
    let error = #expect(throws: TeamError.self) { try sync(anna) }
    #expect(error?.isTransient == true)
    #expect(try anna.teamRemote("team")?.problem?.contains("cannot be reached") == true)
    let missing = try member(address + "missing")
    #expect(throws: TeamError.self) { try sync(missing) }
    #expect(try missing.teamRemote("team")?.problem?.contains("does not exist") == true)
  }

  @Test func theScriptSetsADatabaseUp() throws {
    try run(TeamSetup.script(), address)
    let anna = try member()
    try anna.add(draft(1), pool: "team")
    #expect(try sync(anna)[0].sent == 1)
  }

  /// Random edits of several people, in random order: all end with the same pool.
  @Test(arguments: UInt64(0)..<6)
  func everybodyConverges(_ seed: UInt64) throws {
    var random = SplitMix(seed: seed)
    let pools = try (0..<3).map { _ in try member() }
    for step in 0..<60 {
      let pool = pools[Int.random(in: 0..<3, using: &random)]
      let there = try pool.exemplars(pool: "team", includingRetired: true)
      let one = there.randomElement(using: &random)
      switch Int.random(in: 0..<7, using: &random) {
      case 0, 1:
        _ = try? pool.add(draft(Int.random(in: 0..<12, using: &random)), pool: "team")
      case 2: if let one { _ = try? pool.update(one.id, to: draft(step, "edit")) }
      case 3: if let one { try pool.remove(one.id) }
      case 4: if let one { try pool.restore(one.id) }
      case 5: if let one { try pool.pin(one.id, Bool.random(using: &random)) }
      default: try sync(pool)
      }
    }
    for _ in 0..<3 { for pool in pools { try sync(pool) } }
    let states = try pools.map { pool in
      try pool.exemplars(pool: "team").map { "\($0.contentHash) \($0.isPinned)" }.sorted()
    }
    #expect(states[0] == states[1])
    #expect(states[1] == states[2])
  }
}
