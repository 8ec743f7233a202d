import Foundation
import ModelFormats

extension ModelSearch {
  /// The visible names in a folder, sorted. A folder that does not exist has none; one that cannot
  /// be read gives a note.
  func names(in folder: URL, _ result: inout Result) -> [String] {
    let path = folder.path(percentEncoded: false)
    guard let directory = opendir(path) else {
      if errno != ENOENT && errno != ENOTDIR {
        result.notes.append("Cannot read \(path) (\(String(cString: strerror(errno)))).")
      }
      return []
    }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted()
  }

  func isFolder(_ url: URL) -> Bool {
    var status = stat()
    return stat(url.path(percentEncoded: false), &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// The paths of GGUF files below a folder, relative to it. Links to folders are followed to a
  /// limited depth, so a circle of them ends.
  func modelFiles(below folder: URL, depth: Int, _ result: inout Result) -> [String] {
    var paths: [String] = []
    for name in names(in: folder, &result) {
      let url = folder.appending(path: name)
      if name.lowercased().hasSuffix(".gguf"), !isFolder(url) {
        paths.append(name)
      } else if depth > 1, isFolder(url) {
        paths += modelFiles(below: url, depth: depth - 1, &result).map { name + "/" + $0 }
      }
    }
    return paths
  }

  /// The size of a file, and why it cannot be opened.
  static func check(_ url: URL) -> (bytes: Int64, fault: String?) {
    let path = url.path(percentEncoded: false)
    var status = stat()
    guard stat(path, &status) == 0 else {
      let code = errno
      if code == ELOOP { return (0, "its link leads in a circle") }
      if code == ENOENT,
        let target = try? FileManager.default.destinationOfSymbolicLink(atPath: path)
      {
        return (0, "its file is missing: the link leads to \(target)")
      }
      return (0, String(cString: strerror(code)))
    }
    guard status.st_mode & S_IFMT == S_IFREG else { return (0, "it is not a regular file") }
    guard access(path, R_OK) == 0 else {
      return (Int64(status.st_size), String(cString: strerror(errno)))
    }
    return (Int64(status.st_size), status.st_size == 0 ? "it is empty" : nil)
  }

  /// A model of one file, or of as many parts as its name says; nil for later parts, which belong
  /// to the first.
  static func model(
    _ source: FoundModel.Source, _ name: String, at url: URL
  ) -> FoundModel? {
    var model = FoundModel(source, name, path: url)
    guard let split = SplitName(url.lastPathComponent) else {
      (model.bytes, model.fault) = check(url)
      return model
    }
    guard split.number == 1 else { return nil }
    let folder = url.deletingLastPathComponent()
    for number in 1...split.count {
      let (bytes, fault) = check(folder.appending(path: split.name(of: number)))
      model.bytes += bytes
      if let fault, model.fault == nil {
        model.fault = "part \(number) of \(split.count): \(fault)"
      }
    }
    return model
  }
}
