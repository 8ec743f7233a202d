import Foundation
import PromptPool
import TestSupport
import Testing

@Suite struct SecretTests {
  private static let noise = "aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC2dF4gH6"

  static let hits = [
    "-----BEGIN RSA PRIVATE KEY-----\nMIIE", "-----BEGIN OPENSSH PRIVATE KEY-----",
    "token: ghp_\(noise)", "github_pat_11\(noise)\(noise)", "AKIA3XQ7ZL5MN2PR8TVW",
    "xoxb-123987-\(noise)", "sk-\(noise)", "sk_live_\(noise)", "glpat-\(noise)", "hf_\(noise)",
    "eyJhbGciOiJIUzI1NiIsInR5.eyJzdWIiOiIxMjM0NTY3ODkw.SflKxwRJSMeKKF2QT4fw",
    "password = \"hu7Nter2x9Q\"", "\"api_key\": \"9f8e7d6c5b4a3021\"", "API_KEY=9f8e7d6c5b4a3021",
  ]

  static let misses = [
    "-----BEGIN PUBLIC KEY-----", "password = \"changeme\"", "password = getpass()",
    "Enter your password: ", "secret: String", "api_key = os.environ[\"API_KEY1\"]",
    "ghp_example", "sk-learn is short for scikit-learn", "task-1234567890abcdef1234567890abcdef",
    "AKIAIOSFODNN7EXAMPLE", "desk-aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC2dF4gH6", "password=${PASSWORD1}",
    "a hash 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b", "password: string; // at least 8",
  ]

  @Test(arguments: hits) func secretsAreFound(text: String) {
    let found = SecretScanner.find(in: "one\ntwo " + text)
    #expect(found?.line == 2)
  }

  @Test(arguments: misses) func otherTextsPass(text: String) {
    #expect(SecretScanner.find(in: text) == nil)
  }

  @Test func anImportRefusesThemWithTheirPlace() throws {
    let folder = try TemporaryFolder()
    let draft = ExemplarDraft(instruction: "a", output: "b\n" + Self.hits[0])
    let file = try folder.write(draft.jsonLine.utf8)
    let pool = try PromptPool.inMemory()
    let report = try pool.importFile(file)
    #expect(
      report.rejected.map(\.reason)
        == ["“output” seems to hold a private key, in its line 2"])
    #expect(try pool.importFile(file, options: ImportOptions(allowsSecrets: true)).added == 1)
  }

  @Test(.enabled(if: TestData.folder != nil, "../shared/data is missing"))
  func realInstructionsHoldOne() throws {
    let folder = try #require(TestData.folder)
    let pool = try PromptPool.inMemory()
    var found: [String] = []
    for name in ["alpaca-en", "code-alpaca", "seed-tasks"] {
      let report = try pool.importFile(folder.appending(path: name + ".jsonl"))
      let hits = report.rejected.filter { $0.reason.contains("seems to hold") }
      found += hits.map { "\(name):\($0.line)" }
    }
    // A password of 32 random characters in its input, of 3,191 examples.
    #expect(found == ["code-alpaca:774"])
  }
}
