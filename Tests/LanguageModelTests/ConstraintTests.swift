import LanguageModel
import Testing
import TestSupport
import Tokenizers

/// Answers are one of some texts.
private struct OneOf: TokenConstraint {
  let texts: [[UInt8]]
  var read: [UInt8] = []
  /// What the first text gains over the others.
  var favour: Float = 0

  init(_ texts: [String], favour: Float = 0) {
    self.texts = texts.map { Array($0.utf8) }
    self.favour = favour
  }

  private func alive(_ read: [UInt8]) -> [Int] {
    texts.indices.filter { texts[$0].starts(with: read) }
  }

  mutating func forced() -> [UInt8] {
    let left = alive(read)
    guard left.count == 1, let only = left.first else { return [] }
    return Array(texts[only].dropFirst(read.count))
  }

  mutating func preference(_ bytes: UnsafeBufferPointer<UInt8>) -> Float {
    let left = alive(read + bytes)
    return left.isEmpty ? -.infinity : left.contains(0) ? 0 : -favour
  }

  mutating func read(_ bytes: UnsafeBufferPointer<UInt8>) { read += bytes }

  var mayEnd: Bool { texts.contains(read) }
  var isComplete: Bool { mayEnd && alive(read).count == 1 }
}

@Suite(
  .serialized,
  .enabled(if: TestModels.exists(TestModels.smolLM2), "the default model is not installed"))
struct ConstraintTests {
  private static let model = Result { try LanguageModel(contentsOf: TestModels.smolLM2) }
  private static let cities = ["Paris", "Berlin", "Rome, Italy", "Lisbon – Портo"]

  private func answer(
    _ question: String, _ constraint: OneOf, _ sampling: SamplingOptions = .greedy,
    lookup: Bool = true
  ) async throws -> Generation {
    let model = try Self.model.get()
    var options = GenerationOptions(maximumTokens: 32, sampling: sampling)
    options.usesLookup = lookup
    options.measuresConfidence = true
    let prompt = model.tokenizer.encode(
      "<|im_start|>user\n\(question)<|im_end|>\n<|im_start|>assistant\n", parsingSpecial: true)
    return try await model.generate(
      prompt, options: options, constraint: constraint)
  }

  @Test func theModelChoosesAmongWhatIsAllowed() async throws {
    let found = try await answer(
      "What is the capital of France? Answer with one word.", OneOf(Self.cities))
    #expect(found.text == "Paris")
    #expect(found.ending == .stop)
    #expect(found.logProbabilities.count == found.tokens.count)
  }

  @Test func preferencesCount() async throws {
    let found = try await answer(
      "What is the capital of France? Answer with one word.",
      OneOf(["Berlin", "Paris"], favour: 100))
    #expect(found.text == "Berlin")
  }

  @Test func whatIsForcedIsWrittenInAnyScript() async throws {
    let text = "§ 12 — Ключи: keep them at the desk. ☎ 555-0101"
    for lookup in [true, false] {
      let found = try await answer("Say anything.", OneOf([text]), lookup: lookup)
      #expect(found.text == text)
      #expect(found.ending == .stop)
    }
  }

  @Test(arguments: UInt64(0)..<6) func samplesAreAllowedAndRepeatable(_ seed: UInt64) async throws {
    let sampling = SamplingOptions(temperature: 1.5, topK: 0, topP: 1, minP: 0, seed: seed)
    let first = try await answer("Name a city.", OneOf(Self.cities), sampling)
    let second = try await answer("Name a city.", OneOf(Self.cities), sampling)
    #expect(Self.cities.contains(first.text))
    #expect(first.tokens == second.tokens)
  }

  @Test func cancelledInTheMiddle() async throws {
    let task = Task { try await answer("Name a city.", OneOf(Self.cities)) }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
  }
}
