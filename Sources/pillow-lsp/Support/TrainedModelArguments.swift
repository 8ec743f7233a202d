import ArgumentParser
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
    help: "A GGUF file or an installed model's name; by default \(ModelName.smollm2.rawValue).")
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
    try ModelLibrary.file(model ?? ModelName.smollm2.rawValue, in: ModelStore())
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
