// How long the policy takes to choose after the instruction is embedded; prints one JSON object a pool.
//
//   swift run -c release --package-path Benchmarks MatchingBenchmarks [COUNT ...]
//
// Candidates of pools up to 10,000 come from a table in memory, as for a person who raises `largestTable`; of larger ones, and
// of 10,000 once more, from the mapped vector file, as in service.

import Foundation
import Kernels
import PromptMatching
import PromptPool

let dimensions = 384
let shots = 3

/// Unit vectors in clusters, as sentence embeddings are.
func vectors(_ count: Int, seed: UInt64) -> [Float] {
  var generator = SeededGenerator(seed: seed)
  let centres = (0..<64).map { _ in (0..<dimensions).map { _ in Float(generator.normal()) } }
  var result: [Float] = []
  result.reserveCapacity(count * dimensions)
  for row in 0..<count {
    var vector = centres[row % centres.count].map { $0 + Float(generator.normal()) }
    let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
    for i in vector.indices { vector[i] /= length }
    result += vector
  }
  return result
}

/// A network that has learned: all of its parts are in use.
func learned() throws -> MatchingNetwork {
  let network = MatchingNetwork.dayZero(dimensions: dimensions, encoderIdentity: "benchmark")
  var generator = SeededGenerator(seed: 3)
  return try network.with(
    parameters: network.parameters.map { $0 + Float(generator.normal()) * 0.02 })
}

func measure(_ name: String, _ count: Int, _ body: (Int) throws -> Void) rethrows {
  let repetitions = 400
  var seconds: [Double] = []
  for repetition in 0..<repetitions {
    let start = ContinuousClock.now
    try body(repetition)
    seconds.append((ContinuousClock.now - start) / .seconds(1))
  }
  let sorted = seconds.dropFirst(20).sorted()
  let line: [String: Any] = [
    "what": name, "exemplars": count, "repetitions": sorted.count,
    "medianMilliseconds": sorted[sorted.count / 2] * 1000,
    "p99Milliseconds": sorted[Int(Double(sorted.count - 1) * 0.99)] * 1000,
  ]
  let data = try? JSONSerialization.data(withJSONObject: line, options: .sortedKeys)
  print(data.map { String(decoding: $0, as: UTF8.self) } ?? "")
}

/// The policy's list among the candidates.
func choose(_ network: MatchingNetwork, _ query: [Float], _ candidates: [Float], seed: Int) throws {
  let chosen = try network.select(
    query: query, from: network.index(embeddings: candidates),
    options: .init(shots: shots, seed: UInt64(seed)))
  precondition(chosen.picks.count == shots)
}

func query(_ repetition: Int, of queries: [Float]) -> [Float] {
  Array(queries[repetition % 64 * dimensions..<(repetition % 64 + 1) * dimensions])
}

/// The way of a small pool: a table in memory.
func whole(_ count: Int, _ network: MatchingNetwork, _ name: String) throws {
  let pool = EmbeddedPool(vectors: vectors(count, seed: 1), dimensions: dimensions)
  let queries = vectors(64, seed: 2)
  try measure(name, count) { repetition in
    let query = query(repetition, of: queries)
    let near = pool.nearest(to: query, count: Candidates.count(shots: shots))
    try choose(network, query, near.flatMap(pool.vector), seed: repetition)
  }
}

/// The way of a large pool: the mapped file of vectors.
func mapped(_ count: Int, _ network: MatchingNetwork) throws {
  let folder = FileManager.default.temporaryDirectory.appending(path: "matching-\(UUID().uuidString)")
  defer { try? FileManager.default.removeItem(at: folder) }
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  let pool = try PromptPool(at: folder.appending(path: "pool.sqlite"))
  let table = vectors(count, seed: 1)
  let file = folder.appending(path: "exemplars.jsonl")
  let lines = (0..<count).map {
    ExemplarDraft(instruction: "Instruction \($0)", output: "Answer \($0)").jsonLine + "\n"
  }
  try Data(lines.joined().utf8).write(to: file)
  try pool.importFile(file, options: ImportOptions(keepsNearDuplicates: true))
  let ids = try pool.exemplars().map(\.id)
  try pool.store(
    embeddings: ids.enumerated().map {
      (id: $1, vector: Array(table[$0 * dimensions..<($0 + 1) * dimensions]))
    }, encoder: "benchmark")
  let search = try pool.vectorIndex(encoder: "benchmark", team: ThreadTeam(threads: 2, spins: 0))
  let queries = vectors(64, seed: 2)
  try measure("mapped, learned", count) { repetition in
    let query = query(repetition, of: queries)
    let near = search.nearest(to: query, count: Candidates.count(shots: shots)).map(\.id)
    let rows = try pool.embeddings(of: near.sorted(), encoder: "benchmark")
    try choose(network, query, rows.flatMap(\.vector), seed: repetition)
  }
}

let counts = CommandLine.arguments.dropFirst().compactMap { Int($0) }
for count in counts.isEmpty ? [1_000, 4_096, 10_000, 100_000] : counts {
  let network = try learned()
  if count <= 10_000 {
    try whole(
      count, .dayZero(dimensions: dimensions, encoderIdentity: "benchmark"), "whole, day zero")
    try whole(count, network, "whole, learned")
  }
  if count >= 10_000 { try mapped(count, network) }
}
