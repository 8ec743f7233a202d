import Foundation
import Testing

/// `pool mine` as a user runs it.
@Suite struct PoolMineTests {
  private func inRepository(_ body: (ScratchWorkspace) throws -> Void) throws {
    try Program.withFolder { folder in
      let workspace = try ScratchWorkspace(in: folder)
      try git(workspace.root, "init", "--quiet")
      for (number, subject) in ["Add the first page", "Add the second page"].enumerated() {
        try Data("page = \(number)\n".utf8).write(
          to: workspace.root.appending(path: "page\(number).py"))
        try git(workspace.root, "add", "--all")
        try git(workspace.root, "commit", "--quiet", "-m", subject)
      }
      try body(workspace)
    }
  }

  private func git(_ folder: URL, _ arguments: String...) throws {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments =
      ["git", "-C", folder.path, "-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
      + arguments
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
  }

  private func object(_ output: String) throws -> [String: Any] {
    try #require(
      try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any])
  }

  @Test func countsExportsAndUndoes() throws {
    try inRepository { workspace in
      let dry = try object(workspace.run("pool", "mine", "--dry-run", "--json").output)
      #expect(dry["commits"] as? Int == 2 && dry["dryRun"] as? Bool == true)
      #expect(try workspace.run("pool", "export").output == "")
      let report = try object(workspace.run("pool", "mine", "--json").output)
      #expect(report["commits"] as? Int == 2 && report["complete"] as? Bool == true)
      #expect(report["docs"] as? Int == 0 && report["total"] as? Int == 2)
      let next = try object(workspace.run("pool", "mine", "--dry-run", "--json").output)
      let added = try #require(next["added"] as? [String: Int])
      #expect(next["commits"] as? Int == 2 && added.values.allSatisfy { $0 == 0 })
      let lines = try workspace.run("pool", "export").lines
      #expect(lines.count == 2)
      for line in lines {
        let row = try object(String(line))
        #expect((row["origin"] as? String)?.hasPrefix("git:") == true)
        #expect(row["pool"] as? String == "mined-commits")
        #expect(row["author"] as? String == "Ada")
      }
      let again = try workspace.run(
        "pool", "import", "-", "--format", "jsonl", input: lines.joined(separator: "\n") + "\n")
      #expect(again.output == "0 added, 2 already there, 0 nearly the same, 0 skipped\n")
      #expect(
        try workspace.run("pool", "mine", "--undo").output == "2 mined exemplars taken out\n")
      #expect(try workspace.run("pool", "export").output == "")
    }
  }

  @Test func wrongOptionsSaySo() throws {
    try inRepository { workspace in
      let unknown = try workspace.run("pool", "mine", "--from", "commits,poems")
      #expect(unknown.code != 0)
      #expect(unknown.errors.contains("commits, docs, functions, tests, changelog, prose"))
      #expect(try workspace.run("pool", "mine", "--undo", "--dry-run").code != 0)
    }
  }
}
