public import Foundation
internal import Crypto

/// One (instruction, input, output) triple that can be part of a prompt.
public struct Exemplar: Sendable, Codable, Hashable, Identifiable {
  /// Row of the project's database.
  public var id: Int64
  public var instruction: String
  public var input: String
  public var output: String
  public var tags: [String]
  /// Language id as in editors (`swift`, `python`, …), if the exemplar belongs to a language.
  public var language: String?
  /// Where it came from: a file's name, `editor`, …
  public var origin: String
  /// Name of the pool it belongs to.
  public var pool: String
  /// SHA-256 over the normalised instruction, input and output, in hexadecimal.
  public var contentHash: String
  public var createdAt: Date
  public var updatedAt: Date
  /// Rises by one with each edit.
  public var version: Int
  /// When it was removed from the pool; feedback still refers to it.
  public var retiredAt: Date?
  /// Always enters the prompt.
  public var isPinned: Bool
  /// Never enters a prompt.
  public var isMuted: Bool

  public init(
    id: Int64, instruction: String, input: String = "", output: String, tags: [String] = [],
    language: String? = nil, origin: String, pool: String, contentHash: String, createdAt: Date,
    updatedAt: Date? = nil, version: Int = 1, retiredAt: Date? = nil, isPinned: Bool = false,
    isMuted: Bool = false
  ) {
    self.id = id
    self.instruction = instruction
    self.input = input
    self.output = output
    self.tags = tags
    self.language = language
    self.origin = origin
    self.pool = pool
    self.contentHash = contentHash
    self.createdAt = createdAt
    self.updatedAt = updatedAt ?? createdAt
    self.version = version
    self.retiredAt = retiredAt
    self.isPinned = isPinned
    self.isMuted = isMuted
  }
}

extension Exemplar {
  /// Only its content.
  public var draft: ExemplarDraft {
    ExemplarDraft(
      instruction: instruction, input: input, output: output, tags: tags, language: language)
  }
}

/// An exemplar that is not stored yet.
public struct ExemplarDraft: Sendable, Hashable {
  public var instruction: String
  public var input: String
  public var output: String
  public var tags: [String]
  public var language: String?

  public init(
    instruction: String, input: String = "", output: String, tags: [String] = [],
    language: String? = nil
  ) {
    self.instruction = instruction
    self.input = input
    self.output = output
    self.tags = tags
    self.language = language
  }

  /// For the pool, two exemplars with the same hash are the same. The kind of line ends, blanks at
  /// the end of a line, blank lines at both ends, and Unicode composition make no difference;
  /// indentation and letter case do.
  public var contentHash: String {
    var hash = SHA256()
    for field in [instruction, input, output] {
      let bytes = normalised(field)
      withUnsafeBytes(of: UInt64(bytes.count).littleEndian) { hash.update(bufferPointer: $0) }
      hash.update(data: bytes)
    }
    let digest = hash.finalize()
    return String(unsafeUninitializedCapacity: 2 * SHA256.byteCount) { text in
      func digit(_ value: UInt8) -> UInt8 { value + (value < 10 ? 0x30 : 0x57) }
      for (index, byte) in digest.enumerated() {
        text[2 * index] = digit(byte >> 4)
        text[2 * index + 1] = digit(byte & 15)
      }
      return 2 * SHA256.byteCount
    }
  }

  /// Why it cannot enter a pool; nil if it can.
  var problem: String? {
    for (name, text) in [("instruction", instruction), ("input", input), ("output", output)]
    where text.utf8.contains(0) {
      return "“\(name)” holds a NUL character"
    }
    if isBlank(instruction) { return "“instruction” is empty" }
    if isBlank(output) { return "“output” is empty" }
    return nil
  }
}

private func isBlank(_ text: String) -> Bool { text.allSatisfy(\.isWhitespace) }

private func normalised(_ text: String) -> [UInt8] {
  var text = text
  let needsComposition = text.withUTF8 { bytes in bytes.contains { $0 > 127 } }
  if needsComposition { text = text.precomposedStringWithCanonicalMapping }
  return text.withUTF8 { source in
    [UInt8](unsafeUninitializedCapacity: source.count) { bytes, count in
      func trim(_ isDropped: (UInt8) -> Bool) {
        while count > 0, isDropped(bytes[count - 1]) { count -= 1 }
      }
      func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }
      for byte in source {
        if byte == 0x0A {
          trim(isBlank)
          if count == 0 { continue }
        }
        bytes[count] = byte
        count += 1
      }
      trim { isBlank($0) || $0 == 0x0A }
    }
  }
}
