import Foundation

/// How a training goes.
public struct TrainingSettings: Sendable, Hashable {
  /// How often each example is seen.
  public var epochs: Double = 3
  /// Sequences of one step.
  public var batch: Int = 8
  /// The highest learning rate; about ten times that of full training serves adapters.
  public var rate: Float = 3e-4
  /// The part of the steps in which the rate rises.
  public var warmUp: Double = 0.05
  public var decay: Float = 0
  /// The gradient's norm is cut to this; 0 for no limit.
  public var clip: Float = 1
  /// The most shots of a sequence; each draws its number from 0 on.
  public var shots: Int = 3
  /// Tokens of a sequence, shots and answer included.
  public var maximumTokens: Int = 1024
  /// The part of the examples that is only measured with.
  public var heldOut: Double = 0.1
  public var supervision: Supervision = .answer
  /// For rows with a chosen and a rejected answer, or with labels.
  public var preference: PreferenceLoss = .apoZero
  /// How strongly preferences may move the model away from the bare one.
  public var beta: Double = 0.1
  public var seed: UInt64 = 0
  /// Seconds that it may take; nil for no limit.
  public var budget: Double?
  /// How often it is measured, at most.
  public var measurements: Int = 8

  public init() {}

  /// Below so many examples gains are hardly to be told from chance.
  public static let fewExamples = 50

  /// - Throws: ``TrainingError/badSettings(_:)``.
  public func check() throws(TrainingError) {
    guard epochs > 0, epochs <= 1000 else {
      throw .badSettings("The number of epochs has to be above 0 and at most 1000.")
    }
    guard (1...1024).contains(batch) else {
      throw .badSettings("The batch has to be from 1 to 1024 sequences.")
    }
    guard rate > 0, rate <= 1 else {
      throw .badSettings("The learning rate has to be above 0 and at most 1.")
    }
    guard (0...32).contains(shots) else {
      throw .badSettings("The number of shots has to be from 0 to 32.")
    }
    guard (32...65_536).contains(maximumTokens) else {
      throw .badSettings("The most tokens of a sequence have to be from 32 to 65536.")
    }
    guard beta > 0, beta <= 100 else {
      throw .badSettings("Beta has to be above 0 and at most 100.")
    }
    guard (0...0.9).contains(heldOut) else {
      throw .badSettings("The held-out part has to be from 0 to 0.9.")
    }
  }

  /// The learning rate of a step, counted from 0: up in a line, down in a half cosine.
  public func rate(step: Int, of steps: Int) -> Float {
    let rise = max(1, Int((warmUp * Double(steps)).rounded()))
    let up = min(1, Double(step + 1) / Double(rise))
    let down = 0.5 * (1 + cos(Double.pi * Double(step) / Double(max(1, steps))))
    return rate * Float(up * down)
  }
}
