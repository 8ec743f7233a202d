import Foundation
import LanguageModel
import ModelFormats
import TestSupport
import Testing
import Tokenizers

/// Damaged models, about a minute of them: each is refused with a typed error, or it runs; a crash
/// would stop the process.
@Suite(.serialized)
struct ModelFuzzTests {
  private static let rounds = 5_000

  @Test(.timeLimit(.minutes(10)), arguments: Array(ArchitectureTests.names.enumerated()))
  func damagedModelsAreRefusedOrRun(index: Int, name: String) async throws {
    let folder = try TemporaryFolder()
    let url = folder.file("model.gguf")
    let valid = try Array(Data(contentsOf: ChangedModel.original(name)))
    let source = try GGUFFile(contentsOf: ChangedModel.original(name))
    // Weights can be anything; what says how they are read is what counts.
    let header = valid.count - source.tensors.reduce(0) { $0 + $1.byteCount }
    var generator = SplitMix(seed: UInt64(index))
    var (loaded, refused) = (0, 0)
    for round in 0..<Self.rounds {
      var front = Array(valid[..<header])
      for _ in 0..<Int.random(in: 1...2, using: &generator) {
        let mutation = try #require(Mutation.allCases.randomElement(using: &generator))
        mutation.apply(to: &front, using: &generator)
      }
      try Data(front + valid[header...]).write(to: url)
      do {
        let model = try LanguageModel(
          contentsOf: url,
          options: LanguageModelOptions(context: 64, threads: 1, prefixCacheBytes: 0))
        let tokens = (0..<20).map { TokenID($0 % model.tokenizer.vocabularySize) }
        let logits = try await model.logits(of: tokens)
        #expect(logits.count == tokens.count, "round \(round)")
        loaded += 1
      } catch is ModelFormatError {
        refused += 1
      } catch is TokenizerError {
        refused += 1
      } catch is LanguageModelError {
        refused += 1
      }
    }
    print("\(name): \(loaded) damaged models ran, \(refused) were refused")
    // Both happen often, or the damage would not reach what it is to reach.
    #expect(
      loaded > Self.rounds / 50 && refused > Self.rounds / 50,
      "\(loaded) loaded, \(refused) refused")
  }
}
