import Foundation
import ModelFormats

extension ModelSearch {
  /// Reads all files of a model and compares their SHA-256 with the names of their blobs.
  ///
  /// - Returns: False if a file has no such name, as in LM Studio's folders and in small files of the
  ///   hub: nothing says then what its hash should be.
  /// - Throws: ``ModelSearchError``, or `CancellationError` if the task was cancelled.
  public func verify(_ reference: ModelReference) throws -> Bool {
    let model = try find(reference)
    var files = [model.path] + (model.adapter.map { [$0] } ?? [])
    if let split = SplitName(model.path.lastPathComponent) {
      let folder = model.path.deletingLastPathComponent()
      files += (2...split.count).map { folder.appending(path: split.name(of: $0)) }
    }
    var areNamed = true
    for file in files {
      guard let expected = Self.hash(inNameOf: file.resolvingSymlinksInPath()) else {
        areNamed = false
        continue
      }
      let found = try FileDigest.sha256(of: file)
      guard found == expected else {
        throw ModelSearchError.unusable(
          reference, path: file.path(percentEncoded: false),
          reason: "its SHA-256 is \(found) instead of \(expected); fetch it again")
      }
    }
    return areNamed
  }

  private static func hash(inNameOf blob: URL) -> String? {
    let name = blob.lastPathComponent
    let digits = name.hasPrefix("sha256") ? String(name.dropFirst("sha256-".count)) : name
    return digits.utf8.count == 64 && digits.allSatisfy(\.isHexDigit) ? digits.lowercased() : nil
  }
}
