extension LanguageTable {
  static let markupAndData: [Language] =
    [
      Language(
        "html", ["mhtml", "xhtml", "htm", "html-ts", "web", "angular"], .markup,
        files: ["html", "htm"]),
      Language(
        "xml", ["xsl", "xslt", "xsd", "svg", "nxml", "plist", "ant", "dtd", "xaml", "msbuild"],
        .markup,
        files: ["xml", "xsd", "svg", "xaml", "plist"]),
      Language(
        "handlebars", ["mustache", "html.handlebars", "ember"], .handlebars, files: ["hbs"]),
      Language(
        "jinja",
        [
          "jinja2", "jinja-html", "django-html", "htmldjango", "twig", "nunjucks", "liquid", "tera",
        ],
        .jinja, files: ["j2", "jinja", "twig"]),
      Language("blade", ["laravel-blade"], .blade, files: ["blade.php"]),
      Language(
        "erb", ["eruby", "html.erb", "ejs", "jsp", "heex", "eex", "html-eex", "phoenix-heex"],
        .embedded, files: ["erb", "ejs", "heex"]),
      Language("razor", ["cshtml", "aspnetcorerazor"], .razor, files: ["cshtml", "razor"]),
      Language(
        "vue", ["vue-html", "marko"], .component,
        files: ["vue", "svelte", "astro"]),
      Language(
        "git-rebase", ["gitrebase", "git-rebase-todo", "rebase", "jjrebase"], .none, form: .data),
      Language("json", [], .none, form: .data, files: ["json", "geojson"]),
      Language("jsonl", ["ndjson", "jsonlines"], .none, form: .data, files: ["jsonl", "ndjson"]),
      Language("csv", ["rfc-csv", "csv-semicolon"], .none, form: .data, files: ["csv"]),
      Language("tsv", [], .none, form: .data, files: ["tsv"]),
      Language("diff", ["patch"], .none, form: .data, files: ["diff", "patch"]),
      Language("log", ["git-log", "output"], .none, form: .data, files: ["log"]),
    ]
    + each(
      ["search-result", "binary", "hex", "help", "checkhealth", "qf", "netrw"], .none, form: .data)
    + each(["dired", "minibuffer", "comint", "terminal", "scminput"], .none, form: .data)
    + each(["svelte", "astro"], .component)

  static let prose: [Language] = [
    Language("typst", ["typ"], .slash, form: .prose, files: ["typ"]),
    Language(
      "markdown",
      [
        "md", "gfm", "ghmd", "markdown-gfm", "rmd", "rmarkdown", "r-markdown", "quarto", "qmd",
        "poly-markdown",
        "poly-quarto", "pandoc", "vimwiki", "telekasten", "mdc", "mkd", "mkdown", "mmd", "djot",
        "obsidian",
        "litcoffee", "skill", "instructions", "chatagent", "chatmode", "markdown-inline", "octo",
        "codecompanion",
        "avanteinput", "copilot-chat", "jekyll", "hugo", "marp", "ipythongfm",
      ], .markup, form: .prose, files: ["md", "markdown", "mkd", "rmd", "qmd", "wiki", "mdc"]),
    Language(
      "mdx", [],
      CommentSyntax(block: [CommentSyntax.markupBlock, CommentSyntax.Block(["{/*"], "*/}")]),
      form: .prose, files: ["mdx"]),
    Language(
      "plaintext",
      [
        "", "text", "txt", "plain-text", "fundamental", "mail", "eml", "message", "alpaca",
        "plain", "scratch", "note", "notes", "raw", "inmemory",
      ],
      .none, form: .prose, files: ["txt", "text"]),
    Language("prompt", ["prompty"], .none, form: .prose, files: ["prompt", "prompty"]),
    Language(
      "asciidoc", ["adoc", "asciidoctor"], CommentSyntax(line: ["//"]), form: .prose,
      files: ["adoc", "asciidoc"]),
    Language(
      "org", ["norg", "neorg", "org-roam"], CommentSyntax(line: ["# "]), form: .prose,
      files: ["org", "norg"]),
    Language(
      "latex", ["tex", "plain-tex", "plaintex", "context", "sweave", "rnoweb", "rnw", "doctex"],
      .percent, form: .prose, files: ["tex", "ltx", "sty", "rnw"]),
    Language("restructuredtext", ["rst", "rest"], .restructured, form: .prose, files: ["rst"]),
    Language(
      "wikitext", ["mediawiki", "dokuwiki", "creole", "textile", "moin", "tiddlywiki", "zim"],
      .markup, form: .prose, files: ["mediawiki", "textile"]),
    Language(
      "git-commit",
      [
        "gitcommit", "commit", "git-commit-ts", "hgcommit", "hg-commit", "jjdescription",
        "jj-commit", "jj-description",
        "neogitcommitmessage", "svn", "cvs", "gitmessage", "darcs", "fossil-commit", "vcs-commit",
      ],
      .none, form: .commitMessage, files: ["jjdescription", "commit.hg.txt"]),
  ]
}
