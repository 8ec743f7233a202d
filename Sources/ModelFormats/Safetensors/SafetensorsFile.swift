public import Foundation

/// A safetensors file, mapped into memory.
///
/// The initialiser checks that the tensors lie side by side and fill the file. Source:
/// https://huggingface.co/docs/safetensors, "Format".
public final class SafetensorsFile: Sendable {
  public struct Tensor: Equatable, Sendable {
    public let name: String
    /// Outermost first, as safetensors orders them.
    public let shape: [Int]
    public let type: SafetensorsType
    public let elementCount: Int
    let range: Range<Int>

    public var byteCount: Int { range.count }
  }

  /// The mapping; its bytes are valid as long as this object.
  public let file: MappedFile
  /// Free text about the file.
  public let metadata: [String: String]
  /// All tensors in the order of their values.
  public let tensors: [Tensor]
  private let indices: [String: Int]

  /// - Throws: `unreadable`, `damaged` or `unsupportedType`.
  public convenience init(contentsOf url: URL) throws(ModelFormatError) {
    try self.init(MappedFile(contentsOf: url))
  }

  package init(_ file: MappedFile) throws(ModelFormatError) {
    self.file = file
    var reader = ByteReader(file)
    let length = try reader.count(ofAtLeast: 1, "the length of its header")
    guard length <= Self.longestHeader else {
      throw reader.damaged("its header claims to have \(length) bytes")
    }
    let json = Data(file.bytes[try reader.skip(length, "its header")])
    let header: SafetensorsHeader
    do {
      header = try JSONDecoder().decode(SafetensorsHeader.self, from: json)
    } catch {
      throw reader.damaged("its header is not the JSON of a safetensors file")
    }
    metadata = header.metadata
    tensors = try Self.tensors(header, reader)
    indices = Dictionary(uniqueKeysWithValues: zip(tensors.map(\.name), tensors.indices))
  }

  public func tensor(named name: String) -> Tensor? { indices[name].map { tensors[$0] } }

  /// The stored values of one of this file's tensors; valid as long as this object.
  public func bytes(of tensor: Tensor) -> UnsafeRawBufferPointer {
    precondition(tensor.range.upperBound <= file.bytes.count, "the tensor belongs to another file")
    return UnsafeRawBufferPointer(rebasing: file.bytes[tensor.range])
  }

  /// The values of a float32 tensor where they lie; nil for another type, and for a file that does
  /// not align them.
  public func mappedFloats(of tensor: Tensor) -> UnsafeBufferPointer<Float>? {
    guard tensor.type == .float32, tensor.range.lowerBound.isMultiple(of: 4) else { return nil }
    return bytes(of: tensor).bindMemory(to: Float.self)
  }

  /// The values of a float32, float16 or bfloat16 tensor as float32; nil for another type.
  public func floats(of tensor: Tensor) -> [Float]? {
    guard let type = tensor.type.tensorType else { return nil }
    guard let source = bytes(of: tensor).baseAddress else { return [] }
    return [Float](unsafeUninitializedCapacity: tensor.elementCount) { buffer, count in
      guard let into = buffer.baseAddress else { return }
      Dequantisation.dequantise(type, source, count: tensor.elementCount, into: into)
      count = tensor.elementCount
    }
  }

  /// The limit of the reference implementation.
  private static let longestHeader = 100_000_000

  private static func tensors(
    _ header: SafetensorsHeader, _ reader: ByteReader
  ) throws(ModelFormatError) -> [Tensor] {
    let start = reader.position
    var tensors: [Tensor] = []
    for (name, entry) in header.entries {
      guard let type = SafetensorsType(rawValue: entry.dtype) else {
        throw .unsupportedType(
          path: reader.file.path, tensor: name, type: entry.dtype,
          supported: SafetensorsType.allCases.map(\.rawValue))
      }
      guard entry.offsets.count == 2, 0 <= entry.offsets[0], entry.offsets[0] <= entry.offsets[1],
        entry.offsets[1] <= reader.remaining
      else { throw reader.damaged("\(name) reaches past the end of the file") }
      let range = start + entry.offsets[0]..<start + entry.offsets[1]
      guard let count = elementCount(entry.shape, type), count * type.byteCount == range.count
      else { throw reader.damaged("the bytes of \(name) do not fit its shape") }
      tensors.append(
        Tensor(name: name, shape: entry.shape, type: type, elementCount: count, range: range))
    }
    // Empty tensors come before the one that begins at the same offset.
    tensors.sort {
      ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
    }
    var end = start
    for tensor in tensors {
      guard tensor.range.lowerBound == end else {
        throw reader.damaged("\(tensor.name) does not begin where the previous tensor ends")
      }
      end = tensor.range.upperBound
    }
    guard end == reader.file.bytes.count else {
      throw reader.damaged("its last \(reader.file.bytes.count - end) bytes belong to no tensor")
    }
    return tensors
  }

  /// The product of a shape whose byte count fits an `Int`.
  private static func elementCount(_ shape: [Int], _ type: SafetensorsType) -> Int? {
    var bytes = type.byteCount
    for size in shape {
      let (product, overflow) = bytes.multipliedReportingOverflow(by: size)
      guard size >= 0, !overflow else { return nil }
      bytes = product
    }
    return bytes / type.byteCount
  }
}
