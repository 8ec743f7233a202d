import Foundation
import Mining
import PromptPool
import Settings
import TestSupport
import Testing

@Suite struct CommitMiningTests {
  @Test func aDamagedHistoryLeavesTheFiles() throws {
    let repository = try ScratchRepository()
    try repository.commit("Add the first of them", CodeMiningTests.samples[0].text, in: "a.py")
    try repository.commit("Change the first of them", "value = 1\nprint(value)\n", in: "b.py")
    let blob = try repository.git("rev-parse", "HEAD:b.py")
    let object = repository.root.appending(
      path: ".git/objects/\(blob.prefix(2))/\(blob.dropFirst(2))")
    try FileManager.default.removeItem(at: object)
    try Data("nothing".utf8).write(to: object)
    let pool = try PromptPool.inMemory()
    let report = try repository.mine(into: pool, .commits, .docs)
    #expect(try pool.exemplars(pool: "mined-docs").count == 1)
    #expect(report.problems.count == 1 && report.problems[0].hasPrefix("`git log` failed"))
  }

  /// Nothing tells any more who wrote the files last, but they are still there.
  @Test func aHistoryThatEndsEarlyLeavesTheFiles() throws {
    let repository = try ScratchRepository()
    let first = try repository.commit("Add the first of them", CodeMiningTests.samples[0].text)
    try repository.commit("Change something else", "value = 1\n", in: "b.py")
    let object = repository.root.appending(
      path: ".git/objects/\(first.prefix(2))/\(first.dropFirst(2))")
    try FileManager.default.removeItem(at: object)
    let pool = try PromptPool.inMemory()
    let report = try repository.mine(into: pool)
    #expect(try pool.exemplars(pool: "mined-docs").count == 1)
    #expect(!report.problems.isEmpty)
  }

