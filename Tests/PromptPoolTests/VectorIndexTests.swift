import CKernels
import Foundation
import Kernels
import PromptPool
import TestSupport
import Testing

@Suite struct VectorIndexTests {
  private let team = ThreadTeam(threads: 2)

  @Test func kernelsAgree() {
    var generator = Generator(state: 1)
    for width in [1, 15, 16, 31, 33, 48, 384, 391] {
      let codes = (0..<7 * width).map { _ in Int8.random(in: -127...127, using: &generator) }
      let query = (0..<width).map { _ in Int16.random(in: -32767...32767, using: &generator) }
      var (fast, slow) = ([Int32](repeating: 0, count: 7), [Int32](repeating: 1, count: 7))
      pk_nearest_scores(codes, 7, width, query, &fast)
      pk_nearest_scores_portable(codes, 7, width, query, &slow)
      #expect(fast == slow)
    }
  }

  /// Vectors around a few centres, many of them nearly or wholly the same.
  private func vectors(_ count: Int, _ dimensions: Int, seed: UInt64) -> [[Float]] {
    var generator = Generator(state: seed)
    let centres = (0..<8).map { _ in
      (0..<dimensions).map { _ in Float.random(in: -1...1, using: &generator) }
    }
    return (0..<count).map { number in
      let centre = centres[number % centres.count]
      if number % 11 == 0 { return centre }
      return centre.map { $0 + Float.random(in: -0.05...0.05, using: &generator) }
    }
  }

  private func filledPool(_ folder: TemporaryFolder, _ vectors: [[Float]]) throws -> PromptPool {
    let pool = try PromptPool(at: folder.database)
    let lines = vectors.indices.map { "{\"instruction\":\"i\($0)\",\"output\":\"o\"}\n" }
    try pool.importFile(try folder.write(lines.joined().utf8))
    let ids = try pool.exemplars().map(\.id)
    try pool.store(
      embeddings: zip(ids, vectors).map { (id: $0, vector: $1) }, encoder: "e")
    return pool
  }

  @Test(arguments: [(3, 8), (500, 20), (4500, 17)])
  func theNearestAreThoseOfAFullScan(count: Int, dimensions: Int) throws {
    let folder = try TemporaryFolder()
    let all = vectors(count, dimensions, seed: 3)
    let pool = try filledPool(folder, all)
    let index = try pool.vectorIndex(encoder: "e", team: team)
    #expect(index.count == count && index.dimensions == dimensions)
    let ids = try pool.exemplars().map(\.id)
    for query in vectors(4, dimensions, seed: 3) + [[Float](repeating: 0, count: dimensions)] {
      let scored = zip(ids, all).map { id, vector -> (id: Int64, score: Double) in
        var score = 0.0
        for index in query.indices { score += Double(vector[index]) * Double(query[index]) }
        return (id: id, score: score)
      }.sorted { ($1.score, $0.id) < ($0.score, $1.id) }.prefix(64)
      let found = index.nearest(to: query, count: 64)
      #expect(found.count == min(64, count))
      for (one, other) in zip(found, scored) { #expect(abs(one.score - other.score) < 1e-12) }
      let worst = (scored.last?.score ?? 0) + 1e-12
      #expect(
        Set(found.filter { $0.score > worst }.map(\.id))
          == Set(scored.filter { $0.score > worst }.map(\.id)))
    }
  }

  @Test func theFileFollowsTheDatabase() throws {
    let folder = try TemporaryFolder()
    let pool = try filledPool(folder, [[1, 0], [0, 1], [0.6, 0.8]])
    let ids = try pool.exemplars().map(\.id)
    func nearest() throws -> [Int64] {
      try pool.vectorIndex(encoder: "e", team: team).nearest(to: [1, 0], count: 2).map(\.id)
    }
    #expect(try nearest() == [ids[0], ids[2]])
    let file = pool.vectorFile(encoder: "e")
    let mode = try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions]
    #expect(mode as? Int == 0o600)
    try pool.remove(ids[0])
    #expect(try nearest() == [ids[2], ids[1]])
    try pool.restore(ids[0])
    try pool.store(embedding: [2, 0], of: ids[1], encoder: "e")
    #expect(try nearest() == [ids[1], ids[0]])
    #expect(try pool.vectorIndex(encoder: "other", team: team).count == 0)
  }

  @Test(arguments: [0, 10, 300, 700])
  func aDamagedFileIsMadeAnew(length: Int) throws {
    let folder = try TemporaryFolder()
    let pool = try filledPool(folder, vectors(20, 8, seed: 1))
    let before = try pool.vectorIndex(encoder: "e", team: team).nearest(
      to: [1, 0, 0, 0, 0, 0, 0, 0], count: 5)
    let file = pool.vectorFile(encoder: "e")
    // Moved aside, since the index above may still have it mapped.
    try FileManager.default.moveItem(at: file, to: folder.url.appending(path: "old"))
    try Data(repeating: 7, count: length).write(to: file)
    let after = try pool.vectorIndex(encoder: "e", team: team).nearest(
      to: [1, 0, 0, 0, 0, 0, 0, 0], count: 5)
    #expect(before == after)
  }
}
