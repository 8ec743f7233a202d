import Foundation
import Languages

/// Universal Ctags, which knows what files of over a hundred languages declare. Reads no options of
/// the project.
struct Ctags: Sendable {
  private let program: Program

  /// - Returns: nil where it is not installed, or is another program of the name.
  init?(environment: [String: String]) {
    guard let program = Program(named: "ctags", environment: environment) else { return nil }
    var version: [UInt8] = []
    let folder = URL(filePath: "/")
    let ending = try? program.run(["--options=NONE", "--version"], in: folder) { piece in
      version += piece
      return version.count < 1 << 16
    }
    guard ending?.status == 0,
      String(decoding: version, as: UTF8.self).contains("Universal Ctags"),
      (try? program.run(["--options=NONE", "--output-format=json", "--list-kinds=C"], in: folder) {
        _ in true
      })?.status == 0
    else { return nil }
    self.program = program
  }

  private struct Tag: Decodable {
    var name: String
    var path: String
    var language: String?
    var line: Int
    var kind: String
    var scope: String?
    var scopeKind: String?
    var end: Int?
  }

  private static let functions: Set<String> = [
    "function", "method", "func", "subroutine", "procedure", "singletonMethod", "member",
    "constructor", "generator", "getter", "setter", "fn",
  ]
  private static let types: Set<String> = [
    "class", "struct", "enum", "interface", "trait", "protocol", "union", "record", "type",
    "implementation", "object",
  ]

  /// What files declare, by their paths; a file is missing where nothing is known of it.
  ///
  /// - Parameter paths: relative to the folder.
  func declarations(
    of paths: [String], in folder: URL
  ) throws(MiningError) -> [String: [(declaration: Declaration, hasEnd: Bool)]] {
    var found: [String: [(declaration: Declaration, hasEnd: Bool)]] = [:]
    let decoder = JSONDecoder()
    var cutter = StreamCutter(at: UInt8(ascii: "\n"), longest: 1 << 16)
    // A name with a line end cannot be in the list.
    let list = paths.filter { !$0.contains("\n") }.joined(separator: "\n") + "\n"
    let arguments = [
      "--options=NONE", "--output-format=json", "--fields=neKSlZ", "--sort=no", "--extras=-F",
      "--links=no", "--map-CUDA=+.cu", "-L", "-", "-f", "-",
    ]
    _ = try program.run(arguments, in: folder, input: Array(list.utf8)) { piece in
      cutter.take(piece) { line in
        guard let tag = try? decoder.decode(Tag.self, from: Data(line)) else { return }
        guard let declaration = Self.declaration(tag) else { return }
        found[tag.path, default: []].append((declaration, tag.end != nil))
      }
      return true
    }
    return found
  }

  private static func declaration(_ tag: Tag) -> Declaration? {
    let kind: Declaration.Kind
    if types.contains(tag.kind) {
      kind = .type
    } else if functions.contains(tag.kind), tag.kind != "member" || tag.language == "Python" {
      kind =
        tag.scope == nil || tag.kind == "function" && tag.scopeKind == "function"
        ? .function : .method
    } else {
      return nil
    }
    guard !tag.name.hasPrefix("__anon"), tag.line > 0 else { return nil }
    // What is declared within a function is part of it.
    if let scope = tag.scopeKind, functions.contains(scope) { return nil }
    return Declaration(
      name: tag.name, kind: kind, scope: tag.scope ?? "", line: tag.line - 1,
      end: (tag.end ?? tag.line) - 1)
  }
}
