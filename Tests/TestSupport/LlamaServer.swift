import Foundation

/// A real llama-server on this machine, with the default model: `Scripts/llama-server`.
public final class LlamaServer: Sendable {
  public let url: String
  public let port: Int
  private let process: Process
  private let input = Pipe()

  public enum Failure: Error { case didNotStart(String) }

  /// Whether `Scripts/llama-server --install` has run, as `Scripts/test` lets it.
  public static var isInstalled: Bool {
    let environment = ProcessInfo.processInfo.environment
    let cache =
      environment["XDG_CACHE_HOME"].flatMap { $0.isEmpty ? nil : URL(filePath: $0) }
      ?? FileManager.default.homeDirectoryForCurrentUser.appending(path: ".cache")
    let tests = cache.appending(path: "pillow-lsp-tests")
    let names = (try? FileManager.default.contentsOfDirectory(atPath: tests.path)) ?? []
    return names.contains { name in
      name.hasPrefix("xllamacpp-")
        && FileManager.default.fileExists(atPath: tests.appending(path: "\(name)/ready").path)
    } && FileManager.default.fileExists(atPath: TestModels.smolLM2.path)
  }

  /// Starts it; blocks until it is ready.
  public init(_ arguments: [String] = []) throws {
    process = Process()
    process.executableURL = TestPaths.package.appending(path: "Scripts/llama-server")
    process.arguments = arguments
    let output = Pipe()
    process.standardInput = input
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let line = try output.readLine()
    guard line.hasSuffix("\n") else { throw Failure.didNotStart(line) }
    url = line.trimmingCharacters(in: .whitespacesAndNewlines)
    port = URL(string: url)?.port ?? 0
  }

  /// As when its machine loses power.
  public func kill() {
    Foundation.kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }

  deinit { if process.isRunning { kill() } }
}
