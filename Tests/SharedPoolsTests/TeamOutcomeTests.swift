import Foundation
import Personalization
import PromptPool
import SharedPools
import TestSupport
import Testing

/// What members of a team tell each other of outcomes, in a real database.
@Suite(.enabled(if: PostgresServer.isInstalled, "Debian's package postgresql is not installed"))
struct TeamOutcomeTests: UsesTeam {
  let team: ScratchTeam
  private let day = Date(timeIntervalSince1970: 1_750_000_000)

  init() throws { team = try ScratchTeam() }

  /// An exemplar of the shared pool, and a suggestion with it that was judged.
  ///
  /// - Returns: the exemplar's number.
  @discardableResult
  private func work(
    _ number: Int, _ event: FeedbackEvent, standing: String? = nil, in pool: PromptPool
  ) throws -> Int64 {
    let exemplar =
      try pool.exemplars(pool: "team").first { $0.instruction == draft(number).instruction }
      ?? pool.add(draft(number), pool: "team")
    let id = UUID().uuidString
    let shot = OutcomeShot(
      exemplar: exemplar.id, pool: "team",
      features: [1] + [Float](repeating: 0.5, count: PairFeatures.count - 1))
    try pool.record(
      Suggestion(
        id: id, createdAt: day, instruction: "Greet number \(number).",
        draws: [ShotDraw(exemplar: exemplar.id)], propensity: 1, policyVersion: "day-zero",
        temperature: 1, model: "none", text: "hello"),
      events: [Feedback(suggestionID: id, event: .shown, at: day)],
      outcome: Outcome(
        suggestionID: id, at: day, instruction: "Greet number \(number).", encoder: "e",
        vector: [0.6, 0.8], shots: [shot]))
    try pool.record(Feedback(suggestionID: id, event: event, at: day))
    if let standing {
      let outcome = try #require(try pool.outcome(ofSuggestion: id))
      try pool.record(StandingText(standing, kind: .edited, at: day), ofOutcome: outcome)
    }
    return exemplar.id
  }

  private func known(_ pool: PromptPool) throws -> [TeamOutcome] {
    try pool.teamOutcomes(of: "team").compactMap { $0.json.flatMap(TeamOutcome.init(json:)) }
  }

  private var stored: String {
    get throws { try run("SELECT string_agg(outcome, ' ') FROM pillow.outcomes", address) }
  }

