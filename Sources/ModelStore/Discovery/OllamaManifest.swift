import ErrorWording
import Foundation

/// What Ollama stores of a model: a list of layers, each with the hash of its blob.
///
/// Source: https://github.com/ollama/ollama/blob/main/docs/import.md and the OCI image manifest,
/// https://github.com/opencontainers/image-spec/blob/main/manifest.md
struct OllamaManifest: Decodable {
  struct Layer: Decodable {
    let mediaType: String
    let digest: String
    let size: Int64?
  }

  let layers: [Layer]

  private static let largest: Int64 = 4 << 20

  init(contentsOf url: URL) throws(Fault) {
    guard let size = FileSystem.size(url) else {
      throw Fault(ModelSearch.check(url).fault ?? "it is not a regular file")
    }
    guard size <= Self.largest else { throw Fault("it is larger than a manifest can be") }
    do {
      self = try JSONDecoder().decode(Self.self, from: Data(contentsOf: url))
    } catch is DecodingError {
      throw Fault("it is not a manifest in JSON")
    } catch {
      throw Fault(ErrorWording.reason(error))
    }
  }

  /// Why a manifest cannot be used.
  struct Fault: Error {
    let reason: String
    init(_ reason: String) { self.reason = reason }
  }

  func layers(_ kind: String) -> [Layer] {
    layers.filter { $0.mediaType == "application/vnd.ollama.image." + kind }
  }
}
