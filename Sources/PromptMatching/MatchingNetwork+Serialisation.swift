public import Foundation

/// Format 2, little-endian: "PLWMATCH", format, dimensions, hidden units, length of the encoder's
/// identity, number of signals, 1 if the network stops (each 32 bits), the identity in UTF-8, the
/// parameters as 32-bit floats, and the 64-bit FNV-1a hash of everything before it. Format 1 lacks
/// the signals and the stop; a network of vectors alone is still written in it, so that earlier
/// programs can read it.
extension MatchingNetwork {
  public static let formatVersion: UInt32 = 2
  private static let magic = Array("PLWMATCH".utf8)
  private static let largestSize = 1 << 16
  private static let mostSignals = 64

  public func serialized() -> Data {
    let identity = Array(encoderIdentity.utf8)
    var data = Data(Self.magic)
    let isPlain = layout.signals == 0 && !layout.stops
    let sizes = [layout.dimensions, layout.hidden, identity.count].map(UInt32.init)
    let more = [UInt32(layout.signals), layout.stops ? 1 : 0]
    for value in [isPlain ? 1 : Self.formatVersion] + sizes + (isPlain ? [] : more) {
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
    let format = word(8)
    guard format <= Self.formatVersion else {
      throw .newerFormat(found: format, supported: Self.formatVersion)
    }
    guard format >= 1 else { throw .corrupt("unknown format \(format)") }
    let (dimensions, hidden, length) = (Int(word(12)), Int(word(16)), Int(word(20)))
    guard (1...Self.largestSize).contains(dimensions), (1...Self.largestSize).contains(hidden),
      length <= 4096
    else { throw .corrupt("impossible sizes") }
    let (signals, stops) = format == 1 ? (0, 0) : (Int(word(24)), Int(word(28)))
    guard signals <= Self.mostSignals, stops <= 1 else { throw .corrupt("impossible sizes") }
    let layout = ParameterLayout(
      dimensions: dimensions, hidden: hidden, signals: signals, stops: stops == 1)
    let start = (format == 1 ? 24 : 32) + length
    guard bytes.count == start + layout.count * 4 + 8 else { throw .corrupt("wrong length") }
    let stored = UInt64(word(bytes.count - 8)) | UInt64(word(bytes.count - 4)) << 32
    guard fnv1a(bytes.dropLast(8)) == stored else { throw .corrupt("the checksum differs") }
    guard let identity = String(validating: bytes[start - length..<start], as: UTF8.self) else {
      throw .corrupt("the encoder's name is not UTF-8")
    }
    if let expected, expected != identity {
      throw .wrongEncoder(expected: expected, found: identity)
    }
    let parameters = (0..<layout.count).map { Float(bitPattern: word(start + $0 * 4)) }
    try self.init(layout: layout, encoderIdentity: identity, parameters: parameters)
  }
}
