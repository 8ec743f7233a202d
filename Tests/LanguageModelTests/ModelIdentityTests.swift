import Foundation
import LanguageModel
import ModelFormats
import Testing

/// Models are told apart by what they hold.
struct ModelIdentityTests {
  private func identity(_ model: ChangedModel, named name: String = "model.gguf") throws -> String {
    try ModelIdentity.of(GGUFFile(contentsOf: model.file(named: name)))
  }

  @Test func aNameDoesNotMatter() throws {
    let model = try ChangedModel("qwen2")
    let identity = try identity(model)
    #expect(try self.identity(model, named: "other.gguf") == identity)
    #expect(identity.hasPrefix("random-"))
    #expect(identity.count == "random-".count + 16)
  }

  @Test func theModelSaysIt() throws {
    let url = ChangedModel.original("qwen2")
    let model = try LanguageModel(contentsOf: url)
    #expect(try model.identity == ModelIdentity.of(GGUFFile(contentsOf: url)))
    #expect(model.identity == model.identity)
  }

  /// The same size, and one byte another.
  @Test func everySmallTensorCounts() throws {
    let model = try ChangedModel("qwen2")
    var known: Set = [try identity(model)]
    for index in model.tensors.indices {
      let place = model.tensors[index].bytes.count / 2
      model.tensors[index].bytes[place] ^= 1
      #expect(known.insert(try identity(model)).inserted, "\(model.tensors[index].info.name)")
      model.tensors[index].bytes[place] ^= 1
    }
  }

  @Test func settingsAndNamesOfTensorsCount() throws {
    let model = try ChangedModel("llama-linear")
    var known: Set = [try identity(model)]
    model.set("llama.rope.scaling.factor", .float32(3))
    #expect(known.insert(try identity(model)).inserted)
    model.tensors.swapAt(3, 4)
    #expect(known.insert(try identity(model)).inserted)
    model.add("output.weight", shape: [64, 261])
    #expect(known.insert(try identity(model)).inserted)
  }
}
