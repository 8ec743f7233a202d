import Foundation
import PromptPool
import TestSupport
import Testing

@Suite struct PoolNameTests {
  private let pool: PromptPool
  private let draft = ExemplarDraft(instruction: "Add.", output: "a + b")

  init() throws { pool = try PromptPool.inMemory() }

  @Test(arguments: [
    "", " ", "a/b", "../../x", "a\\b", ".hidden", "two\nlines", "tab\t", "x ", "\u{202E}abc",
    "a\u{0}b",
    String(repeating: "x", count: 101),
  ])
  func isRefusedWhereverAPoolIsMade(name: String) throws {
    let folder = try TemporaryFolder()
    let file = try folder.write(Array("{\"instruction\": \"a\", \"output\": \"b\"}\n".utf8))
    try pool.add(draft, pool: "ours")
    let attempts: [() throws -> Void] = [
      { _ = try pool.add(ExemplarDraft(instruction: "Other.", output: "x"), pool: name) },
      { try pool.importFile(file, pool: name) }, { try pool.merge(pool: "ours", into: name) },
      { try pool.split(pool: "ours", tag: "t", into: name) },
    ]
    for attempt in attempts {
      let error = #expect(throws: PromptPoolError.self) { try attempt() }
      guard case .invalidPoolName(name, _) = error else {
        Issue.record("\(String(describing: error))")
        continue
      }
    }
    #expect(try pool.statistics().pools.map(\.name) == ["ours"])
  }

  @Test(arguments: [
    "ours", "house style", "mined-commits", "v1.2", "ünïcode", "日本語", "a:b", "👩‍🔬",
    String(repeating: "x", count: 100),
  ])
  func isTaken(name: String) throws {
    try pool.add(draft, pool: name)
    #expect(try pool.statistics().pools.map(\.name) == [name])
  }

  /// A file that never ends would be read for ever.
  @Test(arguments: ["/dev/zero", "/dev/urandom"])
  func devicesAreNotImported(path: String) {
    #expect(throws: PromptPoolError.unreadable(path: path, reason: "it is a device")) {
      try pool.importFile(URL(filePath: path), pool: "ours")
    }
  }
}
