import RemoteEngines
import Testing

struct ServerAddressTests {
  @Test(arguments: [
    ("http://127.0.0.1:8080", "http://127.0.0.1:8080/v1"),
    ("http://127.0.0.1:8080/", "http://127.0.0.1:8080/v1"),
    (" https://api.example.org/v1/ ", "https://api.example.org/v1"),
    ("https://example.org/api/v1", "https://example.org/api/v1"),
    ("http://localhost:11434/v1/chat/completions", "http://localhost:11434/v1"),
    ("http://localhost:11434/v1/completions", "http://localhost:11434/v1"),
    ("http://[::1]:8080", "http://[::1]:8080/v1"),
  ])
  func findsTheAPI(_ text: String, _ base: String) throws {
    #expect(try ServerAddress(text).base == base)
  }

  @Test(arguments: [
    "", "127.0.0.1:8080", "ftp://example.org", "http://", "file:///etc/passwd", "http://h/#x",
    "http:// a b",
  ])
  func refusesWhatIsNoAddress(_ text: String) {
    #expect(throws: RemoteError.self) { try ServerAddress(text) }
  }

  @Test func refusesAPasswordWithoutRepeatingIt() {
    let error = #expect(throws: RemoteError.self) {
      try ServerAddress("https://me:hunter2@example.org/v1")
    }
    #expect(error?.description.contains("hunter2") == false)
    #expect(error?.description.contains("PILLOW_LSP_ENGINE_KEY") == true)
  }

  @Test(arguments: [
    ("127.0.0.1", true), ("127.8.9.1", true), ("localhost", true), ("[::1]", true),
    ("10.0.0.1", false), ("127.0.0.1.example.org", false), ("127.example.org", false),
    ("1270.0.1", false), ("example.org", false),
  ])
  func knowsThisMachine(_ host: String, _ isThis: Bool) {
    #expect(ServerAddress.isLoopback(host) == isThis)
  }
}
