package import ModelFormats
import Synchronization

/// Identifies models by the content of their files (``SampledDigest``), whatever their names.
package enum ModelIdentity {
  /// The model's name and a digest of its metadata and weights.
  package static func of(_ file: GGUFFile) -> String {
    let name = file.metadata.string("general.name") ?? file.metadata.string("general.architecture")
    let words = (name ?? "model").split(whereSeparator: {
      !$0.isLetter && !$0.isNumber && $0 != "."
    })
    return (words.prefix(8).map { String($0.prefix(32)) } + [file.sampledDigest(bytes: 8)])
      .joined(separator: "-")
  }
}

/// A model's identity, computed when it is first asked for: that reads parts of all tensors.
final class KnownIdentity: Sendable {
  private let file: GGUFFile
  private let known = Mutex<String?>(nil)

  init(_ file: GGUFFile) { self.file = file }

  var value: String {
    known.withLock { known in
      let identity = known ?? ModelIdentity.of(file)
      known = identity
      return identity
    }
  }
}
