import Crypto

/// Tells weights apart by what is in their files, whatever these are called and wherever they lie.
///
/// A SHA-256 over the file's size, all that stands before the tensors, and samples of each tensor:
/// two trainings of one model differ nearly everywhere, and reading the whole file to see it would
/// take most of the time until a model answers. A file that was damaged in few bytes may keep its
/// digest; `model verify` reads whole files.
package struct SampledDigest {
  /// Bytes of each tensor that are read at most, in so many pieces spread over it.
  private static let (sampled, pieces) = (65_536, 16)

  private var hash = SHA256()

  /// - Parameters:
  ///   - file: all of its bytes.
  ///   - dataStart: where the tensors begin.
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
