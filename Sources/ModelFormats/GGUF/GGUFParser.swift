/// Reads the parts of a GGUF file that come before the tensors' values, in their order.
struct GGUFParser {
  struct Header {
    let version: Int
    let tensorCount: Int
    let metadataCount: Int
  }

  private let file: MappedFile
  private var reader: ByteReader

  init(_ file: MappedFile) {
    self.file = file
    reader = ByteReader(file)
  }

  // MARK: Header

  mutating func header() throws(ModelFormatError) -> Header {
    let magic = try reader.skip(4, "its first four bytes")
    try checkMagic(String(decoding: file.bytes[magic], as: UTF8.self))
    let version = try reader.integer(UInt32.self, "the version")
    guard version == 2 || version == 3 else {
      let isSwapped = (1...3).contains(version.byteSwapped)
      throw .unsupportedFormat(
        path: file.path,
        found: isSwapped ? "a big-endian GGUF file" : "a GGUF file of version \(version)")
    }
    let tensorCount = try reader.count(ofAtLeast: 24, "the number of tensors")
    let metadataCount = try reader.count(ofAtLeast: 13, "the number of metadata entries")
    return Header(version: Int(version), tensorCount: tensorCount, metadataCount: metadataCount)
  }

  private func checkMagic(_ magic: String) throws(ModelFormatError) {
    switch magic {
    case "GGUF": return
    case "FUGG": throw .unsupportedFormat(path: file.path, found: "a big-endian GGUF file")
    case "lmgg", "tjgg", "fmgg", "algg":
      throw .unsupportedFormat(path: file.path, found: "a GGML file from before GGUF")
    default: throw .unsupportedFormat(path: file.path, found: "no GGUF file")
    }
  }

  // MARK: Metadata

  mutating func metadata(count: Int) throws(ModelFormatError) -> GGUFMetadata {
    var entries: [GGUFMetadata.Entry] = []
    var indices: [String: Int] = [:]
    for index in 0..<count {
      let key = try name("the key of metadata entry \(index)")
      guard indices.updateValue(index, forKey: key) == nil else {
        throw reader.damaged("it has the key \(key) twice")
      }
      entries.append(try entry(key))
    }
    return GGUFMetadata(file, entries, indices)
  }

  private mutating func entry(_ key: String) throws(ModelFormatError) -> GGUFMetadata.Entry {
    let type = try valueType(key)
    let start = reader.position
    guard type == .array else {
      let elements = try value(type, key)
      return .init(key: key, type: type, range: start..<reader.position, elements: elements)
    }
    let elementType = try valueType(key)
    guard elementType != .array else {
      throw reader.damaged("\(key) is an array of arrays")
    }
    let size = elementType.byteCount
    let count = try reader.count(ofAtLeast: size ?? 8, "the number of elements of \(key)")
    let first = reader.position
    if let size {
      try reader.skip(count * size, key)
    } else {
      for _ in 0..<count { _ = try reader.string("an element of \(key)") }
    }
    return .init(
      key: key, type: .array, range: start..<reader.position, elementType: elementType,
      count: count, elements: first..<reader.position)
  }

  private mutating func value(
    _ type: GGUFValueType, _ key: String
  ) throws(ModelFormatError) -> Range<Int> {
    guard let size = type.byteCount else { return try reader.string(key) }
    return try reader.skip(size, key)
  }

  private mutating func valueType(_ key: String) throws(ModelFormatError) -> GGUFValueType {
    let raw = try reader.integer(UInt32.self, "the type of \(key)")
    guard let type = GGUFValueType(rawValue: raw) else {
      throw reader.damaged("the type of \(key) is \(raw), which does not exist")
    }
    return type
  }

  /// A key or a tensor's name.
  private mutating func name(
    _ what: @autoclosure () -> String
  ) throws(ModelFormatError) -> String {
    let range = try reader.string(what())
    guard range.count <= Int(UInt16.max),
      let name = String(validating: file.bytes[range], as: UTF8.self)
    else { throw reader.damaged("\(what()) is too long or not UTF-8") }
    return name
  }

