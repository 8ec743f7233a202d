import PillowProject
import Synchronization

/// Tells what looks after a project's texts that another commit is checked out there.
final class HeadNews: Sendable {
  private let observers = Mutex<[@Sendable (Project) -> Void]>([])

  func observe(_ observer: @escaping @Sendable (Project) -> Void) {
    observers.withLock { $0.append(observer) }
  }

  func tell(_ project: Project) { for observer in observers.withLock(\.self) { observer(project) } }
}
