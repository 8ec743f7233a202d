public import PromptMatching

/// What one simulated person asks for, with the answers that she would write herself.
public struct PersonStream: Sendable {
  public let name: String
  /// In the order in which she asks.
  public let rows: [Demonstration]
  /// From this row on she writes in another style.
  public let change: Int
  public let habits: PersonHabits

  /// Makes persons of the rows of a stream.
  ///
  /// Rows that name a `person` stay with that person, in the file's order; the persons with the most
  /// rows are taken. Of rows that name tasks, each person gets tasks of her own, as far as there are
  /// enough, and her rows are shuffled.
  ///
  /// - Parameters:
  ///   - known: content that the pool has already; asking for it would be too easy.
  ///   - instructions: how many rows each person asks at most; persons with fewer ask fewer.
  /// - Throws: ``DataSetError/noRows(split:)`` when there is nobody.
  public static func make(
    _ rows: [PersonRow], persons: Int, instructions: Int, seed: UInt64,
    known: Set<PersonRow.Request> = []
  ) throws(DataSetError) -> [PersonStream] {
    let rows = rows.filter { !known.contains($0.request) }
    let byPerson = Dictionary(grouping: rows.filter { $0.person != nil }, by: { $0.person ?? "" })
    let groups =
      byPerson.isEmpty
      ? ofTasks(rows, persons: persons, instructions: instructions, seed: seed)
      : byPerson.sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }.prefix(persons)
        .map { ($0.key, $0.value) }
    let streams = groups.enumerated().compactMap { place, group -> PersonStream? in
      let (name, rows) = group
      let asked = Array(rows.prefix(instructions))
      guard !asked.isEmpty else { return nil }
      let habits = PersonHabits(seed: seed &* 1_000_003 &+ UInt64(place))
      let change = asked.count / 2
      let written = asked.enumerated().map { number, row in
        var demonstration = row.demonstration
        let style = number < change ? habits.style : habits.laterStyle
        demonstration.output = style.applied(to: demonstration.output)
        return demonstration
      }
      return PersonStream(name: name, rows: written, change: change, habits: habits)
    }
    guard !streams.isEmpty else { throw .noRows(split: "stream") }
    return streams
  }

  private static func ofTasks(
    _ rows: [PersonRow], persons: Int, instructions: Int, seed: UInt64
  ) -> [(String, [PersonRow])] {
    var generator = SeededGenerator(seed: seed)
    let byTask = Dictionary(grouping: rows, by: { $0.demonstration.task ?? "" })
    let tasks = byTask.keys.sorted().shuffled(using: &generator)
    guard !tasks.isEmpty else { return [] }
    // As many tasks as give her enough to ask, and a few more than one.
    let perTask = max(1, rows.count / tasks.count)
    let wanted = min(tasks.count, max(4, (instructions + perTask - 1) / perTask + 1))
    return (0..<persons).map { person in
      let own = (0..<wanted).map { tasks[(person * wanted + $0) % tasks.count] }
      let rows = own.flatMap { byTask[$0] ?? [] }.shuffled(using: &generator)
      return ("person \(person + 1)", rows)
    }
  }
}

/// A row of a stream.
public struct PersonRow: Sendable, Decodable {
  public let demonstration: Demonstration
  public let person: String?
  /// `pool`, `train`, `test` or whatever the file calls it.
  public let split: String?

  /// What is asked, without the answer.
  public struct Request: Sendable, Hashable {
    let instruction, input: String
  }

  public var request: Request {
    Request(instruction: demonstration.instruction, input: demonstration.input)
  }

  /// Whether it has both an instruction and an answer.
  public var isUsable: Bool {
    [demonstration.instruction, demonstration.output].allSatisfy {
      $0.contains { !$0.isWhitespace }
    }
  }

  private enum CodingKeys: String, CodingKey {
    case instruction, input, output, task, person, split
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    func text(_ key: CodingKeys) throws -> String? {
      try values.decodeIfPresent(String.self, forKey: key)
    }
    demonstration = Demonstration(
      instruction: try values.decode(String.self, forKey: .instruction),
      input: try text(.input) ?? "", output: try values.decode(String.self, forKey: .output),
      task: try text(.task))
    person = try text(.person)
    split = try text(.split)
  }
}
