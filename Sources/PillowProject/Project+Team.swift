import Foundation
import PromptPool
import SharedPools
import Synchronization

extension Project {
  /// Follows the databases of the project's teams, as long as the project is open.
  func followTeams() {
    guard isDurable, let remotes = try? pool.teamRemotes() else { return }
    for remote in remotes {
      do {
        let follower = try TeamFollower(TeamSync(pool, remote: remote.name)) { [weak self] event in
          self?.heard(event)
        }
        teams.withLock { $0.append(follower) }
      } catch {
        tell(.problem("The shared database \(remote.name) cannot be followed: \(error)"))
      }
    }
  }

  private func heard(_ event: TeamFollower.Event) {
    switch event {
    case .synchronised(let report):
      tell(.teamSynchronised(report))
      poolChanged()
    case .problem(let sentence): tell(sentence.map { .problem($0) } ?? .teamIsBack)
    }
  }
}
