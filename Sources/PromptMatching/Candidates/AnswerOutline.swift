/// How an exemplar's answer begins and ends, and how long it is: what tells from outside whether
/// answers are of one kind.
public struct AnswerOutline: Sendable, Hashable {
  /// Each once, ascending.
  private let terms: [UInt64]
  /// In bytes of UTF-8.
  private let length: Int

  public init(_ answer: String) { self.init(ends: answer, length: answer.utf8.count) }

  /// - Parameters:
  ///   - ends: the answer, or the beginning and the end of a long one.
  ///   - length: of the whole answer, in bytes of UTF-8.
  public init(ends: String, length: Int) {
    terms = Set(TextTerms.form(ends)).sorted()
    self.length = length
  }

  /// 1 for an empty answer, less for longer ones.
  var brevity: Float { 1 / (1 + Float(length) / 100) }

  /// For each answer, how alike it is to the others, on average, and how much more so than all are:
  /// −1 to 1, with the mean 0, so that it ranks answers and says nothing of all of them.
  static func agreement(_ answers: [AnswerOutline]) -> [Float] {
    var sums = [Float](repeating: 0, count: answers.count)
    for first in answers.indices {
      for second in answers.indices.dropFirst(first + 1) {
        let likeness = answers[first].likeness(to: answers[second])
        sums[first] += likeness
        sums[second] += likeness
      }
    }
    let mean = sums.reduce(0, +) / Float(max(1, answers.count))
    return sums.map { ($0 - mean) / Float(max(1, answers.count - 1)) }
  }

  /// Jaccard: the share of the terms of both that both have.
  private func likeness(to other: AnswerOutline) -> Float {
    var (mine, theirs, common) = (0, 0, 0)
    while mine < terms.count, theirs < other.terms.count {
      if terms[mine] == other.terms[theirs] {
        (mine, theirs, common) = (mine + 1, theirs + 1, common + 1)
      } else if terms[mine] < other.terms[theirs] {
        mine += 1
      } else {
        theirs += 1
      }
    }
    let all = terms.count + other.terms.count - common
    return all > 0 ? Float(common) / Float(all) : 0
  }
}
