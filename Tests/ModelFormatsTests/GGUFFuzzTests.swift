import Foundation
import ModelFormats
import TestSupport
import Testing

/// Mutated files are read in full or refused with a typed error, never anything else; a read past
/// their end would stop the process.
struct GGUFFuzzTests {
  /// Reads everything that the file gives access to.
  private func readAll(_ file: GGUFFile) -> Int {
    var sum = 0
    for key in file.metadata.keys {
      sum += file.metadata.string(key)?.utf8.count ?? 0
      sum &+= file.metadata.int(key) ?? 0
      sum += file.metadata.double(key) == nil ? 0 : 1
      sum += file.metadata.bool(key) == true ? 1 : 0
      if let strings = file.metadata.strings(key) {
        for string in strings { sum += string.reduce(0) { $0 + Int($1) } }
      }
      sum += file.metadata.ints(key)?.count ?? 0
      sum += file.metadata.floats(key)?.count ?? 0
      sum += file.metadata.bools(key)?.count ?? 0
      sum += file.metadata.value(key) == nil ? 0 : 1
    }
    for tensor in file.tensors { sum += file.floats(of: tensor).count }
    return sum
  }

  @Test(.serialized, arguments: 0..<4) func mutatedFiles(seed: Int) throws {
    let folder = try TemporaryFolder()
    let url = folder.file("model")
    let alignment = [8, 32, 64, 128][seed]
    try SmallModel.write(to: url, alignment: alignment)
    let valid = try Array(Data(contentsOf: url))
    // Most of the mutations are to meet the header, not the values.
    let header = valid.count - SmallModel.tensors.reduce(0) { $0 + $1.byteCount }
    var generator = SplitMix(seed: UInt64(seed))
    var (accepted, refused) = (0, 0)
    for round in 0..<20_000 {
      var front = Array(valid[..<header])
      var whole = valid
      for _ in 0..<Int.random(in: 1...3, using: &generator) {
        let mutation = try #require(Mutation.allCases.randomElement(using: &generator))
        if round.isMultiple(of: 4) {
          mutation.apply(to: &whole, using: &generator)
        } else {
          mutation.apply(to: &front, using: &generator)
          whole = front + valid[header...]
        }
      }
      do throws(ModelFormatError) {
        _ = readAll(try GGUFFile(MappedFile(guarding: whole, path: "mutated")))
        accepted += 1
      } catch {
        #expect(error.description.contains("mutated"))
        refused += 1
      }
    }
    // Both happen often, or the mutations would not reach what they are to reach.
    #expect(accepted > 400 && refused > 4_000, "\(accepted) accepted, \(refused) refused")
  }
}
