/// What answers have in common, in order: tokens that stand in each of them, with what differs in
/// between.
struct FormSkeleton: Sendable {
  /// The first is the one that the others were aligned with.
  let members: [ReadExample]
  /// Columns of equal tokens: for each member the token's place in its answer.
  private(set) var columns: [[Int]]

  /// - Parameter alignments: of the first member with each of the others.
  init(_ members: [ReadExample], _ alignments: [FormAlignment]) {
    self.members = members
    let center = members[0]
    columns = center.answer.indices.compactMap { index in
      var column = [index]
      for (member, alignment) in zip(members.dropFirst(), alignments) {
        guard let place = alignment.partner[index],
          member.answer[place].text == center.answer[index].text
        else { return nil }
        column.append(place)
      }
      return column
    }
  }

  func token(_ column: Int) -> TextToken { members[0].answer[columns[column][0]] }

  /// How much of a form the common tokens make.
  var strength: Double { columns.indices.reduce(0) { $0 + Self.weight(token($1)) } }

  static func weight(_ token: TextToken) -> Double {
    switch token.kind {
    case .lineBreak: 1.5
    case .mark: token.isWeakMark ? 0.3 : token.text.count > 1 ? 1.5 : 1
    case .blanks: token.text.count > 1 ? 1 : 0
    case .number: 1
    case .word: CommonWords.all.contains(token.folded) ? 0.3 : 1
    }
  }

  /// How much of a form all members together have; what some have and others lack counts less.
  var worth: Double {
    var sum = strength
    for index in 0...columns.count {
      let parts = gap(index)
      let texts = parts.enumerated().map { text($0.offset, $0.element) }
      guard let tail = Self.tails(of: texts).last else { continue }
      sum += 0.75 * TextToken.all(in: tail).reduce(0) { $0 + Self.weight($1) }
    }
    return sum * Double(members.count * members.count)
  }

  /// Ends of texts with a mark of their own that some of them have and some have not, the shortest
  /// first.
  static func tails(of texts: [String]) -> [String] {
    var tails: Set<String> = []
    for text in texts {
      let tokens = TextToken.all(in: text)
      for start in tokens.indices where !tokens[start].isContent {
        let tail = tokens[start...]
        if tail.contains(where: { $0.kind == .mark && !$0.isWeakMark }) {
          tails.insert(tail.joined)
        }
      }
    }
    return tails.filter { tail in
      let having = texts.count { $0.hasSuffix(tail) }
      return having > 1 && having < texts.count
    }.sorted { $0.count < $1.count }
  }

  // MARK: Pieces

  /// What stands between two columns, for each member; the first gap is before the first column.
  func gap(_ index: Int) -> [Range<Int>] {
    members.indices.map { member in
      let start = index == 0 ? 0 : columns[index - 1][member] + 1
      let end = index == columns.count ? members[member].answer.count : columns[index][member]
      return start..<end
    }
  }

  func isGap(_ index: Int) -> Bool { gap(index).contains { !$0.isEmpty } }

  /// Runs of columns with nothing in between, in order.
  var runs: [Range<Int>] {
    var runs: [Range<Int>] = []
    var start = 0
    for index in 1..<(columns.count + 1) where index == columns.count || isGap(index) {
      runs.append(start..<index)
      start = index
    }
    return columns.isEmpty ? [] : runs
  }

  func text(_ member: Int, _ range: Range<Int>) -> String {
    members[member].answer[range].joined
  }

  // MARK: What only seems to be common

  /// Takes out tokens that are equal by chance or since they were copied together with what
  /// differs.
  mutating func refine() {
    removeDateParts()
    removeJoinedNumbers()
    while removeOneCopiedEdge() {}
    while removeOneWeakRun() {}
  }

  /// Dates are taken as they are: that all were in one month does not fix the month.
  private mutating func removeDateParts() {
    let dates = members.map { DateText.parts(in: $0.answer) }
    let isConstant =
      Set(
        members.indices.map { member in
          dates[member].map { members[member].answer[$0].joined }
        }
      ).count == 1
    guard !isConstant else { return }
    columns.removeAll { column in
      members.indices.allSatisfy { member in
        dates[member].contains { $0.contains(column[member]) }
      }
    }
  }

  /// The parts of a number such as `2.1` that are equal in all members.
  private mutating func removeJoinedNumbers() {
    var removed: Set<Int> = []
    for index in columns.indices where token(index).kind == .number {
      for step in [-1, 1] {
        let (mark, other) = (index + step, index + 2 * step)
        guard columns.indices.contains(mark), ".:/-".contains(token(mark).text),
          members.indices.allSatisfy({ columns[mark][$0] == columns[index][$0] + step })
        else { continue }
        let joined = members.indices.allSatisfy { member in
          let place = columns[index][member] + 2 * step
          let answer = members[member].answer
          return answer.indices.contains(place) && answer[place].kind == .number
        }
        let isFixed =
          columns.indices.contains(other)
          && members.indices.allSatisfy {
            columns[other][$0] == columns[index][$0] + 2 * step
          }
        if joined, !isFixed { removed.insert(index) }
      }
    }
    columns = columns.indices.filter { !removed.contains($0) }.map { columns[$0] }
  }

