import Foundation

let arguments = Array(CommandLine.arguments.dropFirst())
let folder = FileManager.default.temporaryDirectory.appending(path: "pool-benchmark-\(getpid())")
try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
defer { try? FileManager.default.removeItem(at: folder) }
let count = arguments.dropFirst().first.flatMap { Int($0) }

switch arguments.first {
case "import": try benchmarkImport(count: count ?? 100_000, in: folder)
default:
  print("usage: PoolBenchmarks import [COUNT]")
}
