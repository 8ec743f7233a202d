import FineTuning
import Foundation
import LanguageModel
import TestSupport
import Testing

/// A training that goes on from an adapter.
struct StartingAdapterTests {
  private static func parts(_ url: URL, _ small: SmallModel) throws -> AdapterParts {
    try AdapterParts(contentsOf: url, architecture: small.model.shape.architecture)
  }

  /// It says what the adapter said, in whichever form that was written, and gains from there.
  @Test(arguments: ["llama3", "gemma3"], ["peft", "adapter.gguf"])
  func itBeginsWhereTheOtherEnded(name: String, form: String) throws {
    let small = try SmallModel(name)
    let first = try small.training()
    let before = try #require(try first.run().after)
    let folder = try TemporaryFolder()
    let url = folder.file(form)
    if form == "peft" {
      try AdapterWriter.writePEFT(first.parameters, of: small.model, base: "base", to: url)
    } else {
      try AdapterWriter.writeGGUF(first.parameters, of: small.model, to: url)
    }
    // Of a higher rank and another scale.
    let parameters = AdapterParameters(
      AdapterSettings(rank: 6, alpha: 3), shape: small.model.shape, seed: 9)
    try parameters.begin(with: Self.parts(url, small))
    let second = try small.training(parameters)
    #expect(abs(try second.measure() - before) < 1e-4)
    let result = try second.run()
    #expect(try #require(result.after) < before)
    // Where what it began with is not to be changed, preferences start at ln 2.
    var settings = SmallModel.settings
    settings.preference = .dpo
    let pairs = (0..<8).map {
      TrainingExample(
        .preference(prompt: "Q\($0)", chosen: "yes", rejected: "no"), place: "\($0)")
    }
    let third = try small.training(parameters, settings, examples: pairs)
    #expect(abs(try #require(try third.run().before) - log(2)) < 1e-6)
  }

  @Test func anAdapterWithoutRoomIsRefused() throws {
    let small = try SmallModel()
    let first = try small.training()
    let folder = try TemporaryFolder()
    try AdapterWriter.writePEFT(first.parameters, of: small.model, base: "base", to: folder.url)
    for settings in [
      AdapterSettings(rank: 2), AdapterSettings(rank: 4, modules: [.query, .value]),
    ] {
      let parameters = AdapterParameters(settings, shape: small.model.shape, seed: 0)
      #expect(throws: TrainingError.self) {
        try parameters.begin(with: Self.parts(folder.url, small))
      }
    }
  }
}
