import Foundation
import ModelFormats
import TestSupport
import Testing

/// What is written is what is read.
struct GGUFWriterTests {
  @Test(arguments: [8, 32, 4096]) func tensorsComeBack(alignment: Int) throws {
    let folder = try TemporaryFolder()
    let url = folder.file("model.gguf")
    try SmallModel.write(to: url, alignment: alignment)
    let file = try GGUFFile(contentsOf: url)
    #expect(file.version == 3 && file.alignment == alignment)
    #expect(file.tensors.map(\.name) == SmallModel.tensors.map(\.name))
    for tensor in SmallModel.tensors {
      let info = try #require(file.tensor(named: tensor.name))
      #expect(info.shape == tensor.shape && info.type == tensor.type)
      #expect(info.elementCount == tensor.shape.reduce(1, *))
      #expect(info.byteCount == tensor.byteCount)
      #expect(Array(file.bytes(of: info)) == SmallModel.bytes(tensor))
      let address = UInt(bitPattern: file.bytes(of: info).baseAddress)
      #expect(address.isMultiple(of: UInt(alignment)))
    }
    #expect(file.tensor(named: "no such tensor") == nil)
  }

  @Test func metadataComesBackWithItsTypes() throws {
    let folder = try TemporaryFolder()
    let url = folder.file("model.gguf")
    try SmallModel.write(to: url)
    let metadata = try GGUFFile(contentsOf: url).metadata
    #expect(metadata.keys == SmallModel.metadata.map(\.key))
    for (key, value) in SmallModel.metadata { #expect(metadata.value(key) == value) }
  }

  @Test func valuesMayComeInPieces() throws {
    let folder = try TemporaryFolder()
    let (whole, pieces) = (folder.file("whole"), folder.file("pieces"))
    try SmallModel.write(to: whole)
    let writer = try GGUFWriter(
      to: pieces, metadata: SmallModel.metadata, tensors: SmallModel.tensors)
    for tensor in SmallModel.tensors {
      for byte in SmallModel.bytes(tensor) {
        try withUnsafeBytes(of: byte) { try writer.write($0) }
      }
    }
    try writer.finish()
    #expect(try Data(contentsOf: whole) == Data(contentsOf: pieces))
  }

  @Test func whatIsGivenUpLeavesNothing() throws {
    let folder = try TemporaryFolder()
    do {
      let writer = try GGUFWriter(
        to: folder.file("model.gguf"), metadata: [], tensors: SmallModel.tensors)
      try [UInt8](repeating: 1, count: 10).withUnsafeBytes { try writer.write($0) }
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).isEmpty)
  }

  @Test func anExistingFileStaysUntilTheNewOneIsWhole() throws {
    let folder = try TemporaryFolder()
    let url = try folder.write([1, 2, 3])
    let writer = try GGUFWriter(to: url, metadata: [], tensors: [])
    #expect(try Data(contentsOf: url) == Data([1, 2, 3]))
    try writer.finish()
    #expect(try GGUFFile(contentsOf: url).tensors.isEmpty)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).count == 1)
  }

  @Test func aMissingFolderIsATypedError() throws {
    let folder = try TemporaryFolder()
    let error = #expect(throws: ModelWritingError.self) {
      try GGUFWriter(to: folder.file("no/such/folder"), metadata: [], tensors: [])
    }
    #expect(error?.description.contains("No such file or directory") == true)
  }
}
