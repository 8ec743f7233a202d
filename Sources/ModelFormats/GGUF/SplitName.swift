/// The name of one part of a split model: `NAME-00001-of-00003.gguf`.
///
/// Source: `llama-gguf-split`, whose parts are numbered from 1.
public struct SplitName: Equatable, Sendable {
  /// What comes before the number, including folders.
  public let base: String
  /// From 1 to ``count``.
  public let number: Int
  public let count: Int

  /// Nil for a name of another form.
  public init?(_ name: String) {
    let ending = "-00001-of-00001.gguf"
    guard name.utf8.count > ending.utf8.count else { return nil }
    let tail = name.suffix(ending.count)
    let parts = tail.lowercased().split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 4, parts[0].isEmpty, parts[2] == "of", parts[3].hasSuffix(".gguf"),
      parts[1].utf8.count == 5, let number = Int(parts[1]), let count = Int(parts[3].prefix(5)),
      count > 1, number >= 1, number <= count
    else { return nil }
    base = String(name.dropLast(ending.count))
    self.number = number
    self.count = count
  }

  /// The name of another part.
  public func name(of number: Int) -> String {
    "\(base)-\(Self.digits(number))-of-\(Self.digits(count)).gguf"
  }

  private static func digits(_ number: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, 5 - digits.count)) + digits
  }
}
