package import Foundation

/// Where Git notes each commit and each checkout.
package enum HeadLog {
  /// - Returns: the path of the file, which need not be there yet; nil where a folder lies in no
  ///   repository, or nobody can tell in which.
  package static func path(of folder: URL) -> String? {
    let repository = try? GitRepository.holding(BytePath(folder.path)).first
    return repository?.gitFolder.appending("logs", "HEAD").description
  }
}
