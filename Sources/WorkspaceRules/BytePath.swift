import Foundation

/// An absolute path on this machine, as the bytes that the file system has.
package struct BytePath: Sendable, Hashable, CustomStringConvertible {
  /// The names between the slashes.
  package var parts: [[UInt8]]

  package init(parts: [[UInt8]]) { self.parts = parts }

  package init(_ path: String) { self.init(bytes: Array(path.utf8)) }

  /// Dots are resolved by their names.
  package init(bytes: [UInt8]) {
    parts = []
    for part in bytes.split(separator: UInt8(ascii: "/")) where part != Self.dot[...] {
      if part == Self.dots[...] { _ = parts.popLast() } else { parts.append(Array(part)) }
    }
  }

  private static let dot: [UInt8] = [UInt8(ascii: ".")]
  private static let dots: [UInt8] = [UInt8(ascii: "."), UInt8(ascii: ".")]

  package var bytes: [UInt8] {
    parts.isEmpty ? [UInt8(ascii: "/")] : parts.flatMap { [UInt8(ascii: "/")] + $0 }
  }

  package var description: String { String(decoding: bytes, as: UTF8.self) }

  package var parent: BytePath { BytePath(parts: Array(parts.dropLast())) }

  package func appending(_ names: String...) -> BytePath {
    BytePath(parts: parts + names.map { Array($0.utf8) })
  }

  package func isWithin(_ folder: BytePath) -> Bool { parts.starts(with: folder.parts) }

  /// The folder that a file speaks of: for Git's own files of a further work tree that work tree,
  /// else the path itself.
  package var owner: BytePath {
    let names = [Array(".git".utf8), Array("worktrees".utf8)]
    guard let at = parts.indices.first(where: { parts[$0...].starts(with: names) }),
      at + 2 < parts.count,
      let link = BytePath(parts: parts[...(at + 2)] + [Array("gitdir".utf8)]).contents(
        atMost: 65536)
    else { return self }
    let line = link.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
    return line.first == UInt8(ascii: "/") ? BytePath(bytes: Array(line)).parent : self
  }

  // MARK: The file system

  package enum Kind { case missing, file, folder, link, other, hidden }

  /// What is there, links not followed; `hidden` when that may not be known.
  package var kind: Kind { Self.kind(bytes, lstat) }

  /// What is there, links followed.
  package var kindOfTarget: Kind { Self.kind(bytes, stat) }

  private static func kind(
    _ bytes: [UInt8], _ look: (UnsafePointer<CChar>, UnsafeMutablePointer<stat>) -> Int32
  ) -> Kind {
    var status = stat()
    let name = bytes.map { CChar(bitPattern: $0) } + [0]
    guard look(name, &status) == 0 else {
      return [ENOENT, ENOTDIR, ENAMETOOLONG].contains(errno) ? .missing : .hidden
    }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return .file
    case S_IFDIR: return .folder
    case S_IFLNK: return .link
    default: return .other
    }
  }

  /// - Returns: the bytes of the file; `nil` when it cannot be read.
  package func contents(atMost limit: Int = 16 << 20) -> [UInt8]? {
    let name = bytes.map { CChar(bitPattern: $0) } + [0]
    // Not blocking, so that a pipe that has the name of a file cannot stop the server.
    let descriptor = open(name, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var found: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = read(descriptor, &chunk, chunk.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0, found.count + count <= limit else { return nil }
      if count == 0 { return found }
      found += chunk[..<count]
    }
  }

  /// The path without symbolic links, also of a file that is not there yet.
  ///
  /// - Returns: `nil` when it cannot be told: links in a circle, folders that may not be searched.
  package var resolved: BytePath? {
    var done = BytePath(parts: [])
    var rest = Array(parts.reversed())
    var links = 0
    while let part = rest.popLast() {
      if part == Self.dot { continue }
      if part == Self.dots {
        _ = done.parts.popLast()
        continue
      }
      let next = BytePath(parts: done.parts + [part])
      switch next.kind {
      case .missing:
        return BytePath(bytes: next.bytes + rest.reversed().flatMap { [UInt8(ascii: "/")] + $0 })
      case .hidden: return nil
      case .link:
        links += 1
        guard links <= 40, let target = next.target else { return nil }
        if target.first == UInt8(ascii: "/") { done = BytePath(parts: []) }
        rest += target.split(separator: UInt8(ascii: "/")).map(Array.init).reversed()
      case .file, .folder, .other: done = next
      }
    }
    return done
  }

  private var target: [UInt8]? {
    let name = bytes.map { CChar(bitPattern: $0) } + [0]
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = readlink(name, &buffer, buffer.count)
    guard count > 0, count < buffer.count else { return nil }
    return buffer[..<count].map { UInt8(bitPattern: $0) }
  }
}
