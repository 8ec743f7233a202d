import ArgumentParser
import Foundation
import Mining
import PillowProject
import PromptPool
import Settings

extension Pool {
  struct Mine: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "mine",
      abstract: "Make exemplars of the project's own commits, doc comments, tests and texts.",
      discussion: """
        Reads the project's folder and, where it is a Git repository, its history; the next run goes on from \
        there. Files of secrets and ignored files are never read. Mined exemplars enter the pools `mined-commits`, \
        `mined-docs` and so on, and stay on this machine until `pool share` shares them.
        """)

    @OptionGroup var project: ProjectOption
    @Option(
      help: "What to mine, separated by commas: commits, docs, functions, tests, changelog, prose.")
    var from: String?
    @Option(help: "Only what was committed since then, such as 2025-01-31 or 6.months.")
    var since: String?
    @Option(help: "Only what this author committed: a part of a name or address.")
    var author: String?
    @Option(help: "Stop after this time, such as 30s or 5m; 0s for never. The next run goes on.")
    var budget = DurationArgument(seconds: 120)
    @Flag(help: "Count what would be mined, and store nothing.") var dryRun = false
    @Flag(help: "Take everything that was mined out of the pool again.") var undo = false
    @Flag(help: "Print one JSON object.") var json = false

    func validate() throws {
      if sources == nil {
        let known = MiningSource.allCases.map(\.rawValue).joined(separator: ", ")
        throw ValidationError("--from must be some of \(known), separated by commas.")
      }
      if undo, dryRun || from != nil || since != nil || author != nil {
        throw ValidationError("--undo takes everything out and stands alone.")
      }
    }

    private var sources: Set<MiningSource>? {
      guard let from else { return Set(MiningSource.allCases) }
      let names = from.split(separator: ",").map {
        MiningSource(rawValue: $0.trimmingCharacters(in: .whitespaces))
      }
      return names.isEmpty || names.contains(nil) ? nil : Set(names.compactMap(\.self))
    }

    func run() async throws {
      let project = try project.open()
      guard !undo else {
        let count = try project.pool.undoMining()
        return json
          ? try Output.json(["removed": count]) : Output.line("\(count) mined exemplars taken out")
      }
      let start = ContinuousClock.now
      let options = MiningOptions(
        sources: sources ?? [], since: since, author: author, timeLimit: budget.limit ?? .infinity)
      let report = try await project.mine(options, isDryRun: dryRun)
      for problem in report.problems { Output.message("warning: \(problem)") }
      let seconds = (ContinuousClock.now - start) / .seconds(1)
      json ? try Output.json(Answer(report, seconds, isDryRun: dryRun)) : tell(report)
    }

    private func tell(_ report: MiningReport) {
      for source in MiningSource.allCases {
        guard let count = report.counts[source] else { continue }
        let changes = report.changes[source] ?? MinedChanges()
        var line = "\(source.pool)\t\(count)"
        let news = [
          (changes.added, "added"), (changes.changed, "changed"), (changes.retired, "retired"),
        ].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
        if !news.isEmpty { line += "\t" + news.joined(separator: ", ") }
        Output.line(line)
      }
      if report.total == 0, report.isComplete {
        Output.message(
          "There is nothing to mine here: no commits, doc comments, tests or texts whose form repeats."
        )
      }
      if !report.isComplete {
        Output.message("There is more to mine: run `pillow-lsp pool mine` again.")
      }
    }
  }
}

/// The counts of each source stand at the top level, what was done about them below.
private struct Answer: Encodable {
  private let report: MiningReport
  private let seconds: Double
  private let isDryRun: Bool

  init(_ report: MiningReport, _ seconds: Double, isDryRun: Bool) {
    self.report = report
    self.seconds = seconds
    self.isDryRun = isDryRun
  }

  private struct Key: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    func key(_ name: String) -> Key { Key(stringValue: name) }
    for (source, count) in report.counts {
      try container.encode(count, forKey: key(source.rawValue))
    }
    try container.encode(report.total, forKey: key("total"))
    let changes = report.changes
    func named<T>(_ values: [MiningSource: T]) -> [String: T] {
      Dictionary(uniqueKeysWithValues: values.map { ($0.key.rawValue, $0.value) })
    }
    try container.encode(named(changes.mapValues(\.added)), forKey: key("added"))
    try container.encode(named(changes.mapValues(\.changed)), forKey: key("changed"))
    try container.encode(named(changes.mapValues(\.retired)), forKey: key("retired"))
    let skipped = report.skipped.mapValues { reasons in
      Dictionary(uniqueKeysWithValues: reasons.map { ($0.key.rawValue, $0.value) })
    }
    try container.encode(named(skipped), forKey: key("skipped"))
    try container.encode(report.isComplete, forKey: key("complete"))
    try container.encode(report.problems, forKey: key("problems"))
    try container.encode(isDryRun, forKey: key("dryRun"))
    try container.encode(seconds, forKey: key("seconds"))
  }
}
