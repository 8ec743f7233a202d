import OutputForms
import Synchronization

/// The forms of groups of exemplars, by their content: an exemplar that is added, changed or removed
/// makes another group.
final class FormMemory: Sendable {
  private let known = Mutex<[(key: [FormExample], form: OutputForm?)]>([])
  private static let capacity = 32

  func form(of examples: [FormExample]) -> OutputForm? {
    if let found = known.withLock({ $0.first { $0.key == examples } }) { return found.form }
    let form = OutputForm.infer(from: examples)
    known.withLock { known in
      known.append((examples, form))
      if known.count > Self.capacity { known.removeFirst() }
    }
    return form
  }
}
