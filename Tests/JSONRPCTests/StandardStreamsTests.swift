import Foundation
import JSONRPC
import Testing

@Suite struct StandardStreamsTests {
  @Test func whatIsPrintedDoesNotReachStandardOutput() async throws {
    let result = try await #require(
      processExitsWith: .exitCode(0),
      observing: [\.standardOutputContent, \.standardErrorContent]
    ) {
      let (_, output) = StandardStreams.claim()
      print("stray")
      fflush(nil)
      let message = Data("message".utf8)
      _ = message.withUnsafeBytes { write(output, $0.baseAddress, $0.count) }
      // Whatever else reads standard input must not take the protocol's bytes.
      exit(readLine() == nil ? 0 : 1)
    }
    let output = String(decoding: result.standardOutputContent, as: UTF8.self)
    #expect(output.contains("message"))
    #expect(!output.contains("stray"))
    #expect(String(decoding: result.standardErrorContent, as: UTF8.self).contains("stray"))
  }
}
