extension LanguageTable {
  static let code: [Language] =
    cFamily + hashFamily + otherCode
    + each(["cuda", "opencl", "arduino", "hlsl", "wgsl", "metal"], .c)
    + each(["shaderlab", "thrift", "capnp", "move", "cairo", "scss", "sass", "stylus"], .c)
    + each(["jai"], .nestedC) + each(["nextflow"], .c) + each(["hack"], .cAndHash)
    + each(["cython", "mojo", "snakemake", "xonsh"], .python)
    + each(["elvish", "gn", "sed", "jq", "maple", "gnuplot"], .hash)
    + each(["eiffel"], .dash) + each(["postscript"], .percent) + each(["pug"], .pug)
    + each(["just", "ninja", "puppet", "nginx", "apache", "cucumber"], .hash)
    + each(["ssh_config", "tmux", "gitconfig", "gitignore", "gitattributes", "crontab"], .hash)
    + each(["fstab", "dotenv", "requirements", "spec"], .hash) + each(["idris", "agda"], .haskell)
    + each(["cabal", "dhall"], .haskell)
    + each(["fennel", "edn", "janet"], .semicolon) + each(["hy", "emacs-lisp"], .lisp)
    + each(["racket", "llvm"], .semicolon)
    + each(["isabelle", "sml", "mathematica", "modula2"], .ml)
    + each(["systemd", "desktop", "editorconfig"], .ini) + each(["sas"], stata)

  /// Languages that have no other names.
  static func each(
    _ ids: [String], _ comments: CommentSyntax, form: Language.Form = .code
  ) -> [Language] {
    ids.map { Language($0, aliases[$0] ?? [], comments, form: form, files: files[$0] ?? []) }
  }

  private static let aliases: [String: [String]] = [
    "cuda": ["cuda-cpp"], "pug": ["jade"], "elvish": ["elv"], "cucumber": ["gherkin", "feature"],
    "ssh_config": ["sshconfig", "ssh-client-config"], "gitconfig": ["git-config"],
    "gitignore": ["ignore", "git-ignore"], "gitattributes": ["git-attributes"],
    "requirements": ["pip-requirements"], "idris": ["idris2"], "agda": ["agda2"],
    "emacs-lisp": ["elisp", "lisp-interaction"], "sml": ["standardml"],
    "mathematica": ["wolfram"],
  ]
  private static let files: [String: [String]] = [
    "cuda": ["cu", "cuh"], "gnuplot": ["gp", "plt"], "postscript": ["ps", "eps"], "pug": ["pug"],
    "arduino": ["ino"], "hlsl": ["hlsl"], "scss": ["scss"],
    "sass": ["sass"], "stylus": ["styl"], "cython": ["pyx"], "snakemake": ["smk"],
    "mojo": ["mojo"], "just": ["just"], "cucumber": ["feature"], "jq": ["jq"],
    "thrift": ["thrift"], "idris": ["idr"], "agda": ["agda"], "cabal": ["cabal"],
    "emacs-lisp": ["el"], "fennel": ["fnl"], "edn": ["edn"], "racket": ["rkt"], "llvm": ["ll"],
    "sml": ["sml"], "mathematica": ["wl"], "systemd": ["service"], "desktop": ["desktop"],
    "sas": ["sas"], "ninja": ["ninja"], "gn": ["gn"], "dhall": ["dhall"],
  ]
  private static let stata = CommentSyntax(line: ["*", "//"], block: [CommentSyntax.cBlock])

