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
    get throws { try run("SELECT string_agg(record::text, ' ') FROM pillow.outcomes", address) }
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
    #expect(try sync(anna, ben).map(\.outcomesSent) == [1, 0])
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
      "nothing", #"{"at":1,"shots":[],"reward":7,"weight":1}"#,
      #"{"at":1,"shots":[{"features":[1e30]}],"reward":1,"weight":1}"#,
      #"{"at":1,"shots":[],"reward":1,"weight":1}"#,
    ].enumerated() {
      let record = String(
        decoding: try JSONEncoder().encode([
          "id": "x:\(outcome.offset)", "outcome": outcome.element,
        ]), as: UTF8.self)
      try run("SELECT pillow.push_outcomes('team', '[\(record)]')", address)
    }
    #expect(try sync(ben)[0].outcomesTaken == 4)
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
    #expect(try stored == before)
    // A reader does not even see them.
    let cleo = try address(ofNew: "r", granted: "pillow_reader")
    #expect(try run("SELECT count(*) FROM pillow.outcomes", cleo) == "")
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
      .policy, base: "an encoder", note: "a note", hash: "h1",
      files: ["network": Data((0...255).map { UInt8($0) })])
    try sync(anna, ben)
    #expect(try TeamSync(ben, remote: "team").versions().isEmpty)
    let number = try TeamSync(anna, remote: "team").publish(version)
    #expect(try TeamSync(ben, remote: "team").publish(version) == number)
    let (found, files) = try TeamSync(ben, remote: "team").fetch(number)
    #expect(files == version.files)
    #expect(found.kind == .policy && found.base == "an encoder" && found.bytes == 256)
    #expect(found.by == "admin" && found.note == "a note")
    #expect(throws: TeamError.versionNotFound(99, known: [number])) {
      try TeamSync(ben, remote: "team").fetch(99)
    }
  }

  @Test func readersMayFetchAndNotPublish() throws {
    let anna = try member()
    try sync(anna)
    let version = NewTeamVersion(
      .adapter, base: "a model", note: "", hash: "h", files: ["a": Data([1])])
    let number = try TeamSync(anna, remote: "team").publish(version)
    let cleo = try member(address(ofNew: "r", granted: "pillow_reader"))
    #expect(try TeamSync(cleo, remote: "team").fetch(number).files == ["a": Data([1])])
    var other = version
    other.hash = "i"
    #expect(throws: TeamError.self) { try TeamSync(cleo, remote: "team").publish(other) }
  }
}
