import CompletionEngine
import Foundation
import PillowProject
import ModelStore
import PromptMatching
import PromptPool
import TestSupport
import Testing

/// The pools that come with the program.
private enum Pools {
  static let folder = TestPaths.package.appending(path: "Pools")

  static let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [])
    .filter { $0.hasSuffix(".jsonl") }.map { String($0.dropLast(6)) }.sorted()

  static func file(_ name: String) -> URL { folder.appending(path: name + ".jsonl") }

  static func exemplars(_ name: String) throws -> [Exemplar] {
    let pool = try PromptPool.inMemory()
    try pool.importFile(file(name), options: ImportOptions(isStrict: true))
    return try pool.exemplars()
  }
}

@Suite struct StarterPoolTests {
  private static let fields: Set<String> = ["instruction", "input", "output", "tags", "language"]

  @Test func thereAreEnough() { #expect(Pools.names.count >= 12) }

  /// The import is forgiving about fields that it does not know; a misspelt one would be lost.
  @Test(arguments: Pools.names) func fieldsAreSpelledRight(name: String) throws {
    let lines = try String(contentsOf: Pools.file(name), encoding: .utf8).split(separator: "\n")
    #expect(lines.count >= 40)
    for (number, line) in lines.enumerated() {
      let record = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      let found = try #require(record, "line \(number + 1) is no object")
      let isWhole = Set(found.keys).union(["language"]) == Self.fields
      #expect(isWhole, "\(name), line \(number + 1) has \(found.keys.sorted())")
    }
  }

  @Test(arguments: Pools.names) func everyLineIsTakenAndShort(name: String) throws {
    let pool = try PromptPool.inMemory()
    let report = try pool.importFile(Pools.file(name), options: ImportOptions(isStrict: true))
    #expect(report.rejected.isEmpty && report.duplicates == 0, "\(report)")
    #expect(report.nearDuplicates.isEmpty, "\(report.nearDuplicates)")
    #expect(report.added >= 40)
    for exemplar in try pool.exemplars() {
      #expect(exemplar.tags.first == name)
      #expect(exemplar.instruction.count <= 300 && exemplar.input.count <= 1500)
      #expect(exemplar.output.count <= 1200 && !exemplar.output.hasPrefix("```"))
      #expect(exemplar.output == exemplar.output.trimmingCharacters(in: .newlines))
    }
    let languages = Set(try pool.exemplars().map(\.language))
    // The constants of this pool are written in the language around them.
    let isOfOneKind = languages.count == 1 || name == "patterns-in-code"
    #expect(isOfOneKind, "one pool, one kind of answer: \(languages)")
  }

  @Test func noPoolRepeatsAnother() throws {
    let pool = try PromptPool.inMemory()
    for name in Pools.names {
      let report = try pool.importFile(Pools.file(name))
      #expect(report.nearDuplicateCount == 0 && report.duplicates == 0, "\(name): \(report)")
    }
  }
}

/// What the pools are for: the default model finds their answers likelier after two of their
/// exemplars.
///
/// Slow; `PILLOW_LSP_POOL_QUERIES` asks more than two questions a pool.
@Suite(
  .serialized,
  .enabled(if: TestModels.exists(TestModels.smolLM2), "SmolLM2-135M-Instruct is not installed"))
struct StarterPoolLikelihoodTests {
  private static let queries =
    ProcessInfo.processInfo.environment["PILLOW_LSP_POOL_QUERIES"].flatMap { Int($0) } ?? 2
  private static let engine = EmbeddedEngine(file: TestModels.smolLM2)

  @Test(arguments: Pools.names) func ownExemplarsMakeAnswersLikelier(name: String) async throws {
    let model = try await EngineAnswers(Self.engine)
    let all = try Pools.exemplars(name).map {
      Demonstration(instruction: $0.instruction, input: $0.input, output: $0.output)
    }
    var (without, with, tokens) = (0.0, 0.0, 0)
    for number in 0..<Self.queries {
      let place = number * all.count / Self.queries
      let shots = [all[(place + 1) % all.count], all[(place + 2) % all.count]]
      let alone = try await model.likelihood(of: all[place], shots: [])
      let after = try await model.likelihood(of: all[place], shots: shots)
      without += alone.nll
      with += after.nll
      tokens += alone.tokens
    }
    #expect(with < without)
    let values = [without, with].map { String(format: "%.3f", $0 / Double(tokens)) }
    print(
      "\(name): NLL a token \(values[0]) alone, \(values[1]) after two exemplars, \(tokens) tokens")
  }
}
