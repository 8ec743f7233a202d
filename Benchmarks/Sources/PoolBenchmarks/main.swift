// The parts of Benchmarks/pool.py that need the library; each prints one JSON object.
//
//   PoolBenchmarks corpus FILE COUNT SEED          writes made-up exemplars, a line each
//   PoolBenchmarks import DATABASE FILE MODE       MODE: with or without near duplicates
//   PoolBenchmarks embed DATABASE ENCODER VECTORS  stores float32 vectors of a file, in the order of the exemplars
//   PoolBenchmarks nearest DATABASE ENCODER QUERIES DIMENSIONS THREADS OUT
//   PoolBenchmarks text DATABASE QUERIES           a query a line
//   PoolBenchmarks first-match DATA-FOLDER PROJECT INSTRUCTION

import Foundation
import Kernels

// As the program does: a copy of OpenBLAS that does not know the processor is told.
if getenv(MatrixLibrary.coreVariable) == nil, let core = MatrixLibrary.neededCore {
  setenv(MatrixLibrary.coreVariable, core, 1)
  execv("/proc/self/exe", CommandLine.unsafeArgv)
}

let arguments = Array(CommandLine.arguments.dropFirst())

func argument(_ index: Int) -> String { index < arguments.count ? arguments[index] : "" }
func number(_ index: Int) -> Int { Int(argument(index)) ?? 0 }
func file(_ index: Int) -> URL { URL(filePath: argument(index)) }

switch argument(0) {
case "corpus":
  report(["bytes": Double(try Corpus.write(number(2), seed: UInt64(number(3)), to: file(1)))])
case "import":
  try benchmarkImport(file(2), into: file(1), keepsNearDuplicates: argument(3) == "without")
case "embed": try embed(file(1), encoder: argument(2), vectors: file(3))
case "nearest":
  try benchmarkNearest(
    file(1), encoder: argument(2), queries: file(3), dimensions: number(4), threads: number(5),
    out: file(6))
case "text": try benchmarkText(file(1), queries: file(2))
case "first-match":
  try await benchmarkFirstMatch(file(1), project: file(2), instruction: argument(3))
default:
  FileHandle.standardError.write(Data("run Benchmarks/pool.py\n".utf8))
  exit(64)
}
