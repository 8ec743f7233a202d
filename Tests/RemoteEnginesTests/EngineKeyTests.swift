import Foundation
import RemoteEngines
import TestSupport
import Testing

struct EngineKeyTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func file(_ text: String, mode: Int) throws -> URL {
    let file = try folder.write(text.utf8, "key")
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file.path)
    return file
  }

  @Test(arguments: [0o600, 0o400])
  func readsAPrivateFile(_ mode: Int) throws {
    let file = try file("sk-secret\n", mode: mode)
    #expect(throws: Never.self) { try EngineKey(file: file) }
  }

  @Test(arguments: [0o644, 0o640, 0o660, 0o604, 0o610, 0o777])
  func refusesAFileThatOthersMayRead(_ mode: Int) throws {
    let file = try file("sk-secret", mode: mode)
    let error = #expect(throws: RemoteError.self) { try EngineKey(file: file) }
    #expect(error?.description.contains("chmod 600") == true)
    #expect(error?.description.contains("sk-secret") == false)
  }

  @Test(arguments: ["", "  \n", "two keys", "a\r\nX-Header: b", "schlüssel"])
  func refusesWhatCannotStandInAHeader(_ text: String) throws {
    let file = try file(text, mode: 0o600)
    #expect(throws: RemoteError.self) { try EngineKey(file: file) }
  }

  @Test func refusesWhatIsNoFile() throws {
    #expect(throws: RemoteError.self) { try EngineKey(file: folder.file("missing")) }
    #expect(throws: RemoteError.self) { try EngineKey(file: folder.url) }
    let large = try file(String(repeating: "a", count: 20_000), mode: 0o600)
    #expect(throws: RemoteError.self) { try EngineKey(file: large) }
  }

  @Test func showsItselfNowhere() throws {
    let key = try EngineKey(file: file("sk-secret", mode: 0o600))
    var dumped = ""
    dump(key, to: &dumped)
    let choice = RemoteChoice(url: "http://127.0.0.1", key: key)
    for text in ["\(key)", String(reflecting: key), dumped, "\(choice)", "\([key])"] {
      #expect(!text.contains("sk-secret"))
    }
  }
}
