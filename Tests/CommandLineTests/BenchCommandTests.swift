import Foundation
import Testing

@Suite struct BenchCommandTests {
  /// The figures themselves are the machine's.
  @Test func learningIsTimed() throws {
    try Program.withFolder { folder in
      let outcome = try Program.run(["bench", "--outcomes", "40", "--json"], in: folder)
      let report = try #require(
        try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
      let event = try #require(report["event"] as? [String: Double])
      let median = try #require(event["medianSeconds"])
      #expect(report["outcomes"] as? Int == 40)
      #expect(median > 0 && median <= event["p99Seconds"] ?? 0)
      #expect(try #require(report["diskBytes"] as? Int) > 40 * 384)
    }
  }

  @Test func fewerThanTenOutcomesAreRefused() throws {
    let outcome = try Program.run(["bench", "--outcomes", "3"])
    #expect(outcome.code != 0 && outcome.errors.contains("--outcomes must be from 10"))
  }
}
