/// What `character` counts: bytes, UTF-16 code units, or Unicode scalars (LSP 3.17,
/// `PositionEncodingKind`).
public enum PositionEncoding: String, Codable, Sendable, Hashable, CaseIterable {
  case utf8 = "utf-8"
  case utf16 = "utf-16"
  case utf32 = "utf-32"

  /// The first of the client's encodings that is known here. UTF-16 if it offers none, as the
  /// protocol has it.
  public static func agreed(offered: [String]) -> PositionEncoding {
    offered.lazy.compactMap(PositionEncoding.init(rawValue:)).first ?? .utf16
  }
}
