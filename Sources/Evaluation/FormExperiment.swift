public import CompletionEngine
import ErrorWording
public import Foundation
import OutputForms
import PillowProject
public import PromptMatching
public import Reports
public import SentenceEncoder

/// What forms bring: each exemplar of a group is asked once, with others of its group as the pool,
/// answered with and without the form.
public struct FormExperiment: Sendable {
  public struct Options: Sendable {
    /// How many exemplars of the group form the pool.
    public var poolSize = 5
    public var shots = 3
    public var maximumTokens = 128
    /// Groups of these places among all, in steps of two; nil for all.
    public var half: Int?
    /// The most queries, evenly from all groups; 0 for all.
    public var limit = 0

    public init() {}
  }

  /// Exemplars of one kind.
  public struct Group: Sendable {
    public var name: String
    public var rows: [Demonstration]
    /// What answers have to match, if the file says so.
    public var pattern: String?
  }

  /// What became of one query.
  public struct Row: Sendable, Codable {
    public var group: String
    public var instruction: String
    public var gold: String
    /// Whether a form was imposed, and its exemplars.
    public var support: Int?
    public var with: Judged
    public var without: Judged
  }

  public struct Judged: Sendable, Codable {
    public var text: String
    /// nil where the group has no form.
    public var conforms: Bool?
    public var right: Bool
    public var exact: Bool
    public var milliseconds: Double
  }

  public let groups: [Group]
  private let options: Options

  /// - Parameters:
  ///   - files: JSON lines with `instruction`, `input`, `output`, and `group`; rows without a group
  ///     belong to one that is named like the file. `pattern` is a regular expression for a group's
  ///     answers.
  /// - Throws: ``DataSetError``.
  public init(_ files: [URL], _ options: Options) throws(DataSetError) {
    var groups: [Group] = []
    var places: [String: Int] = [:]
    for file in files {
      let data: Data
      do { data = try Data(contentsOf: file) } catch {
        throw .unreadable(path: file.path, reason: ErrorWording.reason(error))
      }
      let decoder = JSONDecoder()
      for bytes in data.split(separator: UInt8(ascii: "\n")) {
        guard let line = try? decoder.decode(Line.self, from: Data(bytes)) else { continue }
        let name = line.group ?? file.deletingPathExtension().lastPathComponent
        let place = places[name] ?? groups.count
        if place == groups.count {
          groups.append(Group(name: name, rows: [], pattern: line.pattern))
          places[name] = place
        }
        groups[place].rows.append(
          Demonstration(
            instruction: line.instruction, input: line.input ?? "", output: line.output))
      }
      if groups.isEmpty { throw .empty(path: file.path) }
    }
    if let half = options.half {
      groups = groups.enumerated().filter { $0.offset % 2 == half }.map(\.element)
    }
    self.groups = groups
    self.options = options
  }

  private struct Line: Decodable {
    let instruction, output: String
    let input, group, pattern: String?
  }

  // MARK: Running

  /// - Parameter onRow: gets each query as it is answered.
  /// - Throws: `ModelError`, the engine's own errors, `CancellationError`.
  public func run(
    _ engine: any CompletionEngine, _ encoder: SentenceEncoder,
    onRow: (Row) -> Void = { _ in }
  ) async throws -> [Row] {
    var rows: [Row] = []
    let perGroup =
      options.limit == 0 ? Int.max : max(1, options.limit / max(1, groups.count))
    for group in groups where group.rows.count > OutputForm.leastSupport {
      let whole = OutputForm.infer(from: group.rows.map { FormExample($0) })
      let vectors = try await encoder.embed(group.rows.map(\.embeddedText))
      for index in group.rows.indices.prefix(perGroup) {
        // The exemplars that follow it, round to those before it.
        let pool = (1...min(options.poolSize, group.rows.count - 1)).map {
          (index + $0) % group.rows.count
        }
        let near = pool.map { other in
          FormChoice.Near(
            group.rows[other],
            cosine: zip(vectors[index], vectors[other]).reduce(0) { $0 + $1.0 * $1.1 })
        }.sorted { $0.cosine > $1.cosine }
        let gold = group.rows[index]
        let form = FormChoice.choose(for: gold.request, near)
        let conversation = Conversation(
          gold.request, shots: near.prefix(options.shots).reversed().map(\.demonstration))
        func answer(_ form: RequestedForm?) async throws -> Judged {
          var wanted = CompletionOptions(maximumTokens: options.maximumTokens)
          wanted.form = form
          let start = ContinuousClock.now
          let text = try await engine.complete(conversation, options: wanted, onText: { _ in }).text
          let seconds = (ContinuousClock.now - start) / .seconds(1)
          return Self.judge(text, gold.output, group, whole, milliseconds: seconds * 1000)
        }
        let without = try await answer(nil)
        let with = form == nil ? without : try await answer(form)
        let row = Row(
          group: group.name, instruction: gold.instruction, gold: gold.output,
          support: form?.form.support, with: with, without: without)
        onRow(row)
        rows.append(row)
      }
    }
    return rows
  }

