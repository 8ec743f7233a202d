import Foundation
import ModelFormats
import Testing

struct SampledDigestTests {
  @Test(arguments: [1, 65_536, 65_537, 65_600, 1_000_003, 1 << 31])
  func samplesAreFewAndWithin(count: Int) {
    let samples = SampledDigest.samples(ofBytes: count)
    #expect(samples.first?.lowerBound == 0)
    #expect(samples.last?.upperBound == count)
    #expect(samples.reduce(0) { $0 + $1.count } == min(count, 65_536))
    for (one, next) in zip(samples, samples.dropFirst()) {
      #expect(one.lowerBound < next.lowerBound)
    }
  }

  /// A safetensors file of two tensors; each byte of its header's text and of its values counts.
  @Test func everyByteOfASmallFileCounts() throws {
    let header = Data(
      #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}"#
        .utf8)
    let whole =
      withUnsafeBytes(of: UInt64(header.count).littleEndian) { Data($0) } + header + Data(0..<12)
    func digest(_ data: Data) throws -> String {
      let url = FileManager.default.temporaryDirectory.appending(
        path: "\(UUID().uuidString).safetensors")
      defer { try? FileManager.default.removeItem(at: url) }
      try data.write(to: url)
      return try SafetensorsFile(contentsOf: url).sampledDigest(bytes: 6)
    }
    var known: Set = [try digest(whole)]
    #expect(known.first?.count == 12)
    for place in whole.count - 12..<whole.count {
      var other = whole
      other[place] ^= 1
      #expect(known.insert(try digest(other)).inserted)
    }
    var renamed = whole
    renamed[8 + 2] = UInt8(ascii: "c")
    #expect(known.insert(try digest(renamed)).inserted)
  }
}
