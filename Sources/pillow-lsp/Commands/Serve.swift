import ArgumentParser
import Foundation
import ModelStore
import PillowProject
import PillowServer

struct Serve: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Speak the Language Server Protocol on standard input and output.",
    discussion: """
      With --http, /v1/completions is served on this machine instead, for editors whose edit \
      prediction asks an OpenAI-compatible server, such as Zed.
      """)

  @Flag(help: .hidden) var stdio = false
  @Option(help: "Serve /v1/completions at this port of 127.0.0.1; 0 takes any that is free.")
  var http: Int?
  @OptionGroup var project: ProjectOption
  @OptionGroup var engine: EngineArguments

  func validate() throws {
    if let http, !(0...65_535).contains(http) {
      throw ValidationError("--http must be a port from 0 to 65535.")
    }
  }

  func run() async throws {
    guard let http else { throw ExitCode(await Self.serve()) }
    try await serve(port: http)
  }

  /// Serves until the client leaves; returns the exit code.
  static func serve() async -> Int32 {
    Heaps.keepFew()
    let server = LanguageServer.overStandardStreams(
      projects: OpenProjects(), version: PillowLSP.version)
    let signals = TerminationSignals { server.end() }
    defer { signals.ignore() }
    return await server.run()
  }

  private func serve(port: Int) async throws {
    Heaps.keepFew()
    let opened = try project.open(settings: engine.settings(over: project.settings()), goesOn: true)
    opened.watch()
    opened.prepare()
    let folder = DataFolder()
    try folder.create(folder.url)
    let file = folder.url.appending(path: "http-token")
    let completion = EndpointCompletion(project: opened)
    let endpoint: CompletionEndpoint
    do {
      endpoint = try await CompletionEndpoint(port: port, token: EndpointToken(file: file)) {
        try await completion.answer($0)
      }
    } catch let error as EndpointToken.Failure {
      throw CommandError("\(error)")
    } catch {
      throw CommandError("Port \(port) of 127.0.0.1 cannot be used: another program may have it.")
    }
    let signals = TerminationSignals { endpoint.close() }
    defer { signals.ignore() }
    Output.line("http://127.0.0.1:\(endpoint.port)/v1/completions")
    Output.message(
      "Send the token of \(file.path(percentEncoded: false)) as “Authorization: Bearer …”.")
    try? await endpoint.run()
  }
}
