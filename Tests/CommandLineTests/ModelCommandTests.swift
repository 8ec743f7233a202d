import Foundation
import TestSupport
import Testing

/// What others script: the commands that run the real models, and the JSON that they print.
@Suite(
  .serialized,
  .enabled(
    if: TestModels.exists(TestModels.smolLM2) && TestModels.exists(TestModels.miniLM),
    "the default models are not installed"))
struct ModelCommandTests {
  private static let model = ["--model", TestModels.smolLM2.path]
  private static let prompt = Data(
    "<|im_start|>user\nWhat is the capital of France?<|im_end|>\n<|im_start|>assistant\n".utf8)

  private func object(_ outcome: Program.Outcome) throws -> [String: Any] {
    #expect(outcome.code == 0, "\(outcome.errors)")
    return try #require(
      JSONSerialization.jsonObject(with: outcome.bytes) as? [String: Any])
  }

  @Test func completeTakesAPromptAsItIs() throws {
    let arguments =
      ["complete"] + Self.model + ["--raw", "--temperature", "0", "--max-tokens", "12", "--json"]
    let first = try object(Program.run(arguments, input: Self.prompt))
    let second = try object(Program.run(arguments, input: Self.prompt))
    let tokens = try #require(first["tokens"] as? [Int])
    let text = try #require(first["text"] as? String)
    #expect(text.contains("Paris"))
    #expect(!text.contains("<|"))
    #expect(tokens.count <= 12)
    #expect(tokens == second["tokens"] as? [Int])
    let ids = try object(Program.run(["tokenize", "--json"] + Self.model, input: Self.prompt))
    #expect(first["promptTokens"] as? [Int] == ids["ids"] as? [Int])
    let timings = try #require(first["timings"] as? [String: Any])
    #expect(timings["promptTokens"] as? Int == (ids["ids"] as? [Int])?.count)
  }

  @Test func scoreIsTheSumOfTheCompletionsTokens() throws {
    let prompt = String(decoding: Self.prompt, as: UTF8.self)
    let rows = try ["The capital is Paris.", "", "The capital is Potato.<|im_end|>"].map {
      try JSONSerialization.data(withJSONObject: ["prompt": prompt, "completion": $0])
    }
    let outcome = try Program.run(
      ["score", "--json"] + Self.model, input: Data(rows.joined(separator: [10])))
    #expect(outcome.code == 0, "\(outcome.errors)")
    let scores = try outcome.lines.map {
      try #require(
        JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Double])
    }
    try #require(scores.count == 3)
    #expect(scores[0]["nll"] ?? 99 < scores[2]["nll"] ?? 0)
    #expect(scores[1] == ["nll": 0, "tokens": 0])
    let ids = try object(
      Program.run(
        ["tokenize", "--json"] + Self.model, input: Data("The capital is Potato.<|im_end|>".utf8)))
    #expect(scores[2]["tokens"] == (ids["ids"] as? [Int]).map { Double($0.count) })
  }

  @Test(arguments: [
    "{", #"{"prompt": "a"}"#, #"{"prompt": 1, "completion": "b"}"#,
    #"{"prompt": "", "completion": "b"}"#,
  ])
  func scoreNamesTheLineThatIsWrong(_ row: String) throws {
    let good = #"{"prompt": "a", "completion": " b"}"#
    let outcome = try Program.run(
      ["score"] + Self.model, input: Data("\(good)\n\(row)\n".utf8))
    #expect(outcome.code == 1)
    #expect(outcome.lines.count == 1)
    #expect(outcome.errors.contains("ine 2"), "\(outcome.errors)")
  }

  @Test func embedPrintsAUnitVectorALine() throws {
    let outcome = try Program.run(
      ["embed", "--json"], input: Data("list files\n\nsort a list".utf8))
    #expect(outcome.code == 0, "\(outcome.errors)")
    let vectors = try outcome.lines.map {
      try #require(JSONSerialization.jsonObject(with: Data($0.utf8)) as? [Double])
    }
    #expect(vectors.count == 3)
    for vector in vectors {
      #expect(vector.count == 384)
      #expect(abs(vector.reduce(0) { $0 + $1 * $1 } - 1) < 1e-4)
    }
  }

  @Test func anUnknownChatTemplateIsAWrongUse() throws {
    let outcome = try Program.run(["complete", "--chat-template", "vicuna", "Name a bird."])
    #expect(outcome.code == 64)
    #expect(outcome.errors.contains("chatml, llama3, gemma, mistral, zephyr, phi, granite, alpaca"))
  }

  /// An empty project, and a data folder that has the models.
  private func withProject(_ body: (_ project: URL, _ data: URL) throws -> Void) throws {
    try Program.withFolder { folder in
      let data = folder.appending(path: "data"), project = folder.appending(path: "project")
      for url in [data.appending(path: "pillow-lsp"), project.appending(path: ".pillow")] {
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
      }
      try FileManager.default.createSymbolicLink(
        at: data.appending(path: "pillow-lsp/models"), withDestinationURL: TestModels.folder)
      try body(project, data)
    }
  }

  /// As the server does, whatever folder the command is given in.
  @Test func theModelOfTheProjectsSettingsIsUsed() throws {
    try withProject { project, data in
      try Data(#"{"model": "small.gguf"}"#.utf8).write(
        to: project.appending(path: ".pillow/config.json"))
      let arguments = ["complete", "--project", project.path, "--max-tokens", "2", "Name a bird."]
      let without = try Program.run(arguments, data: data)
      #expect(without.code == 1)
      #expect(without.errors.contains("/project/small.gguf"), "\(without.errors)")
      let named = try Program.run(arguments + Self.model, data: data)
      #expect(named.code == 0, "\(named.errors)")
      try FileManager.default.createSymbolicLink(
        at: project.appending(path: "small.gguf"), withDestinationURL: TestModels.smolLM2)
      let with = try Program.run(arguments, data: data)
      #expect(with.code == 0, "\(with.errors)")
      try Data(#"{"model": 5}"#.utf8).write(to: project.appending(path: ".pillow/config.json"))
      let wrong = try Program.run(arguments, data: data)
      #expect(wrong.code == 0)
      #expect(wrong.errors.contains("model must be a name or a path"), "\(wrong.errors)")
    }
  }

  @Test func aProjectsExemplarsAreMatchedAndUsed() throws {
    try withProject { project, data in
      let pool = TestPaths.package.appending(path: "Pools/shell-commands.jsonl").path
      let added = try Program.run(["pool", "import", "--project", project.path, pool], data: data)
      #expect(added.code == 0, "\(added.errors)")
      let arguments = ["--project", project.path, "--shots", "2", "--json"]
      let matched = try object(
        Program.run(
          ["match"] + arguments, input: Data("List all files by size.\n".utf8), data: data))
      let exemplars = try #require(matched["exemplars"] as? [[String: Any]])
      #expect(exemplars.count == 2)
      for exemplar in exemplars {
        let probability = try #require(exemplar["probability"] as? Double)
        let cosine = try #require(exemplar["cosine"] as? Double)
        #expect((0...1).contains(probability) && (-1...1).contains(cosine))
      }
      let answer = try object(
        Program.run(
          ["complete", "--max-tokens", "24"] + arguments + ["List all files by size."], data: data))
      #expect((answer["exemplars"] as? [Any])?.count == 2)
      #expect((answer["text"] as? String)?.isEmpty == false)
      let report = try object(
        Program.run(["doctor", "--json", "--project", project.path], data: data))
      let names = try #require(report["checks"] as? [[String: Any]]).compactMap {
        $0["name"] as? String
      }
      #expect(names.contains("model smollm2-135m-instruct") && names.contains("project"))
    }
  }
}
