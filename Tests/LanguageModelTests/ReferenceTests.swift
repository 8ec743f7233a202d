import Foundation
import LanguageModel
import Testing
import TestSupport

/// Installed models against a float32 run of the same weights; `Scripts/golden/logits.py` made the
/// references.
struct ReferenceTests {
  @Test(.enabled(if: TestModels.exists(TestModels.smolLM2), "the default model is not installed"))
  func logitsOfSmolLM2() async throws {
    try await compare(TestModels.smolLM2, Reference("logits.bin"), tokens: 2000)
  }

  /// Longer than its windows of 512.
  @Test(.enabled(if: TestModels.exists(TestModels.gemma3), "gemma-3-270m is not installed"))
  func logitsOfGemma3() async throws {
    try await compare(TestModels.gemma3, Reference("gemma-3-270m.bin"), tokens: 1000)
  }

  private func compare(_ url: URL, _ reference: Reference, tokens: Int) async throws {
    let model = try LanguageModel(
      contentsOf: url, options: LanguageModelOptions(context: reference.length))
    var (same, divergence, nll, count) = (0, 0.0, 0.0, 0)
    for window in reference.windows {
      let logits = try await model.logits(of: window.tokens)
      for (position, values) in logits.enumerated() {
        let expected = window.positions[position]
        let (likeliest, sum) = summary(of: values)
        let logp = expected.likeliest.map { Double(values[Int($0)]) - sum }
        divergence += Self.divergence(expected.logProbabilities, logp)
        same += likeliest == Int(expected.likeliest[0]) ? 1 : 0
        count += 1
        guard position + 1 < window.tokens.count else { continue }
        nll += sum - Double(values[Int(window.tokens[position + 1])])
      }
    }
    let share = Double(same) / Double(count)
    let perplexity = exp(nll / Double(count - reference.windows.count))
    let mean = divergence / Double(count)
    print(
      """
      \(url.lastPathComponent), \(count) tokens: equal first choices \(share) (llama.cpp \(reference.peerShare)), mean \
      divergence \(mean) (llama.cpp \(reference.peerDivergence)), perplexity \(perplexity) \
      (reference \(reference.perplexity), llama.cpp \(reference.peerPerplexity))
      """)
    #expect(count >= tokens)
    #expect(share >= 0.99)
    #expect(mean <= Double(reference.peerDivergence))
    #expect(abs(perplexity / Double(reference.perplexity) - 1) <= 0.005)
  }

  /// Over the likeliest tokens and the rest taken together.
  private static func divergence(_ p: [Float], _ q: [Double]) -> Double {
    var sum = 0.0
    for (p, q) in zip(p, q) { sum += exp(Double(p)) * (Double(p) - q) }
    let restP = max(1 - p.reduce(0) { $0 + exp(Double($1)) }, 1e-9)
    let restQ = max(1 - q.reduce(0) { $0 + exp($1) }, 1e-9)
    return sum + restP * log(restP / restQ)
  }

  /// The likeliest token, and the logarithm of the sum of all exponentials; loops, since these are
  /// hundreds of millions of values and tests are not optimised.
  private func summary(of values: [Float]) -> (likeliest: Int, logSumExp: Double) {
    values.withUnsafeBufferPointer { values in
      var (likeliest, index, sum) = (0, 1, 0.0)
      while index < values.count {
        if values[index] > values[likeliest] { likeliest = index }
        index += 1
      }
      let highest = values[likeliest]
      index = 0
      while index < values.count {
        sum += Double(exp(values[index] - highest))
        index += 1
      }
      return (likeliest, Double(highest) + log(sum))
    }
  }
}

/// A file of Resources; its layout is told by the script that makes it.
private struct Reference {
  struct Position {
    var likeliest: [Int32]
    var logProbabilities: [Float]
  }
  struct Window {
    var tokens: [Int32]
    var positions: [Position]
  }

  let length: Int
  let peerDivergence, peerShare, peerPerplexity, perplexity: Float
  private(set) var windows: [Window] = []

  init(_ name: String) throws {
    let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appending(path: "Resources/\(name)")
    let data = try Data(contentsOf: url)
    var offset = 4
    func next<T: BitwiseCopyable>(_ type: T.Type) -> T {
      defer { offset += MemoryLayout<T>.size }
      return data.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: type) }
    }
    let count = Int(next(Int32.self))
    length = Int(next(Int32.self))
    let likeliest = Int(next(Int32.self))
    peerDivergence = next(Float.self)
    peerShare = next(Float.self)
    peerPerplexity = next(Float.self)
    perplexity = next(Float.self)
    for _ in 0..<count {
      var window = Window(tokens: [], positions: [])
      for _ in 0..<length { window.tokens.append(next(Int32.self)) }
      for _ in 0..<length {
        let ids = (0..<likeliest).map { _ in next(Int32.self) }
        let values = (0..<likeliest).map { _ in next(Float.self) }
        _ = next(Float.self)
        window.positions.append(Position(likeliest: ids, logProbabilities: values))
      }
      windows.append(window)
    }
  }
}
