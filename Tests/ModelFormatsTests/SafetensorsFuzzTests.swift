import ModelFormats
import TestSupport
import Testing

/// Mutated files are read in full or refused with a typed error; a read past their end would stop
/// the process.
struct SafetensorsFuzzTests {
  @Test(.serialized, arguments: 0..<4) func mutatedFiles(seed: Int) throws {
    var generator = SplitMix(seed: UInt64(100 + seed))
    var (accepted, refused) = (0, 0)
    for _ in 0..<10_000 {
      var bytes = SmallTensors.valid
      for _ in 0..<Int.random(in: 1...2, using: &generator) {
        try #require(Mutation.allCases.randomElement(using: &generator))
          .apply(to: &bytes, using: &generator)
      }
      do throws(ModelFormatError) {
        let file = try SafetensorsFile(MappedFile(guarding: bytes, path: "mutated"))
        for tensor in file.tensors {
          let values = file.floats(of: tensor)
          #expect(values == nil || values?.count == tensor.elementCount)
          #expect(file.bytes(of: tensor).reduce(0) { $0 &+ Int($1) } >= 0)
        }
        accepted += 1
      } catch {
        #expect(error.description.contains("mutated"))
        refused += 1
      }
    }
    #expect(accepted > 60 && refused > 3_000, "\(accepted) accepted, \(refused) refused")
  }
}
