import Foundation
import TestSupport
import Testing

/// What `doctor` says of a project whose models are there, but not as they should be.
@Suite(
  .enabled(
    if: TestModels.exists(TestModels.miniLM) && TestModels.exists(TestModels.smolLM2),
    "the models are not installed"))
struct DoctorTests {
  private struct Report: Decodable {
    struct Check: Decodable {
      let name, detail: String
      let ok: Bool
      let advice: String?
    }

    let checks: [Check]
  }

  private func doctor(
    _ settings: String, pool: [String] = [], environment: [String: String] = [:]
  ) throws -> (code: Int32, checks: [Report.Check]) {
    try Program.withFolder { folder in
      let scratch = try ScratchWorkspace(in: folder)
      if !pool.isEmpty { try scratch.share(pool) }
      try Data(settings.utf8).write(to: scratch.root.appending(path: ".pillow/config.json"))
      let outcome = try Program.run(
        ["doctor", "--json"], in: scratch.root, data: scratch.data, environment: environment)
      return (outcome.code, try JSONDecoder().decode(Report.self, from: outcome.bytes).checks)
    }
  }

  private let line = #"{"instruction": "Count the lines.", "input": "", "output": "wc -l"}"#

  @Test func whatIsCompleteIsSaidToBe() throws {
    let (code, checks) = try doctor("{}", pool: [line])
    #expect(code == 0)
    #expect(checks.allSatisfy { $0.ok || $0.name == "processor" || $0.name == "recommendation" })
  }

  @Test func aTruncatedModelIsNotOK() throws {
    try Program.withFolder { folder in
      let broken = folder.appending(path: "broken.gguf")
      let whole = try Data(contentsOf: TestModels.smolLM2, options: .mappedIfSafe)
      try whole.prefix(whole.count / 2).write(to: broken)
      let (code, checks) = try doctor(#"{"model": "\#(broken.path)"}"#, pool: [line])
      #expect(code == 1)
      let check = try #require(checks.first { $0.name == "model \(broken.path)" })
      #expect(!check.ok)
      #expect(check.advice?.contains(broken.path) == true)
    }
  }

  @Test func aMissingAdapterIsNotOK() throws {
    let (code, checks) = try doctor(#"{"adapter": "/no/such/adapter"}"#, pool: [line])
    #expect(code == 1)
    let check = try #require(checks.first { $0.name.hasPrefix("model smollm2") })
    #expect(!check.ok)
    #expect(check.advice?.contains("/no/such/adapter") == true)
  }

  @Test func aMissingDefaultAdapterIsANote() throws {
    let (code, checks) = try doctor(
      "{}", pool: [line], environment: ["PILLOW_LSP_ADAPTERS": "/no/such/folder"])
    #expect(code == 0)
    let check = try #require(checks.first { $0.name.hasPrefix("model smollm2") })
    #expect(!check.ok)
    #expect(check.advice?.contains("PILLOW_LSP_ADAPTERS") == true)
  }

  @Test func anEmptyPoolIsANoteWithWhatToDo() throws {
    let (code, checks) = try doctor("{}")
    #expect(code == 0)
    let check = try #require(checks.first { $0.name == "project" })
    #expect(!check.ok)
    #expect(check.advice?.contains("pillow-lsp pool import") == true)
  }
}
