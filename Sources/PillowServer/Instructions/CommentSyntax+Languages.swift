extension CommentSyntax {
  /// The syntax of a language id, as editors send it (VS Code's ids, and Vim's where they differ).
  package static func of(_ languageID: String) -> CommentSyntax {
    languages[languageID.lowercased()] ?? unknown
  }

  /// The language ids that are known, for the documentation and the tests.
  package static var knownLanguages: [String] { languages.keys.sorted() }

  private static let languages: [String: CommentSyntax] = Dictionary(
    families.flatMap { family in family.ids.map { ($0, family.syntax) } },
    uniquingKeysWith: { first, _ in first })

  private static let families: [(syntax: CommentSyntax, ids: [String])] = [
    (
      .c,
      [
        "c", "cpp", "objective-c", "objective-cpp", "objc", "objcpp", "csharp", "cs", "java",
        "javascript", "javascriptreact", "typescript", "typescriptreact", "swift", "rust", "go",
        "kotlin", "scala", "dart", "groovy", "cuda", "cuda-cpp", "arduino", "glsl", "hlsl",
        "wgsl", "metal", "less", "scss", "jsonc", "json5", "proto", "proto3", "solidity", "v",
        "d", "haxe", "verilog", "systemverilog", "stylus", "thrift", "graphviz", "dot",
      ]
    ),
    (.cBlockOnly, ["css"]),
    (.cAndHash, ["php", "terraform", "hcl", "jsonnet"]),
    (CommentSyntax(line: ["#"], block: c.block), ["nix"]),
    (
      .hash,
      [
        "shellscript", "sh", "bash", "zsh", "fish", "perl", "raku", "r", "yaml", "toml",
        "dockerfile", "makefile", "make", "cmake", "elixir", "crystal", "tcl", "awk", "graphql",
        "gdscript", "meson", "ignore", "gitignore", "properties", "jproperties", "robotframework",
        "puppet", "nginx", "ssh_config", "conf", "config",
      ]
    ),
    (.python, ["python", "starlark", "bzl", "cython", "mojo", "snakemake"]),
    (CommentSyntax(line: ["#"], block: [Block("###", "###")]), ["coffeescript", "coffee"]),
    (CommentSyntax(line: ["#", "##"], block: [Block("#[", "]#")]), ["nim"]),
    (.ruby, ["ruby"]),
    (.julia, ["julia"]),
    (.powershell, ["powershell", "ps1"]),
    (.dash, ["sql", "mysql", "plsql", "postgres", "ada", "vhdl", "applescript"]),
    (.lua, ["lua", "luau", "teal"]),
    (.haskell, ["haskell", "elm", "purescript", "idris", "agda", "lean"]),
    (.percent, ["latex", "tex", "bibtex", "erlang", "prolog"]),
    (.matlab, ["matlab", "octave"]),
    (
      .semicolon,
      ["lisp", "commonlisp", "clojure", "scheme", "racket", "emacs-lisp", "elisp", "fennel"]
    ),
    (CommentSyntax(line: [";", ";;", "#", "//"], block: c.block), ["asm", "nasm", "gas", "llvm"]),
    (.markup, ["html", "xml", "xsl", "svg", "markdown", "mdx", "quarto", "handlebars"]),
    (.component, ["vue", "svelte", "astro"]),
    (.ml, ["ocaml", "coq", "sml", "standardml"]),
    (.fsharp, ["fsharp"]),
    (.pascal, ["pascal", "delphi"]),
    (.slash, ["zig"]),
    (.basic, ["vb", "vba", "vbscript", "basic"]),
    (.batch, ["bat", "dosbatch"]),
    (.fortran, ["fortran", "fortran-modern", "fortranfreeform"]),
    (.vim, ["vim", "viml"]),
    (.ini, ["ini", "dosini", "desktop", "systemd"]),
    (.restructured, ["restructuredtext", "rst"]),
  ]
}
