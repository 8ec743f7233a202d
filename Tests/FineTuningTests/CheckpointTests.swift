import FineTuning
import Foundation
import TestSupport
import Testing

struct CheckpointTests {
  /// A training that ends between any two steps goes on from its checkpoint to the same bits.
  @Test func aTrainingGoesOnToTheSameResult() throws {
    let small = try SmallModel()
    let whole = try small.training()
    let wanted = try whole.run()
    let folder = try TemporaryFolder()
    let url = folder.file("checkpoint.safetensors")
    var control = PassControl()
    for stop in [1, 4, 6] {
      control = PassControl()
      let part = try small.training(control: control, checkpoint: url)
      part.checkpointInterval = .zero
      #expect(throws: CancellationError.self) {
        try part.run { progress in if progress.step == stop { control.cancel() } }
      }
      #expect(FileManager.default.fileExists(atPath: url.path))
    }
    let last = try small.training(checkpoint: url)
    let result = try last.run()
    #expect(result.losses == wanted.losses)
    #expect(result.after == wanted.after)
    #expect(!FileManager.default.fileExists(atPath: url.path))
  }

  @Test func aCheckpointOfOtherSettingsIsRefused() throws {
    let small = try SmallModel()
    let folder = try TemporaryFolder()
    let url = folder.file("checkpoint.safetensors")
    let control = PassControl()
    let part = try small.training(control: control, checkpoint: url)
    part.checkpointInterval = .zero
    #expect(throws: CancellationError.self) {
      try part.run { progress in if progress.step == 2 { control.cancel() } }
    }
    var other = SmallModel.settings
    other.rate = 1e-3
    #expect(throws: TrainingError.self) { try small.training(other, checkpoint: url).run() }
  }
}
