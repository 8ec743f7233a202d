import ArgumentParser
import CompletionEngine
import Foundation
import LanguageModel
import ModelFormats
import ModelStore
import PillowProject
import Settings

/// Which language model, and how it runs; shared by the commands that need one.
struct ModelArguments: ParsableArguments {
  @Option(
    help: """
      A name that `model list` shows, such as hf:OWNER/NAME:Q4_K_M, ollama:NAME:TAG or \
      lmstudio:NAME, or a GGUF file; by default what a project sets, or \
      \(ModelName.smollm2.rawValue).
      """)
  var model: String?
  @Option(help: "Threads; by default one per physical core.") var threads: Int?
  @Option(help: "Tokens of prompt and answer together.") var context = 2048

  @Option(help: "A LoRA adapter: a PEFT folder or a GGUF file.") var adapter: String?
  @Option(help: "How strongly the adapter counts; 1 is what it was trained for.")
  var adapterScale: Float?

  func validate() throws {
    do { _ = try model.map { try ModelLibrary.file($0, in: ModelStore()) } } catch {
      throw ValidationError("\(error)")
    }
    guard adapterScale?.isFinite != false else {
      throw ValidationError("--adapter-scale must be a number.")
    }
    if let threads, !(1...64).contains(threads) {
      throw ValidationError("--threads must be a whole number from 1 to 64.")
    }
    guard (64...1_048_576).contains(context) else {
      throw ValidationError("--context must be a whole number from 64 to 1048576.")
    }
  }

  private var options: LanguageModelOptions {
    LanguageModelOptions(context: context, threads: threads)
  }

  /// What the arguments say, and for the rest a project's settings: adapter and template of the
  /// settings belong to the settings' model.
  func settings(
    over settings: PillowSettings = PillowSettings(), _ conversation: ConversationArguments
  ) -> PillowSettings {
    var settings = settings
    if let model {
      settings.model = model
      // What is named is used as it is; what is left open gets what comes with it.
      settings.adapter = PillowSettings.noAdapter
      settings.chatTemplate = nil
    }
    if let adapter {
      settings.adapter = adapter
      settings.adapterScale = nil
    }
    if let adapterScale { settings.adapterScale = Double(adapterScale) }
    if let template = conversation.chatTemplate { settings.chatTemplate = template }
    if let reading = conversation.exemplarReading { settings.exemplarReading = reading }
    // A command ends before a model could be idle for long.
    settings.unloadAfter = 0
    return settings
  }

  /// The engine of settings to which ``settings(over:_:)`` was applied.
  func engine(
    _ settings: PillowSettings, _ models: ModelLibrary, project root: URL? = nil,
    inBackground: Bool = false
  ) -> EmbeddedEngine {
    var options = options
    options.isBackground = inBackground
    return models.engine(settings, options: options, root: root)
  }

  /// The same, or the server that the settings name.
  func completionEngine(
    _ settings: PillowSettings, _ models: ModelLibrary, project root: URL? = nil
  ) -> any CompletionEngine {
    models.completionEngine(settings, options: options, root: root)
  }

  /// The model alone, without a chat template.
  ///
  /// - Throws: `ModelError`, `LanguageModelError`, `ModelFormatError`.
  func load() throws -> LanguageModel {
    try LanguageModel(contentsOf: url(), options: options)
  }

  /// The model's file.
  func file() throws -> GGUFFile { try GGUFFile(contentsOf: url()) }

  private func url() throws -> URL {
    try ModelLibrary.file(model ?? "", in: ModelStore())
  }

  /// The adapter that was asked for, or that belongs to the model.
  func adapter(for model: LanguageModel) throws -> AdapterUse? {
    let own = try ModelLibrary.ownAdapter(of: self.model ?? "", in: ModelStore())
    return try (adapter.map(ModelLibrary.url) ?? own).map {
      AdapterUse(try model.adapter(contentsOf: $0), scale: adapterScale ?? 1)
    }
  }
}
