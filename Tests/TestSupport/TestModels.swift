public import Foundation

/// Where tests find the models that `Scripts/test` fetches before it runs them.
public enum TestModels {
  /// `$XDG_DATA_HOME/pillow-lsp/models`, or the same below `~/.local/share`.
  public static var folder: URL {
    let environment = ProcessInfo.processInfo.environment
    let data = environment["XDG_DATA_HOME"].flatMap { $0.isEmpty ? nil : URL(fileURLWithPath: $0) }
    let home = FileManager.default.homeDirectoryForCurrentUser.appending(path: ".local/share")
    return (data ?? home).appending(path: "pillow-lsp/models")
  }

  /// SmolLM2-135M-Instruct, Q4_1, GGUF.
  public static var smolLM2: URL {
    folder.appending(path: "smollm2-135m-instruct/SmolLM2-135M-Instruct.Q4_1.gguf")
  }

  /// The folder of all-MiniLM-L6-v2: `model.safetensors`, `tokenizer.json`, `config.json`.
  public static var miniLM: URL { folder.appending(path: "minilm-l6-v2") }

  /// Gemma 3 270M, Q4_K_M; optional, since its licence must be accepted first.
  public static var gemma3: URL {
    folder.appending(path: "gemma-3-270m/gemma-3-270m-q4_k_m.gguf")
  }

  public static func exists(_ url: URL) -> Bool {
    FileManager.default.fileExists(atPath: url.path)
  }
}

/// Folders of the checkout that tests read.
public enum TestPaths {
  /// The package's root.
  public static let package = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// Instruction sets for experiments; not part of the product, so it may be missing.
  public static var experimentData: URL? {
    let url = package.deletingLastPathComponent().appending(path: "shared/data")
    return FileManager.default.fileExists(atPath: url.path) ? url : nil
  }
}
