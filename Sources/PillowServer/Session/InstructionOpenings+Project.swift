import PillowProject
import PromptPool

extension InstructionOpenings {
  /// Those of a project's pools.
  init(of project: Project) async throws {
    self.init(try await project.withPool { try $0.instructionsByPool() })
  }
}
