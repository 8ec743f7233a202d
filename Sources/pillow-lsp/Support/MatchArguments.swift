import ArgumentParser
import Foundation
import InstructionCompletion
import PromptMatching
import PromptPool

/// How a project's exemplars are chosen; shared by the commands that match an instruction.
struct MatchArguments: ParsableArguments {
  @Option(help: "The project's folder.") var project = "."
  @Option(help: "How many exemplars; by default what the project sets, or 3.") var shots: Int?
  @Option(help: "What chooses them; by default what the project sets, or policy.")
  var matcher: MatcherName?

  func validate() throws {
    if let shots, !(0...32).contains(shots) {
      throw ValidationError("--shots has to be a whole number from 0 to 32.")
    }
  }

  var root: URL { URL(filePath: project).standardizedFileURL }

  /// The project, with warnings of what cannot be used.
  func open(_ models: ModelHost) throws -> Project {
    let project = try Project(
      root: root, models: models, goesOn: true,
      limits: MatchingLimits(embedsFirst: 1024))
    for problem in project.problems { Output.message("warning: \(problem)") }
    return project
  }
}

extension MatchResult {
  /// The exemplars for a reader, and what chose them.
  var lines: [String] {
    shots.enumerated().flatMap { rank, shot in
      [
        "\(rank + 1). \(shot.exemplar.instruction)",
        String(format: "   %.1f %%, ", shot.probability * 100)
          + "\(shot.why) (\(shot.exemplar.pool))",
      ]
    } + ["   chosen by \(chooser)"]
  }
}
