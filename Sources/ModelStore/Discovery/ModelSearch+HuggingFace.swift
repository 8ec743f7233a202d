import Foundation

extension ModelSearch {
  func addHub(to result: inout Result) {
    for root in hub.roots {
      for folder in names(in: root, &result) where folder.hasPrefix("models--") {
        let name = folder.dropFirst("models--".count)
        guard let separator = name.firstRange(of: "--") else { continue }
        let repository = "\(name[..<separator.lowerBound])/\(name[separator.upperBound...])"
        for (path, url) in files(ofRepository: root.appending(path: folder), &result) {
          let model = Self.model(.huggingFace, repository + ":" + path, at: url)
          if let model { result.models.append(model) }
        }
      }
    }
  }

  func hubModel(_ reference: HubReference) -> FoundModel? {
    var broken: FoundModel?
    for root in hub.roots {
      var ignored = Result()
      let folder = root.appending(path: reference.folderName)
      let files = files(ofRepository: folder, &ignored)
      // Whoever names no file does not mean one whose blob is missing.
      let there = files.filter { FileManager.default.fileExists(atPath: $0.url.path) }
      guard
        let path = FileChoice.choose(reference.file, from: there.map(\.path))
          ?? FileChoice.choose(reference.file, from: files.map(\.path)),
        let url = files.first(where: { $0.path == path })?.url,
        let model = Self.model(.huggingFace, reference.repository + ":" + path, at: url)
      else { continue }
      if model.fault == nil { return model }
      broken = broken ?? model
    }
    return broken ?? flatModel(of: reference)
  }

  /// The GGUF files of all snapshots. A path that several of them have is that of the branch `main`,
  /// or else of the newest, unless its blob is missing.
  private func files(
    ofRepository folder: URL, _ result: inout Result
  ) -> [(path: String, url: URL)] {
    let snapshots = folder.appending(path: "snapshots")
    var commits = names(in: snapshots, &result).filter { isFolder(snapshots.appending(path: $0)) }
    guard !commits.isEmpty else { return [] }
    func age(_ commit: String) -> Date {
      let path = snapshots.appending(path: commit).path(percentEncoded: false)
      let attributes = try? FileManager.default.attributesOfItem(atPath: path)
      return attributes?[.modificationDate] as? Date ?? .distantPast
    }
    let dated = commits.map { ($0, age($0)) }.sorted { $0.1 > $1.1 }
    commits = dated.map(\.0)
    if let main = Self.commit(ofBranch: "main", in: folder),
      let place = commits.firstIndex(of: main)
    {
      commits.insert(commits.remove(at: place), at: 0)
    }
    var files: [String: URL] = [:]
    for commit in commits {
      let snapshot = snapshots.appending(path: commit)
      for path in modelFiles(below: snapshot, depth: 4, &result) {
        let url = snapshot.appending(path: path)
        if let known = files[path], Self.check(known).fault == nil || Self.check(url).fault != nil {
          continue
        }
        files[path] = url
      }
    }
    return files.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// The commit that a file of `refs` names.
  static func commit(ofBranch branch: String, in folder: URL) -> String? {
    let url = folder.appending(path: "refs/\(branch)")
    guard let size = FileSystem.size(url), size <= 1024, let data = try? Data(contentsOf: url)
    else {
      return nil
    }
    let commit = String(decoding: data, as: UTF8.self).trimmingWhitespace()
    return commit.isPlainComponent ? commit : nil
  }

  // MARK: The flat cache of llama.cpp

  func addFlat(to result: inout Result) {
    for folder in hub.flatFolders {
      for name in modelFiles(below: folder, depth: 1, &result) {
        let model = Self.model(.llamaCPP, name, at: folder.appending(path: name))
        if let model { result.models.append(model) }
      }
    }
  }

  func flatModel(_ name: String) -> FoundModel? {
    var ignored = Result()
    for folder in hub.flatFolders {
      let files = modelFiles(below: folder, depth: 1, &ignored)
      guard let file = FileChoice.choose(name, from: files) else { continue }
      return Self.model(.llamaCPP, file, at: folder.appending(path: file))
    }
    return nil
  }

  /// llama.cpp wrote `OWNER_NAME_FILE`, with `_` for every `/`.
  private func flatModel(of reference: HubReference) -> FoundModel? {
    var ignored = Result()
    let prefix = "\(reference.owner)_\(reference.name)_"
    for folder in hub.flatFolders {
      let files = modelFiles(below: folder, depth: 1, &ignored).filter { $0.hasPrefix(prefix) }
        .map { String($0.dropFirst(prefix.count)) }
      let wanted = reference.file?.replacing("/", with: "_")
      guard let file = FileChoice.choose(wanted, from: files) else { continue }
      return Self.model(.llamaCPP, prefix + file, at: folder.appending(path: prefix + file))
    }
    return nil
  }
}
