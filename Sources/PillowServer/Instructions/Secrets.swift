import PromptPool

/// What looks like a password or a key: it is neither completed nor put into a prompt.
package enum Secrets {
  /// Whether a file is one of those that hold secrets, by its path.
  package static func isSecretFile(_ path: String) -> Bool { SecretFiles.contains(path) }

  /// Whether a text holds one.
  package static func isSecret(_ text: some StringProtocol) -> Bool {
    SecretScanner.find(in: String(text)) != nil
  }

  /// A text without the lines that hold one.
  package static func removed(from text: String) -> String {
    SecretScanner.removingLines(from: text)
  }
}
