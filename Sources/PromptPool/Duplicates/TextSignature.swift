/// A MinHash signature of an exemplar: near duplicates share a band with probability 0.99 at a
/// Jaccard similarity of 0.9, and rarely below 0.5.
///
/// Sixteen minima over hashed shingles of five bytes (one-permutation MinHash: Li, Owen, Zhang,
/// NeurIPS 2012; empty bins take their right neighbour's value), four per band.
struct TextSignature: Hashable {
  static let bandCount = 4
  private static let bins = 16

  /// Bands 0 and 1, 2 and 3, 32 bits each.
  let low, high: Int64

  init(low: Int64, high: Int64) {
    self.low = low
    self.high = high
  }

  init(_ draft: ExemplarDraft) { (self, _) = Self.reading(draft) }

  /// The signature and the sketch, in one pass over the text.
  static func reading(_ draft: ExemplarDraft) -> (signature: TextSignature, sketch: TextSketch) {
    var sketch = TextSketch()
    let signature = withUnsafeTemporaryAllocation(of: UInt64.self, capacity: bins) { minima in
      minima.initialize(repeating: .max)
      sketch.instruction = read(draft.instruction, into: minima)
      sketch.input = read(draft.input, into: minima)
      sketch.output = read(draft.output, into: minima)
      return TextSignature(minima)
    }
    return (signature, sketch)
  }

  private static func read(
    _ text: String, into minima: UnsafeMutableBufferPointer<UInt64>
  ) -> TextSketch.Field {
    var field = TextSketch.Field()
    forEachShingle(of: text) { hash in
      let bin = Int(hash >> 60)
      if hash < minima[bin] { minima[bin] = hash }
      field.insert(hash)
    }
    return field
  }

  private init(_ minima: UnsafeMutableBufferPointer<UInt64>) {
    let filled = Array(minima)
    for bin in 0..<Self.bins where filled[bin] == .max {
      for step in 1..<Self.bins where filled[(bin + step) % Self.bins] != .max {
        minima[bin] = mixed(filled[(bin + step) % Self.bins] &+ UInt64(step))
        break
      }
    }
    func band(_ number: Int) -> UInt64 {
      minima[number * 4..<number * 4 + 4].reduce(UInt64(number)) { mixed($0 ^ $1) } >> 32
    }
    low = Int64(bitPattern: band(0) << 32 | band(1))
    high = Int64(bitPattern: band(2) << 32 | band(3))
  }

  /// One key per band; equal keys make two exemplars candidates.
  var keys: (UInt64, UInt64, UInt64, UInt64) {
    let (low, high) = (UInt64(bitPattern: low), UInt64(bitPattern: high))
    let mask: UInt64 = 0xFFFF_FFFF
    return (low >> 32, 1 << 32 | low & mask, 2 << 32 | high >> 32, 3 << 32 | high & mask)
  }
}

/// Two exemplars are near duplicates if each of their fields is at least this similar.
let nearDuplicateSimilarity = 0.9

/// The lowest Jaccard similarity of the three fields' shingle sets, from
/// ``nearDuplicateSimilarity`` to 1; nil if it is lower.
///
/// Comparing whole texts is not enough: two tasks about one long input differ in only a few words.
func similarity(_ a: ExemplarDraft, _ b: ExemplarDraft) -> Double? {
  var least = 1.0
  for field in [\ExemplarDraft.instruction, \.input, \.output] {
    least = min(least, fieldSimilarity(a[keyPath: field], b[keyPath: field]))
    if least < nearDuplicateSimilarity { return nil }
  }
  return least
}

private func fieldSimilarity(_ a: String, _ b: String) -> Double {
  if a == b { return 1 }
  var (left, right): (Set<UInt64>, Set<UInt64>) = ([], [])
  forEachShingle(of: a) { left.insert($0) }
  forEachShingle(of: b) { right.insert($0) }
  let common = left.intersection(right).count
  let all = left.count + right.count - common
  return all == 0 ? 1 : Double(common) / Double(all)
}

/// Calls back with hashes of all runs of five bytes of a text in lower case, with each run of white
/// space as one blank and none at the ends; for a shorter text, with the hash of the whole.
@inline(__always)
private func forEachShingle(of text: String, _ body: (UInt64) -> Void) {
  var text = text
  let isASCII = text.withUTF8 { bytes in bytes.allSatisfy { $0 < 0x80 } }
  if !isASCII { text = text.lowercased() }
  text.withUTF8 { bytes in
    var window: UInt64 = 0
    var count = 0
    var isGap = false
    func take(_ byte: UInt8) {
      window = (window << 8 | UInt64(byte)) & ((1 << 40) - 1)
      count += 1
      if count >= 5 { body(mixed(window)) }
    }
    for byte in bytes {
      if byte <= 0x20 {
        isGap = count > 0
      } else {
        if isGap { take(0x20) }
        isGap = false
        take(byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte)
      }
    }
    if count > 0, count < 5 { body(mixed(window | UInt64(count) << 48)) }
  }
}

/// The finaliser of SplitMix64 (Steele, Lea, Flood, OOPSLA 2014).
@inline(__always)
private func mixed(_ value: UInt64) -> UInt64 {
  var z = value &+ 0x9E37_79B9_7F4A_7C15
  z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
  z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
  return z ^ (z >> 31)
}
