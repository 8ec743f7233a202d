/// A metadata value for a GGUF file, with the exact type it is stored as.
public struct GGUFValue: Equatable, Sendable {
  let type: GGUFValueType
  /// The bytes as they are in the file, after the type.
  let bytes: [UInt8]

  init(type: GGUFValueType, bytes: [UInt8]) {
    self.type = type
    self.bytes = bytes
  }

  public static func uint32(_ value: UInt32) -> Self { .init(type: .uint32, bytes: value.stored) }
  public static func int32(_ value: Int32) -> Self { .init(type: .int32, bytes: value.stored) }
  public static func uint64(_ value: UInt64) -> Self { .init(type: .uint64, bytes: value.stored) }
  public static func int64(_ value: Int64) -> Self { .init(type: .int64, bytes: value.stored) }
  public static func bool(_ value: Bool) -> Self { .init(type: .bool, bytes: [value ? 1 : 0]) }

  public static func float32(_ value: Float) -> Self {
    .init(type: .float32, bytes: value.bitPattern.stored)
  }

  public static func float64(_ value: Double) -> Self {
    .init(type: .float64, bytes: value.bitPattern.stored)
  }

  public static func string(_ value: String) -> Self {
    .init(type: .string, bytes: stored(value.utf8))
  }

  public static func strings(_ values: [String]) -> Self {
    array(.string, values) { stored($0.utf8) }
  }

  /// An array of strings that need not be UTF-8, such as tokens of single bytes.
  public static func byteStrings(_ values: [[UInt8]]) -> Self { array(.string, values, stored) }

  public static func int32s(_ values: [Int32]) -> Self { array(.int32, values, \.stored) }
  public static func uint32s(_ values: [UInt32]) -> Self { array(.uint32, values, \.stored) }
  public static func bools(_ values: [Bool]) -> Self { array(.bool, values) { [$0 ? 1 : 0] } }

  public static func float32s(_ values: [Float]) -> Self {
    array(.float32, values, \.bitPattern.stored)
  }

  private static func array<Element>(
    _ type: GGUFValueType, _ values: [Element], _ stored: (Element) -> [UInt8]
  ) -> Self {
    .init(
      type: .array,
      bytes: type.rawValue.stored + UInt64(values.count).stored
        + values.flatMap(stored))
  }

  /// A string as GGUF stores it: its length, then its bytes.
  static func stored(_ string: some Collection<UInt8>) -> [UInt8] {
    UInt64(string.count).stored + string
  }
}

extension FixedWidthInteger {
  /// The bytes in the order of the file.
  var stored: [UInt8] { withUnsafeBytes(of: littleEndian) { Array($0) } }
}

extension GGUFMetadata {
  /// A value with its exact type, to write it into another file.
  public func value(_ key: String) -> GGUFValue? {
    entry(key).map { GGUFValue(type: $0.type, bytes: Array(file.bytes[$0.range])) }
  }
}
