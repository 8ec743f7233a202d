import ArgumentParser
import Foundation
import InstructionCompletion
import PillowServer

struct Serve: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Speak the Language Server Protocol on standard input and output.")

  @Flag(help: .hidden) var stdio = false

  func run() async throws {
    let projects = ProjectServices(models: ModelHost())
    let server = LanguageServer.overStandardStreams(
      opening: projects, version: PillowLSP.version)
    let signals = TerminationSignals { server.end() }
    defer { signals.ignore() }
    throw ExitCode(await server.run())
  }
}
