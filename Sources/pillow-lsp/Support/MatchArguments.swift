import ArgumentParser
import Foundation
import PillowProject
import PromptMatching
import PromptPool

/// How a project's exemplars are chosen; shared by the commands that match an instruction.
struct MatchArguments: ParsableArguments {
  @OptionGroup var project: ProjectOption
  @Option(help: "How many exemplars; by default what the project sets, or 3.") var shots: Int?
  @Option(help: "What chooses them; by default what the project sets, or policy.")
  var matcher: MatcherName?

  func validate() throws {
    if let shots, !(0...32).contains(shots) {
      throw ValidationError("--shots must be a whole number from 0 to 32.")
    }
  }
}

extension MatchResult {
  /// The exemplars for a reader, and what chose them.
  ///
  /// A pick's probability is among the exemplars that are left after the earlier picks, so the
  /// figures need not descend.
  var lines: [String] {
    shots.enumerated().flatMap { rank, shot in
      [
        "\(rank + 1). \(shot.exemplar.instruction)",
        String(format: "   pick %d: %.1f %%, ", rank + 1, shot.probability * 100)
          + "\(shot.why) (\(shot.exemplar.pool))",
      ]
    } + ["   chosen by \(chooser)"]
  }
}
