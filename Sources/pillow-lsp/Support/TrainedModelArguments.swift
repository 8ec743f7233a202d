import ArgumentParser
import CompletionEngine
import FineTuning
import Foundation
import LanguageModel
import ModelFormats
import ModelStore
import PillowProject
import Tokenizers

/// The model that is trained.
struct TrainedModelArguments: ParsableArguments {
  @Option(
    help:
      "A name that `model list` shows, or a GGUF file; by default \(ModelName.smollm2.rawValue).")
  var model: String?
  @Option(help: "Threads; by default one per physical core.") var threads: Int?

  func validate() throws {
    if let threads, !(1...64).contains(threads) {
      throw ValidationError("--threads must be a whole number from 1 to 64.")
    }
  }

  struct Base {
    let model: FrozenModel
    let form: PromptForm
    let name: String
  }

  /// The model's file.
  func url() throws -> URL {
    let name = model ?? ModelName.smollm2.rawValue
    guard try ModelLibrary.ownAdapter(of: name, in: ModelStore()) == nil else {
      throw CommandError(
        "\(name) has an adapter of its own, and one adapter can be in force: train on a model "
          + "without one, or merge it first with `pillow-lsp model merge`.")
    }
    return try ModelLibrary.file(name, in: ModelStore())
  }

  /// The model, to be asked; with an adapter at full strength.
  func engine(
    _ conversation: ConversationArguments, adapter: URL? = nil, nice: Int
  ) throws -> EmbeddedEngine {
    EmbeddedEngine(
      file: try url(), chatTemplate: conversation.chatTemplate,
      adapter: adapter.map { AdapterFile($0) },
      options: LanguageModelOptions(threads: threads, isBackground: nice > 0))
  }

  func load(_ conversation: ConversationArguments) throws -> Base {
    let file = try GGUFFile(contentsOf: url())
    let base = try FrozenModel(file)
    return Base(
      model: base,
      form: PromptForm(
        template: try ChatTemplate(gguf: file, setting: conversation.chatTemplate),
        tokenizer: try Tokenizer(gguf: file), context: base.shape.trainedContext),
      name: model ?? ModelName.smollm2.rawValue)
  }
}
