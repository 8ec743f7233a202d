import Foundation
import InstructionCompletion
import LanguageModel
import ModelStore
import PillowServer
import PromptMatching
import Synchronization

/// Opens projects for the server; those with the same model share it, whatever adapters they have.
final class ProjectServices: ProjectOpening {
  /// The data folder and the sentence encoder, which all share.
  private let models: ModelHost
  /// The bare models, by what the settings say of them.
  private let hosts = Mutex<[ModelChoice: ModelHost]>([:])

  private struct ModelChoice: Hashable {
    /// Empty for the default model, and for what the model's file says.
    var model, chatTemplate: String
    /// 0 for one a physical core.
    var threads: Int
    /// In minutes; 0 for never.
    var unloadAfter: Int
  }

  init(models: ModelHost) {
    self.models = models
  }

  var personalRoot: URL { models.store.folder.url.appending(path: "personal") }

  func open(_ root: URL, settings: ServerSettings) async throws -> any CompletionService {
    var overrides = ProjectSettings()
    overrides.starterPools = settings.starterPools
    overrides.shots = settings.shots
    overrides.historyDays = settings.historyDays
    overrides.matcher = settings.matcher.flatMap { MatcherName(rawValue: $0) }
    overrides.exploration = settings.exploration
    do {
      if root.standardizedFileURL == personalRoot.standardizedFileURL {
        try models.store.folder.create(root)
      }
      // Both take their time, and the first match needs both.
      let host = try host(for: settings.resolvingPaths(in: root))
      Task.detached { _ = try? await host.encoder() }
      let project = try Project(
        root: root, models: host, overrides: overrides, readsSettings: false,
        goesOn: true)
      project.watch()
      Task.detached(priority: .background) { _ = try? project.removeOldHistory() }
      let sampling = SamplingOptions(temperature: Float(settings.temperature ?? 0))
      return ProjectService(
        project: project,
        generation: GenerationOptions(
          maximumTokens: settings.maxTokens ?? 256, sampling: sampling))
    } catch {
      throw ServiceError.failed("\(error)")
    }
  }

  /// The models of projects that ask for the same.
  private func host(for settings: ServerSettings) throws -> ModelHost {
    let choice = choice(of: settings)
    let bare = try hosts.withLock { hosts in
      let host = try hosts[choice] ?? host(of: choice)
      hosts[choice] = host
      return host
    }
    guard let adapter = ModelReference.adapter(settings) else { return bare }
    return ModelHost(sharing: bare, adapter: adapter)
  }

  private func choice(of settings: ServerSettings) -> ModelChoice {
    let name = settings.model == ModelName.smollm2.rawValue ? "" : settings.model ?? ""
    return ModelChoice(
      model: name, chatTemplate: settings.chatTemplate ?? "", threads: settings.threads ?? 0,
      unloadAfter: settings.unloadAfter ?? 0)
  }

  private func host(of choice: ModelChoice) throws -> ModelHost {
    ModelHost(
      store: models.store, modelFile: try ModelReference.file(choice.model, in: models.store),
      chatTemplate: choice.chatTemplate.isEmpty ? nil : choice.chatTemplate,
      options: LanguageModelOptions(threads: choice.threads > 0 ? choice.threads : nil),
      unloadsAfter: choice.unloadAfter > 0 ? .seconds(60 * choice.unloadAfter) : nil,
      sharingEncoderOf: models)
  }
}
