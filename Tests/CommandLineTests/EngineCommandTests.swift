import FaultServer
import Foundation
import Synchronization
import TestSupport
import Testing

/// `complete --engine` and `doctor` as a user runs them.
@Suite(.enabled(if: TestModels.exists(TestModels.miniLM), "the encoder is not fetched"))
struct EngineCommandTests {
  private struct Answer: Decodable {
    let text, model, engine: String
  }

  private static func run(
    _ arguments: [String], environment: [String: String] = [:], config: String? = nil
  ) async throws -> Program.Outcome {
    try await withCheckedThrowingContinuation { continuation in
      Thread.detachNewThread {
        continuation.resume(
          with: Result {
            try Program.withFolder { folder in
              let data = folder.appending(path: "data")
              let project = folder.appending(path: "project/.pillow")
              try FileManager.default.createDirectory(
                at: project, withIntermediateDirectories: true)
              try FileManager.default.createDirectory(
                at: data.appending(path: "pillow-lsp"), withIntermediateDirectories: true)
              try FileManager.default.createSymbolicLink(
                at: data.appending(path: "pillow-lsp/models"),
                withDestinationURL: TestModels.folder)
              if let config {
                try Data(config.utf8).write(to: project.appending(path: "config.json"))
              }
              return try Program.run(
                arguments, in: project.deletingLastPathComponent(), data: data,
                environment: environment)
            }
          })
      }
    }
  }

  private static func server() async throws -> FaultServer {
    try await FaultServer { request, link in
      guard request.method == "POST" else {
        return try await link.answer(200, #"{"data":[{"id":"big"}]}"#)
      }
      try await link.chat(["re", "d"])
    }
  }

  @Test func completesOnTheServerThatIsNamed() async throws {
    let server = try await Self.server()
    let outcome = try await Self.run(
      ["complete", "--engine", server.url, "--engine-model", "big", "--json", "Name a colour."],
      environment: ["PILLOW_LSP_ENGINE_KEY": "sk-secret"])
    #expect(outcome.code == 0)
    let answer = try JSONDecoder().decode(Answer.self, from: outcome.bytes)
    #expect(answer.text == "red")
    #expect(answer.model == "big")
    #expect(answer.engine == server.url)
    #expect(server.completions.first?.headers["authorization"] == "Bearer sk-secret")
    #expect(!outcome.output.contains("sk-secret") && !outcome.errors.contains("sk-secret"))
  }

  @Test func completesOnTheServerOfTheSettings() async throws {
    let server = try await Self.server()
    let byEnvironment = try await Self.run(
      ["complete", "--json", "Name a colour."],
      environment: ["PILLOW_LSP_ENGINE_URL": server.url])
    #expect(
      try JSONDecoder().decode(Answer.self, from: byEnvironment.bytes).engine == server.url)
    let byConfig = try await Self.run(
      ["complete", "--json", "Name a colour."],
      config: #"{"engine":{"url":"\#(server.url)","model":"big"}}"#)
    #expect(try JSONDecoder().decode(Answer.self, from: byConfig.bytes).model == "big")
    #expect(server.completions.count == 2)
  }

  @Test func aRepositoryCannotNameAnotherMachine() async throws {
    let outcome = try await Self.run(
      ["config", "show"], config: #"{"engine":{"url":"https://example.org/v1"}}"#)
    #expect((outcome.output + outcome.errors).contains("engine.url may name only this machine"))
  }

  @Test func oneSentenceSaysWhatIsWrong() async throws {
    let down = try await Self.run(
      ["complete", "--engine", "http://127.0.0.1:9", "Name a colour."])
    #expect(down.code == 1)
    #expect(down.errors.contains("The engine http://127.0.0.1:9/v1 cannot be reached"))
    let nonsense = try await Self.run(["complete", "--engine", "nonsense", "Name a colour."])
    #expect(nonsense.code == 64)
    let alone = try await Self.run(["complete", "--engine-model", "big", "Name a colour."])
    #expect(alone.code == 64)
  }

  @Test func refusesAKeyFileThatOthersMayRead() async throws {
    let server = try await Self.server()
    let folder = try TemporaryFolder()
    let file = try folder.write("sk-secret".utf8, "key")
    for (mode, code) in [(0o644, Int32(1)), (0o600, 0)] {
      try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file.path)
      let outcome = try await Self.run([
        "complete", "--engine", server.url, "--engine-key-file", file.path, "Name a colour.",
      ])
      #expect(outcome.code == code)
      #expect(outcome.errors.contains("chmod 600") == (code == 1))
      #expect(!outcome.errors.contains("sk-secret"))
    }
    #expect(server.completions.count == 1)
  }

  @Test func doctorAsksTheServer() async throws {
    let server = try await Self.server()
    let good = try await Self.run(
      ["doctor"],
      environment: ["PILLOW_LSP_ENGINE_URL": server.url, "PILLOW_LSP_ENGINE_MODEL": "big"])
    #expect(good.output.contains("ok      engine \(server.url): OpenAI-compatible, model big"))
    let bad = try await Self.run(
      ["doctor"], environment: ["PILLOW_LSP_ENGINE_URL": "http://127.0.0.1:9"])
    #expect(bad.code == 1)
    #expect(bad.output.contains("missing engine http://127.0.0.1:9: it does not answer"))
  }

  @Test func servesTheEndpointToWhoKnowsItsToken() async throws {
    let server = try await FaultServer { request, link in
      guard request.method == "POST" else { return try await link.answer(404, "{}") }
      try await link.chat(["def add(a, b):\n    return a + b\n"])
    }
    let folder = try TemporaryFolder()
    try FileManager.default.createDirectory(
      at: folder.file("data/pillow-lsp"), withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(
      at: folder.file("data/pillow-lsp/models"), withDestinationURL: TestModels.folder)
    let process = Process()
    process.executableURL = Program.url
    process.arguments = ["serve", "--http", "0", "--engine", server.url, "--engine-model", "m"]
    process.currentDirectoryURL = folder.url
    process.environment = ProcessInfo.processInfo.environment
      .merging(["XDG_DATA_HOME": folder.file("data").path]) { $1 }
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    defer { process.terminate() }
    let body =
      #"{"model":"pillow-lsp","prompt":"<|fim_prefix|># Write a function that adds two numbers.\n<|fim_suffix|><|fim_middle|>","max_tokens":128}"#
    let answer = try await withCheckedThrowingContinuation { continuation in
      Thread.detachNewThread {
        continuation.resume(
          with: Result { () -> String in
            let url = try output.readLine().trimmingCharacters(in: .newlines)
            let file = folder.file("data/pillow-lsp/http-token")
            let token = try String(contentsOf: file, encoding: .utf8)
              .trimmingCharacters(in: .newlines)
            let curl = Process()
            curl.executableURL = URL(filePath: "/usr/bin/env")
            curl.arguments = [
              "curl", "-sS", "-m", "120", "-H", "Authorization: Bearer \(token)", "-d", body, url,
            ]
            let said = Pipe()
            curl.standardOutput = said
            try curl.run()
            let text = try said.fileHandleForReading.readToEnd() ?? Data()
            curl.waitUntilExit()
            return String(decoding: text, as: UTF8.self)
          })
      }
    }
    #expect(answer.contains(#""text":"def add(a, b):\n    return a + b""#))
  }
}