  /// Values are loaded as words in place, so an alignment below 8 is rejected.
  func alignment(_ metadata: GGUFMetadata) throws(ModelFormatError) -> Int {
    let key = "general.alignment"
    guard metadata.contains(key) else { return 32 }
    guard let alignment = metadata.int(key), 8...65536 ~= alignment,
      alignment.nonzeroBitCount == 1
    else { throw reader.damaged("\(key) is not a power of two from 8 to 65536") }
    return alignment
  }

  // MARK: Tensors

  mutating func tensors(
    count: Int, alignment: Int
  ) throws(ModelFormatError) -> ([TensorInfo], [String: Int]) {
    var declarations: [Declaration] = []
    var indices: [String: Int] = [:]
    for index in 0..<count {
      let declaration = try declaration(index)
      guard indices.updateValue(index, forKey: declaration.name) == nil else {
        throw reader.damaged("it has the tensor \(declaration.name) twice")
      }
      declarations.append(declaration)
    }
    let start = (reader.position + alignment - 1) / alignment * alignment
    var tensors: [TensorInfo] = []
    for declaration in declarations {
      tensors.append(try place(declaration, start: start, alignment: alignment))
    }
    try checkOverlap(tensors)
    return (tensors, indices)
  }

  private struct Declaration {
    let name: String
    let shape: [Int]
    let elementCount: Int
    let type: TensorType
    let byteCount: Int
    let offset: UInt64
  }

  private mutating func declaration(_ index: Int) throws(ModelFormatError) -> Declaration {
    let name = try name("the name of tensor \(index)")
    let dimensions = try reader.integer(UInt32.self, "the dimensions of \(name)")
    guard dimensions <= 4 else {
      throw reader.damaged("\(name) has \(dimensions) dimensions, more than 4")
    }
    var shape: [Int] = []
    var elements = 1
    for _ in 0..<dimensions {
      let raw = try reader.integer(UInt64.self, "the shape of \(name)")
      guard let size = Int(exactly: raw), size > 0 else {
        throw reader.damaged("\(name) has a dimension of \(raw)")
      }
      shape.append(size)
      let (product, overflow) = elements.multipliedReportingOverflow(by: size)
      guard !overflow else { throw reader.damaged("the shape of \(name) is too large") }
      elements = product
    }
    let rawType = try reader.integer(UInt32.self, "the type of \(name)")
    guard let type = TensorType(rawValue: rawType) else {
      throw .unsupportedType(
        path: file.path, tensor: name, type: TensorType.name(ofRawValue: rawType),
        supported: TensorType.allCases.map(\.name))
    }
    guard (shape.first ?? 1).isMultiple(of: type.blockElements) else {
      throw reader.damaged(
        "the rows of \(name) have \(shape.first ?? 1) values, not whole blocks of \(type.name)")
    }
    let blocks = elements / type.blockElements
    let (bytes, overflow) = blocks.multipliedReportingOverflow(by: type.blockBytes)
    guard !overflow else { throw reader.damaged("the shape of \(name) is too large") }
    let offset = try reader.integer(UInt64.self, "the offset of \(name)")
    return Declaration(
      name: name, shape: shape, elementCount: elements, type: type, byteCount: bytes,
      offset: offset)
  }

  private func place(
    _ tensor: Declaration, start: Int, alignment: Int
  ) throws(ModelFormatError) -> TensorInfo {
    let available = file.bytes.count - start
    guard tensor.byteCount <= available,
      tensor.offset <= UInt64(available - tensor.byteCount)
    else { throw reader.damaged("\(tensor.name) reaches past the end of the file") }
    let offset = Int(tensor.offset)
    guard offset.isMultiple(of: alignment) else {
      throw reader.damaged("the offset of \(tensor.name) is not a multiple of \(alignment)")
    }
    let lower = start + offset
    return TensorInfo(
      name: tensor.name, shape: tensor.shape, type: tensor.type,
      elementCount: tensor.elementCount, range: lower..<lower + tensor.byteCount)
  }

  private func checkOverlap(_ tensors: [TensorInfo]) throws(ModelFormatError) {
    let ordered = tensors.sorted { $0.range.lowerBound < $1.range.lowerBound }
    for (tensor, next) in zip(ordered, ordered.dropFirst())
    where tensor.range.upperBound > next.range.lowerBound {
      throw reader.damaged("\(tensor.name) and \(next.name) overlap")
    }
  }
}
