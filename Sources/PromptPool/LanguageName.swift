import Languages

/// The names that editors, fences and data sets have for one language.
package enum LanguageName {
  /// One name per language: `sh` and `bash` are `shellscript`.
  ///
  /// - Returns: nil for prose and commit messages, as for nothing.
  package static func canonical(_ name: String?) -> String? {
    guard let name, !name.isEmpty else { return nil }
    if let language = LanguageTable.language(name) {
      return language.form == .code || language.form == .data ? language.id : nil
    }
    let lowered = name.lowercased()
    return prose.contains(lowered) ? nil : others[lowered] ?? lowered
  }

  /// Names that no editor sends, but data sets do.
  private static let others = ["py3": "python", "node": "javascript", "regexp": "regex"]
  private static let prose: Set<String> = ["plaintext", "text", "prompt", "prompty", "alpaca"]

  /// Languages in whose files the other's code is at home: TypeScript in a React file.
  private static let relatives: [Set<String>] = [
    ["javascript", "javascriptreact", "typescript", "typescriptreact"], ["c", "cpp"],
  ]

  /// Whether an exemplar of one language shows how to answer in the other.
  package static func fit(_ one: String?, _ other: String?) -> Bool {
    let (one, other) = (canonical(one), canonical(other))
    guard let one, let other else { return one == other }
    return one == other || relatives.contains { $0.contains(one) && $0.contains(other) }
  }
}
