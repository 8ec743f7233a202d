/// Where in a text a secret can begin, told from three bytes: nearly nowhere.
///
/// A table over the low five bits of each byte, so letter case does not count.
struct SecretTriggers: Sendable {
  struct Families: OptionSet, Sendable {
    let rawValue: UInt8
    static let token = Families(rawValue: 1)
    static let armour = Families(rawValue: 2)
    static let url = Families(rawValue: 4)
    static let command = Families(rawValue: 8)
    static let name = Families(rawValue: 16)
    static let label = Families(rawValue: 32)
    static let statement = Families(rawValue: 64)
  }

  static let table = SecretTriggers()
  private var families = [Families](repeating: [], count: 1 << 15)

  private init() {
    for token in SecretToken.all { add(token.prefix, .token) }
    for start in SecretScan.discordStarts { add(Array(start.utf8), .token) }
    for start in ["eyJ", "Q~", "AAA", "s.", ".at"] { add(Array(start.utf8), .token) }
    for start in SecretScan.armourStarts { add(Array(start.utf8), .armour) }
    add(Array("://".utf8), .url)
    let programs = SecretProgram.all.flatMap(\.names)
    for start in SecretScan.commandStarts + SecretScan.inputReaders + SecretCall.starts + programs {
      add(Array(start.utf8), .command)
    }
    for start in SecretScan.statementStarts { add(Array(start.utf8), .statement) }
    for form in SecretLabel.forms { add(form, .label) }
    for start in SecretName.starts { add(Array(start.utf8), .name) }
  }

  /// Of a start of two bytes, all third ones count.
  private mutating func add(_ start: [UInt8], _ family: Families) {
    let thirds = start.count > 2 ? [start[2]] : Array(0..<32)
    for third in thirds { families[Self.index(start[0], start[1], third)].insert(family) }
  }

  @inline(__always)
  private static func index(_ a: UInt8, _ b: UInt8, _ c: UInt8) -> Int {
    Int(a & 31) << 10 | Int(b & 31) << 5 | Int(c & 31)
  }

  @inline(__always)
  func families(_ a: UInt8, _ b: UInt8, _ c: UInt8) -> Families { families[Self.index(a, b, c)] }
}
