public import ArgumentParser
import Foundation
import PillowProject
public import PromptPool

extension ImportFormat: ExpressibleByArgument {}
extension ExportFormat: ExpressibleByArgument {}

extension Pool {
  struct Import: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "import",
      abstract: "Add the exemplars of a file or a starter pool.",
      discussion: """
        Bad records are reported with their lines and skipped; exact and near duplicates are skipped.
        """)

    @OptionGroup var project: ProjectOption
    @Option(help: "The pool's name; by default that of the file.") var pool: String?
    @Option(help: "The file's format; by default it is detected.") var format: ImportFormat?
    @Flag(help: "Import nothing if any record is bad.") var strict = false
    @Flag(help: "Also keep records that are nearly the same as another exemplar.")
    var keepNearDuplicates = false
    @Flag(help: "Also keep records that seem to hold a password or key.") var allowSecrets = false
    @Flag(help: "Print one JSON object.") var json = false
    @Argument(help: "A file, `-` for standard input, or a starter pool's name.") var source: String

    func run() throws {
      let target = try project.open().pool
      let options = ImportOptions(
        format: format, isStrict: strict, keepsNearDuplicates: keepNearDuplicates,
        allowsSecrets: allowSecrets)
      let report =
        if source == "-" {
          try target.importFile(
            reading: .standardInput, options: options, pool: pool ?? "default",
            origin: "standard input")
        } else {
          try target.importFile(file(), options: options, pool: pool)
        }
      tell(report)
      if json {
        try Output.json(report)
      } else {
        Output.line(
          "\(report.added) added, \(report.duplicates) already there, "
            + "\(report.nearDuplicateCount) nearly the same, \(report.rejectedCount) skipped")
      }
      if let failure = report.failure {
        throw CommandError("Nothing was taken from \(source): \(failure).")
      }
      if report.isRefused {
        let bad = report.rejectedCount == 1 ? "a record is" : "\(report.rejectedCount) records are"
        throw CommandError("Nothing was taken from \(source), because \(bad) bad.")
      }
    }

    private func tell(_ report: ImportReport) {
      for rejected in report.rejected {
        Output.message(
          "\(source), line \(rejected.line) (record \(rejected.record)) is skipped: "
            + rejected.reason)
      }
      for near in report.nearDuplicates {
        Output.message(
          "\(source), line \(near.line) (record \(near.record)) is skipped: it is nearly the same as "
            + "exemplar \(near.exemplar)")
      }
    }

    /// A file goes before a starter pool of the same name, and that before a folder.
    private func file() throws -> URL {
      var isFolder: ObjCBool = false
      let exists = FileManager.default.fileExists(atPath: source, isDirectory: &isFolder)
      if exists, !isFolder.boolValue { return URL(filePath: source) }
      let folder = StarterPools.folder()
      if let starter = StarterPools.file(source, in: folder) { return starter }
      if exists {
        throw CommandError("\(source) is a folder: name one of the files in it.")
      }
      let names = StarterPools.names(in: folder)
      let known =
        names.isEmpty
        ? "No starter pools are installed."
        : "The starter pools are \(names.joined(separator: ", "))."
      throw CommandError("There is neither a file nor a starter pool named \(source). \(known)")
    }
  }

  struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "export",
      abstract: "Print the exemplars, or write them to a file; `pool import` reads all formats.")

    @OptionGroup var project: ProjectOption
    @Option(help: "Only this pool.") var pool: String?
    @Option(help: "jsonl, alpaca or chatml.") var format = ExportFormat.jsonl
    @Argument(help: "The file to write; by default standard output.") var file: String?

    func run() throws {
      let source = try project.open().pool
      if let pool { try source.requirePool(pool) }
      guard let file else { return try source.export(format, pool: pool) { Output.line($0) } }
      var text = ""
      try source.export(format, pool: pool) { text += $0 + "\n" }
      try Output.write(text, to: file)
    }
  }
}

extension StarterPools {
  /// The names of the pools of a folder, in alphabetical order.
  fileprivate static func names(in folder: URL?) -> [String] {
    guard let folder else { return [] }
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return files.filter { $0.hasSuffix(".jsonl") && !$0.hasPrefix(".") }
      .map { String($0.dropLast(".jsonl".count)) }.sorted()
  }
}