  private static let cFamily: [Language] = [
    Language("c", ["c-or-c++"], .c, files: ["c", "h"]),
    Language(
      "cpp", ["c++", "cxx", "hpp"], .c,
      files: ["cc", "cpp", "cxx", "hh", "hpp", "hxx"]),
    Language("objective-c", ["objc", "objectivec"], .c, files: ["m"]),
    Language("objective-cpp", ["objcpp", "objective-c++"], .c, files: ["mm"]),
    Language("csharp", ["cs", "c#", "c-sharp"], .c, files: ["cs"]),
    Language("java", [], .c, files: ["java"]),
    Language(
      "javascript", ["js", "js2", "mjs", "cjs", "node", "espresso", "rjsx"], .c,
      files: ["js", "mjs", "cjs"]),
    Language("javascriptreact", ["jsx", "js-jsx"], .jsx, files: ["jsx"]),
    Language("typescript", ["ts", "mts", "cts"], .c, files: ["ts", "mts", "cts"]),
    Language("typescriptreact", ["tsx", "typescript-tsx"], .jsx, files: ["tsx"]),
    Language("swift", [], .nestedC, files: ["swift"]),
    Language("rust", ["rs", "rustic"], .nestedC, files: ["rs"]),
    Language("go", ["golang"], .c, files: ["go"]),
    Language("kotlin", ["kt", "kts"], .nestedC, files: ["kt", "kts"]),
    Language("scala", ["sc", "sbt"], .nestedC, files: ["scala", "sc", "sbt"]),
    Language("dart", [], .nestedC, files: ["dart"]),
    Language("groovy", ["gradle", "jenkinsfile"], .c, files: ["groovy", "gradle"]),
    Language("d", ["dlang"], .d, files: ["d"]),
    Language("v", ["vlang"], .nestedC, files: ["vv"]),
    Language("odin", [], .nestedC, files: ["odin"]),
    Language("haxe", ["hx"], .c, files: ["hx"]),
    Language("glsl", [], .c, files: ["glsl", "frag", "vert"]),
    Language("verilog", ["systemverilog", "verilog-mode"], .c, files: ["v", "sv", "svh"]),
    Language("proto", ["proto3", "protobuf"], .c, files: ["proto"]),
    Language("solidity", [], .c, files: ["sol"]),
    Language("zig", ["zir"], .slash, files: ["zig"]),
    Language("gleam", [], .slash, files: ["gleam"]),
    Language("php", [], .cAndHash, files: ["php"]),
    Language("terraform", ["hcl", "tf", "opentofu", "terraform-vars"], .cAndHash, files: ["tf"]),
    Language("jsonnet", ["libsonnet"], .cAndHash, files: ["jsonnet", "libsonnet"]),
    Language("less", [], .c, files: ["less"]),
    Language("css", ["postcss", "tailwindcss"], .cBlockOnly, files: ["css"]),
    Language("graphviz", ["dot"], .c, files: ["dot", "gv"]),
    Language("jsonc", ["json5", "hjson", "json-with-comments"], .c, files: ["jsonc", "json5"]),
  ]

  private static let hashFamily: [Language] = [
    Language(
      "python",
      ["py", "python2", "python3", "ipython", "sage", "pyi"],
      .python, files: ["py", "pyi", "pyw"]),
    Language("starlark", ["bzl", "bazel", "bazel-build"], .python, files: ["bzl", "star"]),
    Language(
      "shellscript",
      ["sh", "bash", "zsh", "ksh", "csh", "tcsh", "shell", "shell-script", "dash", "ebuild"],
      .hash, files: ["sh", "bash", "zsh", "ksh"]),
    Language("fish", [], .hash, files: ["fish"]),
    Language("nushell", ["nu"], .hash, files: ["nu"]),
    Language("ruby", ["rb", "enh-ruby", "rspec"], .ruby, files: ["rb", "rake", "gemspec"]),
    Language("crystal", ["cr"], .hash, files: ["cr"]),
    Language("elixir", ["ex", "exs"], .elixir, files: ["ex", "exs"]),
    Language("julia", ["jl"], .julia, files: ["jl"]),
    Language("nim", ["nims", "nimble"], .nim, files: ["nim"]),
    Language("nix", [], .nix, files: ["nix"]),
    Language("perl", ["cperl", "pl"], .perl, files: ["pl", "pm"]),
    Language("raku", ["perl6"], .hash, files: ["raku", "rakumod"]),
    Language("r", ["ess-r", "rscript", "splus"], .r, files: ["r"]),
    Language("coffeescript", ["coffee"], .coffee, files: ["coffee"]),
    Language("powershell", ["ps1", "pwsh"], .powershell, files: ["ps1", "psm1"]),
    Language(
      "yaml", ["yml", "dockercompose", "github-actions-workflow"], .hash, files: ["yaml", "yml"]),
    Language("toml", ["cargo-toml"], .hash, files: ["toml"]),
    Language("dockerfile", ["docker", "containerfile"], .hash, files: ["dockerfile"]),
    Language(
      "makefile", ["make", "makefile-gmake", "makefile-bsdmake", "makefile-automake"],
      .hash, files: ["mk", "mak"]),
    Language("cmake", [], .cmake, files: ["cmake"]),
    Language("meson", [], .hash),
    Language("tcl", ["expect", "sdc"], .hash, files: ["tcl"]),
    Language("awk", ["gawk"], .hash, files: ["awk"]),
    Language("graphql", ["gql"], .graphql, files: ["graphql", "gql"]),
    Language("gdscript", ["gd", "godot"], .hash, files: ["gd"]),
    Language(
      "robotframework", ["robot"], .hash,
      files: ["robot"]),
    Language(
      "properties",
      [
        "jproperties", "java-properties", "conf", "config", "conf-unix", "conf-space",
        "conf-colon", "conf-javaprop",
      ], CommentSyntax(line: ["#", "!"]), files: ["properties", "conf", "cfg"]),
  ]

