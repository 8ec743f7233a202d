import Foundation
import PromptPool
import TestSupport
import Testing

/// The scanner on the labelled corpus that `Scripts/measure-secrets` compares it on.
@Suite struct SecretCorpusTests {
  private struct Sample {
    let isSecret: Bool
    let text: String
  }

  /// Templates as in the script; what is drawn differs.
  private static func samples(seed: UInt64) throws -> [Sample] {
    let file = TestPaths.package.appending(
      path: "Tests/PromptPoolTests/Resources/secret-corpus.tsv")
    var random = SplitMix(seed: seed)
    return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").compactMap { line in
      let fields = line.split(separator: "\t", maxSplits: 3)
      guard fields.count == 4, !line.hasPrefix("#") else { return nil }
      return Sample(isSecret: fields[0] == "secret", text: expanded(fields[3], &random))
    }
  }

  private static func expanded(_ template: Substring, _ random: inout SplitMix) -> String {
    var text = String(template).replacing("\\\\n", with: "\u{0}").replacing("\\n", with: "\n")
      .replacing("\u{0}", with: "\\n").replacing("{{}}", with: "")
    while let found = text.firstMatch(
      of:
        /\{\{(alnum|alpha|hex|upper|lower|digits|digit|b64|b64url|token|pw|basic|claims)(:(\d+))?\}\}/
    ) {
      let length = found.3.flatMap { Int($0) } ?? 0
      text.replaceSubrange(found.range, with: drawn(found.1, length, &random))
    }
    return text
  }

  private static func drawn(
    _ kind: Substring, _ length: Int, _ random: inout SplitMix
  ) -> String {
    let letters = "abcdefghijklmnopqrstuvwxyz"
    let digits = "0123456789"
    func draw(_ alphabet: String, _ count: Int) -> String {
      let characters = Array(alphabet)
      return String(
        (0..<count).map { _ in characters[Int(random.next() % UInt64(characters.count))] })
    }
    switch kind {
    case "basic": return Data("svc:\(draw(letters + digits, 10))7".utf8).base64EncodedString()
    case "claims":
      let claims = Data("{\"sub\": \"\(draw(letters + digits, length * 3 / 4))\"}".utf8)
      return claims.base64EncodedString().replacing("=", with: "").replacing("+", with: "-")
        .replacing("/", with: "_")
    // One of each kind is sure.
    case "pw": return "k" + draw(letters + digits, length - 4) + "+" + draw(digits, 1) + "Xq"
    case "hex": return draw("0123456789abcdef", max(0, length - 2)) + String("4d".prefix(length))
    case "digit", "digits": return draw("23456789", 1) + draw(digits, length - 1)
    case "upper": return draw(letters.uppercased() + "234567", length)
    case "alpha": return draw(letters + letters.uppercased(), length)
    case "lower": return draw(letters + digits, length - 1) + "7"
    default:
      let signs = ["b64": "+/", "b64url": "-_", "token": "-_"][String(kind)] ?? ""
      return draw(letters + letters.uppercased() + digits + signs, max(0, length - 2))
        + String("7k".prefix(length))
    }
  }

  /// Recall and precision of the issue; the table in docs/privacy.md has the present ones.
  @Test(arguments: [1, 2, 3] as [UInt64]) func recallAndPrecision(seed: UInt64) throws {
    let samples = try Self.samples(seed: seed)
    #expect(samples.count >= 400)
    var hits = 0
    var alarms = 0
    var wrong: [String] = []
    for sample in samples {
      let isFound = SecretScanner.find(in: sample.text) != nil
      alarms += isFound ? 1 : 0
      hits += isFound && sample.isSecret ? 1 : 0
      if isFound != sample.isSecret {
        wrong.append((isFound ? "false: " : "missed: ") + sample.text)
      }
    }
    let secrets = samples.count(where: \.isSecret)
    #expect(Double(secrets) >= 0.4 * Double(samples.count))
    #expect(Double(hits) >= 0.97 * Double(secrets), "\(wrong)")
    #expect(Double(hits) >= 0.97 * Double(alarms), "\(wrong)")
  }
}
