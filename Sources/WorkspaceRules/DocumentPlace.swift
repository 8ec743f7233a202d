import Foundation

/// Where a document is, read off its URI.
package enum DocumentPlace: Sendable, Equatable {
  /// A file on this machine, or what is shown of one: a cell, an earlier version. Every path has to
  /// be allowed.
  case file([BytePath])
  /// A file on another machine, whose ignore files cannot be read here.
  case remote(BytePath, scheme: String, authority: String)
  /// A document that has not been saved.
  case unnamed(String)
  /// A scheme that does not say which file is shown.
  case unknown(String)

  package init(_ uri: String) {
    guard let parts = URIParts(uri), !parts.path.contains(0) else {
      self = .unknown(uri.prefix { $0 != ":" && $0 != "/" }.lowercased())
      return
    }
    self = Self.place(parts)
  }

  private static func place(_ parts: URIParts) -> DocumentPlace {
    let isAbsolute = parts.path.first == UInt8(ascii: "/")
    let path = BytePath(bytes: parts.path)
    let isLocal = parts.authority.isEmpty || parts.authority.lowercased() == "localhost"
    switch parts.scheme {
    case "file", "", "vscode-notebook-cell", "vscode-interactive-input", "vscode-interactive",
      "vscode-notebook-cell-output", "vscode-notebook-cell-metadata", "vscode-notebook":
      guard isAbsolute else { return parts.path.isEmpty ? .unnamed("") : .unknown(parts.scheme) }
      guard isLocal else { return .remote(path, scheme: parts.scheme, authority: parts.authority) }
      return path.parts.isEmpty ? .unnamed("") : .file([path])
    case "untitled", "inmemory", "buffer":
      // `untitled:/folder/new.md` is to be saved there.
      guard parts.scheme == "untitled", isAbsolute, path.parts.count > 1 else {
        return .unnamed(String(decoding: parts.path, as: UTF8.self))
      }
      return .file([path])
    case "vscode-remote", "vscode-vfs", "ssh", "sftp":
      guard isAbsolute else { return .unknown(parts.scheme) }
      return .remote(path, scheme: parts.scheme, authority: parts.authority)
    case "git":
      guard isAbsolute, isLocal else { return .unknown(parts.scheme) }
      return .file([path] + (queryPath(parts.query).map { [$0] } ?? []))
    case "fugitive", "gitsigns", "diffview":
      return objectPath(parts.path).map { .file([$0]) } ?? .unknown(parts.scheme)
    default: return .unknown(parts.scheme)
    }
  }

  /// VS Code's `git:` has the path once more in its query.
  private static func queryPath(_ query: [UInt8]) -> BytePath? {
    struct Query: Decodable { var path: String }
    guard let query = try? JSONDecoder().decode(Query.self, from: Data(query)) else { return nil }
    return query.path.hasPrefix("/") ? BytePath(query.path) : nil
  }

  /// `/repository/.git//0/folder/file`, `/repository/.git/:0:/folder/file`
  private static func objectPath(_ path: [UInt8]) -> BytePath? {
    let parts = BytePath(bytes: path).parts
    guard let git = parts.firstIndex(of: Array(".git".utf8)), git + 1 < parts.count else {
      return nil
    }
    var rest = Array(parts[(git + 1)...])
    let colon = UInt8(ascii: ":")
    // Their objects lie in folders of their own, and say nothing of where the work tree is.
    if ["worktrees", "modules"].contains(where: { rest[0] == Array($0.utf8) }) { return nil }
    if let mark = rest[0].firstIndex(of: colon), mark > 0 {
      // `HEAD:folder/file`
      let name = Array(rest[0][(mark + 1)...])
      rest = (name.isEmpty ? [] : [name]) + rest.dropFirst()
    } else if rest[0].first == colon, let second = rest[0].dropFirst().firstIndex(of: colon) {
      let name = Array(rest[0][(second + 1)...])
      rest = (name.isEmpty ? [] : [name]) + rest.dropFirst()
    } else {
      rest.removeFirst()
    }
    return rest.isEmpty ? nil : BytePath(parts: parts[..<git] + rest)
  }

  /// The last part of the path, or of what a client calls a document without one.
  package var name: String {
    if case .unnamed(let name) = self { return name }
    return path?.parts.last.map { String(decoding: $0, as: UTF8.self) } ?? ""
  }

  /// The path, of whichever machine.
  package var path: BytePath? {
    switch self {
    case .file(let paths): paths.first
    case .remote(let path, _, _): path
    case .unnamed, .unknown: nil
    }
  }
}

/// The parts of a URI, with the percent signs of its path resolved.
struct URIParts {
  var scheme: String
  var authority = ""
  var path: [UInt8]
  var query: [UInt8] = []

  init?(_ uri: String) {
    var rest = Array(uri.utf8)[...]
    let name = rest.prefix {
      (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
        || "+-.".utf8.contains($0)
    }
    if rest.dropFirst(name.count).first == UInt8(ascii: ":"), name.count > 1 {
      scheme = String(decoding: name, as: UTF8.self).lowercased()
      rest = rest.dropFirst(name.count + 1)
    } else {
      // Some clients send a path.
      guard rest.first == UInt8(ascii: "/") else { return nil }
      (scheme, path) = ("", Array(rest))
      return
    }
    if rest.starts(with: "//".utf8) {
      let host = rest.dropFirst(2).prefix { !"/?#".utf8.contains($0) }
      authority = String(decoding: Self.decoded(host), as: UTF8.self)
      rest = rest.dropFirst(2 + host.count)
    }
    let encoded = rest.prefix { !"?#".utf8.contains($0) }
    path = Self.decoded(encoded)
    rest = rest.dropFirst(encoded.count)
    if rest.first == UInt8(ascii: "?") {
      query = Self.decoded(rest.dropFirst().prefix { $0 != UInt8(ascii: "#") })
    }
  }

  private static func decoded(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    var rest = bytes
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%"), rest.count >= 2,
        let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
      {
        result.append(value)
        rest = rest.dropFirst(2)
      } else {
        result.append(byte)
      }
    }
    return result
  }
}
