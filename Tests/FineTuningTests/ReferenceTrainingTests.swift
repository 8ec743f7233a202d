import CKernels
import FineTuning
import Foundation
import Kernels
import LanguageModel
import ModelFormats
import TestSupport
import Testing

/// Twenty steps on the default model beside torch + peft; `Scripts/golden/training.py` made the
/// answers. The losses fall from 13.9 to 0.4; integers lose little of that.
struct ReferenceTrainingTests {
  private struct Answers: Decodable {
    let losses: [Double]
  }

  @Test(
    .enabled(if: TestModels.exists(TestModels.smolLM2), "the default model is not installed"),
    arguments: [false, true])
  func lossesAreThoseOfPEFT(usesIntegers: Bool) throws {
    let url = TestPaths.package.appending(path: "Tests/FineTuningTests/Resources/training.json")
    let wanted = try JSONDecoder().decode(Answers.self, from: Data(contentsOf: url)).losses
    let losses = try TrainingBenchmark.losses(
      FrozenModel(GGUFFile(contentsOf: TestModels.smolLM2)), steps: wanted.count,
      team: ThreadTeam(threads: 2), usesIntegers: usesIntegers)
    let difference = zip(losses, wanted).map { abs($0 - $1) }.max() ?? .infinity
    print("integers \(usesIntegers): losses differ by at most \(difference), \(losses.last ?? 0)")
    #expect(losses.count == 20)
    #expect(difference <= (usesIntegers ? 5e-2 : 1e-3))
  }
}
