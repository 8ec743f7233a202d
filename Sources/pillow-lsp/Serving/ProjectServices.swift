import Foundation
import InstructionCompletion
import LanguageModel
import ModelStore
import PillowServer
import Synchronization

/// Opens projects for the server; those with the same model share it.
final class ProjectServices: ProjectOpening {
  private let models: ModelHost
  /// By what the setting `model` says.
  private let others = Mutex<[String: ModelHost]>([:])

  init(models: ModelHost) {
    self.models = models
  }

  var personalRoot: URL { models.store.folder.url.appending(path: "personal") }

  func open(_ root: URL, settings: ServerSettings) async throws -> any CompletionService {
    var overrides = ProjectSettings()
    overrides.starterPools = settings.starterPools
    overrides.shots = settings.shots
    // The server has no settings of its own for these yet; what is wrong with the file it tells.
    let own = try? ProjectSettings(project: root)
    overrides.harvest = own?.harvest
    overrides.historyDays = own?.historyDays
    do {
      if root.standardizedFileURL == personalRoot.standardizedFileURL {
        try models.store.folder.create(root)
      }
      let project = try Project(
        root: root, models: try host(for: settings.model ?? ""), overrides: overrides,
        readsSettings: false, goesOn: true)
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

  /// The models of projects whose setting is a model's name or a file; empty for the default.
  private func host(for setting: String) throws -> ModelHost {
    guard !setting.isEmpty, setting != ModelName.smollm2.rawValue else { return models }
    return try others.withLock { others in
      if let host = others[setting] { return host }
      let file: URL
      if let name = ModelName(rawValue: setting) {
        guard let path = models.store.path(of: name) else {
          throw InstructionCompletionError.modelMissing(name: setting)
        }
        file = path
      } else {
        file = URL(filePath: (setting as NSString).expandingTildeInPath)
      }
      let host = ModelHost(store: models.store, modelFile: file)
      others[setting] = host
      return host
    }
  }
}
