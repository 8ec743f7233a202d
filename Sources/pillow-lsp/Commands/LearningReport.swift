import ArgumentParser
import Foundation
import Personalization
import PillowProject
import PromptPool
import Reports

struct LearningReport: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Write a page about what was learned; it needs no network and nothing else.")

  @OptionGroup var project: ProjectOption
  @Option(help: "The page's file, in the current folder unless it has a path.")
  var out = "learning.html"
  @Flag(help: "Print one JSON object.") var json = false

  private struct Report: Encodable {
    var file: String
    var status: LearningStatus
  }

  func run() async throws {
    let project = try project.open()
    let page = try await Self.page(project)
    try Output.write(page.html, to: out)
    if json {
      return try Output.json(Report(file: out, status: try await project.learningStatus()))
    }
    Output.line("wrote \(out)")
  }

  private static func page(_ project: Project) async throws -> LearningPage {
    let pool = project.pool
    let status = try await project.learningStatus()
    let outcomes = try pool.outcomes(since: try pool.learnsSince())
      .filter(\.isOpportunity)
    var page = LearningPage()
    page.project = project.root.lastPathComponent
    page.sentence = status.sentence
    page.seen = status.outcomes
    // Of older ones only the rejected are left.
    let oldest = (outcomes.last?.id ?? 0) - Int64(PromptPool.rememberedOutcomes)
    let recent = outcomes.filter { $0.id > oldest }
    page.steps = recent.map { outcome in
      LearningPage.Step(
        keptCharacters: outcome.wasShown ? outcome.keptCharacters : 0, isShown: outcome.wasShown,
        isKept: outcome.isKept == true)
    }
    let scores = Dictionary(
      try pool.suggestions(limit: PromptPool.rememberedOutcomes).compactMap { suggestion in
        suggestion.gateScore.map { (suggestion.id, $0) }
      }, uniquingKeysWith: { first, _ in first })
    page.judged = outcomes.compactMap { outcome in
      guard let isKept = outcome.isKept, let id = outcome.suggestionID, let score = scores[id]
      else { return nil }
      return (score, isKept)
    }
    page.versions = try pool.learningVersions().map { version in
      let before = recent.count { $0.id <= version.lastOutcome }
      return LearningPage.Version(
        number: version.id, kind: version.kind.rawValue,
        day: version.at.formatted(.iso8601.year().month().day()), note: version.note,
        isServing: version.servedSince != nil,
        place: version.isPromoted && before > 0 ? before : nil)
    }
    try add(exemplarsOf: outcomes, pool, to: &page)
    return page
  }

  private static func add(
    exemplarsOf outcomes: [Outcome], _ pool: PromptPool, to page: inout LearningPage
  ) throws {
    var used: [Int64: (judged: Int, kept: Int)] = [:]
    for outcome in outcomes {
      guard let reward = outcome.reward?.value else { continue }
      for shot in outcome.shots {
        used[shot.exemplar, default: (0, 0)].judged += 1
        if reward >= 0.5 { used[shot.exemplar]?.kept += 1 }
      }
    }
    page.exemplars = try pool.exemplars(ids: used.keys.sorted()).map { exemplar in
      let use = used[exemplar.id] ?? (0, 0)
      let line = exemplar.instruction.prefix { $0 != "\n" }
      let name = line.count > 90 ? line.prefix(89).description + "…" : String(line)
      return .init(name: name, kept: use.kept, judged: use.judged)
    }
    guard let encoder = outcomes.last?.encoder else { return }
    let table = try pool.loadEmbeddings(encoder: encoder)
    // A map of more would be a cloud, and take a while.
    guard (3...3000).contains(table.ids.count) else { return }
    let names = Dictionary(
      uniqueKeysWithValues: try pool.exemplars(ids: table.ids).map { ($0.id, $0.pool) })
    page.map = PoolMap(vectors: table.vectors, dimensions: table.dimensions)
    page.pools = table.ids.map { names[$0] }
    for (place, id) in table.ids.enumerated() where used[id] != nil {
      page.used[place] = used[id]?.judged
    }
  }
}