  private static let otherCode: [Language] = [
    Language(
      "sql",
      ["mysql", "plsql", "pgsql", "postgres", "postgresql", "sqlite", "tsql"],
      .sql, files: ["sql", "psql"]),
    Language("ada", ["gnat"], .adaLike, files: ["adb", "ads"]),
    Language("vhdl", [], .dash, files: ["vhd", "vhdl"]),
    Language(
      "applescript", [], CommentSyntax(line: ["--", "#"], block: CommentSyntax.ml.block),
      files: ["applescript"]),
    Language("lua", ["luau", "teal", "moonscript"], .lua, files: ["lua", "luau"]),
    Language(
      "haskell", ["hs", "haskell-literate", "lhaskell"], .haskell, files: ["hs"]),
    Language("elm", [], .haskell, files: ["elm"]),
    Language(
      "purescript", [], .haskell, files: ["purs"]),
    Language("lean", ["lean4"], .lean, files: ["lean"]),
    Language("erlang", ["erl"], .percent, files: ["erl", "hrl"]),
    Language("prolog", ["swi-prolog", "logtalk", "mercury"], .prolog, files: ["pro"]),
    Language("bibtex", ["bib"], .percent, files: ["bib"]),
    Language("matlab", ["octave", "scilab"], .matlab, files: []),
    Language(
      "lisp", ["commonlisp", "common-lisp"], .lisp, files: ["lisp", "cl"]),
    Language(
      "clojure", ["clojurescript", "clojurec"], .lisp,
      files: ["clj", "cljs", "cljc"]),
    Language("scheme", ["guile", "chez"], .semicolon, files: ["scm", "ss"]),
    Language(
      "asm", ["nasm", "gas", "masm", "s"], .assembler, files: ["asm", "s"]),
    Language(
      "ocaml", ["tuareg", "caml", "ocaml.interface"], .ml,
      files: ["ml", "mli"]),
    Language(
      "coq", ["rocq"], .ml),
    Language("rescript", [], .nestedC, files: ["res"]),
    Language("fsharp", ["fs", "f#"], .fsharp, files: ["fs", "fsx"]),
    Language("pascal", ["delphi", "objectpascal", "opascal"], .pascal, files: ["pas", "dpr"]),
    Language(
      "vb", ["vba", "vbscript", "vbnet", "visual-basic", "basic", "freebasic"], .basic,
      files: ["vb", "bas", "vbs"]),
    Language("bat", ["dosbatch", "batch", "cmd"], .batch, files: ["bat", "cmd"]),
    Language(
      "fortran", ["fortran-modern", "fortranfreeform", "f90", "fortran_free-form"], .fortran,
      files: ["f90", "f95", "f03", "f08"]),
    Language(
      "fortran-fixed", ["fortranfixed", "fortranfixedform", "fortran_fixed-form", "fortran77"],
      .fixedFortran,
      files: ["f", "f77", "for"]),
    Language("cobol", [], .cobol, files: ["cob", "cbl"]),
    Language("vim", ["viml", "vimrc"], .vim, files: ["vim"]),
    Language(
      "ini", ["dosini", "conf-windows"], .ini,
      files: ["ini"]),
    Language(
      "ahk", ["autohotkey", "autoit"], CommentSyntax(line: [";"], block: [CommentSyntax.cBlock]),
      files: ["ahk"]),
    Language("apl", ["bqn"], CommentSyntax(line: ["⍝", "#"]), files: ["apl"]),
    Language(
      "forth", [], CommentSyntax(line: ["\\"], block: [CommentSyntax.Block(["( "], ")")]),
      files: ["fth"]),
    Language(
      "smalltalk", [], CommentSyntax(block: [CommentSyntax.Block(["\""], "\"")]), files: ["st"]),
    Language(
      "stata", [], stata,
      files: ["do"]),
  ]
}
