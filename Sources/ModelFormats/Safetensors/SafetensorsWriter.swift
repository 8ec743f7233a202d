public import Foundation

/// Writes a safetensors file; it appears when it is whole.
///
/// Source: https://huggingface.co/docs/safetensors, "Format".
public struct SafetensorsWriter {
  /// A tensor to be written.
  public struct Tensor {
    public let name: String
    /// Outermost first.
    public let shape: [Int]
    public let values: UnsafeBufferPointer<Float>

    /// - Parameter values: As many as the shape has, valid until the file is written.
    public init(name: String, shape: [Int], values: UnsafeBufferPointer<Float>) {
      precondition(values.count == shape.reduce(1, *))
      self.name = name
      self.shape = shape
      self.values = values
    }
  }

  /// - Parameter type: How all values are stored: float32, or float16 in half of the space.
  /// - Throws: `unwritable`.
  public static func write(
    _ tensors: [Tensor], type: SafetensorsType = .float32, metadata: [String: String] = [:],
    to url: URL
  ) throws(ModelWritingError) {
    precondition(type == .float32 || type == .float16)
    let file = try PartialFile(for: url)
    var header = header(tensors, type, metadata)
    // Values begin at a multiple of eight bytes.
    header += [UInt8](repeating: UInt8(ascii: " "), count: (8 - header.count % 8) % 8)
    try write(UInt64(header.count).stored + header, file)
    for tensor in tensors {
      if type == .float32 {
        try file.write(UnsafeRawBufferPointer(tensor.values))
      } else {
        try write(tensor.values.flatMap { Float16($0).bitPattern.stored }, file)
      }
    }
    try file.finish()
  }

  private static func write(_ bytes: [UInt8], _ file: PartialFile) throws(ModelWritingError) {
    try bytes.withUnsafeBufferPointer { bytes throws(ModelWritingError) in
      try file.write(UnsafeRawBufferPointer(bytes))
    }
  }

  private static func header(
    _ tensors: [Tensor], _ type: SafetensorsType, _ metadata: [String: String]
  ) -> [UInt8] {
    var entries: [String] = []
    if !metadata.isEmpty {
      let texts = metadata.sorted { $0.key < $1.key }.map {
        "\(quoted($0.key)):\(quoted($0.value))"
      }
      entries.append("\"__metadata__\":{\(texts.joined(separator: ","))}")
    }
    var offset = 0
    for tensor in tensors {
      let end = offset + tensor.values.count * type.byteCount
      let shape = tensor.shape.map(String.init).joined(separator: ",")
      entries.append(
        "\(quoted(tensor.name)):{\"dtype\":\"\(type.rawValue)\",\"shape\":[\(shape)],"
          + "\"data_offsets\":[\(offset),\(end)]}")
      offset = end
    }
    return Array("{\(entries.joined(separator: ","))}".utf8)
  }

  private static func quoted(_ text: String) -> String {
    let escaped = text.unicodeScalars.map { scalar in
      switch scalar {
      case "\"": "\\\""
      case "\\": "\\\\"
      default:
        scalar.value < 0x20
          ? "\\u" + String(repeating: "0", count: scalar.value < 16 ? 3 : 2)
            + String(scalar.value, radix: 16) : String(scalar)
      }
    }
    return "\"" + escaped.joined() + "\""
  }
}
