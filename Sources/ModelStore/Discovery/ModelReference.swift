/// The name of a model in another program's store: `hf:OWNER/NAME[:FILE or quantisation]`,
/// `ollama:NAME[:TAG]`, `lmstudio:NAME`, `llama.cpp:FILE`.
public struct ModelReference: Sendable, Hashable, CustomStringConvertible {
  public let source: FoundModel.Source
  /// What follows the source and its colon.
  public let name: String

  /// Nil for names of our own models and for paths.
  public init?(_ text: String) {
    guard let colon = text.firstIndex(of: ":"),
      let source = FoundModel.Source(rawValue: String(text[..<colon]))
    else { return nil }
    self.source = source
    name = String(text[text.index(after: colon)...]).trimmingWhitespace()
  }

  public var description: String { source.rawValue + ":" + name }
}

/// A repository of the hub, and which of its files is meant.
public struct HubReference: Sendable, Hashable, CustomStringConvertible {
  public let owner, name: String
  /// A path in the repository, a file name, or a quantisation such as `Q4_K_M`.
  public let file: String?

  /// Reads `OWNER/NAME` or `OWNER/NAME:FILE`.
  ///
  /// - Throws: ``ModelSearchError/malformed(_:expected:)``. A name that would leave the cache's
  ///   folders is malformed.
  public init(_ text: String) throws(ModelSearchError) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let names = parts[0].split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    let malformed = ModelSearchError.malformed(
      "hf:" + text, expected: "hf:OWNER/NAME, hf:OWNER/NAME:FILE or hf:OWNER/NAME:Q4_K_M")
    guard names.count == 2, names.allSatisfy(\.isPlainComponent) else { throw malformed }
    (owner, name) = (names[0], names[1])
    guard parts.count == 2 else {
      file = nil
      return
    }
    let components = parts[1].split(separator: "/", omittingEmptySubsequences: false)
    guard components.allSatisfy({ String($0).isFileComponent }) else { throw malformed }
    file = String(parts[1])
  }

  public var repository: String { owner + "/" + name }
  public var description: String { "hf:" + repository + (file.map { ":" + $0 } ?? "") }
  /// The repository's folder in a cache.
  package var folderName: String { "models--\(owner)--\(name)" }
}

extension String {
  /// Letters, digits, `.`, `_` and `-`: what repositories and models may be called.
  var isPlainComponent: Bool {
    isFileComponent
      && utf8.allSatisfy {
        switch $0 {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"),
          UInt8(ascii: "-"):
          true
        default: false
        }
      }
  }

  /// One component of a path that leads no other way.
  package var isFileComponent: Bool {
    !isEmpty && utf8.count <= 255 && self != "." && self != ".."
      && !utf8.contains { $0 == 0 || $0 == UInt8(ascii: "/") }
  }

  func trimmingWhitespace() -> String {
    String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
  }
}
