import Foundation
package import JSONRPC

/// The server: one client, from its first message to its end.
public final class LanguageServer: Sendable {
  private let connection: Connection
  private let session: Session

  /// - Parameters:
  ///   - input: a descriptor to read the protocol from; stays the caller's.
  ///   - output: a descriptor to write it to; stays the caller's.
  ///   - opening: opens the projects of the workspace's folders.
  ///   - version: the server's own version, told to the client.
  ///   - recorder: writes the conversation down.
  package init(
    input: Int32, output: Int32, opening: any ProjectOpening, version: String,
    recorder: MessageRecorder? = nil
  ) {
    connection = Connection(input: input, output: output, recorder: recorder)
    session = Session(connection: connection, opening: opening, version: version)
  }

  /// Serves until the client says `exit`, goes away, or closes the input.
  ///
  /// - Returns: the exit code: 0 after `shutdown`, 1 otherwise.
  public func run() async -> Int32 {
    connection.start(session)
    let code = await session.run()
    connection.close()
    return code
  }
}
