import Foundation
import InstructionCompletion
import LanguageModel
import ModelStore
import TestSupport
import Testing
import Tokenizers

/// How a model is talked to.
struct AnsweringModelTests {
  /// A small random model, without a chat template as base models are.
  private static let base = TestPaths.package.appending(
    path: "Tests/LanguageModelTests/Resources/architectures/gemma3.gguf")

  @Test func aBaseModelGetsAlpaca() throws {
    let model = try AnsweringModel(LanguageModel(contentsOf: Self.base))
    #expect(model.template.kind == .alpaca)
  }

  @Test(arguments: ChatTemplate.Kind.allCases)
  func theSettingGoesFirst(kind: ChatTemplate.Kind) async throws {
    let host = ModelHost(modelFile: Self.base, chatTemplate: kind.rawValue)
    let model = try await host.answeringModel()
    #expect(model.template.kind == kind)
    let request = InstructionRequest(instruction: "Name a bird.")
    let prompt = model.prompt(for: request, shots: [], answerTokens: 8)
    #expect(model.model.tokenizer.decode(prompt.tokens).contains("Name a bird."))
  }

  @Test func anUnknownTemplateIsRefusedByName() async throws {
    let host = ModelHost(modelFile: Self.base, chatTemplate: "vicuna")
    await #expect {
      try await host.answeringModel()
    } throws: { error in
      "\(error)".contains("vicuna") && "\(error)".contains("chatml")
    }
  }
}
