import ArgumentParser
import CompletionEngine
import Foundation
import Kernels
import LanguageModel
import ModelStore
import PillowProject
import PromptPool
import RemoteEngines
import SentenceEncoder
import Settings
import Tokenizers

struct Doctor: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Check what a project is configured to use, and say what to do about it.",
    discussion: """
      Models and adapters are loaded, not only located. The exit code is 1 if something required is \
      missing or broken.
      """)

  @OptionGroup var project: ProjectOption
  @Flag(help: "Print one JSON object.") var json = false

  struct Check: Encodable {
    let name: String
    let ok: Bool
    let detail: String
    /// What to do when it is not as it should be.
    var advice: String?
    /// Whether completions fail without it.
    var isNeeded = true
  }

  private struct Report: Encodable {
    let version: String
    let checks: [Check]
  }

  func run() async throws {
    let (settings, problems) = PillowSettings.ofProject(project.root)
    let models = ModelLibrary()
    var checks = [dataFolder(), processor(), settingsCheck(problems)]
    checks.append(await encoder(models))
    if let server = models.remoteEngine(settings) { checks.append(await engine(server)) }
    checks.append(await languageModel(settings, models))
    checks.append(recommendation())
    checks.append(await pool(settings, models))
    if json {
      try Output.json(Report(version: PillowLSP.version, checks: checks))
    } else {
      Output.line("pillow-lsp \(PillowLSP.version)")
      for check in checks {
        let verdict = check.ok ? "ok     " : check.isNeeded ? "missing" : "note   "
        Output.line("\(verdict) \(check.name): \(check.detail)")
        if let advice = check.advice { Output.line("        \(advice)") }
      }
    }
    if checks.contains(where: { !$0.ok && $0.isNeeded }) { throw ExitCode.failure }
  }

  private func settingsCheck(_ problems: [String]) -> Check {
    Check(
      name: "settings", ok: problems.isEmpty,
      detail: problems.isEmpty ? "all values are valid" : problems.joined(separator: "; "),
      advice: problems.isEmpty
        ? nil : "Correct them; `pillow-lsp config show` prints the values in force.",
      isNeeded: false)
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

  private func encoder(_ models: ModelLibrary) async -> Check {
    let name = "model \(ModelName.miniLM.rawValue)"
    do {
      let encoder = try await models.encoder()
      return Check(name: name, ok: true, detail: "\(encoder.dimensions) dimensions")
    } catch {
      return Check(
        name: name, ok: false, detail: "it cannot be loaded", advice: "\(error)")
    }
  }

  /// The server that completes, asked for a few tokens.
  private func engine(_ server: RemoteEngine) async -> Check {
    let name = "engine \(server.choice.url)"
    do {
      let found = try await server.check()
      var parts = [found.description.kind.rawValue]
      if let model = found.model { parts.append("model \(model)") }
      if let context = found.description.context { parts.append("\(context) tokens of context") }
      parts.append(String(format: "answered in %.1f s", found.seconds))
      return Check(
        name: name, ok: true, detail: parts.joined(separator: ", "),
        advice: found.notes.isEmpty ? nil : found.notes.joined(separator: "\n        "))
    } catch {
      return Check(name: name, ok: false, detail: "it does not answer", advice: "\(error)")
    }
  }

  /// The model and the adapter that the project uses, loaded together.
  private func languageModel(_ settings: PillowSettings, _ models: ModelLibrary) async -> Check {
    let model = settings.modelOrDefault
    let name = "model " + (model.isEmpty ? ModelName.smollm2.rawValue : model)
    do {
      let loaded = try await models.engine(settings, root: project.root).answeringModel()
      let size = String(format: "%.0f MB", Double(loaded.model.weightBytes) / 1e6)
      let lacksAdapter = loaded.adapter == nil && AdapterChoice(settings).lacksShipped
      return Check(
        name: name, ok: !lacksAdapter,
        detail: "\(size), \(loaded.template.kind.rawValue) prompts"
          + (loaded.adapter.map { ", adapter \($0.adapter.url.path(percentEncoded: false))" } ?? ""),
        advice: lacksAdapter
          ? "The adapter that comes with the default model is missing, and answers are much worse "
            + "without it: put the folder Adapters into ../share/pillow-lsp beside the program's "
            + "folder, or name it in PILLOW_LSP_ADAPTERS." : nil,
        isNeeded: false)
    } catch {
      // A server that completes needs it only as a judge, for training.
      return Check(
        name: name, ok: false, detail: "it cannot be loaded", advice: "\(error)",
        isNeeded: settings.engineOrDefault.urlOrDefault.isEmpty)
    }
  }

  private func processor() -> Check {
    guard let core = MatrixLibrary.core else {
      return Check(
        name: "processor", ok: false, detail: "kernels for \(LanguageModel.kernels), no OpenBLAS",
        advice:
          "Install OpenBLAS (Debian: libopenblas0): without it, sentence vectors are computed many times more slowly."
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

  private func pool(_ settings: PillowSettings, _ models: ModelLibrary) async -> Check {
    let root = project.root
    let path = root.path(percentEncoded: false)
    do {
      let project = try await Project.open(root: root, settings: settings, models: models)
      let count = try await project.withPool { try $0.count() }
      guard project.problems.isEmpty else {
        return Check(
          name: "project", ok: false, detail: "\(path), \(count) exemplars",
          advice: project.problems.joined(separator: "\n        "), isNeeded: false)
      }
      return Check(
        name: "project", ok: count > 0, detail: "\(path), \(count) exemplars",
        advice: count > 0
          ? nil
          : "The pool is empty: run `pillow-lsp pool import NAME` with a starter pool "
            + "(\(StarterPools.names(in: StarterPools.folder()).joined(separator: ", "))) or a file.",
        isNeeded: false)
    } catch {
      return Check(name: "project", ok: false, detail: path, advice: "\(error)")
    }
  }
}
