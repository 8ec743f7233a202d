import ErrorWording
public import Foundation
import Tokenizers

/// The rows of a JSONL file to learn from, in any of four forms:
/// `{"instruction","input","output"}`, `{"prompt","completion"}`, `{"prompt","chosen","rejected"}`
/// and `{"prompt","completion","label"}`, each with an optional `"weight"`. An instruction may have
/// the `"language"` of its document.
public struct TrainingFile: Sendable {
  public let examples: [TrainingExample]
  /// Lines that were skipped, a sentence each.
  public let problems: [String]

  /// - Throws: ``TrainingError``.
  public init(contentsOf url: URL) throws(TrainingError) {
    let path = url.path(percentEncoded: false)
    let data: Data
    do { data = try Data(contentsOf: url) } catch {
      throw .unreadable(path: path, reason: ErrorWording.reason(error))
    }
    self.init(data, name: url.lastPathComponent)
    if examples.isEmpty { throw .noExamples(path: path) }
  }

  public init(_ data: Data, name: String) {
    let decoder = JSONDecoder()
    var examples: [TrainingExample] = []
    var problems: [String] = []
    var seen: Set<TrainingExample.Content> = []
    let lines = data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (number, bytes) in lines.enumerated() {
      guard bytes.contains(where: { !" \t\r".utf8.contains($0) }) else { continue }
      let place = "\(name), line \(number + 1)"
      func skip(_ reason: String) { problems.append("\(place) is skipped: \(reason)") }
      guard String(validating: bytes, as: UTF8.self) != nil else {
        skip("it is not UTF-8")
        continue
      }
      guard let row = try? decoder.decode(Row.self, from: Data(bytes)) else {
        skip("it is no JSON object of texts")
        continue
      }
      guard let content = row.content else {
        skip(
          "it has neither instruction and output nor prompt and completion, or one of them is empty"
        )
        continue
      }
      let weight = row.weight ?? 1
      guard weight.isFinite, weight > 0 else {
        skip("its weight is \(weight)")
        continue
      }
      guard seen.insert(content).inserted else {
        skip("an earlier line is the same")
        continue
      }
      examples.append(
        TrainingExample(content, language: row.language, weight: weight, place: place))
    }
    self.examples = examples
    self.problems = problems
  }

  /// Tells data apart, whatever file they are in.
  public static func fingerprint(of examples: [TrainingExample]) -> String {
    var hash = TextHash()
    for example in examples {
      hash.add("\(example.content) \(example.language ?? "") \(example.weight)\n")
    }
    return hash.text
  }

  private struct Row: Decodable {
    let instruction, input, output, prompt, completion, chosen, rejected, language: String?
    let label: Bool?
    let weight: Float?

    var content: TrainingExample.Content? {
      func filled(_ text: String?) -> String? {
        text.flatMap { $0.allSatisfy(\.isWhitespace) ? nil : $0 }
      }
      if let instruction = filled(instruction) {
        func example(_ output: String) -> ShownExample {
          ShownExample(instruction: instruction, input: input ?? "", output: output)
        }
        if let chosen = filled(chosen), let rejected = filled(rejected) {
          return .choice(example(chosen), over: rejected)
        }
        if let output = filled(output) {
          return label.map { .judged(example(output), isGood: $0) }
            ?? .instruction(example(output))
        }
      }
      guard let prompt = filled(prompt) else { return nil }
      if let chosen = filled(chosen), let rejected = filled(rejected) {
        return .preference(prompt: prompt, chosen: chosen, rejected: rejected)
      }
      guard let completion = filled(completion) else { return nil }
      if let label { return .label(prompt: prompt, completion: completion, isGood: label) }
      return .completion(prompt: prompt, completion: completion)
    }
  }
}
