import Foundation
import LanguageModel
import ModelFormats
import TestSupport
import Testing

/// What is said about a file without running it is what happens when it is run.
struct ModelInspectionTests {
  @Test(arguments: ArchitectureTests.names)
  func smallModelsAreSupported(name: String) throws {
    let inspection = ModelInspection(
      contentsOf: ChangedModel.originals.appending(path: "\(name).gguf"))
    // Made without a chat template; a base model gets Alpaca's.
    #expect(inspection.reason == nil)
    #expect(name.hasPrefix(inspection.architecture ?? "none"))
    #expect(inspection.parameters > 10_000)
    #expect(inspection.type != nil)
  }

  @Test func reasonsAreThoseOfLoading() throws {
    let changes: [(String, (ChangedModel) -> Void, String)] = [
      ("llama3", { $0.set("general.architecture", .string("mamba")) }, "architecture mamba"),
      ("llama3", { $0.set("llama.expert_count", .uint32(8)) }, "mixture of experts"),
      ("qwen2", { $0.set("general.type", .string("adapter")) }, "adapter"),
      ("qwen2", { $0.set("tokenizer.ggml.pre", .string("poro-chat")) }, "poro-chat"),
      ("qwen3", { $0.tensors.removeAll { $0.info.name == "output_norm.weight" } }, "missing"),
      ("qwen2", { $0.set("tokenizer.chat_template", .string("{{ x }}")) }, "chatTemplate"),
    ]
    for (name, change, words) in changes {
      let model = try ChangedModel(name)
      change(model)
      let inspection = try ModelInspection(contentsOf: model.file())
      #expect(
        inspection.reason?.contains(words) == true, "\(String(describing: inspection.reason))")
      #expect(inspection.architecture != nil)
    }
  }

  @Test func filesThatAreNoModels() throws {
    let folder = try TemporaryFolder()
    for bytes in [[], Array("GGUF".utf8), [UInt8](repeating: 3, count: 4096)] {
      let inspection = try ModelInspection(contentsOf: folder.write(bytes, "x.gguf"))
      #expect(!inspection.isSupported && inspection.architecture == nil)
    }
    #expect(ModelInspection(contentsOf: folder.url).reason != nil)
    #expect(ModelInspection(contentsOf: folder.file("none")).reason != nil)
  }

  /// A type that cannot be read does not hide what the file is.
  @Test func unsupportedTypesStillTellTheArchitecture() throws {
    let folder = try TemporaryFolder()
    var bytes = try Array(
      Data(contentsOf: ChangedModel.originals.appending(path: "qwen2.gguf")))
    // The type that follows the shape of the first matrix.
    let name = Array("blk.0.attn_q.weight".utf8)
    let place = try #require(
      (0..<bytes.count - name.count).first { bytes[$0..<$0 + name.count].elementsEqual(name) })
    bytes[place + name.count + 4 + 16] = 16
    let inspection = try ModelInspection(contentsOf: folder.write(bytes, "x.gguf"))
    #expect(inspection.architecture == "qwen2")
    #expect(inspection.reason?.contains("IQ2_XXS") == true)
  }
}
