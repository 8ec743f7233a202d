/// How much a name has of another one, by pairs of neighbouring letters and digits.
struct NameSimilarity {
  private let wanted: [String: Int]

  init(to name: String) { wanted = Self.pairs(name) }

  /// From 0 to 1: mostly the share of the wanted name's pairs that the other one has, since stored
  /// names are longer than what people type, and a little of Dice's coefficient, so that of two
  /// such names the shorter one comes first.
  func callAsFunction(_ name: String) -> Double {
    let other = Self.pairs(name)
    let (count, otherCount) = (wanted.values.reduce(0, +), other.values.reduce(0, +))
    guard count > 0 else { return 0 }
    let common = Double(wanted.reduce(0) { $0 + min($1.value, other[$1.key] ?? 0) })
    return 0.75 * common / Double(count) + 0.25 * 2 * common / Double(count + otherCount)
  }

  private static func pairs(_ text: String) -> [String: Int] {
    let letters = text.lowercased().filter { $0.isLetter || $0.isNumber }
    return zip(letters, letters.dropFirst())
      .reduce(into: [:]) { $0["\($1.0)\($1.1)", default: 0] += 1 }
  }
}
