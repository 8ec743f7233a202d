public import ArgumentParser
public import FineTuning

extension Supervision: ExpressibleByArgument {}
extension PreferenceLoss: ExpressibleByArgument {}

/// How a training goes; shared by the commands that train a language model.
struct TrainingScheduleArguments: ParsableArguments {
  @Option(help: "How often each example is seen.") var epochs = TrainingSettings().epochs
  @Option(help: "The most shots of a prompt; each prompt draws its number from 0 on.")
  var shots = TrainingSettings().shots
  @Option(help: "Repeats a training.") var seed: UInt64 = 0
  @Option(help: "How long at most, as 90s, 10m or 2h; 0 for no limit.")
  var budget = DurationArgument(seconds: 0)
  @Option(
    help: "The highest learning rate; by default 3e-4 for an adapter, 3e-5 for a whole model.")
  var rate: Float?
  @Option(help: "Sequences of one step.") var batch = TrainingSettings().batch
  @Option(help: "Tokens of a sequence, with its shots and its answer.")
  var maxTokens = TrainingSettings().maximumTokens
  @Option(help: "The part of the examples that is only measured with.")
  var heldOut = TrainingSettings().heldOut
  @Option(
    help: """
      The part of what is trained on that the model answers itself beforehand, to forget less of \
      what it could do; at most 0.9.
      """)
  var replay = 0.0
  @Option(help: "What is learned: answer, allAnswers (those of the shots, too) or everything.")
  var supervise = Supervision.answer

  @Option(help: "For rows with chosen and rejected answers or labels: dpo, kto, apo-zero or bco.")
  var loss = PreferenceLoss.apoZero
  @Option(help: "How strongly such rows may move the model.") var beta = TrainingSettings().beta

  func validate() throws {
    guard (0...0.9).contains(replay) else {
      throw ValidationError("--replay has to be from 0 to 0.9.")
    }
    do { try settings(rate: TrainingSettings().rate).check() } catch {
      throw ValidationError("\(error)")
    }
  }

  /// - Parameter usual: The learning rate where none is given.
  func settings(rate usual: Float) -> TrainingSettings {
    var settings = TrainingSettings()
    settings.epochs = epochs
    settings.shots = shots
    settings.seed = seed
    settings.budget = budget.limit
    settings.rate = rate ?? usual
    settings.batch = batch
    settings.maximumTokens = maxTokens
    settings.heldOut = heldOut
    settings.supervision = supervise
    settings.preference = loss
    settings.beta = beta
    return settings
  }
}
