/// Something in a text that must not be stored.
public struct FoundSecret: Sendable, Hashable {
  /// For the user: “a private key”.
  public let kind: String
  /// Counted from 1.
  public let line: Int
}

/// Finds private keys, tokens and passwords by their published forms, and by the names that they
/// are given to.
///
/// Sources: the vendors' documentation of token formats. A value without a form of its own counts
/// only beside a name such as `password` or `apiKey`, and only where it is no placeholder.
public enum SecretScanner {
  /// The first secret of a text; nil when there is none.
  public static func find(in text: String) -> FoundSecret? {
    var text = text
    return text.withUTF8 { bytes in
      var scan = SecretScan(bytes)
      guard let match = scan.next() else { return nil }
      let line = bytes[..<match.range.lowerBound].reduce(1) { $1 == 0x0A ? $0 + 1 : $0 }
      return FoundSecret(kind: match.kind, line: line)
    }
  }

  /// A text without the lines that hold a secret.
  public static func removingLines(from text: String) -> String {
    var text = text
    let kept: [UInt8]? = text.withUTF8 { bytes in
      var scan = SecretScan(bytes)
      var secrets: [Range<Int>] = []
      while let match = scan.next() { secrets.append(match.range) }
      return secrets.isEmpty ? nil : withoutLines(of: secrets, in: bytes)
    }
    return kept.map { String(decoding: $0, as: UTF8.self) } ?? text
  }

  /// - Parameter secrets: in ascending order.
  private static func withoutLines(
    of secrets: [Range<Int>], in bytes: UnsafeBufferPointer<UInt8>
  ) -> [UInt8] {
    var lines: [ArraySlice<UInt8>] = []
    let text = Array(bytes)
    var secrets = secrets[...]
    var start = 0
    while start <= text.count {
      let end = text[start...].firstIndex(of: 0x0A) ?? text.count
      while let first = secrets.first, first.upperBound <= start { secrets.removeFirst() }
      let isTouched = secrets.first.map { $0.lowerBound <= end && $0.upperBound > start } ?? false
      if !isTouched { lines.append(text[start..<end]) }
      start = end + 1
    }
    return Array(lines.joined(separator: [0x0A]))
  }
}
