public import Foundation

/// The folders in which Hugging Face's tools and llama.cpp keep downloaded repositories.
///
/// A root has one folder per repository, `models--OWNER--NAME`, with `blobs/HASH`,
/// `snapshots/COMMIT/PATH` (links to blobs) and `refs/BRANCH` (a commit). Source:
/// https://huggingface.co/docs/huggingface_hub/guides/manage-cache
public struct HubCache: Sendable, Hashable {
  /// Every root that a variable names, and the default, in the order of preference; none twice.
  public let roots: [URL]
  /// The flat folders of older versions of llama.cpp.
  package let flatFolders: [URL]
  /// Where the hub's own tools store the user's token.
  package let tokenFiles: [URL]

  public init(environment: [String: String] = ProcessInfo.processInfo.environment) {
    let home = DataFolder.home(environment)
    func folder(_ variable: String, _ below: String = "") -> URL? {
      guard let value = environment[variable], !value.isEmpty else { return nil }
      let path =
        value == "~" || value.hasPrefix("~/")
        ? home.path(percentEncoded: false) + "/" + value.dropFirst(1) : value
      let url = URL(filePath: path)
      return (below.isEmpty ? url : url.appending(path: below)).standardizedFileURL
    }
    let caches = folder("XDG_CACHE_HOME") ?? home.appending(path: ".cache")
    let hubHome = folder("HF_HOME") ?? caches.appending(path: "huggingface")
    roots = Self.unique([
      folder("LLAMA_CACHE"), folder("HF_HUB_CACHE"), folder("HUGGINGFACE_HUB_CACHE"),
      folder("HF_HOME", "hub"), folder("XDG_CACHE_HOME", "huggingface/hub"),
      home.appending(path: ".cache/huggingface/hub"),
    ])
    flatFolders = Self.unique([
      folder("LLAMA_CACHE"), caches.appending(path: "llama.cpp"),
      home.appending(path: ".cache/llama.cpp"),
      home.appending(path: "Library/Caches/llama.cpp"),
    ])
    tokenFiles = Self.unique([
      folder("HF_TOKEN_PATH"), hubHome.appending(path: "token"),
    ])
  }

  /// Where new files go: the root that the first variable names.
  public var root: URL { roots[0] }

  /// The token that the hub's own tools have stored; nil if there is none.
  package func storedToken() -> String? {
    for file in tokenFiles {
      guard let size = FileSystem.size(file), size <= 4096, let data = try? Data(contentsOf: file)
      else { continue }
      let token = String(decoding: data, as: UTF8.self).trimmingWhitespace()
      if !token.isEmpty, !token.contains(where: \.isWhitespace) { return token }
    }
    return nil
  }

  private static func unique(_ folders: [URL?]) -> [URL] {
    var seen: Set<String> = []
    return folders.compactMap { $0?.standardizedFileURL }
      .filter { seen.insert($0.resolvingSymlinksInPath().path(percentEncoded: false)).inserted }
  }
}
