package import LanguageModel

/// What a training changes: a LoRA adapter beside a model, or all of the model's own values.
package protocol TrainedParameters: AnyObject, Sendable {
  /// Values, gradients and moments.
  var vector: TrainableVector { get }
  /// The model that passes go through; `base` where its own values stay as they are.
  func model(over base: FrozenModel) -> FrozenModel
  /// An adapter's factors; none where the model itself is trained.
  var pairs: [AdapterPlace: AdapterParameters.Pair] { get }
  /// Where the gradient of one of the model's own matrices or vectors is summed up; nil where it
  /// stays as it is.
  func gradient(of values: UnsafeRawPointer) -> UnsafeMutablePointer<Float>?
  /// Brings what depends on the values up to date, after a step.
  func refresh()
  /// Makes the sums of a step gradients, before the optimiser reads them.
  func finishGradients()
  /// What preferences are to be compared with, as it is now; nil for the bare model.
  var reference: (any TrainedParameters)? { get }
  /// What was asked for, as one text: equal texts train alike.
  var summary: String { get }
  var byteCount: Int { get }
}

extension TrainedParameters {
  package func clearGradients() { vector.clearGradient() }
}
