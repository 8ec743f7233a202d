extension OutputForm {
  /// Longer answers are no entries in a form; in bytes.
  private static let longest = 1500
  /// How much answers have to have in common.
  private static let leastStrength = 1.5
  public static let leastSupport = 3
  /// How alike answers have to be to be of one form; what makes most of them is taken.
  private static let leastLikenesses = [0.45, 0.6, 0.75, 0.9]

  /// The form of the first example, if enough others share it.
  ///
  /// - Parameters:
  ///   - examples: the most telling first; other forms and noise may be among them.
  ///   - seed: the example whose form is wanted.
  public static func infer(from examples: [FormExample], seed: Int = 0) -> OutputForm? {
    guard examples.indices.contains(seed) else { return nil }
    let places = [seed] + examples.indices.filter { $0 != seed }
    let usable = places.filter { examples[$0].answer.utf8.count <= longest }
    guard usable.first == seed, usable.count >= leastSupport else { return nil }
    let read = usable.map { ReadExample(examples[$0]) }
    guard let skeleton = skeleton(read) else { return nil }
    return OutputForm(skeleton.skeleton, members: skeleton.members.map { usable[$0] })
  }

  /// The forms that examples have, the best supported first; each example is in at most one.
  public static func all(in examples: [FormExample]) -> [OutputForm] {
    var left = Array(examples.indices)
    var forms: [OutputForm] = []
    while let first = left.first {
      if let form = infer(from: left.map { examples[$0] }) {
        let members = form.members.map { left[$0] }
        forms.append(
          OutputForm(
            support: form.support, members: members, elements: form.elements,
            strength: form.strength))
        left.removeAll { members.contains($0) }
      }
      left.removeAll { $0 == first }
    }
    return forms.sorted { $0.support > $1.support }
  }

  // MARK: Who belongs together

  private static func skeleton(
    _ read: [ReadExample]
  ) -> (skeleton: FormSkeleton, members: [Int])? {
    let alignments = read.map { FormAlignment(read[0], $0) }
    let likenesses = read.indices.map { likeness(read[0], read[$0], alignments[$0]) }
    func make(_ members: [Int]) -> FormSkeleton {
      var skeleton = FormSkeleton(
        members.map { read[$0] }, members.dropFirst().map { alignments[$0] })
      skeleton.refine()
      return skeleton
    }
    var found: (skeleton: FormSkeleton, members: [Int])?
    var tried: Set<[Int]> = []
    for least in leastLikenesses {
      let members = read.indices.filter { $0 == 0 || likenesses[$0] >= least }
      guard members.count >= leastSupport, tried.insert(members).inserted else { continue }
      let skeleton = make(members)
      if skeleton.worth > found?.skeleton.worth ?? 0 { found = (skeleton, members) }
    }
    guard var (best, members) = found else { return nil }
    // One that is of another form costs the others what they share.
    let fewest = max(leastSupport, members.count - members.count / 3)
    while members.count > fewest {
      let tried = members.dropFirst().map { left in
        let rest = members.filter { $0 != left }
        return (rest, make(rest))
      }
      guard let (rest, skeleton) = tried.max(by: { $0.1.worth < $1.1.worth }),
        skeleton.worth > best.worth * 1.05
      else { break }
      (members, best) = (rest, skeleton)
    }
    guard best.strength >= leastStrength, best.hasOwnMark, best.isOfOneShape else { return nil }
    return (best, members)
  }

  /// How much two answers have in common that is no part of what was asked for, 0 to 1.
  private static func likeness(
    _ left: ReadExample, _ right: ReadExample, _ alignment: FormAlignment
  ) -> Double {
    func weight(_ example: ReadExample, _ index: Int) -> Double {
      let token = example.answer[index]
      guard token.kind != .word, token.kind != .number else { return 0 }
      return FormSkeleton.weight(token) * (example.copyOf[index] == nil ? 1 : 0.2)
    }
    var all = left.answer.indices.reduce(0) { $0 + weight(left, $1) }
    all += right.answer.indices.reduce(0) { $0 + weight(right, $1) }
    var common = 0.0
    for (index, partner) in alignment.partner.enumerated() {
      guard let partner, left.answer[index].text == right.answer[partner].text else { continue }
      if left.answer[index].kind == .word, left.copyOf[index] == nil, right.copyOf[partner] == nil {
        let worth = FormSkeleton.weight(left.answer[index])
        common += 2 * worth
        all += 2 * worth
      } else {
        common += weight(left, index) + weight(right, partner)
      }
    }
    return all > 0 ? common / all : 0
  }

  // MARK: Elements

  private init(_ skeleton: FormSkeleton, members: [Int]) {
    var elements: [Element] = []
    var slots = SlotInference(skeleton.members.map(\.asked))
    func addSlot(_ gap: Int) {
      guard skeleton.isGap(gap) else { return }
      let values = skeleton.gap(gap).enumerated().map { skeleton.text($0.offset, $0.element) }
      elements += slots.elements(values)
    }
    for run in skeleton.runs {
      addSlot(run.lowerBound)
      elements.append(.fixed(run.map { skeleton.token($0).text }.joined()))
    }
    addSlot(skeleton.columns.count)
    self.init(
      support: members.count, members: members, elements: elements, strength: skeleton.strength)
  }
}

extension FormSkeleton {
  /// Whether something is fixed that ordinary sentences do not have.
  fileprivate var hasOwnMark: Bool {
    columns.indices.contains { Self.weight(token($0)) >= 1 && token($0).kind != .number }
  }

  /// Whether all members have the same lines: lists of any length have no form.
  fileprivate var isOfOneShape: Bool {
    let breaks = members.map { member in member.answer.count { $0.kind == .lineBreak } }
    return Set(breaks).count == 1
      && columns.indices.count { token($0).kind == .lineBreak } == breaks[0]
  }
}
