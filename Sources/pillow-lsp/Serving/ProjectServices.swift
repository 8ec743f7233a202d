import Foundation
import InstructionCompletion
import ModelStore
import PillowServer

/// Opens projects for the server; all of them share the models.
struct ProjectServices: ProjectOpening {
  let models: ModelHost

  var personalRoot: URL { models.store.folder.url.appending(path: "personal") }

  func open(_ root: URL, settings: ServerSettings) async throws -> any CompletionService {
    var overrides = ProjectSettings()
    overrides.starterPools = settings.starterPools
    overrides.shots = settings.shots
    do {
      if root.standardizedFileURL == personalRoot.standardizedFileURL {
        try models.store.folder.create(root)
      }
      let project = try Project(root: root, models: models, overrides: overrides)
      return ProjectService(project: project)
    } catch {
      throw ServiceError.failed("\(error)")
    }
  }
}
