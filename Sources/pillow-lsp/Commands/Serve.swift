import ArgumentParser
import Foundation
import PillowProject
import PillowServer

struct Serve: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Speak the Language Server Protocol on standard input and output.")

  @Flag(help: .hidden) var stdio = false

  func run() async throws { throw ExitCode(await Self.serve()) }

  /// Serves until the client leaves; returns the exit code.
  static func serve() async -> Int32 {
    Heaps.keepFew()
    let server = LanguageServer.overStandardStreams(
      projects: OpenProjects(), version: PillowLSP.version)
    let signals = TerminationSignals { server.end() }
    defer { signals.ignore() }
    return await server.run()
  }
}
