import Foundation
import TestSupport
import Testing

/// The models of other programs, listed and used as a person would: small random models laid out as
/// Hugging Face's tools, Ollama and LM Studio store them.
struct ModelDiscoveryTests {
  private static let small = TestPaths.package.appending(
    path: "Tests/LanguageModelTests/Resources")

  /// A home with the stores, and a data folder with the default models.
  private func withHome(_ body: (_ home: URL, _ data: URL) throws -> Void) throws {
    try Program.withFolder { home in
      func place(_ path: String, _ source: String) throws {
        let url = home.appending(path: path)
        try FileManager.default.createDirectory(
          at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try FileManager.default.copyItem(at: Self.small.appending(path: source), to: url)
      }
      func link(_ path: String, to target: String) throws {
        let url = home.appending(path: path)
        try FileManager.default.createDirectory(
          at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(
          atPath: url.path, withDestinationPath: target)
      }
      let hub = ".cache/huggingface/hub/models--someone--Small-GGUF"
      try place("\(hub)/blobs/abc", "architectures/qwen2.gguf")
      try link("\(hub)/snapshots/c0ffee/small-bf16.gguf", to: "../../blobs/abc")
      try link("\(hub)/snapshots/c0ffee/gone-q8_0.gguf", to: "../../blobs/gone")
      try place(
        ".lmstudio/models/someone/Small-GGUF/small-Q8_0.gguf", "architectures/phi3-long.gguf")
      let ollama = ".ollama/models"
      try place("\(ollama)/blobs/sha256-\(Self.digits(1))", "architectures/llama-linear.gguf")
      try place("\(ollama)/blobs/sha256-\(Self.digits(2))", "adapters/llama-linear.gguf")
      let library = home.appending(path: "\(ollama)/manifests/registry.ollama.ai/library")
      for (name, layers) in [("bare", ["model"]), ("tuned", ["model", "adapter"])] {
        let folder = library.appending(path: name)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let entries = zip(layers, 1...).map { kind, seed in
          #"{"mediaType":"application/vnd.ollama.image.\#(kind)","digest":"sha256:\#(Self.digits(seed))"}"#
        }
        try Data(#"{"layers":[\#(entries.joined(separator: ","))]}"#.utf8)
          .write(to: folder.appending(path: "latest"))
      }
      try FileManager.default.createDirectory(
        at: library.appending(path: "damaged"), withIntermediateDirectories: true)
      try Data("{".utf8).write(to: library.appending(path: "damaged/latest"))
      let data = home.appending(path: "data")
      try link("data/pillow-lsp/models", to: TestModels.folder.path)
      try body(home, data)
    }
  }

  private static func digits(_ seed: Int) -> String {
    let digits = String(seed)
    return String(repeating: "0", count: 64 - digits.count) + digits
  }

  private static let cleared = [
    "LLAMA_CACHE", "HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "HF_HOME", "XDG_CACHE_HOME",
    "OLLAMA_MODELS",
  ]

  private func run(
    _ arguments: [String], _ home: URL, _ data: URL, input: String = ""
  ) throws -> Program.Outcome {
    var environment = ["HOME": home.path]
    for name in Self.cleared { environment[name] = "" }
    return try Program.run(
      arguments, input: Data(input.utf8), in: home, data: data, environment: environment)
  }

  @Test func theListHasAllWithWhatIsWrong() throws {
    try withHome { home, data in
      let outcome = try run(["model", "list", "--json"], home, data)
      #expect(outcome.code == 0, "\(outcome.errors)")
      let models = try #require(
        JSONSerialization.jsonObject(with: outcome.bytes) as? [[String: Any]])
      for model in models {
        for key in [
          "name", "source", "path", "architecture", "type", "bytes", "supported", "reason",
        ] {
          #expect(model[key] != nil, "\(key)")
        }
        #expect((model["supported"] as? Bool == true) == (model["reason"] is NSNull))
      }
      func entry(_ name: String) throws -> [String: Any] {
        try #require(models.first { $0["name"] as? String == name }, "\(name)")
      }
      let ours = try entry("smollm2-135m-instruct")
      #expect(ours["supported"] as? Bool == true && ours["type"] as? String == "Q4_1")
      let hub = try entry("hf:someone/Small-GGUF:small-bf16.gguf")
      #expect(hub["source"] as? String == "hf" && hub["architecture"] as? String == "qwen2")
      #expect(hub["supported"] as? Bool == true && hub["bytes"] as? Int ?? 0 > 100_000)
      #expect(
        try entry("lmstudio:someone/Small-GGUF/small-Q8_0.gguf")["architecture"] as? String
          == "phi3")
      let tuned = try entry("ollama:tuned:latest"), bare = try entry("ollama:bare:latest")
      #expect(tuned["bytes"] as? Int ?? 0 > bare["bytes"] as? Int ?? .max)
      for name in ["hf:someone/Small-GGUF:gone-q8_0.gguf", "ollama:damaged:latest"] {
        #expect(try entry(name)["supported"] as? Bool == false)
      }
      let words = try run(["model", "list"], home, data)
      #expect(words.code == 0 && words.lines.count >= models.count)
    }
  }

  @Test(arguments: [
    "hf:someone/Small-GGUF", "hf:someone/Small-GGUF:small-bf16.gguf", "hf:someone/Small-GGUF:BF16",
    "ollama:bare", "ollama:tuned:latest", "lmstudio:small", "lmstudio:someone/Small-GGUF@q8_0",
  ])
  func completeUsesThem(_ name: String) throws {
    try withHome { home, data in
      let outcome = try run(
        ["complete", "--model", name, "--max-tokens", "3", "--json", "Say hello."], home, data)
      #expect(outcome.code == 0, "\(outcome.errors)")
      let answer = try #require(
        JSONSerialization.jsonObject(with: outcome.bytes) as? [String: Any])
      #expect((answer["model"] as? String)?.hasPrefix("random") == true)
    }
  }

