import Foundation
import ModelFormats
import TestSupport
import Testing

/// What is read is what was written; headers that lie end in typed errors.
struct SafetensorsFileTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func open(_ header: String, _ values: [UInt8] = []) throws -> SafetensorsFile {
    try SafetensorsFile(contentsOf: folder.write(SmallTensors.file(header, values)))
  }

  private func damage(_ header: String, _ count: Int) throws -> String {
    let error = #expect(throws: ModelFormatError.self) {
      try open(header, [UInt8](repeating: 0, count: count))
    }
    guard case .damaged(_, let reason)? = error else {
      Issue.record("another error: \(String(describing: error))")
      return ""
    }
    return reason
  }

  @Test func tensorsAndMetadata() throws {
    let file = try SafetensorsFile(contentsOf: folder.write(SmallTensors.valid))
    #expect(file.metadata == ["format": "pt"])
    #expect(file.tensors.map(\.name) == ["weight", "half", "brain", "ids", "none"])
    let weight = try #require(file.tensor(named: "weight"))
    #expect(weight.shape == [2, 1] && weight.type == .float32 && weight.elementCount == 2)
    #expect(file.floats(of: weight) == [1, -2])
    #expect(file.mappedFloats(of: weight).map { Array($0) } == [1, -2])
    let half = try #require(file.tensor(named: "half"))
    #expect(file.floats(of: half) == [1.5] && file.mappedFloats(of: half) == nil)
    #expect(try file.floats(of: #require(file.tensor(named: "brain"))) == [-1])
    let ids = try #require(file.tensor(named: "ids"))
    #expect(file.floats(of: ids) == nil && Array(file.bytes(of: ids)) == [7, 0, 0, 0])
    #expect(try file.floats(of: #require(file.tensor(named: "none"))) == [])
    #expect(file.tensor(named: "other") == nil)
  }

  @Test func offsetsThatDoNotHold() throws {
    let entries: [(String, String)] = [
      (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,16]}}"#, "past the end"),
      (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}"#, "past the end"),
      (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}}"#, "past the end"),
      (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0]}}"#, "past the end"),
      (#"{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}"#, "fit its shape"),
      (#"{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}"#, "fit its shape"),
      (#"{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,8]}}"#, "fit"),
      (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, "does not begin"),
      (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, "last 4 bytes"),
      (
        #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#,
        "b does not begin"
      ),
      (#"{"a":{"dtype":"F32","shape":[2.5],"data_offsets":[0,8]}}"#, "not the JSON"),
      (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,1e300]}}"#, "not the JSON"),
      (#"{"a":[]}"#, "not the JSON"), (#"[]"#, "not the JSON"), ("", "not the JSON"),
      (String(repeating: "[", count: 10_000), "not the JSON"),
    ]
    for (header, words) in entries {
      let reason = try damage(header, 8)
      #expect(reason.contains(words), "\(header): \(reason)")
    }
  }

  @Test func lengthsThatDoNotHold() throws {
    for length in [UInt64(9), 1 << 40, .max] {
      let bytes =
        withUnsafeBytes(of: length.littleEndian) { Array($0) } + [UInt8](repeating: 32, count: 8)
      #expect(throws: ModelFormatError.self) {
        try SafetensorsFile(contentsOf: folder.write(bytes))
      }
    }
    for count in 0..<SmallTensors.valid.count {
      #expect(throws: ModelFormatError.self) {
        try SafetensorsFile(contentsOf: folder.write(Array(SmallTensors.valid[..<count])))
      }
    }
  }

  @Test func anUnknownTypeIsNamed() throws {
    let error = #expect(throws: ModelFormatError.self) {
      try open(#"{"a":{"dtype":"F4","shape":[8],"data_offsets":[0,4]}}"#, [0, 0, 0, 0])
    }
    #expect(error?.description.contains("type F4") == true)
  }
}

/// A small safetensors file.
enum SmallTensors {
  static func file(_ header: String, _ values: [UInt8]) -> [UInt8] {
    withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Array($0) } + header.utf8 + values
  }

  static let valid: [UInt8] = {
    let entries = [
      #""weight":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]}"#,
      #""half":{"dtype":"F16","shape":[1],"data_offsets":[8,10]}"#,
      #""brain":{"dtype":"BF16","shape":[],"data_offsets":[10,12]}"#,
      #""ids":{"dtype":"I32","shape":[1],"data_offsets":[12,16]}"#,
      #""none":{"dtype":"F32","shape":[0,3],"data_offsets":[16,16]}"#,
      #""__metadata__":{"format":"pt"}"#,
    ]
    let text = "{" + entries.joined(separator: ",") + "}"
    let header = text + String(repeating: " ", count: (8 - text.utf8.count % 8) % 8)
    return file(
      header, [0, 0, 128, 63, 0, 0, 0, 192, 0, 0x3E, 0x80, 0xBF, 7, 0, 0, 0])
  }()
}