  /// At an edge of a run: words that each member copied together with what stands beyond the edge.
  private mutating func removeOneCopiedEdge() -> Bool {
    for run in runs {
      for (gap, step) in [(run.lowerBound, -1), (run.upperBound, 1)] where isGap(gap) {
        let inward = step < 0 ? Array(run) : run.reversed()
        let copied = inward.prefix { isCopied($0, beyond: gap, step) }
        // Marks and blanks go only along with a word, or where all of the run goes.
        guard
          let last = copied.lastIndex(where: { token($0).isContent })
            ?? (copied.count == run.count ? copied.indices.last : nil)
        else { continue }
        if copied.count == run.count, isSeparator(run) { continue }
        let removed = Set(copied[...last])
        columns = columns.indices.filter { !removed.contains($0) }.map { columns[$0] }
        return true
      }
    }
    return false
  }

  /// Whether a comma or the like stands between a number and something else, or between two words
  /// of their own: it is a part of the form, though what was asked for has it too.
  private func isSeparator(_ run: Range<Int>) -> Bool {
    let tokens = run.map(token)
    guard isGap(run.lowerBound), isGap(run.upperBound),
      tokens.contains(where: { $0.kind == .mark }),
      tokens.contains(where: { $0.kind == .blanks })
    else { return false }
    func areTokens(_ gap: Int) -> Bool { self.gap(gap).allSatisfy { $0.count == 1 } }
    func areNumbers(_ gap: Int) -> Bool {
      members.indices.allSatisfy { holdsNumber(member: $0, gap) }
    }
    return areNumbers(run.lowerBound) || areNumbers(run.upperBound)
      || areTokens(run.lowerBound) && areTokens(run.upperBound)
  }

  /// Whether members copied a token together with the one beyond the edge of its run.
  private func isCopied(_ column: Int, beyond gap: Int, _ step: Int) -> Bool {
    // `Day 12`: the word is a part of the form.
    if token(column).kind == .word, !CommonWords.all.contains(token(column).folded),
      members.indices.allSatisfy({ holdsNumber(member: $0, gap) })
    {
      return false
    }
    let parts = self.gap(gap)
    let unexplained = members.indices.count { member in
      let place = columns[column][member]
      let part = parts[member]
      guard !part.isEmpty, let copy = members[member].copyOf[place] else { return true }
      return members[member].copyOf[step < 0 ? part.upperBound - 1 : part.lowerBound] != copy
    }
    return unexplained <= members.count / 6
  }

  private func holdsNumber(member: Int, _ gap: Int) -> Bool {
    let tokens = members[member].answer[self.gap(gap)[member]].filter { $0.kind != .blanks }
    return !tokens.isEmpty
      && tokens.allSatisfy { $0.kind == .number || ".:/-".contains($0.text) }
  }

  /// A run of blanks or of words that any text has, unless what stands beside it has a source of
  /// its own.
  private mutating func removeOneWeakRun() -> Bool {
    for run in runs {
      let tokens = run.map(token)
      let contents = tokens.filter { $0.kind != .blanks }
      guard !tokens.contains(where: { $0.kind == .blanks && $0.text.count > 1 }),
        contents.allSatisfy({ $0.kind == .word && CommonWords.all.contains($0.folded) })
          || contents.allSatisfy({ $0.text == "," || $0.text == "'" })
      else { continue }
      let isInner = isGap(run.lowerBound) && isGap(run.upperBound)
      let keeps =
        isInner && contents.allSatisfy { $0.kind != .word }
        && (isSeparator(run) || separates(gap(run.lowerBound), gap(run.upperBound)))
      if isInner || !contents.isEmpty, !keeps {
        columns.removeSubrange(run)
        return true
      }
    }
    return false
  }

  /// Whether a blank stands between two things, and not between two words of a text.
  private func separates(_ left: [Range<Int>], _ right: [Range<Int>]) -> Bool {
    func areClosed(_ parts: [Range<Int>]) -> Bool {
      let texts = parts.enumerated().map { text($0.offset, $0.element) }
      return !texts.contains("") && Self.areClosed(texts)
    }
    func areTokens(_ parts: [Range<Int>]) -> Bool { parts.allSatisfy { $0.count == 1 } }
    switch (areCopies(left), areCopies(right)) {
    case (true, true): return true
    case (true, false): return areTokens(left) || areClosed(right)
    case (false, true): return areTokens(right) && right.count > 3 || areClosed(left)
    case (false, false): return false
    }
  }

  /// Whether most parts of answers are whole copied parts, or numbers.
  private func areCopies(_ parts: [Range<Int>]) -> Bool {
    let copies = parts.enumerated().count { member, part in
      guard !part.isEmpty else { return false }
      let tokens = members[member].answer[part]
      if tokens.allSatisfy({ $0.kind == .number || $0.kind == .mark }) { return true }
      guard let copy = members[member].copyOf[part.lowerBound] else { return false }
      return members[member].copies[copy].answer == part
    }
    return copies * 5 >= parts.count * 4
  }

  /// Whether values are a few short ones that recur.
  static func areClosed(_ values: [String]) -> Bool {
    var counts: [String: Int] = [:]
    for value in values { counts[value, default: 0] += 1 }
    let present = values.filter { !$0.isEmpty }
    guard counts.count <= 6, !present.isEmpty,
      values.allSatisfy({ $0.split(separator: " ").count <= 4 && !$0.contains("\n") })
    else { return false }
    // What is missing from some has to stand out where it is there.
    if present.count < values.count {
      let isMark = present.allSatisfy { $0.contains { !$0.isLetter && !$0.isWhitespace } }
      return isMark && Set(present).count == 1
    }
    let recurring = values.count { counts[$0, default: 0] > 1 }
    return recurring * 10 >= values.count * 7
  }
}