  /// The means of some rows, with 95 % intervals over queries.
  public static func summary(_ rows: [Row], _ judged: (Row) -> Judged) -> Summary {
    let all = rows.map(judged)
    return Summary(
      conforms: PairedBootstrap.mean(all.compactMap { $0.conforms.map { $0 ? 1 : 0 } }),
      right: PairedBootstrap.mean(all.map { $0.right ? 1 : 0 }),
      exact: PairedBootstrap.mean(all.map { $0.exact ? 1 : 0 }),
      milliseconds: all.map(\.milliseconds).sorted()[all.count / 2])
  }

  public struct Summary: Sendable {
    public var conforms, right, exact: Interval
    /// The median for an answer.
    public var milliseconds: Double
  }

  // MARK: Judging

  static func judge(
    _ text: String, _ gold: String, _ group: Group, _ form: OutputForm?, milliseconds: Double
  ) -> Judged {
    let text = text.trimmingCharacters(in: .whitespacesAndNewlines)
    var conforms: Bool?
    if let pattern = group.pattern.flatMap({ try? Regex($0) }) {
      conforms = text.wholeMatch(of: pattern) != nil
    } else if let form {
      conforms = form.slots(of: text) != nil
    }
    return Judged(
      text: text, conforms: conforms, right: conforms != false && isRight(text, gold, form),
      exact: text == gold, milliseconds: milliseconds)
  }

  /// Whether short slots are equal, whatever the letter case, and long ones and free text have the
  /// same content words but for a few.
  private static func isRight(_ text: String, _ gold: String, _ form: OutputForm?) -> Bool {
    guard let form, let found = form.slots(of: text), let wanted = form.slots(of: gold),
      found.count == wanted.count
    else { return ContentWords.overlap(text, gold) >= 0.75 }
    return zip(zip(found, wanted), form.shortSlots).allSatisfy { pair, isShort in
      let (found, wanted) = pair
      if found.lowercased() == wanted.lowercased() { return true }
      return !isShort && ContentWords.overlap(found, wanted) >= 0.75
    }
  }
}

/// The words of a text that say something.
enum ContentWords {
  private static let empty: Set<String> = [
    "the", "a", "an", "and", "or", "of", "to", "in", "on", "is", "are", "was", "were", "be", "it",
    "its", "that", "this", "for", "with", "by", "at", "as", "from",
  ]

  /// F1 of two texts' words, 0 to 1, whatever the letter case and plain endings.
  static func overlap(_ first: String, _ second: String) -> Double {
    let (a, b) = (counts(first), counts(second))
    let common = a.reduce(0) { $0 + min($1.value, b[$1.key] ?? 0) }
    let all = a.values.reduce(0, +) + b.values.reduce(0, +)
    return all == 0 ? 1 : 2 * Double(common) / Double(all)
  }

  private static func counts(_ text: String) -> [String: Int] {
    var counts: [String: Int] = [:]
    for word in text.lowercased().split(whereSeparator: { !$0.isLetter && !$0.isNumber })
    where !empty.contains(String(word)) {
      var stem = String(word)
      for ending in ["ing", "ed", "es", "s"]
      where stem.hasSuffix(ending) && stem.count > ending.count + 3 {
        stem.removeLast(ending.count)
        break
      }
      counts[stem, default: 0] += 1
    }
    return counts
  }
}
