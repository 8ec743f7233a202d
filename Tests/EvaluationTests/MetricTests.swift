import Evaluation
import Foundation
import PromptMatching
import Reports
import TestSupport
import Testing

@Suite struct MetricTests {
  private struct Row: Decodable {
    let candidate, reference: String
    let rougeL, bleu: Double

    init(from decoder: any Decoder) throws {
      var values = try decoder.unkeyedContainer()
      candidate = try values.decode(String.self)
      reference = try values.decode(String.self)
      rougeL = try values.decode(Double.self)
      bleu = try values.decode(Double.self)
    }
  }

  /// `Scripts/golden/metrics.py`: rouge-score and sacrebleu.
  @Test func rougeAndBleuAreThoseOfTheReferences() throws {
    let url = TestPaths.package.appending(path: "Tests/EvaluationTests/Resources/metrics.json")
    let rows = try JSONDecoder().decode([Row].self, from: Data(contentsOf: url))
    #expect(rows.count == 500)
    for row in rows {
      let rouge = RougeL.score(row.candidate, reference: row.reference)
      let bleu = Bleu.sentence(row.candidate, reference: row.reference)
      #expect(abs(rouge - row.rougeL) < 1e-8, "\(row.candidate) | \(row.reference)")
      #expect(abs(bleu - row.bleu) < 1e-5, "\(row.candidate) | \(row.reference)")
    }
  }

  @Test func bootstrapIntervalsCoverTheMeanAsOftenAsTheySay() {
    var generator = SeededGenerator(seed: 3)
    var covered = 0
    for repetition in 0..<200 as Range<UInt64> {
      let values = (0..<60).map { _ in generator.normal() + 1 }
      let interval = PairedBootstrap.mean(values, resamples: 500, seed: repetition)
      if interval.low <= 1, 1 <= interval.high { covered += 1 }
    }
    #expect((176...199).contains(covered))
  }

  @Test func pairingSeesWhatMeansHide() {
    let base = (0..<50).map { Double($0) }
    let better = base.map { $0 - 0.5 }
    let difference = PairedBootstrap.difference(better, base)
    #expect(difference.excludesZero && difference.high < 0)
    #expect(!PairedBootstrap.difference(base, base).excludesZero)
  }
}
