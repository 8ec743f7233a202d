import Foundation
import PillowProject
import PromptMatching
import PromptPool
import Settings
import TestSupport
import Testing

private let hasEncoder = TestModels.exists(TestModels.miniLM)

@Suite struct FollowingTests {
  @Test func sharedPoolsAreReadAgainOnceTheyHaveSettled() throws {
    let scratch = try ScratchProject()
    try scratch.write([files], to: "team.jsonl")
    let project = try scratch.open()
    let told = Told(project)
    #expect(try project.pool.exemplars().map(\.draft) == [files])
    project.lookForChanges()
    #expect(told.all.isEmpty)

    try scratch.write([files, haiku], to: "team.jsonl")
    project.lookForChanges()
    #expect(try project.pool.count() == 1)
    project.lookForChanges()
    #expect(try project.pool.exemplars().map(\.draft) == [files, haiku])
    guard case .sharedPoolsRead(let report)? = told.all.first else {
      Issue.record("nothing was told")
      return
    }
    #expect(report.added == 1 && told.all.count == 1)

    // A branch without the pool.
    try FileManager.default.removeItem(at: scratch.shared)
    project.lookForChanges()
    project.lookForChanges()
    #expect(try project.pool.count() == 0)
    #expect(try project.pool.exemplars(includingRetired: true).count == 2)
    try FileManager.default.createDirectory(at: scratch.shared, withIntermediateDirectories: true)
    try scratch.write([haiku, rows], to: "team.jsonl")
    project.lookForChanges()
    project.lookForChanges()
    #expect(try project.pool.exemplars().map(\.draft) == [haiku, rows])
  }

  @Test(.enabled(if: hasEncoder, "all-MiniLM-L6-v2 is not installed"))
  func theNextMatchSeesWhatFilesAndOtherProcessesAdded() async throws {
    let scratch = try ScratchProject()
    try scratch.write([haiku], to: "team.jsonl")
    let project = try scratch.open()
    let request = InstructionRequest(instruction: "list files by their size")
    func best() async throws -> String? {
      try await project.match(request, shots: 1).shots.first?.exemplar.instruction
    }
    #expect(try await best() == haiku.instruction)
    try scratch.write([haiku, files], to: "team.jsonl")
    project.lookForChanges()
    project.lookForChanges()
    #expect(try await best() == files.instruction)

    let other = try scratch.open()
    let exact = ExemplarDraft(instruction: "list files by their size", output: "ls")
    let added = try other.pool.add(exact).id
    project.lookForChanges()
    #expect(try await best() == exact.instruction)
    try other.pool.mute(added)
    project.lookForChanges()
    #expect(try await best() == files.instruction)
  }

  @Test func pollingLooksByItself() async throws {
    let scratch = try ScratchProject()
    let project = try scratch.open()
    let (stream, continuation) = AsyncStream.makeStream(of: Int.self)
    project.observe { event in
      if case .sharedPoolsRead(let report) = event { continuation.yield(report.added) }
    }
    project.watch(every: 0.01)
    try scratch.write([files], to: "team.jsonl")
    var added = stream.makeAsyncIterator()
    #expect(await added.next() == 1)
  }
}

@Suite(.enabled(if: hasEncoder, "all-MiniLM-L6-v2 is not installed"))
struct LargePoolTests {
  private func drafts(_ count: Int) -> [ExemplarDraft] {
    (0..<count).map {
      ExemplarDraft(
        instruction: "Describe animal number \($0) of the list.", output: "animal \($0)")
    }
  }

  @Test func textFindsWhatHasNoVectorYet() async throws {
    let scratch = try ScratchProject()
    try scratch.write(drafts(300) + [haiku], to: "team.jsonl")
    let project = try scratch.open(limits: MatchingLimits(embedsFirst: 4))
    let told = Told(project)
    let request = InstructionRequest(instruction: "a haiku about the rain")
    let match = try await project.match(request, shots: 2)
    #expect(match.shots.first?.exemplar.instruction == haiku.instruction)

    let progress = await told.embedded()
    #expect(progress.last?.isFinished == true && progress.count >= 2)
    #expect(zip(progress, progress.dropFirst()).allSatisfy { $0.embedded <= $1.embedded })
    let statistics = try project.pool.statistics()
    #expect(statistics.embeddings.values.first == 301)
    let again = try await project.match(request, shots: 2)
    #expect(again.shots.first?.exemplar.instruction == haiku.instruction)
  }

  /// Also the words of another language's exemplars are found while there are no vectors.
  @Test func anotherLanguageIsLeftOutWhileThereAreNoVectors() async throws {
    let scratch = try ScratchProject()
    let rust = (0..<5).map {
      ExemplarDraft(
        instruction: "Write a function that returns the larger of \($0) numbers.",
        output: "fn larger() {}", language: "rust")
    }
    let python = ExemplarDraft(
      instruction: "Write a function that adds numbers.", output: "def add(a, b): ...",
      language: "python")
    try scratch.write(rust + [python] + drafts(100), to: "team.jsonl")
    let project = try scratch.open(limits: MatchingLimits(embedsFirst: 4))
    let request = InstructionRequest(
      instruction: "Write a function that returns the larger of two numbers.", language: "python")
    let match = try await project.match(request, shots: 3, options: .init(mayBeEmpty: false))
    #expect(match.shots.map(\.exemplar.draft) == [python])
  }

  @Test func aNarrowedPolicyChoosesAsAWholeOne() async throws {
    let scratch = try ScratchProject()
    var settings = PillowSettings()
    settings.starterPools = ["sql", "shell-commands", "clarity", "tone"]
    let whole = try scratch.open(settings: settings)
    try await whole.embedAll()
    let narrowed = try scratch.open(
      limits: MatchingLimits(largestTable: 10), settings: settings)
    try whole.pool.pin(7)
    try whole.pool.mute(11)
    for text in ["count rows per group", "find large files", "make this sentence shorter"] {
      let request = InstructionRequest(instruction: text)
      let one = try await whole.match(request, shots: 4, options: .init(anyLanguage: true))
      let other = try await narrowed.match(
        request, shots: 4, options: .init(anyLanguage: true))
      #expect(one.shots.map(\.exemplar.id) == other.shots.map(\.exemplar.id))
      #expect(one.shots.first?.exemplar.id == 7)
      for (a, b) in zip(one.shots, other.shots) {
        #expect(abs(a.probability - b.probability) < 0.01)
      }
    }
  }

  @Test func searchMergesWordsAndMeaning() async throws {
    let scratch = try ScratchProject()
    try scratch.write([files, haiku, rows], to: "team.jsonl")
    let project = try scratch.open()
    let found = try await project.search("how many records are in a relation")
    #expect(found.first?.exemplar.instruction == rows.instruction)
    #expect(found.first?.meaningRank == 1)
    let byMeaning = try await project.search("poem on bad weather", byWords: false, limit: 1)
    #expect(byMeaning.map(\.exemplar.instruction) == [haiku.instruction])
  }
}
