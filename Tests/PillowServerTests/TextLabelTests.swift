import PillowServer
import Testing

/// Lines that name a text and what it is to say.
@Suite struct TextLabelTests {
  private func isInstruction(_ line: String) -> Bool {
    let text = TextBuffer("Releases\n========\n\n\(line)\n")
    return InstructionDetector.detect(
      in: text, languageID: "plaintext", at: text.bytes.count, fileName: "notes.txt") != nil
  }

  @Test(arguments: [
    "Changelog entry: the export keeps its order, ticket 12",
    "release note: printing is faster on old machines",
    "stand-up Eva 3 May: wrote the parser, will test it, waits for nobody",
  ])
  func notesBehindALabelAreInstructions(line: String) { #expect(isInstruction(line)) }

  @Test(arguments: [
    "Note: the export keeps its order.", "Subject: your invoice of May",
    "The export keeps its order: by date.", "Opening hours: nine to five on weekdays",
  ])
  func otherLabelsAreNot(line: String) { #expect(!isInstruction(line)) }
}
