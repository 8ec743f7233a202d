import Crypto
package import ModelFormats

/// Tells models apart by what is in their files, whatever these are called and wherever they lie.
package enum ModelIdentity {
  /// Bytes of each tensor that are read at most, in so many pieces spread over it.
  private static let (sampled, pieces) = (65_536, 16)

  /// The model's name and a SHA-256 over the file's size, all of its metadata and tensor table, and
  /// samples of each tensor: two trainings of one model differ nearly everywhere, and reading
  /// gigabytes to see it would take seconds. A file that was damaged in few bytes may keep its
  /// identity; `model verify` reads whole files.
  package static func of(_ file: GGUFFile) -> String {
    var hash = SHA256()
    let bytes = file.file.bytes
    withUnsafeBytes(of: UInt64(bytes.count).littleEndian) { hash.update(bufferPointer: $0) }
    hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: bytes[..<file.dataStart]))
    for tensor in file.tensors {
      let values = file.bytes(of: tensor)
      for range in samples(ofBytes: values.count) {
        hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: values[range]))
      }
    }
    let digest = hash.finalize().prefix(8).map {
      ($0 < 16 ? "0" : "") + String($0, radix: 16)
    }.joined()
    let name = file.metadata.string("general.name") ?? file.metadata.string("general.architecture")
    let words = (name ?? "model").split(whereSeparator: { !$0.isLetter && !$0.isNumber && $0 != "." })
    return (words.prefix(8).map { String($0.prefix(32)) } + [digest]).joined(separator: "-")
  }

  /// Ranges of a tensor's bytes, its first and its last among them; all where there are few.
  package static func samples(ofBytes count: Int) -> [Range<Int>] {
    guard count > sampled else { return [0..<count] }
    let length = sampled / pieces
    return (0..<pieces).map { piece in
      let start = Int(Double(count - length) * Double(piece) / Double(pieces - 1))
      return start..<start + length
    }
  }
}
