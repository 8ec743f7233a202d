import ModelStore
import Testing

struct RecommendedModelTests {
  @Test(arguments: [
    (1, 64, "smollm2"), (2, 1, "smollm2"), (2, 24, "0.5B"), (4, 4, "1.5B"), (4, 2, "0.5B"),
    (8, 8, "Qwen3-4B"), (8, 4, "1.5B"), (64, 512, "7B"), (16, 8, "4B"), (0, 0, "smollm2"),
  ])
  func bothMemoryAndCoresCount(_ cores: Int, _ gigabytes: Int64, _ name: String) {
    let model = RecommendedModel.best(memoryBytes: gigabytes << 30, cores: cores)
    #expect(model.name.contains(name))
  }

  @Test func namesCanBeFetched() throws {
    for model in RecommendedModel.all where ModelName(rawValue: model.name) == nil {
      let reference = try #require(ModelReference(model.name))
      #expect(reference.source == .huggingFace)
      #expect(try HubReference(reference.name).file == "Q4_K_M")
    }
    let sizes = RecommendedModel.all.map(\.bytes)
    #expect(sizes == sizes.sorted())
  }
}
