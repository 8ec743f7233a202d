/// The languages that are known, by the ids that editors send and by the names of files.
public enum LanguageTable {
  /// All of them, each once.
  public static let all: [Language] = code + markupAndData + prose

  /// The language of an id, in whatever spelling an editor has for it: `shellscript`, `sh`,
  /// `bash-ts-mode`, `yaml.ansible`. `nil` for an id that is not known.
  public static func language(_ id: String) -> Language? {
    var id = id.lowercased()
    if let found = byID[id] { return found }
    for suffix in ["-mode", "-ts"] where id.hasSuffix(suffix) { id.removeLast(suffix.count) }
    if let found = byID[id] { return found }
    // Vim joins file types with dots, and the first is what the document mostly is.
    for part in id.split(separator: ".") {
      if let found = byID[String(part)] { return found }
    }
    return byID[id.replacing("_", with: "-")]
  }

  /// The language of a file by its name's end; `nil` where that says nothing.
  public static func language(ofFile name: String) -> Language? {
    let name = name.lowercased()
    if let found = byFileName[name] { return found }
    var rest = Substring(name)
    while let dot = rest.firstIndex(of: ".") {
      rest = rest[rest.index(after: dot)...]
      if let found = byExtension[String(rest)] { return found }
    }
    return nil
  }

  /// One spelling for all ids of a language; an id that is not known is only lowercased.
  public static func normalized(_ id: String) -> String { language(id)?.id ?? id.lowercased() }

  private static let byID: [String: Language] = keyed { [$0.id] + $0.aliases }
  private static let byExtension: [String: Language] = keyed(\.extensions)
  private static let byFileName: [String: Language] = [
    "commit_editmsg": "git-commit", "merge_msg": "git-commit", "squash_msg": "git-commit",
    "tag_editmsg": "git-commit", "notes_editmsg": "git-commit", "edit_description": "git-commit",
    "pullreq_editmsg": "git-commit", "git-rebase-todo": "git-rebase", "makefile": "makefile",
    "gnumakefile": "makefile", "dockerfile": "dockerfile", "containerfile": "dockerfile",
    "rakefile": "ruby", "gemfile": "ruby", "jenkinsfile": "groovy", "cmakelists.txt": "cmake",
    "build.bazel": "starlark", "vagrantfile": "ruby", "justfile": "just",
  ].compactMapValues { byID[$0] }

  private static func keyed(_ keys: (Language) -> [String]) -> [String: Language] {
    Dictionary(
      all.flatMap { language in keys(language).map { ($0, language) } },
      uniquingKeysWith: { first, _ in first })
  }
}
