import Foundation
import InstructionCompletion
import LanguageModel
import ModelStore
import PromptMatching
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

  /// What is remembered of one prompt's form is no answer to another's.
  @Test func whatAnswersDependOnTellsModelsApart() throws {
    var identities: Set<String> = []
    for context in [128, 256] {
      let model = try LanguageModel(
        contentsOf: Self.base, options: LanguageModelOptions(context: context))
      for template in [nil, "gemma", "chatml"] {
        let identity = try AnsweringModel(model, chatTemplate: template).identity
        #expect(identity.hasPrefix(model.identity))
        #expect(identities.insert(identity).inserted)
      }
    }
  }

  /// Answers, rewards and what remembers them follow the adapter; the weights are there once.
  @Test func anAdapterTunesAllThatIsAsked() async throws {
    let file = AdapterFile(
      TestPaths.package.appending(path: "Tests/LanguageModelTests/Resources/adapters/gemma3"))
    let bare = ModelHost(modelFile: Self.base)
    let tuned = ModelHost(sharing: bare, adapter: file)
    let half = ModelHost(sharing: bare, adapter: AdapterFile(file.url, scale: 0.5))
    let models = [
      try await bare.answeringModel(), try await tuned.answeringModel(),
      try await half.answeringModel(),
    ]
    #expect(models.allSatisfy { $0.model === models[0].model })
    #expect(Set(models.map(\.identity)).count == 3)
    #expect(Set(models.map(\.weightsIdentity)).count == 3)
    let query = Demonstration(instruction: "Name a bird.", output: "A wren sings in the hedge.")
    var likelihoods: [Likelihood] = []
    for model in models { likelihoods.append(try await model.likelihood(of: query, shots: [])) }
    #expect(Set(likelihoods.map(\.nll)).count == 3)
    let again = try await tuned.answeringModel().likelihood(of: query, shots: [])
    #expect(again == likelihoods[1])
    var answers: Set<String> = []
    for model in models { answers.insert(try await model.answer(to: query, shots: [])) }
    #expect(answers.count > 1)
  }

  /// Its matrices are laid out for the weights beside them, so it goes with them.
  @Test func anAdapterBelongsToTheModelThatIsLoaded() async throws {
    let path = TestPaths.package.appending(
      path: "Tests/LanguageModelTests/Resources/adapters/gemma3")
    let bare = ModelHost(modelFile: Self.base, unloadsAfter: .seconds(3600))
    let (tuned, half) = (
      ModelHost(sharing: bare, adapter: AdapterFile(path)),
      ModelHost(sharing: bare, adapter: AdapterFile(path, scale: 0.5))
    )
    let first = try await tuned.answeringModel()
    let adapter = try #require(first.adapter?.adapter)
    #expect(try await half.answeringModel().adapter?.adapter === adapter)
    #expect(bare.releaseIdle(now: .now + .seconds(3601)) == nil)
    let again = try await tuned.answeringModel()
    #expect(again.model !== first.model && again.adapter?.adapter !== adapter)
    #expect(again.weightsIdentity == first.weightsIdentity)
  }

  @Test func anAdapterThatDoesNotFitIsToldByItsPath() async throws {
    let path = TestPaths.package.appending(
      path: "Tests/LanguageModelTests/Resources/adapters/llama-linear")
    let host = ModelHost(modelFile: Self.base, adapter: AdapterFile(path))
    await #expect {
      try await host.answeringModel()
    } throws: { error in
      guard case InstructionCompletionError.adapterUnusable(let reason) = error else {
        return false
      }
      return reason.contains("llama-linear") && reason.contains("made for this model")
    }
  }

  @Test func anUnknownTemplateIsRefusedByName() async throws {
    let host = ModelHost(modelFile: Self.base, chatTemplate: "vicuna")
    await #expect {
      try await host.answeringModel()
    } throws: { error in
      "\(error)".contains("vicuna") && "\(error)".contains("chatml")
    }
  }

  @Test func anIdleModelIsGivenUp() async throws {
    let host = ModelHost(modelFile: Self.base, unloadsAfter: .seconds(3600))
    let identity: String
    weak var held: LanguageModel?
    do {
      let model = try await host.answeringModel().model
      identity = model.identity
      held = model
      let left = try #require(host.releaseIdle(now: .now))
      #expect(left > .seconds(3000) && left <= .seconds(3600))
      #expect(try await host.answeringModel().model === model)
      // Whoever uses it keeps it.
      #expect(host.releaseIdle(now: .now + .seconds(3601)) == nil)
      #expect(try await model.score(prompt: [5], completion: [6]).tokens == 1)
    }
    let again = try await host.answeringModel().model
    #expect(again.identity == identity)
    #expect(again !== held)
  }
}
