/// A MinHash signature of an exemplar: near duplicates share a band with probability 0.99 at a Jaccard
/// similarity of 0.9, and seldom below 0.5.
///
/// Sixteen minima over hashed shingles of five bytes (one-permutation MinHash: Li, Owen, Zhang, NeurIPS 2012;
/// empty bins take their right neighbour's value), four a band.
struct TextSignature: Hashable {
  static let bandCount = 4
  private static let bins = 16

  /// Bands 0 and 1, 2 and 3, 32 bits each.
  let low, high: Int64

  init(low: Int64, high: Int64) {
    self.low = low
    self.high = high
  }

  init(_ draft: ExemplarDraft) {
    var minima = [UInt64](repeating: .max, count: Self.bins)
    for text in [draft.instruction, draft.input, draft.output] {
      forEachShingle(of: similarityText(text)) { hash in
        let bin = Int(hash >> 60)
        minima[bin] = min(minima[bin], hash)
      }
    }
    let filled = minima
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

  /// A key a band; equal keys make two exemplars candidates.
  var keys: (UInt64, UInt64, UInt64, UInt64) {
    let (low, high) = (UInt64(bitPattern: low), UInt64(bitPattern: high))
    let mask: UInt64 = 0xFFFF_FFFF
    return (low >> 32, 1 << 32 | low & mask, 2 << 32 | high >> 32, 3 << 32 | high & mask)
  }
}

/// Two exemplars are near duplicates when each of their fields is as similar as this.
let nearDuplicateSimilarity = 0.9

/// The least Jaccard similarity of the three fields' shingle sets, 0…1.
///
/// The whole text would not do: two tasks about one long input differ in a few words.
func similarity(_ a: ExemplarDraft, _ b: ExemplarDraft) -> Double {
  min(
    fieldSimilarity(a.instruction, b.instruction), fieldSimilarity(a.input, b.input),
    fieldSimilarity(a.output, b.output))
}

private func fieldSimilarity(_ a: String, _ b: String) -> Double {
  let (a, b) = (similarityText(a), similarityText(b))
  if a == b { return 1 }
  var (left, right): (Set<UInt64>, Set<UInt64>) = ([], [])
  forEachShingle(of: a) { left.insert($0) }
  forEachShingle(of: b) { right.insert($0) }
  let common = left.intersection(right).count
  let all = left.count + right.count - common
  return all == 0 ? 1 : Double(common) / Double(all)
}

/// Lower case, runs of white space as one blank, none at the ends.
func similarityText(_ text: String) -> [UInt8] {
  let isASCII = text.utf8.allSatisfy { $0 < 0x80 }
  let source = isASCII ? text : text.lowercased()
  var bytes: [UInt8] = []
  bytes.reserveCapacity(source.utf8.count)
  var isGap = true
  for byte in source.utf8 {
    if byte <= 0x20 {
      if !isGap { bytes.append(0x20) }
      isGap = true
    } else {
      bytes.append(byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte)
      isGap = false
    }
  }
  if bytes.last == 0x20 { bytes.removeLast() }
  return bytes
}

/// Hashes of all runs of five bytes; of the whole text where it is shorter.
private func forEachShingle(of bytes: [UInt8], _ body: (UInt64) -> Void) {
  var window: UInt64 = 0
  let mask: UInt64 = (1 << 40) - 1
  for (position, byte) in bytes.enumerated() {
    window = (window << 8 | UInt64(byte)) & mask
    if position >= 4 { body(mixed(window)) }
  }
  if !bytes.isEmpty, bytes.count < 5 { body(mixed(window | UInt64(bytes.count) << 48)) }
}

/// The finaliser of SplitMix64 (Steele, Lea, Flood, OOPSLA 2014).
private func mixed(_ value: UInt64) -> UInt64 {
  var z = value &+ 0x9E37_79B9_7F4A_7C15
  z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
  z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
  return z ^ (z >> 31)
}
