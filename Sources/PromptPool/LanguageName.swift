/// The names that editors, fences and data sets have for one language.
package enum LanguageName {
  private static let aliases: [String: String] = [
    "bash": "shellscript", "ksh": "shellscript", "sh": "shellscript", "shell": "shellscript",
    "shell-script": "shellscript", "zsh": "shellscript", "fish": "shellscript",
    "cjs": "javascript", "js": "javascript", "mjs": "javascript", "node": "javascript",
    "jsx": "javascriptreact", "javascript.jsx": "javascriptreact",
    "ts": "typescript", "mts": "typescript", "cts": "typescript",
    "tsx": "typescriptreact", "typescript.tsx": "typescriptreact",
    "py": "python", "python3": "python", "pyi": "python", "rb": "ruby", "rs": "rust",
    "golang": "go", "kt": "kotlin", "hs": "haskell", "ex": "elixir", "exs": "elixir",
    "jl": "julia", "c++": "cpp", "cc": "cpp", "cxx": "cpp", "objc": "objective-c", "cs": "csharp",
    "c#": "csharp", "yml": "yaml", "md": "markdown", "gfm": "markdown", "pandoc": "markdown",
    "vimwiki": "markdown", "rmd": "markdown", "mdx": "markdown", "quarto": "markdown",
    "git-commit": "gitcommit", "commit": "gitcommit", "hgcommit": "gitcommit",
    "jjdescription": "gitcommit", "mysql": "sql", "plsql": "sql", "pgsql": "sql",
    "postgres": "sql", "postgresql": "sql", "psql": "sql", "sqlite": "sql", "sqlite3": "sql",
    "tsql": "sql", "regexp": "regex", "re": "regex", "tex": "latex", "rst": "restructuredtext",
    "text": "plaintext", "txt": "plaintext",
  ]

  /// Languages whose text is no program; exemplars and requests of them are prose.
  private static let prose: Set<String> = [
    "", "markdown", "plaintext", "gitcommit", "latex", "restructuredtext", "asciidoc", "org",
    "typst", "prompt", "prompty", "alpaca", "mail",
  ]

  /// One name per language: `sh` and `bash` are `shellscript`.
  ///
  /// - Returns: nil for prose, as for nothing.
  package static func canonical(_ name: String?) -> String? {
    guard let name else { return nil }
    let lowered = name.lowercased()
    let known = aliases[lowered] ?? lowered
    return prose.contains(known) ? nil : known
  }

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
