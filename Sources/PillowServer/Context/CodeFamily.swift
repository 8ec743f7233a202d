import PromptPool

/// How a language tells where a piece of code ends.
package enum CodeFamily: Sendable, Hashable {
  /// By indentation: Python, YAML.
  case indentation
  /// By braces: C, JavaScript, Rust, Swift.
  case braces
  /// By `end`: Ruby, Lua.
  case endWords
  /// By a semicolon: SQL.
  case semicolon
  /// By lines, with braces around functions: shell scripts.
  case shell
  /// Nothing is known of it.
  case plain

  /// - Parameter language: as editors name it; aliases count.
  package init(language: String?) {
    switch LanguageName.canonical(language) {
    case "python", "nim", "yaml", "coffeescript", "gdscript": self = .indentation
    case "ruby", "lua", "elixir", "julia", "crystal": self = .endWords
    case "sql": self = .semicolon
    case "shellscript": self = .shell
    case "c", "cpp", "csharp", "css", "dart", "go", "java", "javascript", "javascriptreact",
      "kotlin", "objective-c", "php", "rust", "scala", "scss", "swift", "typescript",
      "typescriptreact", "zig":
      self = .braces
    default: self = .plain
    }
  }
}
