import Foundation
import Mining
import PromptPool
import Settings
import Testing

@Suite struct TextMiningTests {
  @Test func aCommitThatAddsOneEntryIsAnExemplar() throws {
    let repository = try ScratchRepository()
    let log = "# Changes\n\n## Unreleased\n\n- First entry of all\n"
    try repository.commit("Begin the change log", log, in: "CHANGELOG.md")
    try repository.write(
      log.replacingOccurrences(of: "- First", with: "- Greets people by their names\n- First"),
      "CHANGELOG.md")
    let id = try repository.commit("Greet by name", "def greet(name): pass\n", in: "app.py")
    let pool = try PromptPool.inMemory()
    _ = try repository.mine(into: pool, .changelog)
    let found = try pool.exemplars(pool: "mined-changelog").first { $0.origin == "git:\(id)" }
    #expect(found?.output == "- Greets people by their names")
    #expect(found?.input == "Greet by name\nnew app.py +1\n+ def greet(name): pass")
  }

  @Test func aRunThatWasOverTooSoonIsMadeUpFor() throws {
    let repository = try ScratchRepository()
    let log = "# Changes\n\n- First entry of all\n"
    try repository.commit("Begin the change log", log, in: "CHANGELOG.md")
    try repository.write(log + "- Greets people by their names\n", "CHANGELOG.md")
    try repository.commit("Greet by name", "def greet(name): pass\n", in: "app.py")
    let pool = try PromptPool.inMemory()
    let miner = Miner(
      root: repository.root, settings: InstructionSettings(), environment: repository.environment)
    let first = try miner.mine(into: pool, MiningOptions(sources: [.changelog], timeLimit: -1))
    #expect(!first.isComplete)
    let second = try miner.mine(into: pool, MiningOptions(sources: [.changelog], timeLimit: 1e300))
    #expect(second.isComplete)
    let found = try pool.exemplars(pool: "mined-changelog").filter { $0.origin.hasPrefix("git:") }
    #expect(found.map(\.output) == ["- Greets people by their names"])
  }

  /// A subject that looks like a file which may not be read is none.
  @Test func entriesOfWhatIsExcludedLaterLeaveThePool() throws {
    let repository = try ScratchRepository()
    var log = "# Changes\n\n- First entry of all\n"
    try repository.commit("Begin the change log", log, in: "CHANGELOG.md")
    for (subject, entry, path) in [
      ("deploy/.env", "- Reads its environment", "app.py"),
      ("Greet by name", "- Greets people by their names", "plans/greeting.py"),
    ] {
      log += entry + "\n"
      try repository.write(log, "CHANGELOG.md")
      try repository.commit(subject + " is done", "def work(name): pass\n", in: path)
    }
    let pool = try PromptPool.inMemory()
    func ofCommits() throws -> [String] {
      try pool.exemplars(pool: "mined-changelog").filter { $0.origin.hasPrefix("git:") }
        .map(\.output)
    }
    _ = try repository.mine(into: pool, .changelog)
    #expect(try ofCommits() == ["- Reads its environment", "- Greets people by their names"])
    try repository.write("plans/\n", ".gitignore")
    _ = try repository.mine(into: pool, .changelog)
    #expect(try ofCommits() == ["- Reads its environment"])
  }

  @Test func aLogWithoutHistoryGivesItsEntries() throws {
    let repository = try ScratchRepository(hasGit: false)
    try repository.write(
      "# Changes\n\n## 2.0\n\n### Added\n\n- Greets people by their names\n- Says goodbye, too\n",
      "CHANGELOG.md")
    let pool = try PromptPool.inMemory()
    _ = try repository.mine(into: pool, .changelog)
    let found = try pool.exemplars(pool: "mined-changelog")
    #expect(
      found.map(\.instruction)
        == Array(repeating: "Write a change log entry under “Added”.", count: 2))
    #expect(found.map(\.origin) == ["file:CHANGELOG.md#7", "file:CHANGELOG.md#8"])
  }

  @Test func sectionsThatRepeatAndListsOfOneForm() throws {
    let repository = try ScratchRepository(hasGit: false)
    for name in ["ink", "paper", "brush"] {
      try repository.write(
        """
        # The \(name)

        ## When to use it

        Use the \(name) when the drawing asks for it, and not before that.

        ## About \(name)

        This heading stands in one document alone, so it is no form of the project.

        """, "docs/\(name).md")
    }
    try repository.write(
      "# Options\n\n"
        + ["width", "height", "depth", "weight"].map {
          "- **\($0)**: how much \($0) the drawing has in the end\n"
        }.joined(), "docs/options.md")
    let pool = try PromptPool.inMemory()
    _ = try repository.mine(into: pool, .prose)
    let found = try pool.exemplars(pool: "mined-prose")
    let sections = found.filter { $0.instruction == "Write the section “When to use it”." }
    #expect(sections.map(\.input).sorted() == ["The brush", "The ink", "The paper"])
    let items = found.filter { $0.instruction.hasPrefix("Write the list item") }
    #expect(items.count == 4)
    #expect(items.contains { $0.instruction == "Write the list item about width of “Options”." })
    #expect(found.count == 7)
  }
}
