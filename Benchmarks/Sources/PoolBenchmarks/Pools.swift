import Foundation
import Kernels
import ModelStore
import PillowProject
import PromptMatching
import PromptPool
import Settings

/// Full-text index and secrets included.
func benchmarkImport(_ file: URL, into database: URL, keepsNearDuplicates: Bool) throws {
  let pool = try PromptPool(at: database)
  let options = ImportOptions(keepsNearDuplicates: keepsNearDuplicates)
  var added = 0
  let time = try milliseconds { added = try pool.importFile(file, options: options).added }
  report(["added": Double(added), "seconds": time / 1000])
}

func embed(_ database: URL, encoder: String, vectors: URL) throws {
  let pool = try PromptPool(at: database)
  let data = try Data(contentsOf: vectors, options: .alwaysMapped)
  let count = try pool.count()
  let dimensions = data.count / 4 / max(1, count)
  var done = 0
  while done < count {
    let missing = try pool.exemplarsWithoutEmbedding(encoder: encoder, limit: 20_000)
    if missing.isEmpty { break }
    let rows = missing.enumerated().map { offset, exemplar in
      (id: exemplar.id, vector: floats(data, row: done + offset, dimensions))
    }
    try pool.store(embeddings: rows, encoder: encoder)
    done += missing.count
  }
  report(["embedded": Double(done), "dimensions": Double(dimensions)])
}

private func floats(_ data: Data, row: Int, _ dimensions: Int) -> [Float] {
  data.withUnsafeBytes { bytes in
    (0..<dimensions).map { index in
      bytes.loadUnaligned(fromByteOffset: 4 * (row * dimensions + index), as: Float.self)
    }
  }
}

/// The 64 nearest of each query; their numbers go to a file, to be compared.
func benchmarkNearest(
  _ database: URL, encoder: String, queries: URL, dimensions: Int, threads: Int, out: URL
) throws {
  let pool = try PromptPool(at: database)
  let team = ThreadTeam(threads: threads)
  var index: VectorIndex?
  let opening = try milliseconds {
    index = try pool.vectorIndex(encoder: encoder, team: team)
  }
  guard let index else { return }
  let data = try Data(contentsOf: queries)
  let count = data.count / 4 / dimensions
  let all = (0..<count).map { floats(data, row: $0, dimensions) }
  var found: [Int64] = []
  // The first touches the mapped pages.
  for query in all.prefix(5) { _ = index.nearest(to: query, count: 64) }
  var times: [Double] = []
  for query in all {
    var near: [Neighbour] = []
    times.append(milliseconds { near = index.nearest(to: query, count: 64) })
    found += near.map(\.id)
  }
  try found.withUnsafeBytes { Data($0) }.write(to: out)
  report(times: times, ["opening": opening, "anonymousMB": anonymousMemory() / 1e6])
}

func benchmarkText(_ database: URL, queries: URL) throws {
  let pool = try PromptPool(at: database)
  let lines = try String(contentsOf: queries, encoding: .utf8).split(separator: "\n").map(
    String.init)
  for line in lines.prefix(5) { _ = try pool.search(line) }
  var times: [Double] = []
  var hits = 0
  for line in lines {
    times.append(try milliseconds { hits += try pool.search(line).count })
  }
  report(times: times, ["hits": Double(hits), "anonymousMB": anonymousMemory() / 1e6])
}

/// From the opening of a project to the exemplars of an instruction, the sentence encoder's loading included.
func benchmarkFirstMatch(_ data: URL, project: URL, instruction: String) async throws {
  let clock = ContinuousClock()
  let start = clock.now
  let models = ModelLibrary(store: ModelStore(folder: DataFolder(url: data)))
  // As the server does.
  Task.detached { _ = try? await models.encoder() }
  let project = try Project(root: project, settings: PillowSettings(), models: models)
  let opened = clock.now
  let match = try await project.match(InstructionRequest(instruction: instruction))
  let first = clock.now
  _ = try await project.match(InstructionRequest(instruction: instruction + " again"))
  report([
    "open": (opened - start) / .milliseconds(1), "first": (first - start) / .milliseconds(1),
    "next": (clock.now - first) / .milliseconds(1), "shots": Double(match.shots.count),
    "embed": match.embedSeconds * 1000, "anonymousMB": anonymousMemory() / 1e6,
  ])
}
