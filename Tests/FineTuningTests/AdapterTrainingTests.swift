import FineTuning
import Foundation
import LanguageModel
import Synchronization
import TestSupport
import Testing
import Tokenizers

struct AdapterTrainingTests {
  @Test(arguments: ["llama3", "qwen2", "qwen3", "gemma3"])
  func heldOutLossFalls(name: String) throws {
    let training = try SmallModel(name).training()
    let result = try training.run()
    let before = try #require(result.before)
    let after = try #require(result.after)
    print("\(name): \(before) before, \(after) after, best step \(result.bestStep)")
    #expect(after < before - 0.25)
    // What is kept are the best parameters, not the last.
    #expect(abs(try training.measure() - after) < 1e-6)
  }

  @Test func aSeedDecidesEverything() throws {
    let small = try SmallModel()
    let one = try small.training(threads: 1).run()
    let two = try small.training(threads: 2).run()
    #expect(one.losses == two.losses)
    #expect(one.after == two.after)
    var other = SmallModel.settings
    other.seed = 6
    #expect(try small.training(other).run().losses != one.losses)
  }

  @Test func aCancelledTrainingEndsAtOnce() throws {
    let control = PassControl()
    control.cancel()
    let training = try SmallModel().training(control: control)
    #expect(throws: CancellationError.self) { try training.run() }
  }

  @Test func aTrainingPausesWhileSomebodyElseComputes() throws {
    let asked = Atomic<Int>(0)
    let rests = Atomic<Int>(0)
    let control = PassControl(
      // Every hundredth time it is held up for three rests.
      pausesWhile: {
        asked.wrappingAdd(1, ordering: .relaxed).newValue % 100 < 3
      }, rest: { rests.wrappingAdd(1, ordering: .relaxed) })
    let result = try SmallModel().training(control: control).run()
    #expect(rests.load(ordering: .relaxed) > 10)
    #expect(result.losses == (try SmallModel().training().run()).losses)
  }

  @Test func fewExamplesAreWarnedOf() throws {
    let training = try SmallModel().training()
    #expect(training.warnings.contains { $0.contains("only 9 examples") })
  }

  /// What the model wrote itself is learned, but it neither measures nor is shown.
  @Test func replayedAnswersAreOnlyTrainedOn() throws {
    var replayed = TrainingExample(
      .instruction(ShownExample(instruction: "Name a metal", output: "zinc")))
    replayed.isReplayed = true
    let more = Array(repeating: replayed, count: 6)
    let without = try SmallModel().training()
    let training = try SmallModel().training(examples: SmallModel.examples + more)
    // The same examples are held out and shown, so both begin with the same loss.
    #expect(try training.measure() == without.measure())
    #expect(training.warnings == without.warnings)
    let (result, other) = (try training.run(), try without.run())
    #expect(result.trainingExamples == 9 && result.heldOutExamples == 3)
    #expect(result.steps == 30 && other.steps == 18)
    #expect(result.losses != other.losses)
    // They alone are nothing to learn.
    #expect(throws: TrainingError.self) { try SmallModel().training(examples: more) }
  }

  @Test func tooLongExamplesAreNamedAndSkipped() throws {
    let long = TrainingExample(
      .completion(
        prompt: String(repeating: "long ", count: 100), completion: "x"), place: "line 13")
    let training = try SmallModel().training(examples: SmallModel.examples + [long])
    #expect(training.warnings.contains { $0.contains("line 13 is skipped") })
  }

  @Test func aBudgetEndsATraining() throws {
    var settings = SmallModel.settings
    settings.epochs = 1000
    settings.budget = 0.2
    let result = try SmallModel().training(settings).run()
    #expect(result.stoppedEarly)
    #expect(result.steps < 2250)
  }

  @Test func badSettingsAreRefused() throws {
    var settings = SmallModel.settings
    settings.rate = 0
    #expect(throws: TrainingError.self) { try SmallModel().training(settings) }
  }
}

struct PreferenceTests {
  private static let pairs = ["tree", "river", "stone", "cloud", "grass", "bread"].map {
    TrainingExample(
      .preference(prompt: "Shout \($0): ", chosen: $0.uppercased(), rejected: $0))
  }

  private static let labels = pairs.flatMap { example -> [TrainingExample] in
    guard case .preference(let prompt, let chosen, let rejected) = example.content else {
      return []
    }
    return [
      TrainingExample(.label(prompt: prompt, completion: chosen, isGood: true)),
      TrainingExample(.label(prompt: prompt, completion: rejected, isGood: false)),
    ]
  }

  /// What was chosen gains on what was rejected, in answers that were not trained on as well.
  @Test(arguments: PreferenceLoss.allCases, [false, true])
  func goodAnswersGain(loss: PreferenceLoss, isPaired: Bool) throws {
    var settings = SmallModel.settings
    settings.preference = loss
    settings.epochs = 20
    settings.beta = 0.3
    let training = try SmallModel().training(
      settings, examples: isPaired ? Self.pairs : Self.labels)
    let result = try training.run()
    let before = try #require(result.before)
    let after = try #require(result.after)
    print("\(loss.rawValue), paired \(isPaired): \(before) before, \(after) after")
    #expect(after < before - 0.02)
    #expect(result.losses.suffix(3).reduce(0, +) < result.losses.prefix(3).reduce(0, +))
  }

  /// Instructions with a better and a worse answer, and with one that was rejected, among others
  /// that are only to be learned: in the form that serves, code as files.
  @Test func judgedInstructionsAreLearnedBesideOthers() throws {
    var settings = SmallModel.settings
    settings.preference = .dpo
    settings.epochs = 12
    settings.beta = 0.3
    let words = ["flame", "ocean", "tower", "maple"]
    let choices = words.enumerated().map { place, word in
      TrainingExample(
        .choice(
          ShownExample(instruction: "Shout \(word)", output: word.uppercased()), over: word),
        language: place == 0 ? "python" : nil, place: word)
    }
    let rejected = words.map {
      TrainingExample(
        .judged(ShownExample(instruction: "Shout \($0)", output: $0), isGood: false), place: $0)
    }
    let small = try SmallModel()
    let training = try small.training(
      settings, examples: SmallModel.examples + choices + rejected)
    #expect(training.warnings.allSatisfy { !$0.contains("skipped") })
    let result = try training.run()
    #expect(try #require(result.after) < (try #require(result.before)) - 0.2)
  }
}