  @Test func ollamasAdapterIsInForce() throws {
    try withHome { home, data in
      func tokens(_ name: String) throws -> [Int] {
        let outcome = try run(
          ["complete", "--raw", "--model", name, "--max-tokens", "12", "--json"], home, data,
          input: "The the")
        let answer = try JSONSerialization.jsonObject(with: outcome.bytes) as? [String: Any]
        return try #require(answer?["tokens"] as? [Int])
      }
      #expect(try tokens("ollama:tuned") != tokens("ollama:bare"))
      let training = try run(
        ["train", "adapter", "--model", "ollama:tuned", "--data", "none.jsonl"], home, data)
      #expect(training.code != 0)
    }
  }

  /// The server and `doctor` take the same names from a project's settings.
  @Test func aProjectsSettingsMayNameOne() throws {
    try withHome { home, data in
      let project = home.appending(path: "project/.pillow")
      try FileManager.default.createDirectory(at: project, withIntermediateDirectories: true)
      for (name, code, words) in [
        ("ollama:bare", 0, "ok      model ollama:bare"), ("ollama:bear", 1, "nearest: ollama:bare"),
      ] {
        try Data(#"{"model": "\#(name)"}"#.utf8).write(to: project.appending(path: "config.json"))
        let outcome = try run(["doctor", "--project", "project"], home, data)
        #expect(outcome.code == code, "\(outcome.output)")
        #expect(outcome.output.contains(words), "\(outcome.output)")
        #expect(outcome.output.contains("recommended model"))
      }
    }
  }

  @Test func namesThatDoNotExistGetSimilarOnes() throws {
    try withHome { home, data in
      for (name, words) in [
        ("hf:someone/Smal-GGUF", "hf:someone/Small-GGUF:small-bf16.gguf"),
        ("ollama:tunned", "ollama:tuned:latest"), ("lmstudio:smal", "lmstudio:someone/Small-GGUF"),
        ("hf:someone/Small-GGUF:gone-q8_0.gguf", "missing"), ("hf:nothing", "hf:OWNER/NAME"),
      ] {
        let outcome = try run(["complete", "--model", name, "Say hello."], home, data)
        #expect(outcome.code != 0 && !outcome.crashed)
        #expect(outcome.errors.contains(words), "\(outcome.errors)")
      }
      let path = try run(["model", "path", "ollama:bare"], home, data)
      #expect(path.output.hasSuffix("sha256-\(Self.digits(1))\n"))
      #expect(try run(["model", "path", "nonsense"], home, data).code == 64)
      #expect(
        try run(["model", "fetch", "ollama:bare"], home, data).errors.contains("ollama pull"))
    }
  }
}
