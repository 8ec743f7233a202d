internal import Foundation

/// What a project has learned, as one self-contained page for the person who writes in it.
public struct LearningPage: Sendable {
  /// One opportunity, oldest first.
  public struct Step: Sendable {
    /// Characters of the suggestion that stand in the document.
    public var keptCharacters: Int
    public var isShown, isKept: Bool

    public init(keptCharacters: Int, isShown: Bool, isKept: Bool) {
      self.keptCharacters = keptCharacters
      self.isShown = isShown
      self.isKept = isKept
    }
  }

  /// An exemplar with what its answers came to.
  public struct Earning: Sendable {
    public var name: String
    public var kept, judged: Int

    public init(name: String, kept: Int, judged: Int) {
      self.name = name
      self.kept = kept
      self.judged = judged
    }
  }

  /// A version that was made.
  public struct Version: Sendable {
    public var number: Int64
    public var kind, day, note: String
    public var isServing: Bool
    /// Number of opportunities before it, to mark it in the course; nil outside of what is shown.
    public var place: Int?

    public init(
      number: Int64, kind: String, day: String, note: String, isServing: Bool, place: Int?
    ) {
      self.number = number
      self.kind = kind
      self.day = day
      self.note = note
      self.isServing = isServing
      self.place = place
    }
  }

  public var project = ""
  /// Such as “12 of your last 20 kept”.
  public var sentence: String?
  /// The newest ones, without a gap.
  public var steps: [Step] = []
  /// How many there were in all.
  public var seen = 0
  /// Probability of the gate and whether the answer was kept.
  public var judged: [(probability: Double, isKept: Bool)] = []
  public var exemplars: [Earning] = []
  public var versions: [Version] = []
  /// Of the pool, with the exemplars' pools and how often an answer with each was judged.
  public var map: PoolMap?
  public var pools: [String?] = []
  public var used: [Int: Int] = [:]

  public init() {}

  private static let window = 30

  public var html: String {
    var body = "<h1>What pillow-lsp has learned</h1><p>\(Chart.escaped(project))</p>"
    guard !steps.isEmpty else {
      body += "<p>Nothing has been suggested in this project yet. Come back after a few days.</p>"
      return Page.html(title: "pillow-lsp: learning", body)
    }
    body += figures() + Page.section("Over time", course())
    if judged.count >= 20 {
      body += Page.section("How well the gate predicts what you keep", reliability())
    }
    body += earnings()
    if let map {
      body += Page.section(
        "Your pool",
        Chart.poolMap(
          map, tasks: pools, chosen: used, verb: "judged", title: "Exemplars by meaning"))
    }
    body += versionTable()
    return Page.html(title: "pillow-lsp: learning", body)
  }

  private func figures() -> String {
    let recent = steps.suffix(100)
    let shown = recent.count(where: \.isShown)
    let kept = Double(recent.reduce(0) { $0 + $1.keptCharacters }) / Double(recent.count)
    let rate = Double(recent.count { $0.isShown && $0.isKept }) / Double(max(1, shown))
    func figure(_ value: String, _ words: String) -> String {
      "<div><div class=\"figure\">\(Chart.escaped(value))</div>\(Chart.escaped(words))</div>"
    }
    var found: [String] = []
    if let sentence {
      let value = sentence.prefix { $0 != " " }
      found.append(figure(String(value), sentence.dropFirst(value.count + 1).description))
    }
    found.append(
      figure(Chart.short(kept), "characters kept per instruction, of the latest \(recent.count)"))
    found.append(
      figure(Chart.percent(rate), "of what was shown was kept, of the latest \(recent.count)"))
    found.append(figure("\(max(seen, steps.count))", "instructions seen"))
    return "<section class=\"figures\">\(found.joined())</section>"
  }

  private func course() -> String {
    let marks = versions.compactMap { version in
      version.place.map { (place: $0, word: "\(version.kind) \(version.number)") }
    }
    let kept = Chart.lines(
      [("kept characters", Self.means(steps.map { Double($0.keptCharacters) }))], marks: marks,
      title: "Characters kept per instruction, mean of the \(Self.window) latest",
      unit: "instructions")
    let accepted = Chart.lines(
      [
        ("kept, of shown", Self.shares(steps)),
        ("shown, of all", Self.means(steps.map { $0.isShown ? 1 : 0 })),
      ], marks: marks, title: "Share kept and share shown, of the \(Self.window) latest",
      unit: "instructions", isShare: true)
    return kept + accepted
  }

  /// The mean of the latest values at each place; not a number at the first ones, where it would be
  /// of too few.
  static func means(_ values: [Double]) -> [Double] {
    var sum = 0.0
    let fewest = min(window, values.count) / 3
    return values.indices.map { place in
      sum += values[place]
      if place >= window { sum -= values[place - window] }
      return place + 1 < fewest ? .nan : sum / Double(min(place + 1, window))
    }
  }

  private static func shares(_ steps: [Step]) -> [Double] {
    let shown = means(steps.map { $0.isShown ? 1 : 0 })
    let kept = means(steps.map { $0.isShown && $0.isKept ? 1 : 0 })
    return zip(kept, shown).map { $1 > 0 ? $0 / $1 : .nan }
  }

  /// Of answers that the gate gave about the same probability, how many were kept.
  private func reliability() -> String {
    let bins = (0..<5).compactMap { bin -> (label: String, interval: Interval)? in
      let (low, high) = (Double(bin) / 5, Double(bin + 1) / 5)
      let inside = judged.filter {
        $0.probability >= low && ($0.probability < high || bin == 4)
      }
      guard !inside.isEmpty else { return nil }
      return (
        "\(Int(low * 100)) to \(Int(high * 100)) % (\(inside.count))",
        Interval(share: inside.count(where: \.isKept), of: inside.count)
      )
    }
    return Chart.bars(
      bins, title: "Share that was kept, by the predicted probability", isShare: true)
  }

  private func earnings() -> String {
    let judged = exemplars.filter { $0.judged >= 3 }
    guard !judged.isEmpty else { return "" }
    let ranked = judged.sorted {
      (share($0), $0.kept, $0.name) > (share($1), $1.kept, $1.name)
    }
    let best = ranked.prefix(8).filter { share($0) > 0.5 }
    let worst = ranked.reversed().prefix(8).filter { share($0) < 0.5 }
    return (best.isEmpty ? "" : Page.section("Exemplars that earn", table(best)))
      + (worst.isEmpty ? "" : Page.section("Exemplars that lose", table(worst)))
  }

  private func share(_ earning: Earning) -> Double {
    (Double(earning.kept) + 1) / (Double(earning.judged) + 2)
  }

  private func table(_ rows: some Collection<Earning>) -> String {
    "<table><tr><th>exemplar</th><th>kept</th><th>of</th></tr>"
      + rows.map {
        "<tr><td>\(Chart.escaped($0.name))</td><td>\($0.kept)</td><td>\($0.judged)</td></tr>"
      }.joined() + "</table>"
  }

  private func versionTable() -> String {
    guard !versions.isEmpty else { return "" }
    let rows = versions.reversed().map { version in
      "<tr><td>\(version.number)</td><td>\(Chart.escaped(version.kind))</td>"
        + "<td class=\"day\">\(version.day)</td><td>\(version.isServing ? "yes" : "no")</td>"
        + "<td>\(Chart.escaped(version.note))</td></tr>"
    }
    return Page.section(
      "Versions",
      "<table><tr><th>version</th><th>of</th><th>made</th><th>serves</th><th>test</th></tr>"
        + rows.joined() + "</table>")
  }
}
