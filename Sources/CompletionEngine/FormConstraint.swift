import LanguageModel
import OutputForms

/// A form as the language model sees it: which bytes may come next.
struct FormConstraint: TokenConstraint {
  private var reader: FormReader

  /// - Parameter opening: what the prompt has already written of the answer.
  /// - Returns: nil where the opening does not have the form.
  init?(_ form: RequestedForm, opening: String) {
    reader = FormReader(form)
    reader.read(opening.utf8)
    guard reader.isValid else { return nil }
  }

  mutating func forced() -> [UInt8] { reader.forced() }

  mutating func preference(_ bytes: UnsafeBufferPointer<UInt8>) -> Float {
    reader.preference(bytes)
  }

  mutating func read(_ bytes: UnsafeBufferPointer<UInt8>) { reader.read(bytes) }

  var mayEnd: Bool { reader.mayEnd }
  var isComplete: Bool { reader.isComplete }
}
