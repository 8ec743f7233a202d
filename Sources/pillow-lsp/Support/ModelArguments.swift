import ArgumentParser
import Foundation
import InstructionCompletion
import LanguageModel
import ModelStore

/// Which language model, and how it runs; shared by the commands that need one.
struct ModelArguments: ParsableArguments {
  @Option(help: "A GGUF file; by default the model that `model fetch` has installed.")
  var model: String?
  @Option(help: "Threads; by default one a physical core.") var threads: Int?
  @Option(help: "Tokens of prompt and answer together.") var context = 2048

  func validate() throws {
    if let threads, !(1...64).contains(threads) {
      throw ValidationError("--threads has to be a whole number from 1 to 64.")
    }
    guard (64...1_048_576).contains(context) else {
      throw ValidationError("--context has to be a whole number from 64 to 1048576.")
    }
  }

  var file: URL? { model.map { URL(filePath: $0) } }

  var options: LanguageModelOptions { LanguageModelOptions(context: context, threads: threads) }

  func host() -> ModelHost { ModelHost(modelFile: file, options: options) }

  /// The model alone, without a chat template.
  func load() throws -> LanguageModel {
    guard let url = file ?? ModelStore().path(of: .smollm2) else {
      throw InstructionCompletionError.modelMissing(name: ModelName.smollm2.rawValue)
    }
    return try LanguageModel(contentsOf: url, options: options)
  }
}
