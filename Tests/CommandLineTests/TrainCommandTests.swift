import Foundation
import TestSupport
import Testing

/// Training as a user runs it, on a small random model.
@Suite struct TrainCommandTests {
  private static let model = TestPaths.package.appending(
    path: "Tests/LanguageModelTests/Resources/architectures/qwen3.gguf"
  ).path

  private static let rows = ["tree", "river", "stone", "cloud", "grass", "bread", "light", "water"]
    .map { #"{"instruction": "Shout \#($0)", "output": "\#($0.uppercased())"}"# }

  private func train(
    _ kind: String, to out: URL, _ more: [String] = [], in folder: URL
  ) throws -> [String: Any] {
    let data = folder.appending(path: "rows.jsonl")
    try Data(Self.rows.joined(separator: "\n").utf8).write(to: data)
    let outcome = try Program.run(
      [
        "train", kind, "--data", data.path, "--model", Self.model, "--chat-template", "alpaca",
        "--shots", "0", "--epochs", "12", "--rate", "3e-3", "--seed", "3", "--out", out.path,
        "--json",
      ] + more, in: folder, data: folder.appending(path: "data"))
    #expect(outcome.code == 0, "\(outcome.errors)")
    let last = try #require(outcome.output.split(separator: "\n").last)
    return try #require(
      try JSONSerialization.jsonObject(with: Data(last.utf8)) as? [String: Any])
  }

  private func gain(_ report: [String: Any]) throws -> Double {
    let heldOut = try #require(report["heldOut"] as? [String: Double])
    return try #require(heldOut["before"]) - (try #require(heldOut["after"]))
  }

  @Test(arguments: ["new.gguf", "folder"])
  func aWholeModelIsTrainedAndServes(out: String) throws {
    try Program.withFolder { folder in
      let place = folder.appending(path: out)
      let report = try train("full", to: place, ["--type", "q8_0", "--rank", "16"], in: folder)
      for key in ["steps", "tokens", "tokensPerSecond", "peakMemoryBytes"] {
        #expect(try #require(report[key] as? Double) > 0, "\(key)")
      }
      #expect(try gain(report) > 0.5)
      let model = out.hasSuffix(".gguf") ? place.path : place.appending(path: "model.gguf").path
      #expect(report["model"] as? String == model)
      let after = try #require((report["heldOut"] as? [String: Double])?["after"])
      #expect(abs(try #require(report["written"] as? Double) - after) < 0.05)
      // It runs as any other model.
      let bench = try Program.run(
        [
          "bench", "--model", model, "--prompt-tokens", "8", "--generate", "2", "--repetitions",
          "1",
        ],
        in: folder, data: folder.appending(path: "data"))
      #expect(bench.code == 0, "\(bench.errors)")
    }
  }

  @Test func anAdapterIsTrained() throws {
    try Program.withFolder { folder in
      let report = try train("adapter", to: folder.appending(path: "adapter"), in: folder)
      #expect(try gain(report) > 0)
      let files = try FileManager.default.contentsOfDirectory(
        atPath: folder.appending(path: "adapter").path)
      #expect(Set(files).isSuperset(of: ["adapter_config.json", "adapter_model.safetensors"]))
      #expect(!files.contains { $0.contains("checkpoint") })
    }
  }

  @Test func ownAnswersAreReplayed() throws {
    try Program.withFolder { folder in
      let report = try train(
        "adapter", to: folder.appending(path: "adapter"), ["--replay", "0.5"], in: folder)
      // They are not counted among the examples.
      #expect(report["examples"] as? Int == 7 && report["heldOutExamples"] as? Int == 1)
      let refused = try Program.run(
        ["train", "adapter", "--data", "rows.jsonl", "--replay", "1"], in: folder,
        data: folder.appending(path: "data"))
      #expect(refused.code == 64 && refused.errors.contains("--replay has to be from 0 to 0.9"))
    }
  }

  /// A pool's exemplars are examples as a file's rows are, and the adapter becomes the project's.
  @Test func aPoolIsTrainedOn() throws {
    try Program.withFolder { folder in
      let workspace = try ScratchWorkspace(in: folder)
      let imported = try workspace.run(
        "pool", "import", "-", "--pool", "ours", input: Self.rows.joined(separator: "\n"))
      #expect(imported.code == 0, "\(imported.errors)")
      let options = [
        "train", "adapter", "--model", Self.model, "--chat-template", "alpaca", "--shots", "0",
        "--epochs", "4", "--rate", "3e-3",
      ]
      func train(_ more: String...) throws -> Program.Outcome {
        try Program.run(options + more, in: workspace.root, data: workspace.data)
      }
      let outcome = try train("--pool", "ours", "--json")
      #expect(outcome.code == 0, "\(outcome.errors)")
      #expect(outcome.output.contains("\"examples\":7"), "\(outcome.output)")
      #expect(try workspace.run("adapter", "list").output.contains("1"))
      let missing = try train("--pool", "theirs")
      #expect(missing.code == 1 && missing.errors.contains("There is no pool named theirs"))
      // Nobody has kept anything yet.
      let nothing = try train("--feedback")
      #expect(nothing.code == 1 && nothing.errors.contains("no example"), "\(nothing.errors)")
      #expect(try train().code == 64)
    }
  }

  @Test func wrongArgumentsAreNamed() throws {
    try Program.withFolder { folder in
      func run(_ arguments: [String]) throws -> Program.Outcome {
        try Program.run(
          ["train", "full", "--model", Self.model, "--out", "x.gguf"] + arguments, in: folder,
          data: folder.appending(path: "data"))
      }
      let type = try run(["--data", "rows.jsonl", "--type", "q3_x"])
      #expect(type.code == 64 && type.errors.contains("'q3_x'"))
      let missing = try run(["--data", "none.jsonl"])
      #expect(missing.code == 1 && missing.errors.contains("none.jsonl"))
    }
  }
}
