public import Foundation

/// Format 1, little-endian: "PLWMATCH", format, dimensions, hidden units, length of the encoder's
/// identity (each 32 bits), the identity in UTF-8, the parameters as 32-bit floats, and the 64-bit
/// FNV-1a hash of everything before it.
extension MatchingNetwork {
  public static let formatVersion: UInt32 = 1
  private static let magic = Array("PLWMATCH".utf8)
  private static let largestSize = 1 << 16

  public func serialized() -> Data {
    let identity = Array(encoderIdentity.utf8)
    var data = Data(Self.magic)
    for value in [
      Self.formatVersion, UInt32(layout.dimensions), UInt32(layout.hidden), UInt32(identity.count),
    ] {
      withUnsafeBytes(of: value.littleEndian) { data.append(contentsOf: $0) }
    }
    data.append(contentsOf: identity)
    data.reserveCapacity(data.count + parameters.count * 4 + 8)
    for value in parameters {
      withUnsafeBytes(of: value.bitPattern.littleEndian) { data.append(contentsOf: $0) }
    }
    let checksum = fnv1a(data)
    withUnsafeBytes(of: checksum.littleEndian) { data.append(contentsOf: $0) }
    return data
  }

  /// - Parameter encoderIdentity: the encoder in use; nil accepts any.
  /// - Throws: ``PromptMatchingError/corrupt(_:)``,
  ///   ``PromptMatchingError/newerFormat(found:supported:)``,
  ///   ``PromptMatchingError/wrongEncoder(expected:found:)``.
  public init(
    serialized data: Data, encoderIdentity expected: String? = nil
  ) throws(PromptMatchingError) {
    let bytes = [UInt8](data)
    guard bytes.count >= 32, Array(bytes.prefix(8)) == Self.magic else {
      throw .corrupt("it does not begin like a matching network")
    }
    func word(_ place: Int) -> UInt32 {
      (0..<4).reduce(0) { $0 | UInt32(bytes[place + $1]) << (8 * UInt32($1)) }
    }
    guard word(8) == Self.formatVersion else {
      if word(8) > Self.formatVersion {
        throw .newerFormat(found: word(8), supported: Self.formatVersion)
      }
      throw .corrupt("unknown format \(word(8))")
    }
    let (dimensions, hidden, length) = (Int(word(12)), Int(word(16)), Int(word(20)))
    guard (1...Self.largestSize).contains(dimensions), (1...Self.largestSize).contains(hidden),
      length <= 4096
    else { throw .corrupt("impossible sizes") }
    let layout = ParameterLayout(dimensions: dimensions, hidden: hidden)
    let start = 24 + length
    guard bytes.count == start + layout.count * 4 + 8 else { throw .corrupt("wrong length") }
    let stored = UInt64(word(bytes.count - 8)) | UInt64(word(bytes.count - 4)) << 32
    guard fnv1a(bytes.dropLast(8)) == stored else { throw .corrupt("the checksum differs") }
    guard let identity = String(validating: bytes[24..<start], as: UTF8.self) else {
      throw .corrupt("the encoder's name is not UTF-8")
    }
    if let expected, expected != identity {
      throw .wrongEncoder(expected: expected, found: identity)
    }
    let parameters = (0..<layout.count).map { Float(bitPattern: word(start + $0 * 4)) }
    try self.init(layout: layout, encoderIdentity: identity, parameters: parameters)
  }
}
