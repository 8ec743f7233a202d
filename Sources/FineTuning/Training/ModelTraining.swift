package import Foundation
package import Kernels
import LanguageModel
import ModelFormats
package import Tokenizers

/// Trains a LoRA adapter or a whole model; everything runs on the thread that calls
/// ``run(onProgress:)``.
package final class ModelTraining<Parameters: TrainedParameters> {
  package let model: FrozenModel
  package let parameters: Parameters
  let plan: TrainingPlan
  let settings: TrainingSettings
  let pass: TrainingPass
  let team: ThreadTeam
  let control: PassControl
  private let optimiser: AdamW
  /// What the losses of some preferences compare with.
  var offset = 0.0
  /// Log likelihoods by what preferences are compared with, by example.
  private var references: [Int: [Double]] = [:]
  /// Where it can go on after an end; nil for nowhere.
  let checkpoint: TrainingCheckpoint?

  /// How long a training may have to repeat after an end.
  package var checkpointInterval: Duration {
    get { checkpoint?.interval ?? .zero }
    set { checkpoint?.interval = newValue }
  }

  /// Whether examples are written out as files that the model continues.
  package var completesFiles: Bool {
    plan.training.contains { FileForm(language: plan.examples[$0].language) != nil }
  }

  /// What was left out and what to expect, a sentence each.
  package var warnings: [String] {
    var warnings = plan.problems
    if plan.taught < TrainingSettings.fewExamples {
      warnings.append(
        "there are only \(plan.taught) examples to train on; below "
          + "\(TrainingSettings.fewExamples) a gain can hardly be told from chance")
    }
    if plan.heldOut.isEmpty {
      warnings.append("too few examples to hold some out, so nothing tells when to stop")
    }
    return warnings
  }

  /// - Parameters:
  ///   - parameters: Of `model`, as they are to start from.
  ///   - examples: Instructions and completions, or preferences.
  ///   - neighbours: The nearest other examples of each, best first; empty without shots.
  ///   - usesIntegers: See ``TrainingPass``.
  /// - Throws: ``TrainingError``.
  package init(
    _ parameters: Parameters, of model: FrozenModel, form: PromptForm,
    examples: [TrainingExample], neighbours: [[Int]], settings: TrainingSettings,
    team: ThreadTeam, control: PassControl = PassControl(), usesIntegers: Bool? = nil,
    checkpoint: URL? = nil
  ) throws {
    try settings.check()
    self.model = model
    self.parameters = parameters
    self.settings = settings
    self.team = team
    self.control = control
    let form = PromptForm(
      template: form.template, tokenizer: form.tokenizer, context: settings.maximumTokens)
    plan = TrainingPlan(
      examples, neighbours: neighbours, settings: settings,
      builder: SequenceBuilder(form: form, supervision: settings.supervision))
    guard !plan.training.isEmpty else { throw TrainingError.noExamples(path: "The data") }
    pass = TrainingPass(
      model, training: parameters, capacity: plan.capacity, team: team,
      usesIntegers: usesIntegers, control: control)
    if plan.hasPreferences { pass.reference = parameters.reference }
    optimiser = AdamW(decay: settings.decay, clip: settings.clip)
    self.checkpoint = checkpoint.map {
      TrainingCheckpoint(
        url: $0,
        fingerprint: TrainingCheckpoint.fingerprint(
          model.file, parameters, settings, examples, neighbours))
    }
    // A second copy of the parameters is kept for the best ones.
    let needed = pass.byteCount + parameters.byteCount + parameters.vector.count * 4
    if let available = TrainingMemory.available, needed > available {
      throw TrainingError.notEnoughMemory(needed: needed, available: available)
    }
  }

  /// Trains until all steps are done or the budget is used up; the best parameters stay in
  /// ``parameters``.
  ///
  /// - Throws: `CancellationError`, ``TrainingError``.
  package func run(onProgress: (TrainingProgress) -> Void = { _ in }) throws -> TrainingResult {
    let clock = ContinuousClock()
    let start = clock.now
    var state = TrainingState(steps: plan.steps)
    var result = TrainingResult()
    result.trainingExamples = plan.taught
    result.heldOutExamples = plan.heldOut.count
    try findReferences()
    if let checkpoint, try checkpoint.restore(into: &state, parameters) {
      parameters.refresh()
      offset = state.offset
    } else if !plan.heldOut.isEmpty {
      state.measurements = [TrainingMeasurement(step: 0, heldOut: try measure())]
      state.remember(parameters)
    }
    var trainingSeconds = 0.0
    let interval = max(1, state.steps / max(1, settings.measurements))
    let firstStep = state.step
    while state.step < state.steps {
      let stepStart = clock.now
      let (loss, tokens) = try step(state.step, of: state.steps)
      trainingSeconds += (clock.now - stepStart) / .seconds(1)
      state.step += 1
      state.tokens += tokens
      result.tokens += tokens
      state.losses.append(loss)
      state.offset = offset
      if state.step % interval == 0 || state.step == state.steps { try measure(&state) }
      let elapsed = (clock.now - start) / .seconds(1)
      let perStep = elapsed / Double(state.step - firstStep)
      fitBudget(&state, elapsed: elapsed, perStep: perStep, done: state.step - firstStep)
      onProgress(
        TrainingProgress(
          step: state.step, steps: state.steps, loss: loss,
          heldOut: state.measurements.last?.heldOut,
          tokensPerSecond: Double(result.tokens) / max(1e-9, trainingSeconds),
          secondsLeft: perStep * Double(state.steps - state.step)))
      try checkpoint?.save(state, parameters, at: clock.now)
    }
    state.recall(parameters)
    parameters.refresh()
    result.steps = state.step
    result.tokensPerSecond = Double(result.tokens) / max(1e-9, trainingSeconds)
    result.tokens = state.tokens
    result.seconds = (clock.now - start) / .seconds(1)
    result.before = state.measurements.first?.heldOut
    result.after = state.best?.heldOut
    result.bestStep = state.best?.step ?? state.step
    result.losses = state.losses
    result.measurements = state.measurements
    result.stoppedEarly = state.steps < plan.steps
    checkpoint?.remove()
    return result
  }

  /// The steps are cut to what the time allows, once it is known how long one takes, so that the
  /// learning rate still comes down to its end.
  private func fitBudget(
    _ state: inout TrainingState, elapsed: Double, perStep: Double, done: Int
  ) {
    guard let budget = settings.budget else { return }
    guard done == 3 || elapsed > budget else { return }
    let left = max(0, budget - elapsed)
    state.steps = min(state.steps, state.step + Int(left / perStep))
  }

  private func measure(_ state: inout TrainingState) throws {
    guard !plan.heldOut.isEmpty else { return }
    let measurement = TrainingMeasurement(step: state.step, heldOut: try measure())
    state.measurements.append(measurement)
    if measurement.heldOut <= state.measurements.map(\.heldOut).min() ?? .infinity {
      state.remember(parameters)
    }
  }

  /// What the held-out examples say: the negative log likelihood per answer token, and for
  /// preferences the mean loss.
  package func measure() throws -> Double { try losses(of: units(plan.heldOutDraws())).mean }

  /// What the held-out examples say of another model of the same shape.
  package func measure(_ other: FrozenModel) throws -> Double {
    try pass.withModel(other) { try measure() }
  }

  /// One step: the mean loss, and how many tokens went through the layers.
  func step(_ number: Int, of steps: Int) throws -> (loss: Double, tokens: Int) {
    parameters.clearGradients()
    let units = units(plan.draw(step: number))
    try updateOffset(units)
    let loss = try accumulate(units).mean
    parameters.finishGradients()
    _ = optimiser.step(
      parameters.vector, rate: settings.rate(step: number, of: steps), number: number + 1,
      team: team)
    parameters.refresh()
    return (loss, units.reduce(0) { $0 + $1.rows })
  }

  private func units(_ draws: [TrainingPlan.Draw]) -> [TrainingUnit] {
    draws.compactMap { draw in
      var unit = plan.builder.unit(plan.examples[draw.example], shots: draw.shots)
      unit?.reference = references[draw.example] ?? []
      return unit
    }
  }

  /// The part of preferences that does not change, once.
  private func findReferences() throws {
    for index in plan.training + plan.heldOut {
      guard let unit = plan.builder.unit(plan.examples[index], shots: []),
        unit.kind != .supervised
      else { continue }
      var units = [unit]
      try addReferences(&units)
      references[index] = units[0].reference
    }
  }
}
