public import Foundation

/// Where the pools are that come with the program.
public enum StarterPools {
  /// `$PILLOW_LSP_POOLS`, `../share/pillow-lsp/Pools` beside the program's folder, or `Pools` of
  /// the checkout that the program was built in; `nil` if none is there.
  public static func folder(
    environment: [String: String] = ProcessInfo.processInfo.environment,
    executable: URL? = Bundle.main.executableURL
  ) -> URL? {
    ShippedFolder.find(
      "Pools", variable: "PILLOW_LSP_POOLS", environment: environment, executable: executable)
  }

  /// The file of a starter pool; `nil` if there is none of that name.
  public static func file(_ name: String, in folder: URL?) -> URL? {
    guard let folder, !name.isEmpty, !name.contains("/"), !name.hasPrefix(".") else { return nil }
    let file = folder.appending(path: name + ".jsonl")
    return FileManager.default.fileExists(atPath: file.path(percentEncoded: false)) ? file : nil
  }

  /// The names of the starter pools.
  public static func names(in folder: URL?) -> [String] {
    guard let folder else { return [] }
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return files.filter { $0.hasSuffix(".jsonl") && !$0.hasPrefix(".") }
      .map { String($0.dropLast(".jsonl".count)) }.sorted()
  }

  /// The sentence for a name that no starter pool has.
  public static func unknown(_ name: String, in folder: URL?) -> String {
    let names = names(in: folder)
    return "There is no starter pool named \(name)"
      + (names.isEmpty ? "." : ": choose from \(names.joined(separator: ", ")).")
  }
}
