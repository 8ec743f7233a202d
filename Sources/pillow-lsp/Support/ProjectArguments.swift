import ArgumentParser
import CompletionEngine
import Foundation
import PillowProject
import Settings

/// The project that a command is about.
struct ProjectOption: ParsableArguments {
  @Option(help: "The project's folder.") var project = "."

  var root: URL { URL(filePath: project).standardizedFileURL }

  /// The project's settings, as the server would see them without an editor's; what is wrong with
  /// them is printed.
  func settings() -> PillowSettings {
    let (settings, problems) = PillowSettings.ofProject(root)
    for problem in problems { Output.message("warning: \(problem)") }
    return settings
  }

  /// Opens the project and prints what cannot be used.
  ///
  /// - Parameters:
  ///   - settings: by default the project's own.
  ///   - engine: by default the embedded engine that the settings choose.
  ///   - goesOn: with a pool in memory when the database cannot be used.
  func open(
    _ models: ModelLibrary = ModelLibrary(), settings: PillowSettings? = nil,
    engine: (any CompletionEngine)? = nil, goesOn: Bool = false
  ) throws -> Project {
    let project = try Project(
      root: root, settings: settings ?? self.settings(), models: models, engine: engine,
      goesOn: goesOn, limits: MatchingLimits(embedsFirst: 1024))
    for problem in project.problems { Output.message("warning: \(problem)") }
    return project
  }
}
