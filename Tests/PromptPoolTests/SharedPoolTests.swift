import Foundation
import PromptPool
import TestSupport
import Testing

@Suite struct SharedPoolTests {
  private func line(_ number: Int) -> String {
    ExemplarDraft(instruction: "ask \(number)", output: "say \(number)").jsonLine
  }

  @Test func thePoolFollowsTheFiles() throws {
    let folder = try TemporaryFolder()
    let pool = try PromptPool(at: folder.database)
    func instructions() throws -> Set<String> { Set(try pool.exemplars().map(\.instruction)) }
    let shared = folder.url.appending(path: "pools")
    try FileManager.default.createDirectory(at: shared, withIntermediateDirectories: true)
    func write(_ numbers: [Int], _ name: String) throws {
      let text = numbers.map(line).joined(separator: "\n")
      try Data(text.utf8).write(to: shared.appending(path: name), options: .atomic)
    }
    try write([1, 2, 3], "a.jsonl")
    try write([3, 4], "b.jsonl")
    #expect(try pool.readSharedPools(in: shared).added == 4)
    #expect(try pool.readSharedPools(in: shared) == SharedPoolReport())
    let id = try #require(try pool.exemplars().first { $0.instruction == "ask 2" }).id
    let used = try pool.record(suggestion(shots: [id]))

    try write([1], "a.jsonl")
    #expect(try pool.readSharedPools(in: shared).retired == 1)
    #expect(try instructions() == ["ask 1", "ask 3", "ask 4"])
    #expect(try pool.suggestion(used)?.shots == [id])
    #expect(try pool.exemplar(id)?.retiredAt != nil)

    try write([2, 1], "a.jsonl")
    #expect(try pool.readSharedPools(in: shared).added == 1)
    #expect(try pool.exemplars().contains { $0.id == id })

    // What a person removed stays removed, what they edited stays edited.
    try pool.remove(id)
    let edited = try #require(try pool.exemplars().first { $0.instruction == "ask 1" }).id
    try pool.update(edited, to: ExemplarDraft(instruction: "ask one", output: "say 1"))
    try write([2, 1, 5], "a.jsonl")
    #expect(try pool.readSharedPools(in: shared).added == 1)
    #expect(try instructions() == ["ask one", "ask 3", "ask 4", "ask 5"])

    try FileManager.default.removeItem(at: shared.appending(path: "b.jsonl"))
    #expect(try pool.readSharedPools(in: shared).retired == 2)
    #expect(try instructions() == ["ask one", "ask 5"])
  }

  @Test func badLinesAreToldAndTheRestIsRead() throws {
    let folder = try TemporaryFolder()
    let shared = folder.url.appending(path: "pools")
    try FileManager.default.createDirectory(at: shared, withIntermediateDirectories: true)
    let text = "<<<<<<< ours\n\(line(1))\n=======\n\(line(2))\n>>>>>>> theirs\n"
    try Data(text.utf8).write(to: shared.appending(path: "a.jsonl"))
    let report = try PromptPool.inMemory().readSharedPools(in: shared)
    #expect(report.added == 2)
    #expect(
      report.problems == [1, 3, 5].map { "a.jsonl, line \($0) is skipped: it is not valid JSON" })
  }

  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/git"), "no git"))
  func twoPeoplesAdditionsMergeCleanly() throws {
    let folder = try TemporaryFolder()
    let shared = folder.url.appending(path: ".pillow/pools")
    func git(_ arguments: String...) throws {
      let process = Process()
      process.executableURL = URL(filePath: "/usr/bin/git")
      process.arguments = ["-c", "user.name=a", "-c", "user.email=a@b.invalid"] + arguments
      process.currentDirectoryURL = folder.url
      process.standardOutput = FileHandle.nullDevice
      process.standardError = FileHandle.nullDevice
      try process.run()
      process.waitUntilExit()
      try #require(process.terminationStatus == 0, "git \(arguments)")
    }
    /// One person's own database: reads what is shared, adds, shares, commits.
    func person(adds numbers: Range<Int>) throws {
      let pool = try PromptPool.inMemory()
      _ = try pool.readSharedPools(in: shared)
      for number in numbers {
        try pool.add(
          ExemplarDraft(instruction: "ask \(number)", output: "say \(number)"), pool: "team")
      }
      try pool.share(pool: "team", to: shared)
      try git("add", ".pillow")
      try git("commit", "-qm", "Add exemplars")
    }
    try git("init", "-q", "-b", "main")
    try person(adds: 0..<40)
    try git("checkout", "-qb", "other")
    try person(adds: 100..<130)
    try git("checkout", "-q", "main")
    try person(adds: 200..<230)
    try git("merge", "-q", "--no-edit", "other")
    let pool = try PromptPool.inMemory()
    let report = try pool.readSharedPools(in: shared)
    #expect(report.added == 100 && report.problems.isEmpty)
  }
}
