import Foundation
package import JSONRPC
package import PillowProject

/// The server: one client, from its first message to its end.
///
/// ```swift
/// let server = LanguageServer.overStandardStreams(projects: projects, version: "0.1.0")
/// exit(await server.run())
/// ```
public final class LanguageServer: Sendable {
  private let connection: Connection
  private let session: Session

  /// The environment variable with the path of a file to write the conversation to.
  public static let recordVariable = "PILLOW_LSP_RECORD"

  /// - Parameters:
  ///   - input: a descriptor to read the protocol from; stays the caller's.
  ///   - output: a descriptor to write it to; stays the caller's.
  ///   - projects: opens the projects of the workspace's folders.
  ///   - version: the server's own version, told to the client.
  ///   - recorder: writes the conversation down.
  ///   - options: what tests do otherwise.
  package init(
    input: Int32, output: Int32, projects: OpenProjects, version: String,
    recorder: MessageRecorder? = nil, options: ServerOptions = ServerOptions()
  ) {
    connection = Connection(input: input, output: output, recorder: recorder)
    session = Session(
      connection: connection, projects: projects, version: version, options: options)
  }

  /// A server on standard input and output, which nothing else can write to any more: what a
  /// library prints goes to standard error.
  package static func overStandardStreams(
    projects: OpenProjects, version: String,
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> LanguageServer {
    let streams = StandardStreams.claim()
    let record = environment[recordVariable].flatMap { $0.isEmpty ? nil : $0 }
    let recorder = record.flatMap { MessageRecorder(appendingTo: URL(fileURLWithPath: $0)) }
    return LanguageServer(
      input: streams.input, output: streams.output, projects: projects, version: version,
      recorder: recorder, options: ServerOptions(environment: environment, learnsWhenIdle: true))
  }

  /// Ends ``run()``: what is open is answered, and what was acknowledged is stored.
  public func end() { session.end() }

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
