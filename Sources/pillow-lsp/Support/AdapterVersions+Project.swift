import FineTuning
import Foundation
import ModelStore

extension AdapterVersions {
  /// Those of a project's data folder.
  init(ofProject root: URL) {
    self.init(
      ModelStore().folder.folder(forProject: root.standardizedFileURL)
        .appending(path: "adapters"))
  }
}
