import PillowServer
import Testing

/// Programs within pages, whose comments are their own language's.
@Suite struct EmbeddedCodeTests {
  @Test(arguments: [
    ("<script>\n  // Add two numbers.\n  |\n</script>\n", "html", "javascript"),
    ("<script>\n  // Add two numbers.|\n", "html", "javascript"),
    (
      "<script>\nf()</script>\n<script type=\"module\">\n// Add two numbers.\n|", "html",
      "javascript"
    ),
    (
      "<script\n  src=\"a.js\"\n  defer>\n/* Add two numbers. */\n|\n</script>", "html",
      "javascript"
    ),
    ("<script>\nf(\"<script src='x'>\")\n// Add two numbers.\n|\n</script>", "html", "javascript"),
    ("<script lang=\"ts\" setup>\n// Add two numbers.\n|\n</script>\n", "vue", "typescript"),
    ("<script context='module'>\n// Add two numbers.\n|\n</script>\n", "svelte", "javascript"),
    ("<style>\n  /* Add two numbers. */\n  |\n</style>\n", "html", "css"),
    ("<style lang=\"scss\" scoped>\n// Add two numbers.\n|\n</style>\n", "vue", "scss"),
    (
      "<script>\nf()\n</script>\n<!-- Add two numbers. -->\n|\n<script>\n</script>\n", "html",
      "html"
    ),
    (
      "<script type=\"text/x-template\">\n<!-- Add two numbers. -->\n|\n</script>\n", "html", "html"
    ),
  ])
  func itsCommentsAskForItsLanguage(marked: String, page: String, language: String) throws {
    let found = try detect(marked, page)
    #expect(found?.text == "Add two numbers.", "\(marked)")
    #expect(found?.language == language, "\(marked)")
  }

  @Test(arguments: [
    ("<p>\n// Add two numbers.\n|\n</p>\n", "html"),
    ("<script>\nf()\n</script>\n// Add two numbers.\n|", "html"),
    ("<style>\n// Add two numbers.\n|\n</style>\n", "html"),
    ("<script type=\"application/ld+json\">\n// Add two numbers.\n|\n</script>\n", "html"),
    ("<script type=\"application/json\">\n// Add two numbers.\n|\n</script>\n", "html"),
    ("<script>\n// let sum = 0;\n|\n</script>\n", "html"),
  ])
  func otherLinesAskForNothing(marked: String, page: String) throws {
    #expect(try detect(marked, page) == nil, "\(marked)")
  }

  @Test func theSignatureIsTheInput() throws {
    let found = try detect(
      "<script>\n// Add two numbers.\nfunction add(a, b) {\n  |\n}\n</script>\n", "html")
    #expect(found?.input == "function add(a, b) {")
  }
}
