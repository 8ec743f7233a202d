// How long the policy takes to choose after the instruction is embedded; prints one JSON object a pool.
//
//   swift run -c release --package-path Benchmarks MatchingBenchmarks [COUNT ...]
//
// Pools up to 10,000 are whole tables, as for a person who raises `largestTable`; larger ones, and 10,000 once
// more, are narrowed by a search of the mapped vector file first, as in service.

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

func whole(_ count: Int, _ network: MatchingNetwork, _ name: String) throws {
  let index = try network.index(embeddings: vectors(count, seed: 1))
  let queries = vectors(64, seed: 2)
  try measure(name, count) { repetition in
    let query = Array(queries[repetition % 64 * dimensions..<(repetition % 64 + 1) * dimensions])
    let chosen = try network.select(
      query: query, from: index, options: .init(shots: shots, seed: UInt64(repetition)))
    precondition(chosen.picks.count == shots)
  }
}

/// The way of a large pool: the mapped file, then the policy over the 256 that it scores highest.
func narrowed(_ count: Int, _ network: MatchingNetwork) throws {
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
  let search = try pool.vectorIndex(
    encoder: "benchmark",
    mapping: VectorMapping(identity: network.fingerprint) { try network.mappedExemplars($0) },
    team: ThreadTeam(threads: 2, spins: 0))
  let queries = vectors(64, seed: 2)
  try measure("narrowed, learned", count) { repetition in
    let query = Array(queries[repetition % 64 * dimensions..<(repetition % 64 + 1) * dimensions])
    let near = search.nearest(to: try network.stateVector(query: query), count: 256).map(\.id)
    let rows = try pool.embeddings(of: near.sorted(), encoder: "benchmark")
    let index = try network.index(embeddings: rows.flatMap(\.vector))
    let chosen = try network.select(
      query: query, from: index, options: .init(shots: shots, seed: UInt64(repetition)))
    precondition(chosen.picks.count == shots)
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
  if count >= 10_000 { try narrowed(count, network) }
}