  /// Foundation would keep the process, and its descriptors, of each start that fails.
  @Test func aFolderThatIsNotThereIsSaid() throws {
    let git = try #require(Git(in: URL(filePath: "/not/there")))
    let error = #expect(throws: MiningError.self) { try git.stagedDiff() }
    #expect(
      error?.description == "`git` could not be started: the folder /not/there is not there.")
  }

  @Test func aCommitIsItsDiffAndItsMessage() throws {
    let repository = try ScratchRepository()
    try repository.commit("Add the greeting of the day", "def greet():\n    return 'hi'\n")
    let id = try repository.commit(
      "Greet people by their names\n\nThe plain greeting sounded rude.\n\nSigned-off-by: Ada <a@b>",
      "def greet(name):\n    return 'hi ' + name\n")
    let pool = try PromptPool.inMemory()
    let report = try repository.mine(into: pool, .commits)
    #expect(report.counts == [.commits: 2])
    let exemplar = try #require(try pool.exemplars(pool: "mined-commits").last)
    #expect(exemplar.instruction == "Write the commit message for this change.")
    #expect(
      exemplar.input == """
        app.py +2 -2
        - def greet():
        - return 'hi'
        + def greet(name):
        + return 'hi ' + name
        """)
    #expect(
      exemplar.output == "Greet people by their names\n\nThe plain greeting sounded rude.")
    #expect(exemplar.origin == "git:\(id)")
    #expect(exemplar.isMined)
  }

  @Test(arguments: [
    ("Revert \"Add the greeting\"", "Ada"), ("Bump version to 2.3.1", "Ada"), ("wip", "Ada"),
    ("fixup! Add the greeting", "Ada"), ("v1.2.0", "Ada"),
    ("Update the lock file", "dependabot[bot]"),
    ("update", "Ada"), ("Merge branch 'x' into main", "Ada"),
  ])
  func whatTeachesNothingIsLeftOut(_ subject: String, _ author: String) throws {
    let repository = try ScratchRepository()
    try repository.commit("Add the first function", author: "Ada")
    try repository.commit(subject, author: author)
    let pool = try PromptPool.inMemory()
    #expect(try repository.mine(into: pool, .commits).counts == [.commits: 1])
  }

  @Test func reformattingAndGeneratedFilesAreLeftOut() throws {
    let repository = try ScratchRepository()
    let lines = (0..<40).map { "value_\($0) = call(\($0), other)" }
    try repository.commit("Add many values to the table", lines.joined(separator: "\n") + "\n")
    try repository.commit(
      "Indent the values differently",
      lines.map { $0.replacingOccurrences(of: " = ", with: "  =  ") }.joined(separator: "\n") + "\n"
    )
    try repository.commit("Lock the new packages", "{}", in: "package-lock.json")
    let pool = try PromptPool.inMemory()
    let report = try repository.mine(into: pool, .commits)
    #expect(report.counts == [.commits: 1])
    #expect(report.skipped[.commits]?[.reformatting] == 1)
    #expect(report.skipped[.commits]?[.generated] == 1)
  }

  @Test func secretsAndIgnoredFilesAreNeverRead() throws {
    let repository = try ScratchRepository()
    try repository.commit("Add the settings of the server", "PASSWORD=x81hJdk3mmQ\n", in: ".env")
    try repository.commit("Write down the private plans", "secret plan\n", in: "plans/next.md")
    try repository.commit(
      "Connect to the database", "password = \"hunter2-Xy7!kd93\"\nconnect(password)\n", in: "db.py"
    )
    try repository.commit("Ignore the plans from now on", "plans/\n", in: ".gitignore")
    let pool = try PromptPool.inMemory()
    let report = try repository.mine(into: pool, .commits)
    #expect(try pool.outputs(.commits) == ["Ignore the plans from now on"])
    #expect(report.skipped[.commits]?[.ignored] == 2)
    #expect(report.skipped[.commits]?[.secret] == 1)
  }

  @Test func sinceAndAuthorRestrict() throws {
    let repository = try ScratchRepository()
    try repository.commit("Add the first function", author: "Ada")
    try repository.commit("Add the second function", author: "Grace")
    let pool = try PromptPool.inMemory()
    _ = try repository.mine(into: pool, .commits) { $0.author = "grace" }
    #expect(try pool.outputs(.commits) == ["Add the second function"])
    _ = try repository.mine(into: pool, .commits) { $0.since = "2030-01-01" }
    #expect(try pool.outputs(.commits).count == 1)
    _ = try repository.mine(into: pool, .commits)
    #expect(try pool.outputs(.commits).count == 2)
  }

  @Test(arguments: ["nonsense", "yesterweek"])
  func aDateThatGitDoesNotKnowIsRefused(_ date: String) throws {
    let repository = try ScratchRepository()
    try repository.commit("Add the first function")
    #expect(throws: MiningError.unknownDate(date)) {
      try repository.mine(into: .inMemory(), .commits) { $0.since = date }
    }
  }

  @Test(arguments: ["2020-01-31", "60.years", "last friday", "yesterday", "now", "1600000000"])
  func otherDatesAreTaken(_ date: String) throws {
    let repository = try ScratchRepository()
    try repository.commit("Add the first function")
    #expect(try repository.mine(into: .inMemory(), .commits) { $0.since = date }.isComplete)
  }

  /// A key of which a commit changes some lines, without the lines that name it.
  @Test func linesOfKeysAreNotRead() throws {
    let repository = try ScratchRepository()
    var generator = SplitMix(seed: 3)
    let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
    func line() -> String {
      String((0..<64).map { _ in letters[Int.random(in: 0..<64, using: &generator)] })
    }
    func code(_ lines: [String]) -> String {
      "const char *text =\n" + lines.map { "  \"\($0)\\n\"\n" }.joined() + "  ;\n"
    }
    var lines = (0..<12).map { _ in line() }
    try repository.commit("Begin with an empty file", "\n", in: "key.c")
    try repository.write(code(lines), "key.c")
    try repository.commit("Add the text of the test")
    lines[6] = line()
    try repository.commit("Change the middle of the text", code(lines), in: "key.c")
    let pool = try PromptPool.inMemory()
    let report = try repository.mine(into: pool, .commits)
    #expect(report.skipped[.commits]?[.secret] == 2, "\(report)")
    #expect(try pool.exemplars().allSatisfy { !$0.input.contains(lines[6].prefix(20)) })
  }

  /// Rules are about bytes, and Git quotes such names.
  @Test(arguments: ["l\u{1}tin.py", "a\nb.py"])
  func oddNamesAreNotRead(_ name: String) throws {
    let repository = try ScratchRepository()
    try repository.commit("Add the file of that name", "value = 1\nprint(value)\n", in: name)
    #expect(try repository.mine(into: .inMemory()).total == 0)
  }

  // MARK: Staying current

  /// An object that is missing, as on a disk with bad blocks, costs its own commits.
  @Test func aMissingObjectCostsItsOwnCommits() throws {
    let repository = try ScratchRepository()
    for number in 1...5 {
      try repository.commit(
        "Add function number \(number)", "def f\(number)(x):\n    return x + \(number)\n",
        in: "f\(number).py")
    }
    let blob = try repository.git("rev-parse", "HEAD:f3.py")
    try FileManager.default.removeItem(
      at: repository.root.appending(path: ".git/objects/\(blob.prefix(2))/\(blob.dropFirst(2))"))
    let pool = try PromptPool.inMemory()
    let report = try repository.mine(into: pool, .commits)
    #expect(try pool.outputs(.commits) == [1, 2, 4, 5].map { "Add function number \($0)" })
    #expect(report.problems.count == 1)
  }

  @Test func aPlainRunFillsUpAfterARestrictedOne() throws {
    let repository = try ScratchRepository()
    let stream = (1...1000).map { number in
      let author = number % 3 == 0 ? "Grace <grace@example.org>" : "Ada <ada@example.org>"
      let (message, text) = ("Add function number \(number)", "value_\(number) = \(number * 7)\n")
      let date = 1_600_000_000 + number * 3600
      return """
        commit refs/heads/main
        author \(author) \(date) +0000
        committer \(author) \(date) +0000
        data \(message.utf8.count)
        \(message)
        M 100644 inline f\(number).py
        data \(text.utf8.count)
        \(text)

        """
    }
    let file = repository.beside("stream")
    try Data(stream.joined().utf8).write(to: file)
    try repository.git("-c", "alias.load=!git fast-import --quiet < \(file.path)", "load")
    try repository.git("reset", "--quiet", "--hard")
    let pool = try PromptPool.inMemory()
    _ = try repository.mine(into: pool, .commits) { $0.author = "grace" }
    let first = try repository.mine(into: pool, .commits)
    #expect(first.counts == [.commits: MiningSource.commits.cap])
    let other = try repository.mine(into: pool, .commits) { $0.author = "ada" }
    #expect(other.counts == [.commits: MiningSource.commits.cap])
  }

  /// A file of rules that cannot be read just now refuses, and says nothing of what was mined.
  @Test func whatCannotBeDecidedStaysInThePool() throws {
    let repository = try ScratchRepository()
    try repository.commit("Add the first function", in: "src/a.py")
    let pool = try PromptPool.inMemory()
    #expect(try repository.mine(into: pool, .commits).counts == [.commits: 1])
    // A folder in the place of the rules cannot be read by anybody.
    let rules = repository.root.appending(path: ".gitignore")
    try FileManager.default.createDirectory(at: rules, withIntermediateDirectories: true)
    #expect(try repository.mine(into: pool, .commits).counts == [.commits: 1])
  }

  @Test func whatIsExcludedLaterLeavesThePool() throws {
    let repository = try ScratchRepository()
    try repository.commit("Write down the next plans", "buy a boat\n", in: "plans/next one.md")
    try repository.commit("Rename the plans of this year", "sail to the island\n", in: "plans/b.md")
    try repository.git("mv", "plans/b.md", "b.md")
    try repository.commit("Move the plans to the top")
    let kept = try repository.commit("Add the second function", in: "keeper of notes.py")
    let pool = try PromptPool.inMemory()
    #expect(try repository.mine(into: pool, .commits).counts == [.commits: 4])
    try repository.write("plans/\n", ".gitignore")
    let report = try repository.mine(into: pool, .commits)
    #expect(report.changes[.commits]?.retired == 3)
    #expect(try pool.exemplars(pool: "mined-commits").map(\.origin) == ["git:\(kept)"])
  }

  @Test func theNextRunTakesOnlyWhatIsNew() throws {
    let repository = try ScratchRepository()
    try repository.commit("Add the first function")
    let pool = try PromptPool.inMemory()
    #expect(try repository.mine(into: pool, .commits).changes[.commits]?.added == 1)
    #expect(try repository.mine(into: pool, .commits).changes[.commits]?.added ?? 0 == 0)
    try repository.commit("Add the second function")
    let report = try repository.mine(into: pool, .commits)
    #expect(report.changes[.commits]?.added == 1)
    #expect(report.counts == [.commits: 2] && report.isComplete)
  }

  @Test func aRebaseKeepsExemplarsAndRetiresWhatItDropped() throws {
    let repository = try ScratchRepository()
    try repository.commit("Add the first function")
    try repository.git("checkout", "--quiet", "-b", "topic")
    try repository.commit("Add the topic's function", in: "topic.py")
    try repository.commit("Add what is dropped again", in: "dropped.py")
    let pool = try PromptPool.inMemory()
    _ = try repository.mine(into: pool, .commits)
    let before = try pool.exemplars(pool: "mined-commits")
    try repository.git("checkout", "--quiet", "main")
    try repository.commit("Change the first function")
    try repository.git("checkout", "--quiet", "topic")
    try repository.git("reset", "--quiet", "--hard", "HEAD~1")
    try repository.git("rebase", "--quiet", "main")
    let report = try repository.mine(into: pool, .commits)
    let after = try pool.exemplars(pool: "mined-commits")
    #expect(
      after.map(\.output) == [
        "Add the first function", "Add the topic's function", "Change the first function",
      ])
    #expect(report.changes[.commits]?.retired == 1)
    let topic = try #require(after.first { $0.output.contains("topic") })
    #expect(topic.id == before[1].id && topic.origin != before[1].origin)
    #expect(topic.origin == "git:\(try repository.git("rev-parse", "HEAD"))")
  }

  @Test func switchingBranchesLosesNothing() throws {
    let repository = try ScratchRepository()
    try repository.commit("Add the first function")
    try repository.git("checkout", "--quiet", "-b", "topic")
    try repository.commit("Add the topic's function", in: "topic.py")
    let pool = try PromptPool.inMemory()
    _ = try repository.mine(into: pool, .commits)
    try repository.git("checkout", "--quiet", "main")
    #expect(try repository.mine(into: pool, .commits).counts == [.commits: 2])
    try repository.git("checkout", "--quiet", "topic")
    #expect(try repository.mine(into: pool, .commits).counts == [.commits: 2])
  }

  /// The oldest commit of a shallow clone seems to add the whole tree.
  @Test func shallowClonesAndWorkTrees() throws {
    let repository = try ScratchRepository()
    for number in 1...5 { try repository.commit("Add function number \(number)") }
    let clone = repository.beside("clone")
    try repository.git(
      "clone", "--quiet", "--depth", "3", "file://\(repository.root.path)", clone.path)
    let pool = try PromptPool.inMemory()
    let shallow = Miner(
      root: clone, settings: InstructionSettings(), environment: repository.environment)
    let report = try shallow.mine(into: pool, MiningOptions(sources: [.commits]))
    #expect(try pool.outputs(.commits) == ["Add function number 4", "Add function number 5"])
    #expect(report.skipped[.commits]?[.shallow] == 1)
    try repository.git("fetch", "--quiet", "--unshallow", at: clone)
    let deep = try shallow.mine(into: pool, MiningOptions(sources: [.commits]))
    #expect(deep.counts == [.commits: 5] && deep.changes[.commits]?.added == 3)
    let tree = repository.beside("tree")
    try repository.git("worktree", "add", "--quiet", tree.path, "HEAD~1")
    let other = try PromptPool.inMemory()
    _ = try Miner(root: tree, settings: InstructionSettings(), environment: repository.environment)
      .mine(into: other, MiningOptions(sources: [.commits]))
    #expect(try other.outputs(.commits).count == 4)
  }

  @Test func aFolderOfARepositoryHasOnlyItsOwnCommits() throws {
    let repository = try ScratchRepository()
    try repository.commit("Add the web's page", in: "web/page.py")
    try repository.commit("Add the tool's option", in: "tool/main.py")
    let pool = try PromptPool.inMemory()
    _ = try Miner(
      root: repository.root.appending(path: "web"), settings: InstructionSettings(),
      environment: repository.environment
    ).mine(into: pool, MiningOptions(sources: [.commits]))
    let found = try pool.exemplars(pool: "mined-commits")
    #expect(found.map(\.output) == ["Add the web's page"])
    #expect(found.first?.input.hasPrefix("new page.py") == true)
  }

  @Test func emptyAndMissingRepositories() throws {
    let empty = try ScratchRepository()
    let pool = try PromptPool.inMemory()
    #expect(try empty.mine(into: pool).total == 0)
    let none = try ScratchRepository(hasGit: false)
    #expect(try none.mine(into: pool).total == 0)
    #expect(
      throws: MiningError.needsRepository(option: "--since", folder: none.root.path)
    ) { try none.mine(into: pool) { $0.since = "2020-01-01" } }
  }

  /// A time that is over before it began ends mining; the next run goes on.
  @Test func aRunThatStoppedGoesOn() throws {
    let repository = try ScratchRepository()
    for number in 1...3 { try repository.commit("Add function number \(number)") }
    let pool = try PromptPool.inMemory()
    let stopped = try repository.mine(into: pool, .commits) { $0.timeLimit = 0 }
    #expect(!stopped.isComplete)
    let report = try repository.mine(into: pool, .commits)
    #expect(report.isComplete && report.counts == [.commits: 3])
  }

  // MARK: What people decide

  @Test func whatWasForgottenStaysAwayAlsoWhenItChanges() throws {
    let repository = try ScratchRepository()
    try repository.commit("Add the mean", CodeMiningTests.samples[0].text, in: "a.py")
    let pool = try PromptPool.inMemory()
    _ = try repository.mine(into: pool, .docs)
    try pool.forget(try #require(try pool.exemplars(pool: "mined-docs").first).id)
    let changed = CodeMiningTests.samples[0].text.replacing("return ", with: "return 1 + ")
    #expect(changed != CodeMiningTests.samples[0].text)
    try repository.commit("Change the mean", changed, in: "a.py")
    let report = try repository.mine(into: pool, .docs)
    #expect(report.counts == [.docs: 0] && report.changes[.docs]?.kept == 1)
  }

  @Test func anEditedOneIsNotMinedAgainAfterUndo() throws {
    let repository = try ScratchRepository()
    try repository.commit("Add the first function")
    let pool = try PromptPool.inMemory()
    _ = try repository.mine(into: pool, .commits)
    let found = try #require(try pool.exemplars(pool: "mined-commits").first)
    var edited = found.draft
    edited.output = "My own words"
    try pool.update(found.id, to: edited)
    try pool.undoMining()
    _ = try repository.mine(into: pool, .commits)
    #expect(try pool.outputs(.commits) == ["My own words"])
  }

  @Test func removedOnesStayAwayAndEditedOnesStay() throws {
    let repository = try ScratchRepository()
    try repository.commit("Add the first function")
    try repository.commit("Add the second function")
    let pool = try PromptPool.inMemory()
    _ = try repository.mine(into: pool, .commits)
    let found = try pool.exemplars(pool: "mined-commits")
    try pool.remove(found[0].id)
    var edited = found[1].draft
    edited.output = "My own words"
    try pool.update(found[1].id, to: edited)
    try pool.setMiningState("commits", nil)
    let report = try repository.mine(into: pool, .commits)
    #expect(try pool.outputs(.commits) == ["My own words"])
    #expect(report.changes[.commits]?.kept == 2)
  }

  @Test func undoTakesEverythingOutAndMiningBringsItBack() throws {
    let repository = try ScratchRepository()
    try repository.commit("Add the first function")
    let pool = try PromptPool.inMemory()
    let own = try pool.add(ExemplarDraft(instruction: "Mine", output: "own"))
    _ = try repository.mine(into: pool, .commits)
    #expect(try pool.undoMining() == 1)
    #expect(try pool.exemplars().map(\.id) == [own.id])
    #expect(try pool.miningState("consent") == "no")
    #expect(try repository.mine(into: pool, .commits).counts == [.commits: 1])
  }

  @Test func aRepositoryThatGitRefusesIsTold() throws {
    let repository = try ScratchRepository()
    try repository.commit("Add the first function")
    try repository.write("[core\nbroken", ".git/config")
    let report = try repository.mine(into: .inMemory(), .commits)
    #expect(report.problems.count == 1 && report.problems[0].contains("git"))
    #expect(report.counts == [.commits: 0])
  }
}
