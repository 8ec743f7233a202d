/// ROUGE-L: the F-measure of the longest common subsequence of two texts' words.
///
/// Words are runs of a–z and 0–9 in lower case, without stemming, as the package rouge-score splits
/// them. Source: Lin, 2004.
public enum RougeL {
  /// 0 to 1.
  public static func score(_ candidate: String, reference: String) -> Double {
    let (a, b) = (words(candidate), words(reference))
    guard !a.isEmpty, !b.isEmpty else { return 0 }
    let common = Double(CommonSubsequence.length(a, b))
    guard common > 0 else { return 0 }
    let (precision, recall) = (common / Double(a.count), common / Double(b.count))
    return 2 * precision * recall / (precision + recall)
  }

  static func words(_ text: String) -> [String] {
    var words: [String] = []
    var word: [UInt8] = []
    // Lower-casing may turn other characters into ASCII, such as the Kelvin sign.
    for byte in text.lowercased().utf8 {
      if (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) {
        word.append(byte)
      } else if !word.isEmpty {
        words.append(String(decoding: word, as: UTF8.self))
        word.removeAll(keepingCapacity: true)
      }
    }
    if !word.isEmpty { words.append(String(decoding: word, as: UTF8.self)) }
    return words
  }
}
