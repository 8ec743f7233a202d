import ArgumentParser
import Foundation
import Mining
import PillowProject
import PromptPool
import SentenceEncoder
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
        throw ValidationError(
          "--undo takes everything out and cannot be combined with other options.")
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
      let models = ModelLibrary()
      let project = try project.open(models)
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
      guard !json else {
        return try Output.json(Answer(report, seconds, isDryRun: dryRun))
      }
      tell(report)
      if !dryRun, report.total > 0 { try await tellOfVectors(project, models) }
    }

    /// Until vectors are there, exemplars are found by their words alone.
    private func tellOfVectors(_ project: Project, _ models: ModelLibrary) async throws {
      guard let encoder = try? await models.encoder() else { return }
      let missing = try project.pool.countWithoutEmbedding(encoder: encoder.identity)
      guard missing > 0 else { return }
      Output.message(
        "The server computes \(missing) vectors in the background; `pillow-lsp pool embed` computes them now."
      )
    }

    private func tell(_ report: MiningReport) {
      for source in MiningSource.allCases {
        guard let count = report.counts[source] else { continue }
        let changes = report.changes[source] ?? MinedChanges()
        var line = "\(source.pool)\t\(count)"
        let news = [
          (changes.added, "added"), (changes.changed, "changed"), (changes.retired, "retired"),
        ].filter { $0.0 > 0 }.map { dryRun ? "\($0.0) would be \($0.1)" : "\($0.0) \($0.1)" }
        if !news.isEmpty { line += "\t" + news.joined(separator: ", ") }
        Output.line(line)
      }
      let over = MiningSource.allCases.compactMap { source in
        report.skipped[source]?[.overCap].flatMap { $0 > 0 ? "\($0) \(source.rawValue)" : nil }
      }
      if !over.isEmpty {
        Output.message(
          "Left out, because a pool has room for the best ones only: "
            + over.joined(separator: ", ") + ".")
      }
      if report.total == 0, report.isComplete {
        Output.message(
          since != nil || author != nil
            ? "Nothing that can be mined here is from that time or author."
            : "There is nothing to mine here: no commits, doc comments, tests or texts whose form repeats."
        )
      }
      if !report.isComplete {
        Output.message(
          "The time was up before everything was looked at: run `pillow-lsp pool mine` again to go on."
        )
      }
      if dryRun { Output.message("Nothing was stored.") }
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
