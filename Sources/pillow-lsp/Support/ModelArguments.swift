import ArgumentParser
import Foundation
import InstructionCompletion
import LanguageModel
import ModelStore

/// Which language model, and how it runs; shared by the commands that need one.
struct ModelArguments: ParsableArguments {
  @Option(help: "A GGUF file or an installed model's name; by default \(ModelName.smollm2.rawValue).")
  var model: String?
  @Option(help: "Threads; by default one a physical core.") var threads: Int?
  @Option(help: "Tokens of prompt and answer together.") var context = 2048

  @Option(help: "A LoRA adapter: a folder of PEFT's, or a GGUF file.") var adapter: String?
  @Option(help: "How much of the adapter counts; 1 is what it was trained for.")
  var adapterScale: Float = 1

  func validate() throws {
    if let name = model.flatMap(ModelName.init(rawValue:)), ModelStore().path(of: name) == nil {
      throw ValidationError("\(InstructionCompletionError.modelMissing(name: name.rawValue))")
    }
    guard adapterScale.isFinite else {
      throw ValidationError("--adapter-scale has to be a number.")
    }
    if let threads, !(1...64).contains(threads) {
      throw ValidationError("--threads has to be a whole number from 1 to 64.")
    }
    guard (64...1_048_576).contains(context) else {
      throw ValidationError("--context has to be a whole number from 64 to 1048576.")
    }
  }

  var file: URL? {
    model.map { model in
      ModelName(rawValue: model).flatMap { ModelStore().path(of: $0) } ?? URL(filePath: model)
    }
  }

  var options: LanguageModelOptions { LanguageModelOptions(context: context, threads: threads) }

  func host(_ conversation: ConversationArguments, inBackground: Bool = false) -> ModelHost {
    var options = options
    options.isBackground = inBackground
    return ModelHost(
      modelFile: file, chatTemplate: conversation.chatTemplate,
      adapter: adapter.map { AdapterFile(URL(filePath: $0), scale: adapterScale) }, options: options)
  }

  /// The model alone, without a chat template.
  func load() throws -> LanguageModel {
    guard let url = file ?? ModelStore().path(of: .smollm2) else {
      throw InstructionCompletionError.modelMissing(name: ModelName.smollm2.rawValue)
    }
    return try LanguageModel(contentsOf: url, options: options)
  }

  /// The adapter that was asked for.
  func adapter(for model: LanguageModel) throws -> AdapterUse? {
    try adapter.map {
      AdapterUse(try model.adapter(contentsOf: URL(filePath: $0)), scale: adapterScale)
    }
  }
}
