import Foundation
import ModelFormats
import TestSupport
import Testing

/// Models in several files, as `llama-gguf-split` makes them.
struct SplitFileTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func name(_ number: Int, of count: Int = 3) -> String {
    "m-0000\(number)-of-0000\(count).gguf"
  }

  /// Parts with one tensor each; `change` alters a part's metadata.
  private func write(
    tensors: Int = 3, change: (Int, inout [(key: String, value: GGUFValue)]) -> Void = { _, _ in }
  ) throws {
    for part in 0..<3 {
      var metadata: [(key: String, value: GGUFValue)] = [
        ("split.no", .uint32(UInt32(part))), ("split.count", .uint32(3)),
        ("split.tensors.count", .uint32(UInt32(tensors))),
      ]
      if part == 0 { metadata.append(("general.architecture", .string("llama"))) }
      change(part, &metadata)
      try writePart(part + 1, metadata, "w\(part)", rows: part + 1)
    }
  }

  /// A part whose one tensor has its number in all values.
  private func writePart(
    _ number: Int, _ metadata: [(key: String, value: GGUFValue)], _ tensor: String, rows: Int
  ) throws {
    try SmallModel.write(
      to: folder.file(name(number)), metadata: metadata,
      tensors: [.init(name: tensor, shape: [8, rows], type: .f32)]
    ) { tensor in
      [Float](repeating: Float(number), count: tensor.byteCount / 4)
        .withUnsafeBytes { Array($0) }
    }
  }

  private func reason(_ part: Int = 1) throws -> String {
    try #require(
      #expect(throws: ModelFormatError.self) {
        try GGUFFile(contentsOf: folder.file(name(part)))
      }
    ).description
  }

  @Test(arguments: 1...3) func anyPartOpensTheWholeModel(part: Int) throws {
    try write()
    let file = try GGUFFile(contentsOf: folder.file(name(part)))
    #expect(file.metadata.string("general.architecture") == "llama")
    #expect(file.tensors.map(\.name) == ["w0", "w1", "w2"])
    for part in 0..<3 {
      let tensor = try #require(file.tensor(named: "w\(part)"))
      #expect(
        file.floats(of: tensor) == [Float](repeating: Float(part + 1), count: 8 * (part + 1)))
    }
    file.dropResidentPages()
  }

  @Test func partsThatAreMissingOrDoNotFit() throws {
    try write()
    try FileManager.default.removeItem(at: folder.file(name(2)))
    #expect(try reason().contains("m-00002-of-00003.gguf"))
    try write { part, metadata in if part == 2 { metadata[0].value = .uint32(1) } }
    #expect(try reason().contains("part 2 of 3"))
    try write(tensors: 4)
    #expect(try reason().contains("3 tensors instead of 4"))
    try write { part, metadata in if part == 1 { metadata[1].value = .uint32(4) } }
    #expect(try reason().contains("part 2 of 4"))
  }

  @Test func namesThatDoNotTellTheParts() throws {
    try write()
    try FileManager.default.moveItem(at: folder.file(name(1)), to: folder.file("m.gguf"))
    let error = #expect(throws: ModelFormatError.self) {
      try GGUFFile(contentsOf: folder.file("m.gguf"))
    }
    #expect(error?.description.contains("NAME-00001-of-00003.gguf") == true)
  }

  @Test func twoPartsWithOneTensor() throws {
    try write()
    try writePart(
      3, [("split.no", .uint32(2)), ("split.count", .uint32(3))], "w0", rows: 1)
    #expect(try reason().contains("w0"))
  }

  @Test func splitNames() throws {
    let split = try #require(SplitName("a/b-c-00002-of-00010.gguf"))
    #expect(split.base == "a/b-c" && split.number == 2 && split.count == 10)
    #expect(split.name(of: 10) == "a/b-c-00010-of-00010.gguf")
    for name in [
      "a.gguf", "a-00001-of-00001.gguf", "a-00000-of-00002.gguf", "a-00003-of-00002.gguf",
      "a-1-of-2.gguf", "-00001-of-00002.gguf", "a-00001-of-00002.bin", "a-0001x-of-00002.gguf",
      "a-00001-of-00000.gguf",
    ] {
      #expect(SplitName(name) == nil, "\(name)")
    }
  }
}
