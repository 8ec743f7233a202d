import Foundation
import PromptPool
import TestSupport
import Testing

/// Libraries of prompts in Markdown.
@Suite struct MarkdownImportTests {
  private func imported(_ text: String) throws -> (drafts: [ExemplarDraft], report: ImportReport) {
    let folder = try TemporaryFolder()
    let pool = try PromptPool.inMemory()
    let report = try pool.importFile(try folder.write(text.utf8, to: "library.md"))
    return (try pool.exemplars().map(\.draft), report)
  }

  @Test(arguments: [
    ("#", "#"), ("##", "##"), ("##", "###"), ("###", "###"), ("####", "####"), ("###", "####"),
  ])
  func headingsOfEveryLevel(first: String, part: String) throws {
    let (drafts, report) = try imported(
      """
      ---
      title: Ours
      ---

      \(first) Instruction
      one
      \(part) Input:
      in
      \(part) Response
      1

      \(first) Prompt
      two

      \(part) Output
      2
      """)
    #expect(report.rejected.isEmpty)
    #expect(
      drafts == [
        ExemplarDraft(instruction: "one", input: "in", output: "1"),
        ExemplarDraft(instruction: "two", output: "2"),
      ])
  }

  @Test(arguments: [
    "### Instruction ###\none\n### Input ###\nin\n### Response ###\n1\n",
    "   ### Instruction\none\n  ### Input\nin\n ### Response\n1\n",
    "Instruction\n---\none\n\nInput\n---\nin\n\nResponse:\n--------\n1\n",
    "Instruction\n===========\none\n\nInput\n-----\nin\n\nOutput\n------\n1\n",
    "## Prompt: ##\r\none\r\n## Context\r\nin\r\n## Answer #####\r\n1\r\n",
  ])
  func headingsOfEveryForm(text: String) throws {
    let (drafts, report) = try imported(text + "\n" + text.replacing("one", with: "two"))
    #expect(report.rejected.isEmpty)
    #expect(drafts.map(\.instruction) == ["one", "two"])
    #expect(drafts.allSatisfy { $0.input == "in" && $0.output == "1" }, "\(drafts)")
  }

  @Test func aTableOfContentsIsNoFileOfSettings() throws {
    let (drafts, _) = try imported("[TOC]\n\n## Prompt\none\n## Answer\n1\n")
    #expect(drafts == [ExemplarDraft(instruction: "one", output: "1")])
  }

  @Test func linesThatOnlyLookLikeHeadingsAreText() throws {
    let (drafts, _) = try imported(
      """
      ### Instruction
      one

      Input
      ### Response
          ### Instruction
      Output
      ------
      Prompt
      is a word
      """)
    #expect(drafts.map(\.instruction) == ["one\n\nInput"])
    #expect(
      drafts.map(\.output)
        == ["    ### Instruction\nOutput\n------\nPrompt\nis a word"])
  }

  /// Headings of other levels belong to the text that they stand in.
  @Test func headingsOfOtherLevelsAreText() throws {
    let (drafts, _) = try imported(
      """
      ### Instruction
      Write a README.
      ### Response
      # Tool

      ## Input

      A file.

      #### Output

      Another.
      """)
    #expect(drafts.count == 1)
    #expect(drafts.first?.output.contains("## Input\n\nA file.\n\n#### Output") == true)
  }

  @Test(arguments: [
    "**Instruction:** a\n\n**Response:** b\n", "### User:\na\n### Assistant:\nb\n",
    "# Library\n\n- a prompt\n- another\n",
  ])
  func otherFormsSayWhatIsMissing(text: String) throws {
    let (drafts, report) = try imported(text)
    #expect(drafts.isEmpty)
    #expect(report.failure?.contains("### Instruction") == true)
  }

  @Test func aPromptWithoutAnAnswerIsNamed() throws {
    let (drafts, report) = try imported("## Prompt\n\nWrite it.\n\n## Example\n\nIt is written.\n")
    #expect(drafts.isEmpty)
    #expect(report.rejected.map(\.reason) == ["“output” is empty"])
    #expect(report.failure != nil)
  }
}
