import ArgumentParser
import Foundation
import InstructionCompletion
import Kernels
import LanguageModel
import ModelStore
import PromptPool

struct Doctor: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Say what is found, what is missing, and what to do about it.",
    discussion: "The exit code is 1 when something that is needed is missing.")

  @Option(help: "The project's folder.") var project = "."
  @Flag(help: "Print one JSON object.") var json = false

  private struct Check: Encodable {
    let name: String
    let ok: Bool
    let detail: String
    /// What to do, when it is not as it should be.
    var advice: String?
  }

  private struct Report: Encodable {
    let version: String
    let checks: [Check]
  }

  func run() async throws {
    let checks = [dataFolder()] + models() + [processor(), projectCheck()]
    if json {
      try Output.json(Report(version: PillowLSP.version, checks: checks))
    } else {
      Output.line("pillow-lsp \(PillowLSP.version)")
      for check in checks {
        Output.line("\(check.ok ? "ok     " : "missing") \(check.name): \(check.detail)")
        if let advice = check.advice { Output.line("        \(advice)") }
      }
    }
    if checks.contains(where: { !$0.ok }) { throw ExitCode.failure }
  }

  private func dataFolder() -> Check {
    let folder = DataFolder().url
    let path = folder.path(percentEncoded: false)
    do {
      try DataFolder().create(folder)
    } catch {
      return Check(name: "data folder", ok: false, detail: path, advice: "\(error)")
    }
    let isWritable = FileManager.default.isWritableFile(atPath: path)
    return Check(
      name: "data folder", ok: isWritable, detail: path,
      advice: isWritable ? nil : "Make it writable, or set XDG_DATA_HOME to a folder that is.")
  }

  private func models() -> [Check] {
    ModelStore().list().map { status in
      let isNeeded = ModelName.defaults.contains(status.model)
      let isThere = status.state == .installed
      let name = status.model.rawValue
      return Check(
        name: "model \(name)", ok: isThere || !isNeeded,
        detail: isThere
          ? status.path.path(percentEncoded: false)
          : isNeeded ? status.state.rawValue : "\(status.state.rawValue), optional",
        advice: isThere || !isNeeded ? nil : "Run `pillow-lsp model fetch \(name)`.")
    }
  }

  private func processor() -> Check {
    guard let core = MatrixLibrary.core else {
      return Check(
        name: "processor", ok: false, detail: "kernels for \(LanguageModel.kernels), no OpenBLAS",
        advice:
          "Install OpenBLAS (Debian: libopenblas0): without it sentence vectors come many times slower."
      )
    }
    let needed = MatrixLibrary.neededCore
    return Check(
      name: "processor", ok: needed == nil,
      detail: "kernels for \(LanguageModel.kernels), OpenBLAS for \(core)",
      advice: needed.map {
        "Set \(MatrixLibrary.coreVariable)=\($0): OpenBLAS computes for an older processor."
      })
  }

  private func projectCheck() -> Check {
    let root = URL(filePath: project).standardizedFileURL
    let path = root.path(percentEncoded: false)
    do {
      let project = try Project(root: root, models: ModelHost())
      let count = try project.pool.count()
      return Check(
        name: "project", ok: project.problems.isEmpty, detail: "\(path), \(count) exemplars",
        advice: project.problems.isEmpty ? nil : project.problems.joined(separator: "\n        "))
    } catch {
      return Check(name: "project", ok: false, detail: path, advice: "\(error)")
    }
  }
}
