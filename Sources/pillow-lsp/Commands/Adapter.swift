import ArgumentParser
import ErrorWording
import FineTuning
import Foundation
import ModelFormats
import ModelStore

struct Adapter: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "adapter", abstract: "The project's LoRA adapters, version by version.",
    subcommands: [
      AdapterList.self, AdapterShow.self, AdapterUseCommand.self, AdapterRollback.self,
      AdapterExportCommand.self, AdapterRemove.self,
    ])
}

/// The project whose adapters are meant.
struct AdapterProject: ParsableArguments {
  @Option(help: "The project's folder.") var project = "."

  var versions: AdapterVersions { AdapterVersions(ofProject: URL(filePath: project)) }
}

struct AdapterList: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the project's adapters; * marks the one that serves.")

  @OptionGroup var project: AdapterProject
  @Flag(help: "Print one JSON object.") var json = false

  private struct Report: Encodable {
    let serving: Int?
    let versions: [AdapterVersions.Version]
  }

  func run() throws {
    let versions = project.versions
    if json {
      return try Output.json(Report(serving: versions.serving, versions: versions.all))
    }
    guard !versions.all.isEmpty else {
      return Output.line("no adapters: `train adapter` makes one")
    }
    for version in versions.all {
      let mark = version.number == versions.serving ? "*" : " "
      Output.line("\(mark) \(version.number)  \(version.summary)")
    }
  }
}

struct AdapterShow: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show how an adapter was trained and how good it is.")

  @OptionGroup var project: AdapterProject
  @Argument(help: "The version's number.") var number: Int
  @Flag(help: "Print one JSON object.") var json = false

  func run() throws {
    let versions = project.versions
    let version = try versions.version(number)
    if json { return try Output.json(version) }
    Output.line("adapter \(number): \(version.summary)")
    Output.line("base: \(version.base)")
    Output.line("data: \(version.data), \(version.examples) examples")
    Output.line("settings: \(version.settings)")
    Output.line("folder: \(versions.url(of: number).path(percentEncoded: false))")
  }
}

struct AdapterUseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "use", abstract: "Let an adapter serve; 0 stands for none of the project's.")

  @OptionGroup var project: AdapterProject
  @Argument(help: "The version's number.") var number: Int

  func run() throws {
    try project.versions.use(number == 0 ? nil : number, base: nil)
    Output.line(number == 0 ? "no adapter of the project serves" : "adapter \(number) serves")
  }
}

struct AdapterRollback: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rollback", abstract: "Let the adapter serve that served before.")

  @OptionGroup var project: AdapterProject

  func run() throws {
    let serving = try project.versions.rollBack()
    Output.line(serving.map { "adapter \($0) serves" } ?? "no adapter of the project serves")
  }
}

struct AdapterRemove: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "remove", abstract: "Delete an adapter that does not serve.")

  @OptionGroup var project: AdapterProject
  @Argument(help: "The version's number.") var number: Int

  func run() throws {
    try project.versions.remove(number)
    Output.line("adapter \(number) is removed")
  }
}

struct AdapterExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write an adapter for other programs: a PEFT folder, or a GGUF file for llama.cpp.")

  @OptionGroup var project: AdapterProject
  @OptionGroup var model: TrainedModelArguments
  @Argument(help: "A version's number, or an adapter's folder.") var adapter: String
  @Argument(help: "Where it goes: a name that ends in .gguf, or a folder.") var out: String

  func run() throws {
    let from = Int(adapter).map { project.versions.url(of: $0) } ?? URL(filePath: adapter)
    let to = URL(filePath: out)
    if let number = Int(adapter) { _ = try project.versions.version(number) }
    guard to.pathExtension == "gguf" else {
      for file in AdapterVersions.files.map({ from.appending(path: $0).path }) {
        guard FileManager.default.isReadableFile(atPath: file) else {
          throw CommandError("\(adapter) is no adapter's folder: \(file) cannot be read.")
        }
      }
      do {
        try FileManager.default.createDirectory(at: to, withIntermediateDirectories: true)
        for name in AdapterVersions.files {
          let target = to.appending(path: name)
          try? FileManager.default.removeItem(at: target)
          try FileManager.default.copyItem(at: from.appending(path: name), to: target)
        }
      } catch {
        throw CommandError("\(out) cannot be written: \(ErrorWording.reason(error)).")
      }
      return Output.line("wrote \(out)")
    }
    try AdapterExport.writeGGUF(from, for: GGUFFile(contentsOf: model.url()), to: to)
    Output.line("wrote \(out)")
  }
}

extension AdapterVersions.Version {
  fileprivate var summary: String {
    let day = created.formatted(.iso8601.year().month().day())
    guard let before, let after else { return "\(day), nothing held out, \(settings)" }
    return day + String(format: ", held-out loss %.4f → %.4f, ", before, after) + settings
  }
}
