import Foundation
import CompletionEngine
import LanguageModel
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
    let host = EmbeddedEngine(file: Self.base, chatTemplate: kind.rawValue)
    let model = try await host.answeringModel()
    #expect(model.template.kind == kind)
    let asked = Conversation(InstructionRequest(instruction: "Name a bird."))
    let prompt = model.prompt(for: asked, answerTokens: 8)
    #expect(model.model.tokenizer.decode(prompt.tokens).contains("Name a bird."))
  }

  /// A request's likelihood is that of its own words, whatever the template writes around them.
  @Test(arguments: ChatTemplate.Kind.allCases)
  func aRequestIsScoredAfterItsShots(kind: ChatTemplate.Kind) async throws {
    let engine = EmbeddedEngine(file: Self.base, chatTemplate: kind.rawValue)
    let model = try await engine.answeringModel()
    let request = InstructionRequest(instruction: "Name a bird.", input: "It sings.")
    let shots = [
      Demonstration(instruction: "Name a fish.", output: "A pike."),
      Demonstration(instruction: "Name a tree.", output: "An oak."),
    ]
    let asked = [[], [shots[0]], shots].map { Conversation(request, shots: $0) }
    let found = try #require(await engine.requestLikelihoods(of: asked))
    #expect(Set(found.map(\.tokens)).count == 1)
    for (conversation, likelihood) in zip(asked, found) {
      let (tokens, range) = model.requestTokens(of: conversation)
      let text = model.model.tokenizer.decode(Array(tokens[range]))
      #expect(text.trimmingCharacters(in: .whitespacesAndNewlines) == "Name a bird.\n\nIt sings.")
      let direct = try await model.model.score(
        prompt: Array(tokens[..<range.lowerBound]), completion: Array(tokens[range]))
      #expect(abs(direct.nll - likelihood.nll) < 1e-2 * max(1, direct.nll))
    }
    #expect(found[0].nll != found[1].nll)
  }

  /// Blocks put together are the ordinary prompt, in every template.
  @Test(arguments: ChatTemplate.Kind.allCases)
  func blocksAreThePrompt(kind: ChatTemplate.Kind) async throws {
    var model = try await EmbeddedEngine(file: Self.base, chatTemplate: kind.rawValue)
      .answeringModel()
    model.readsApart = true
    let shots = ["fish", "tree", "stone"].map {
      Demonstration(instruction: "Name a \($0).", output: "That is a \($0).")
    }
    let request = InstructionRequest(instruction: "Name a bird.")
    for count in 1...3 {
      let conversation = Conversation(request, shots: Array(shots.prefix(count)))
      let prompt = model.readPrompt(for: conversation, answerTokens: 4)
      let ordinary = model.prompt(for: conversation, answerTokens: 4)
      #expect(prompt.prompt.tokens == ordinary.tokens)
      #expect(prompt.shots == ordinary.shots)
      #expect(prompt.prompt.blocks.count == ordinary.shots.count)
    }
    let bare = model.readPrompt(for: Conversation(request), answerTokens: 4)
    #expect(bare.prompt.blocks.isEmpty)
  }

  /// Code goes on in its file's own form; its exemplars are apart, too.
  @Test func blocksOfADocumentAreItsExemplars() async throws {
    var model = try await EmbeddedEngine(file: Self.base).answeringModel()
    model.readsApart = true
    var request = InstructionRequest(instruction: "Add two numbers.")
    request.context = PromptContext(
      above: "# Add two numbers.", opening: "def add(", commentMark: "#")
    let shots = ["fish", "tree"].map {
      Demonstration(
        instruction: "Name a \($0).", input: "tree\nfish", output: "def \($0)():\n  return 1")
    }
    let conversation = Conversation(request, shots: shots)
    let prompt = model.readPrompt(for: conversation, answerTokens: 4).prompt
    #expect(prompt.tokens == model.prompt(for: conversation, answerTokens: 4).tokens)
    #expect(prompt.blocks.count == 2)
    #expect(prompt.rest == model.prompt(for: Conversation(request), answerTokens: 4).tokens)
    model.readsApart = false
    #expect(model.readPrompt(for: conversation, answerTokens: 4).prompt.blocks.isEmpty)
  }

  /// What is remembered of one prompt's form is no answer to another's.
  @Test func whatAnswersDependOnTellsModelsApart() throws {
    var identities: Set<String> = []
    for context in [128, 256] {
      let model = try LanguageModel(
        contentsOf: Self.base, options: LanguageModelOptions(context: context))
      for template in [nil, "gemma", "chatml"] {
        let identity = try AnsweringModel(model, chatTemplate: template).identity
        #expect(identity.description.hasPrefix(model.identity))
        #expect(identities.insert(identity.description).inserted)
      }
    }
  }

  /// Answers, rewards and what remembers them follow the adapter; the weights are there once.
  @Test func anAdapterTunesAllThatIsAsked() async throws {
    let file = AdapterFile(
      TestPaths.package.appending(path: "Tests/LanguageModelTests/Resources/adapters/gemma3"))
    let bare = EmbeddedEngine(file: Self.base)
    let tuned = EmbeddedEngine(sharing: bare, adapter: file)
    let half = EmbeddedEngine(sharing: bare, adapter: AdapterFile(file.url, scale: 0.5))
    let models = [
      try await bare.answeringModel(), try await tuned.answeringModel(),
      try await half.answeringModel(),
    ]
    #expect(models.allSatisfy { $0.model === models[0].model })
    #expect(Set(models.map(\.identity)).count == 3)
    #expect(Set(models.map(\.identity.weights)).count == 3)
    let query = Demonstration(instruction: "Name a bird.", output: "A wren sings in the hedge.")
    var likelihoods: [Likelihood] = []
    var answers: Set<String> = []
    for engine in [bare, tuned, half] {
      let judge = try await EngineAnswers(engine)
      likelihoods.append(try await judge.likelihood(of: query, shots: []))
      answers.insert(try await judge.answer(to: query, shots: []))
    }
    #expect(Set(likelihoods.map(\.nll)).count == 3)
    let again = try await EngineAnswers(tuned).likelihood(of: query, shots: [])
    #expect(again == likelihoods[1])
    #expect(answers.count > 1)
  }

  /// Its matrices are laid out for the weights beside them, so it goes with them.
  @Test func anAdapterBelongsToTheModelThatIsLoaded() async throws {
    let path = TestPaths.package.appending(
      path: "Tests/LanguageModelTests/Resources/adapters/gemma3")
    let bare = EmbeddedEngine(file: Self.base, unloadsAfter: .seconds(3600))
    let (tuned, half) = (
      EmbeddedEngine(sharing: bare, adapter: AdapterFile(path)),
      EmbeddedEngine(sharing: bare, adapter: AdapterFile(path, scale: 0.5))
    )
    let first = try await tuned.answeringModel()
    let adapter = try #require(first.adapter?.adapter)
    #expect(try await half.answeringModel().adapter?.adapter === adapter)
    #expect(bare.releaseIdle(now: .now + .seconds(3601)) == nil)
    let again = try await tuned.answeringModel()
    #expect(again.model !== first.model && again.adapter?.adapter !== adapter)
    #expect(again.identity == first.identity)
  }

  @Test func anAdapterThatDoesNotFitIsToldByItsPath() async throws {
    let path = TestPaths.package.appending(
      path: "Tests/LanguageModelTests/Resources/adapters/llama-linear")
    let host = EmbeddedEngine(file: Self.base, adapter: AdapterFile(path))
    await #expect {
      try await host.answeringModel()
    } throws: { error in
      guard case ModelError.adapterUnusable(let reason) = error else {
        return false
      }
      return reason.contains("llama-linear") && reason.contains("made for this model")
    }
  }

  @Test func anUnknownTemplateIsRefusedByName() async throws {
    let host = EmbeddedEngine(file: Self.base, chatTemplate: "vicuna")
    await #expect {
      try await host.answeringModel()
    } throws: { error in
      "\(error)".contains("vicuna") && "\(error)".contains("chatml")
    }
  }

  /// What a long list leaves no room for is reported as not seen.
  @Test func shotsWithoutRoomAreNotInThePrompt() async throws {
    let shots = (0..<8).map { Demonstration(instruction: "Name bird \($0).", output: "a wren") }
    let conversation = Conversation(InstructionRequest(instruction: "Name one."), shots: shots)
    let all = try await EmbeddedEngine(file: Self.base).answeringModel()
      .prompt(for: conversation, answerTokens: 8).tokens.count
    let engine = EmbeddedEngine(file: Self.base, options: LanguageModelOptions(context: all - 40))
    let completion = try await engine.complete(
      conversation, options: CompletionOptions(maximumTokens: 8), onText: { _ in })
    #expect(completion.shots.count < shots.count && !completion.shots.isEmpty)
    #expect(completion.shots == Array((shots.count - completion.shots.count)..<shots.count))
    #expect(completion.identity == (try await engine.identity()))
  }

  @Test func anAnswerEndsWhenItIsComplete() async throws {
    let engine = EmbeddedEngine(file: Self.base)
    let conversation = Conversation(InstructionRequest(instruction: "Name a bird."))
    var options = CompletionOptions(maximumTokens: 16)
    options.usesLookup = false
    let whole = try await engine.complete(conversation, options: options, onText: { _ in })
    options.isComplete = { $0.count >= 2 }
    let ended = try await engine.complete(conversation, options: options, onText: { _ in })
    #expect(whole.text.hasPrefix(ended.text))
    #expect(ended.timings.generatedTokens < whole.timings.generatedTokens)
    #expect(ended.ending == .stop)
  }

  @Test func anIdleModelIsGivenUp() async throws {
    let host = EmbeddedEngine(file: Self.base, unloadsAfter: .seconds(3600))
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
