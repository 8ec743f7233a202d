import Foundation

extension ModelSearch {
  /// The folders that LM Studio downloads to: `PUBLISHER/REPOSITORY/FILE.gguf` below each.
  private var lmStudioRoots: [URL] {
    var homes = [home.appending(path: ".lmstudio"), home.appending(path: ".cache/lm-studio")]
    let pointer = home.appending(path: ".lmstudio-home-pointer")
    if let path = Self.smallText(pointer)?.trimmingWhitespace(), path.hasPrefix("/") {
      homes.insert(URL(filePath: path), at: 0)
    }
    var roots = homes.map { $0.appending(path: "models") }
    for home in homes {
      guard let text = Self.smallText(home.appending(path: "settings.json")),
        let settings = try? JSONDecoder().decode(LMStudioSettings.self, from: Data(text.utf8)),
        let folder = settings.downloadsFolder, folder.hasPrefix("/")
      else { continue }
      roots.append(URL(filePath: folder))
    }
    var seen: Set<String> = []
    return roots.filter {
      seen.insert($0.resolvingSymlinksInPath().path(percentEncoded: false)).inserted
    }
  }

  private struct LMStudioSettings: Decodable {
    var downloadsFolder: String?
  }

  private static func smallText(_ url: URL) -> String? {
    guard let size = FileSystem.size(url), size <= 1 << 20 else { return nil }
    return (try? Data(contentsOf: url)).map { String(decoding: $0, as: UTF8.self) }
  }

  func addLMStudio(to result: inout Result) {
    for root in lmStudioRoots {
      for path in modelFiles(below: root, depth: 5, &result) {
        if let model = Self.model(.lmStudio, path, at: root.appending(path: path)) {
          result.models.append(model)
        }
      }
    }
  }

  /// A model by the path below the folder, the repository, LM Studio's own key or the file, each
  /// with or without `@QUANTISATION` or `:QUANTISATION`.
  func lmStudioModel(_ text: String) -> FoundModel? {
    let parts = text.split(maxSplits: 1) { $0 == "@" || $0 == ":" }.map(String.init)
    guard let wanted = parts.first?.lowercased() else { return nil }
    for root in lmStudioRoots {
      var ignored = Result()
      let all = modelFiles(below: root, depth: 5, &ignored)
      let exact = all.filter { $0.lowercased() == wanted }
      let files = exact.isEmpty ? all.filter { Self.names(of: $0).contains(wanted) } : exact
      let choice = parts.count > 1 ? parts[1] : files.count == 1 ? files.first : nil
      guard let path = FileChoice.choose(choice, from: files) else { continue }
      return Self.model(.lmStudio, path, at: root.appending(path: path))
    }
    return nil
  }

  /// What a file may be called, in lower case: its repository with and without publisher and the
  /// ending `-GGUF`, and its name with and without its ending.
  private static func names(of path: String) -> Set<String> {
    let parts = path.lowercased().split(separator: "/").map(String.init)
    guard let file = parts.last else { return [] }
    var names: Set<String> = [file, String(file.drop(suffix: ".gguf"))]
    let folders = parts.dropLast()
    for start in folders.indices {
      let name = folders[start...].joined(separator: "/")
      names.formUnion([name, String(name.drop(suffix: "-gguf"))])
    }
    return names
  }
}
