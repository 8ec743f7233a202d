/// What may come next in an answer, in bytes, so that it holds for any tokenizer.
///
/// A value belongs to one sequence: several that are decoded together have a copy each.
public protocol TokenConstraint: Sendable {
  /// The bytes that have to come next, whatever the model says; empty where there is a choice.
  mutating func forced() -> [UInt8]

  /// What is added to the logit of a token with these bytes: 0 or less, -∞ for one that cannot
  /// come next.
  mutating func preference(_ bytes: UnsafeBufferPointer<UInt8>) -> Float

  /// Takes what comes next.
  mutating func read(_ bytes: UnsafeBufferPointer<UInt8>)

  /// Whether the answer may end here.
  var mayEnd: Bool { get }

  /// Whether nothing can follow.
  var isComplete: Bool { get }
}
