import Foundation
import SentenceEncoder
import TestSupport
import Testing

/// A text with its vector by the float64 reference of `Scripts/golden/encoder.py`.
struct Reference: Decodable {
  let text: String
  let vector: [Float]
}

@Suite(.enabled(if: TestModels.exists(TestModels.miniLM), "the sentence encoder is not fetched"))
struct SentenceEncoderTests {
  private func cosine(_ a: [Float], _ b: [Float]) -> Double {
    func dot(_ x: [Float], _ y: [Float]) -> Double {
      zip(x, y).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }
    return dot(a, b) / (dot(a, a) * dot(b, b)).squareRoot()
  }

  @Test func vectorsAreThoseOfTheReference() async throws {
    let url = TestPaths.package.appending(
      path: "Tests/SentenceEncoderTests/Resources/vectors.json")
    let references = try JSONDecoder().decode([Reference].self, from: Data(contentsOf: url))
    try #require(references.count == 24)
    let encoder = try SentenceEncoder(folder: TestModels.miniLM, threads: 2)
    #expect(encoder.dimensions == 384)
    let vectors = try await encoder.embed(references.map(\.text))
    try #require(vectors.count == references.count)
    for (reference, vector) in zip(references, vectors) {
      let similarity = cosine(vector, reference.vector)
      #expect(similarity >= 0.99999, "\(similarity) for \(reference.text.prefix(40))")
      let length = vector.reduce(0) { $0 + Double($1) * Double($1) }
      #expect(abs(length - 1) < 1e-5)
    }
  }

  @Test func aBatchGivesTheVectorsOfItsTexts() async throws {
    let encoder = try SentenceEncoder(folder: TestModels.miniLM, threads: 2)
    var generator = SplitMix(seed: 11)
    let words = ["alpha", "beta", "write", "the", "commit", "SQL", "été", "🙂", ",", "\n"]
    let texts = (0..<40).map { _ in
      (0..<Int.random(in: 0...60, using: &generator)).map { _ in
        words.randomElement(using: &generator) ?? ""
      }.joined(separator: " ")
    }
    let together = try await encoder.embed(texts)
    try #require(together.count == texts.count)
    for (text, vector) in zip(texts, together) {
      let alone = try await encoder.embed(text)
      let difference = zip(alone, vector).map { abs($0 - $1) }.max() ?? 1
      #expect(difference < 1e-5, "\(text.prefix(40))")
    }
  }

  /// One row per token and none for the marks around a text; the same alone and in a batch.
  @Test func tokensHaveVectorsOfTheirOwn() async throws {
    let encoder = try SentenceEncoder(folder: TestModels.miniLM, threads: 2)
    let texts = ["count the rows", "the bank of the river", "", "money in the bank"]
    let together = try await encoder.tokenVectors(texts)
    #expect(together.map { $0.count / 384 } == [3, 5, 0, 4])
    func row(_ text: Int, _ token: Int) -> [Float] {
      Array(together[text][token * 384..<(token + 1) * 384])
    }
    for (text, values) in zip(texts, together) {
      let alone = try await encoder.tokenVectors([text])[0]
      #expect(alone.count == values.count)
      #expect((zip(alone, values).map { abs($0 - $1) }.max() ?? 0) < 1e-5)
    }
    for token in 0..<5 {
      #expect(abs(row(1, token).reduce(0) { $0 + Double($1) * Double($1) } - 1) < 1e-5)
    }
    // A word's vector depends on its text, and is still more like itself than like another word's.
    let (river, money) = (row(1, 1), row(3, 3))
    #expect(cosine(river, money) < 0.98)
    #expect(cosine(river, money) > cosine(river, row(3, 1)))
  }

  /// They have threads and buffers of their own, side by side.
  @Test func vectorsInTheBackgroundAreTheSame() async throws {
    let encoder = try SentenceEncoder(folder: TestModels.miniLM, threads: 2)
    let texts = (0..<48).map { "exemplar \($0): write a test, or a commit message" }
    async let background = encoder.embed(texts, priority: .background)
    async let interactive = encoder.embed(texts)
    for (a, b) in zip(try await background, try await interactive) {
      #expect(zip(a, b).allSatisfy { abs($0 - $1) < 1e-5 })
    }
    #expect(try await background.count == texts.count)
  }

  @Test func textsBeyondTheLimitAreCut() async throws {
    let encoder = try SentenceEncoder(folder: TestModels.miniLM, threads: 1)
    let long = try await encoder.embed(String(repeating: "word ", count: 254))
    let longer = try await encoder.embed(String(repeating: "word ", count: 5_000))
    let shorter = try await encoder.embed(String(repeating: "word ", count: 100))
    // The last bits may differ: OpenBLAS divides a product by how many of its threads are free.
    #expect(cosine(long, longer) > 0.999999)
    #expect(cosine(long, shorter) < 0.9999)
  }

  @Test func nothingGivesNothing() async throws {
    let encoder = try SentenceEncoder(folder: TestModels.miniLM, threads: 1)
    let none = try await encoder.embed([String]())
    #expect(none.isEmpty)
    let blank = try await encoder.embed(["", " \n", "\u{200B}"])
    // The last bits may differ with the row of the batch.
    for other in blank[1...] {
      #expect(!zip(blank[0], other).contains { !(abs($0 - $1) < 1e-6) })
    }
  }

  @Test func aCancelledTaskThrows() async throws {
    let encoder = try SentenceEncoder(folder: TestModels.miniLM, threads: 1)
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return try await encoder.embed("never")
    }
    await #expect(throws: CancellationError.self) { try await task.value }
  }

  @Test func callsFromManyTasksAtOnceDoNotMix() async throws {
    let encoder = try SentenceEncoder(folder: TestModels.miniLM, threads: 2)
    let texts = (0..<12).map { "Text number \($0) about \($0 * 7) things" }
    let expected = try await encoder.embed(texts)
    let found = try await withThrowingTaskGroup(of: (Int, [Float]).self) { group in
      for (index, text) in texts.enumerated() {
        group.addTask { (index, try await encoder.embed(text)) }
      }
      return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
    }
    for (index, vector) in expected.enumerated() {
      #expect(cosine(vector, found[index] ?? []) > 0.999999)
    }
  }

  @Test func identityNamesTheWeights() throws {
    let one = try SentenceEncoder(folder: TestModels.miniLM, threads: 1)
    #expect(one.identity == "bert-mean-384-256-15b2544c66b8")
  }
}
