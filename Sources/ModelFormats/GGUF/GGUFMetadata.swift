/// The metadata of a GGUF file: typed values by key, read from the mapped file on access.
///
/// An accessor returns nil if the key is missing or its value has another type.
public struct GGUFMetadata: Sendable {
  /// The place of a value in the file; all lengths in it have been checked.
  struct Entry: Sendable {
    let key: String
    let type: GGUFValueType
    /// The whole value as it is stored; an array includes its element type and count.
    let range: Range<Int>
    /// For an array: the type, number and place of its elements.
    var elementType: GGUFValueType?
    var count = 1
    var elements: Range<Int>
  }

  let file: MappedFile
  /// In the order of the file.
  let entries: [Entry]
  private let indices: [String: Int]

  init(_ file: MappedFile, _ entries: [Entry], _ indices: [String: Int]) {
    self.file = file
    self.entries = entries
    self.indices = indices
  }

  /// All keys in the order of the file.
  public var keys: [String] { entries.map(\.key) }

  /// All of it for a new file, with `changes` at its end in place of their keys; what describes a
  /// part of a split model is left out.
  package func ofOneFile(
    with changes: [(key: String, value: GGUFValue)]
  ) -> [(key: String, value: GGUFValue)] {
    let kept = keys.filter { key in
      !key.hasPrefix("split.") && !changes.contains { $0.key == key }
    }
    return kept.compactMap { key in value(key).map { (key, $0) } } + changes
  }

  public func contains(_ key: String) -> Bool { indices[key] != nil }

  /// A string; ill-formed UTF-8 in it is repaired.
  public func string(_ key: String) -> String? {
    guard let entry = entry(key), entry.type == .string else { return nil }
    return String(decoding: file.bytes[entry.elements], as: UTF8.self)
  }

  /// An integer of any width that fits an `Int`.
  public func int(_ key: String) -> Int? {
    entry(key).flatMap { integer($0.type, at: $0.elements.lowerBound) }
  }

  /// A floating-point number of either width, or an integer.
  public func double(_ key: String) -> Double? {
    entry(key).flatMap { number($0.type, at: $0.elements.lowerBound) }
  }

  /// A floating-point number of either width, or an integer, rounded to float32.
  public func float(_ key: String) -> Float? { double(key).map { Float($0) } }

  public func bool(_ key: String) -> Bool? {
    guard let entry = entry(key), entry.type == .bool else { return nil }
    return file.bytes[entry.elements.lowerBound] != 0
  }

  /// An array of strings, as a view of the file: nothing is copied.
  public func strings(_ key: String) -> GGUFStringArray? {
    guard let entry = entry(key), entry.elementType == .string else { return nil }
    return GGUFStringArray(file, entry.elements, count: entry.count)
  }

  /// An array of integers of any width; nil if one does not fit an `Int`.
  public func ints(_ key: String) -> [Int]? { array(key, integer) }

  /// An array of floating-point numbers of either width or of integers, rounded to float32.
  public func floats(_ key: String) -> [Float]? {
    array(key) { type, position in number(type, at: position).map { Float($0) } }
  }

  /// An array of truth values.
  public func bools(_ key: String) -> [Bool]? {
    array(key) { type, position in type == .bool ? file.bytes[position] != 0 : nil }
  }

  /// The number of an array's elements, of any type.
  public func count(_ key: String) -> Int? {
    entry(key).flatMap { $0.type == .array ? $0.count : nil }
  }

  func entry(_ key: String) -> Entry? { indices[key].map { entries[$0] } }

  private func array<Element>(
    _ key: String, _ element: (GGUFValueType, Int) -> Element?
  ) -> [Element]? {
    guard let entry = entry(key), let type = entry.elementType, let size = type.byteCount else {
      return nil
    }
    var result: [Element] = []
    result.reserveCapacity(entry.count)
    for position in stride(from: entry.elements.lowerBound, to: entry.elements.upperBound, by: size)
    {
      guard let value = element(type, position) else { return nil }
      result.append(value)
    }
    return result
  }

  private func load<Value: FixedWidthInteger>(_ type: Value.Type, _ position: Int) -> Value {
    Value(littleEndian: file.bytes.loadUnaligned(fromByteOffset: position, as: type))
  }

  private func integer(_ type: GGUFValueType, at position: Int) -> Int? {
    switch type {
    case .uint8: Int(load(UInt8.self, position))
    case .int8: Int(load(Int8.self, position))
    case .uint16: Int(load(UInt16.self, position))
    case .int16: Int(load(Int16.self, position))
    case .uint32: Int(load(UInt32.self, position))
    case .int32: Int(load(Int32.self, position))
    case .uint64: Int(exactly: load(UInt64.self, position))
    case .int64: Int(load(Int64.self, position))
    case .float32, .float64, .bool, .string, .array: nil
    }
  }

  private func number(_ type: GGUFValueType, at position: Int) -> Double? {
    switch type {
    case .float32: Double(Float(bitPattern: load(UInt32.self, position)))
    case .float64: Double(bitPattern: load(UInt64.self, position))
    default: integer(type, at: position).map { Double($0) }
    }
  }
}
