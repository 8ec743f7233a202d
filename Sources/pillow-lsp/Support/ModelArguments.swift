import ArgumentParser
import Foundation
import InstructionCompletion
import LanguageModel
import ModelFormats
import ModelStore
import PillowServer

/// Which language model, and how it runs; shared by the commands that need one.
struct ModelArguments: ParsableArguments {
  @Option(
    help: """
      A GGUF file or an installed model's name; by default what a project sets, or \
      \(ModelName.smollm2.rawValue).
      """)
  var model: String?
  @Option(help: "Threads; by default one a physical core.") var threads: Int?
  @Option(help: "Tokens of prompt and answer together.") var context = 2048

  @Option(help: "A LoRA adapter: a folder of PEFT's, or a GGUF file.") var adapter: String?
  @Option(help: "How much of the adapter counts; 1 is what it was trained for.")
  var adapterScale: Float = 1

  func validate() throws {
    do { _ = try model.flatMap { try ModelReference.file($0, in: ModelStore()) } } catch {
      throw ValidationError("\(error)")
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

  private var options: LanguageModelOptions {
    LanguageModelOptions(context: context, threads: threads)
  }

  /// What the arguments name; the default model and no adapter otherwise.
  func host(_ conversation: ConversationArguments) throws -> ModelHost {
    try host(conversation, settings: ServerSettings())
  }

  /// What the arguments name, or else the settings of the project, as the server would take it.
  func host(
    _ conversation: ConversationArguments, project root: URL, inBackground: Bool = false
  ) throws -> ModelHost {
    let (layers, problems) = SettingsSources.layers(
      ofProject: root, environment: ProcessInfo.processInfo.environment)
    for problem in problems { Output.message("warning: \(problem)") }
    return try host(
      conversation, settings: layers.chosen.resolvingPaths(in: root), inBackground: inBackground)
  }

  private func host(
    _ conversation: ConversationArguments, settings: ServerSettings, inBackground: Bool = false
  ) throws -> ModelHost {
    var settings = settings
    // Adapter and template of the settings are those of the settings' model.
    if let model {
      settings.model = model
      settings.adapter = nil
      settings.chatTemplate = nil
    }
    if let adapter {
      settings.adapter = adapter
      settings.adapterScale = Double(adapterScale)
    }
    var options = options
    options.isBackground = inBackground
    if options.threads == nil { options.threads = settings.threads.flatMap { $0 > 0 ? $0 : nil } }
    let store = ModelStore()
    return ModelHost(
      store: store, modelFile: try ModelReference.file(settings.model ?? "", in: store),
      chatTemplate: conversation.chatTemplate
        ?? settings.chatTemplate.flatMap { $0.isEmpty ? nil : $0 },
      adapter: ModelReference.adapter(settings), options: options)
  }

  /// The model alone, without a chat template.
  func load() throws -> LanguageModel {
    try LanguageModel(contentsOf: url(), options: options)
  }

  /// The model's file.
  func file() throws -> GGUFFile { try GGUFFile(contentsOf: url()) }

  private func url() throws -> URL {
    let store = ModelStore()
    guard let url = try ModelReference.file(model ?? ModelName.smollm2.rawValue, in: store) else {
      throw InstructionCompletionError.modelMissing(name: ModelName.smollm2.rawValue)
    }
    return url
  }

  /// The adapter that was asked for.
  func adapter(for model: LanguageModel) throws -> AdapterUse? {
    try adapter.map {
      AdapterUse(try model.adapter(contentsOf: ModelReference.url($0)), scale: adapterScale)
    }
  }
}