  @Test func numbersSayNothingOfTexts() throws {
    let (anna, ben) = (try member(telling: .numbers), try member(telling: .numbers))
    try work(1, .accepted, in: anna)
    try work(2, .rejected, standing: "good morning", in: anna)
    let reports = try sync(anna, ben)
    #expect(reports[0].outcomesSent == 2 && reports[1].outcomesTaken == 2)
    let told = try known(ben)
    #expect(told.map(\.reward) == [1, 0] && told.allSatisfy { $0.text == nil })
    let names = Set(try ben.teamNames(at: "team").map(\.uid))
    #expect(told.allSatisfy { $0.shots.allSatisfy { names.contains($0.uid ?? "") } })
    let records = try stored
    #expect(!records.isEmpty)
    for word in ["Greet", "hello", "morning"] { #expect(!records.contains(word)) }
    // Nothing is left to say.
    #expect(try sync(anna, ben) == [TeamReport(), TeamReport()])
  }

  @Test func textsComeWithThemWhereTheyAreTold() throws {
    let (anna, ben) = (try member(telling: .text), try member(telling: .numbers))
    try work(1, .accepted, standing: "good\nmorning \u{0} “x”", in: anna)
    try sync(anna, ben)
    let text = try #require(try known(ben).first?.text)
    #expect(text.instruction == "Greet number 1." && text.kind == .edited)
    #expect(text.standing == "good\nmorning \u{FFFD} “x”")
    #expect(UnitCodes(text.vector).cosine(UnitCodes([0.6, 0.8])) > 0.99)
  }

  @Test func whoTellsNothingHearsNothing() throws {
    let (anna, ben) = (try member(telling: .text), try member())
    try work(1, .accepted, in: anna)
    try work(2, .accepted, in: ben)
    try sync(anna, ben, anna)
    #expect(try known(ben).isEmpty && known(anna).isEmpty)
    #expect(try run("SELECT count(*) FROM pillow.outcomes", address) == "1")
  }

  @Test func anOutcomeThatChangesIsToldAgain() throws {
    let (anna, ben) = (try member(telling: .numbers), try member(telling: .numbers))
    try work(1, .accepted, in: anna)
    try sync(anna, ben)
    let outcome = try #require(try anna.outcomes().first)
    try anna.record(
      Feedback(
        suggestionID: try #require(outcome.suggestionID), event: .kept, at: day, keptShare: 0.25))
    try sync(anna, ben)
    #expect(try known(ben).map(\.reward) == [0.25])
  }

  @Test func whatIsForgottenHereIsWithdrawnThere() throws {
    let (anna, ben) = (try member(telling: .text), try member(telling: .text))
    let first = try work(1, .accepted, standing: "alpha", in: anna)
    try work(2, .accepted, standing: "beta", in: anna)
    try sync(anna, ben)
    #expect(try known(ben).count == 2)
    try anna.forget(first)
    #expect(try sync(anna, ben).map(\.outcomesWithdrawn) == [1, 0])
    #expect(try known(ben).compactMap(\.text?.standing) == ["beta"])
    #expect(try !stored.contains("alpha"))
    // A text whose time is over, too.
    try anna.deleteStandingTexts(before: day + 1)
    try sync(anna, ben)
    #expect(try known(ben).compactMap(\.text).isEmpty)
    #expect(try !stored.contains("beta"))
  }

  @Test func tellingLessOrNothingWithdraws() throws {
    let (anna, ben) = (try member(telling: .text), try member(telling: .text))
    try work(1, .accepted, standing: "alpha", in: anna)
    try work(2, .accepted, standing: "beta", in: ben)
    try sync(anna, ben, anna)
    #expect(try anna.setTeamOutcomes(.numbers, of: "team"))
    try sync(anna, ben)
    #expect(try known(ben).count == 1 && known(ben).compactMap(\.text).isEmpty)
    #expect(try anna.setTeamOutcomes(.none, of: "team"))
    try sync(anna, ben)
    #expect(try known(ben).isEmpty && known(anna).isEmpty)
    let records = try stored
    #expect(!records.contains("alpha") && records.contains("beta"))
    #expect(try anna.setTeamOutcomes(.text, of: "team"))
    try sync(anna, ben)
    #expect(try known(ben).count == 1 && known(anna).count == 1)
    #expect(try anna.setTeamOutcomes(.text, of: "nobody") == false)
  }

  @Test func secretsAreNotTold() throws {
    let (anna, ben) = (try member(telling: .text), try member(telling: .text))
    let key = "AKIA" + "QWERTYUIOPASDFGH"
    try work(1, .accepted, standing: "aws_access_key_id = \(key)", in: anna)
    try sync(anna, ben)
    #expect(try known(ben).count == 1 && known(ben).compactMap(\.text).isEmpty)
    #expect(try !stored.contains(key))
  }

  /// What comes from outside may be anything.
  @Test func recordsThatCannotBeUsedArePassedOver() throws {
    let ben = try member(telling: .text)
    try sync(ben)
    for outcome in [
      "nothing", "\u{1}", #"{"at":1,"shots":[],"reward":7,"weight":1}"#,
      #"{"at":1,"shots":[{"features":[1e30]}],"reward":1,"weight":1}"#,
      #"{"at":1,"shots":[],"reward":1,"weight":1}"#,
    ].enumerated() {
      let record = String(
        decoding: try JSONEncoder().encode([
          "id": "x:\(outcome.offset)", "outcome": outcome.element,
        ]), as: UTF8.self)
      try run("SELECT pillow.push_outcomes('team', '[\(record)]')", address)
    }
    #expect(try sync(ben)[0].outcomesTaken == 5)
    #expect(try known(ben).count == 1)
  }

  @Test func nobodyCanChangeWhatOthersTold() throws {
    let anna = try member(telling: .numbers)
    try work(1, .accepted, in: anna)
    try sync(anna)
    let ben = try address(ofNew: "m", granted: "pillow_member")
    let id = try run("SELECT id FROM pillow.outcomes", address)
    let before = try stored
    try run(
      "SELECT pillow.push_outcomes('team', '[{\"id\": \"\(id)\", \"outcome\": \"no\"}]')", ben)
    #expect(try run("DELETE FROM pillow.outcomes RETURNING id", ben) == "")
    let annas = "SELECT outcome FROM pillow.outcomes WHERE written_by = 'admin'"
    #expect(try run(annas, address) == before)
    // Nor take the name of what is still to come.
    let name = try #require(try anna.teamRemote("team")).member
    try run(
      "SELECT pillow.push_outcomes('team', '[{\"id\": \"\(name):2\", \"outcome\": \"no\"}]')",
      ben)
    try work(2, .accepted, in: anna)
    #expect(try sync(anna)[0].outcomesSent == 1)
    #expect(try run("SELECT count(*) FROM (\(annas)) AS a", address) == "2")
    // A reader does not even see them, and is told so before anything is taken over.
    let cleo = try address(ofNew: "r", granted: "pillow_reader")
    #expect(try run("SELECT count(*) FROM pillow.outcomes", cleo) == "")
    let reader = try member(cleo, telling: .numbers)
    let error = #expect(throws: TeamError.self) { try sync(reader) }
    #expect(error?.description.contains("tell outcomes") == true)
    #expect(try texts(reader).isEmpty)
    _ = try reader.setTeamOutcomes(.none, of: "team")
    #expect(try sync(reader)[0].added == 2)
  }

  /// What is no text, or too long, is refused as a whole.
  @Test func recordsThatNobodyCouldReadAreRefused() throws {
    let ben = try member(telling: .text)
    try sync(ben)
    for (outcome, isTaken) in [
      (#"'"fine"'"#, true), (#"'"\u0000"'"#, false),
      ("to_json(repeat('x', 300000))::text", false),
    ] {
      let records = #"('[{"id": "x:1", "outcome": ' || \#(outcome) || '}]')::json"#
      let number = try run("SELECT pillow.push_outcomes('team', \(records))", address)
      #expect(!number.isEmpty == isTaken)
    }
    #expect(try stored == "fine")
  }

  // MARK: Coming and going

  @Test func whoLeavesAndComesBackTakesBackWhatWasTold() throws {
    let (anna, ben) = (try member(telling: .text), try member(telling: .text))
    try work(1, .accepted, standing: "alpha", in: anna)
    try work(2, .accepted, standing: "beta", in: anna)
    try sync(anna, ben)
    let remote = try #require(try anna.teamRemote("team"))
    #expect(try anna.removeTeamRemote("team"))
    try anna.add(TeamRemote(name: "again", address: address, pool: "team"))
    #expect(try anna.teamRemote("again")?.member == remote.member)
    let report = try TeamSync(anna, remote: "again").run()
    #expect(report.outcomesWithdrawn == 2)
    #expect(try sync(ben)[0].outcomesTaken == 2)
    #expect(try known(ben).isEmpty && stored.isEmpty)
  }

  @Test func whoLeavesCanTakeBackAllAtOnce() throws {
    let (anna, ben) = (try member(telling: .text), try member(telling: .text))
    try work(1, .accepted, standing: "alpha", in: anna)
    #expect(try !anna.mayHaveTold(#require(try anna.teamRemote("team"))), "never connected")
    try sync(anna, ben)
    #expect(try anna.mayHaveTold(#require(try anna.teamRemote("team"))))
    #expect(try TeamSync(anna, remote: "team").withdrawOutcomes() == 1)
    #expect(try !anna.mayHaveTold(#require(try anna.teamRemote("team"))))
    try sync(ben)
    #expect(try known(ben).isEmpty && stored.isEmpty)
  }

  @Test func whatARestoredPoolDoesNotKnowIsWithdrawn() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let (anna, ben) = (try member(telling: .text), try member(telling: .text))
    try work(1, .accepted, standing: "alpha", in: anna)
    try sync(anna, ben)
    let backup = folder.appending(path: "backup.sqlite")
    try anna.backUp(to: backup)
    try work(2, .accepted, standing: "beta", in: anna)
    try sync(anna, ben)
    #expect(try known(ben).count == 2)
    _ = try anna.restoreBackup(from: backup)
    #expect(try sync(anna, ben)[0].outcomesWithdrawn == 1)
    #expect(try known(ben).compactMap(\.text?.standing) == ["alpha"])
    #expect(try !stored.contains("beta"))
  }

  /// As it was before something was withdrawn.
  @Test(arguments: [TeamRemote.Outcomes.text, .none])
  func whatARestoredDatabaseBringsBackIsWithdrawnAgain(_ setting: TeamRemote.Outcomes) throws {
    let (anna, ben) = (try member(telling: .text), try member(telling: .text))
    let first = try work(1, .accepted, standing: "alpha", in: anna)
    try work(2, .accepted, standing: "beta", in: anna)
    try sync(anna, ben)
    try run("CREATE TABLE saved AS SELECT * FROM pillow.outcomes", address)
    let number = try run("SELECT last_value FROM pillow.changes", address)
    if setting == .none { _ = try anna.setTeamOutcomes(.none, of: "team") }
    try anna.forget(first)
    try sync(anna, ben)
    #expect(try !stored.contains("alpha"))
    try run(
      """
      DELETE FROM pillow.outcomes; INSERT INTO pillow.outcomes SELECT * FROM saved;
      SELECT setval('pillow.changes', \(number))
      """, address)
    #expect(try stored.contains("alpha"))
    try sync(anna, ben)
    #expect(try !stored.contains("alpha"))
    let left = try known(ben).compactMap(\.text?.standing)
    #expect(left == (setting == .none ? [] : ["beta"]))
  }

  /// Others' texts may quote what was forgotten here, also when they are read once more.
  @Test func textsFromBeforeAForgettingStayAway() throws {
    let (anna, ben) = (try member(telling: .text), try member(telling: .text))
    try work(1, .accepted, standing: "alpha", in: anna)
    let own = try ben.add(draft(7), pool: "own").id
    try sync(anna, ben)
    #expect(try known(ben).compactMap(\.text).count == 1)
    try ben.forget(own)
    #expect(try known(ben).isEmpty)
    for outcomes in [TeamRemote.Outcomes.none, .text] {
      _ = try ben.setTeamOutcomes(outcomes, of: "team")
      try sync(ben)
    }
    #expect(try known(ben).count == 1 && known(ben).compactMap(\.text).isEmpty)
  }

  /// A count that nobody can go on from holds nobody else up.
  @Test func absurdVersionsStopNobody() throws {
    let (anna, ben) = (try member(telling: .text), try member(telling: .text))
    try work(1, .accepted, standing: "alpha", in: anna)
    try sync(anna, ben)
    let uid = try #require(try anna.teamNames(at: "team").first).uid
    func push(_ version: Int) throws {
      try run(
        """
        SELECT pillow.push('team', '[{"uid": "\(uid)", "version": \(version), "hash": "h",
          "instruction": "i", "input": "", "output": "taken over", "tags": "[]", "marks": \(version),
          "isRetired": false, "isPinned": true}]')
        """, address)
    }
    let highest = TeamExemplar.highestVersion
    try push(highest + 1)
    #expect(try run("SELECT max(version) FROM pillow.exemplars", address) == "1")
    try push(highest)
    #expect(try run("SELECT max(version) FROM pillow.exemplars", address) == "\(highest)")
    try sync(anna, ben)
    let taken = try #require(try anna.exemplars(pool: "team").first)
    #expect(taken.output == "taken over" && taken.isPinned)
    _ = try anna.update(taken.id, to: draft(1, "mine"))
    try anna.add(draft(2), pool: "team")
    _ = try anna.setTeamOutcomes(.none, of: "team")
    let report = try sync(anna)[0]
    #expect(report.sent == 1 && report.outcomesWithdrawn == 1)
    #expect(try anna.unsentTeamChanges(#require(try anna.teamRemote("team"))) == 1)
  }

  @Test func aRestoredDatabaseIsToldAgain() throws {
    let (anna, ben) = (try member(telling: .numbers), try member(telling: .numbers))
    try work(1, .accepted, in: anna)
    try sync(anna, ben)
    try run("TRUNCATE pillow.outcomes, pillow.exemplars", address)
    try sync(anna, ben)
    #expect(try known(ben).count == 1)
  }

  @Test func onlyTheNewestOfManyAreKept() throws {
    let ben = try member(telling: .numbers)
    try sync(ben)
    let remote = try #require(try ben.teamRemote("team"))
    let most = PromptPool.rememberedTeamOutcomes
    try ben.takeOver(
      (1...Int64(most + 10)).map { TeamOutcomeRecord(id: "x:\($0)", json: "{}", changed: $0) },
      upTo: Int64(most + 10), from: remote)
    let kept = try ben.teamOutcomes(of: "team")
    #expect(kept.count == most && kept.first?.changed == 11)
  }

  // MARK: Schema and versions

  /// A database of an earlier program that its members may not change.
  @Test func anOlderSchemaSharesExemplarsAlone() throws {
    let script = TeamSetup.script()
    let later = TeamSetup.script(after: 1).dropFirst("BEGIN;".count).prefix(40)
    let second = try #require(script.firstRange(of: later))
    try run(script[..<second.lowerBound] + "COMMIT;", address)
    let bens = try address(ofNew: "m", granted: "pillow_member")
    let ben = try member(bens, telling: .numbers)
    try work(1, .accepted, in: ben)
    let report = try sync(ben)[0]
    #expect(report.sent == 1 && report.outcomesSent == 0)
    let error = #expect(throws: TeamError.self) {
      try TeamSync(ben, remote: "team").versions()
    }
    #expect(error?.description.contains("schema --after 1") == true)
    try run(TeamSetup.script(after: 1), address)
    #expect(try sync(ben)[0].outcomesSent == 1)
  }

  @Test func versionsArePublishedOnce() throws {
    let (anna, ben) = (try member(), try member())
    let version = NewTeamVersion(
      .policy, base: "an encoder", note: "a\u{1B}[31m\nnote",
      files: ["network": Data((0...255).map { UInt8($0) })])
    try sync(anna, ben)
    #expect(try TeamSync(ben, remote: "team").versions().isEmpty)
    let number = try TeamSync(anna, remote: "team").publish(version)
    #expect(try TeamSync(ben, remote: "team").publish(version) == number)
    let (found, files) = try TeamSync(ben, remote: "team").fetch(number)
    #expect(files == version.files)
    #expect(found.kind == .policy && found.base == "an encoder" && found.bytes == 256)
    #expect(found.by == "admin" && found.note == "a [31m note")
    #expect(throws: TeamError.versionNotFound(99, known: [number])) {
      try TeamSync(ben, remote: "team").fetch(99)
    }
  }

  /// A version is known by what it is for and what it holds, so nobody can take another's place.
  @Test func otherFilesOrAnotherBaseAreAnotherVersion() throws {
    let anna = try member()
    let sync = TeamSync(anna, remote: "team")
    let version = NewTeamVersion(.adapter, base: "a model", note: "", files: ["a": Data([1, 2])])
    var numbers = [try sync.publish(version)]
    var other = version
    other.base = "another model"
    numbers.append(try sync.publish(other))
    other.files = ["a": Data([1]), "b": Data([2])]
    numbers.append(try sync.publish(other))
    #expect(Set(numbers).count == 3)
    other.note = "said otherwise"
    #expect(try sync.publish(other) == numbers[2])
    let most = 128 << 20
    other.files = ["a": Data(count: most + 1)]
    #expect(throws: TeamError.versionTooLarge(bytes: most + 1, most: most)) {
      try sync.publish(other)
    }
  }

  @Test func readersMayFetchAndNotPublish() throws {
    let anna = try member()
    try sync(anna)
    let version = NewTeamVersion(
      .adapter, base: "a model", note: "", files: ["a": Data([1])])
    let number = try TeamSync(anna, remote: "team").publish(version)
    let cleo = try member(address(ofNew: "r", granted: "pillow_reader"))
    #expect(try TeamSync(cleo, remote: "team").fetch(number).files == ["a": Data([1])])
    var other = version
    other.files = ["a": Data([2])]
    #expect(throws: TeamError.self) { try TeamSync(cleo, remote: "team").publish(other) }
  }
}
