import Crypto

/// Identifies weights by the content of their files, whatever the files' names and folders.
///
/// A SHA-256 over the file's size, everything before the tensors, and samples of each tensor. Two
/// trainings of one model differ nearly everywhere, and reading the whole file would take most of
/// the time until a model answers. A file with a few damaged bytes may keep its digest; `model
/// verify` reads whole files.
package struct SampledDigest {
  /// The most bytes that are read of each tensor, and the number of pieces spread over it.
  private static let (sampled, pieces) = (65_536, 16)

  private var hash = SHA256()

  /// - Parameters:
  ///   - file: all of its bytes.
  ///   - dataStart: the offset of the first tensor.
  init(_ file: UnsafeRawBufferPointer, dataStart: Int) {
    withUnsafeBytes(of: UInt64(file.count).littleEndian) { hash.update(bufferPointer: $0) }
    hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: file[..<dataStart]))
  }

  mutating func add(_ tensor: UnsafeRawBufferPointer) {
    for range in Self.samples(ofBytes: tensor.count) {
      hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: tensor[range]))
    }
  }

  /// The first bytes in hexadecimal digits.
  func hexadecimal(bytes: Int) -> String {
    hash.finalize().prefix(bytes).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  /// Ranges of a tensor's bytes, including its first and last; the whole tensor if it is small.
  package static func samples(ofBytes count: Int) -> [Range<Int>] {
    guard count > sampled else { return [0..<count] }
    let length = sampled / pieces
    return (0..<pieces).map { piece in
      let start = Int(Double(count - length) * Double(piece) / Double(pieces - 1))
      return start..<start + length
    }
  }
}

extension GGUFFile {
  package func sampledDigest(bytes: Int) -> String {
    var digest = SampledDigest(file.bytes, dataStart: dataStart)
    for tensor in tensors { digest.add(self.bytes(of: tensor)) }
    return digest.hexadecimal(bytes: bytes)
  }
}

extension SafetensorsFile {
  package func sampledDigest(bytes: Int) -> String {
    let start = tensors.map(\.range.lowerBound).min() ?? file.bytes.count
    var digest = SampledDigest(file.bytes, dataStart: start)
    for tensor in tensors { digest.add(self.bytes(of: tensor)) }
    return digest.hexadecimal(bytes: bytes)
  }
}
