import FineTuning
import Foundation
import LanguageModel
import ModelFormats
import TestSupport
import Testing
import Tokenizers

/// Code is trained on as it is served: as a file that the model continues.
struct FileFormTests {
  private func text(
    _ example: TrainingExample, shots: [ShownExample] = [], supervision: Supervision = .answer
  ) throws -> (prompt: String, learned: String) {
    let small = try SmallModel()
    let builder = SequenceBuilder(form: small.form, supervision: supervision)
    let sequence = try #require(builder.sequence(example, shots: shots))
    let tokenizer = small.form.tokenizer
    let learned = zip(sequence.tokens, sequence.weights).filter { $0.1 > 0 }.map(\.0)
    return (tokenizer.decode(sequence.tokens), tokenizer.decode(learned))
  }

  private func example(
    _ instruction: String, input: String = "", _ output: String, language: String?
  ) -> TrainingExample {
    TrainingExample(
      .instruction(ShownExample(instruction: instruction, input: input, output: output)),
      language: language)
  }

  @Test func theInputStandsAboveTheComment() throws {
    let (text, _) = try text(
      example("All books.", input: "CREATE TABLE b (id);", "SELECT * FROM b;", language: "sql"))
    #expect(text.hasPrefix("CREATE TABLE b (id);\n\n-- All books.\nSELECT * FROM b;"))
  }

  @Test func aBodyIsIndentedBelowItsHead() throws {
    let (text, _) = try text(
      example("Add.", input: "def f(a, b):", "c = a + b\nreturn c", language: "python"))
    #expect(text.hasPrefix("def f(a, b):\n    # Add.\n    c = a + b\n    return c"))
  }

  @Test func aliasesAreTheSameLanguage() throws {
    let (text, _) = try text(example("List files.", "ls", language: "sh"))
    #expect(text.hasPrefix("# List files.\nls"))
  }

  @Test(arguments: [nil, "markdown", "git-commit", "no-such-language"])
  func othersAreConversations(language: String?) throws {
    let (text, _) = try text(example("Say hello.", "Hello!", language: language))
    #expect(!text.hasPrefix("# Say hello."))
    #expect(text.contains("Say hello."))
  }

  @Test func allAnswersAreLearnedAndNothingElse() throws {
    let shots = [
      ShownExample(instruction: "One.", input: "import a", output: "x = 1"),
      ShownExample(instruction: "Two.", output: "y = 2\nz = 3"),
    ]
    let (text, learned) = try text(
      example("Three.", "w = 4", language: "python"), shots: shots, supervision: .allAnswers)
    // The best one stands next to the instruction.
    #expect(
      text.hasPrefix("# Two.\ny = 2\nz = 3\n\n# import a\n# One.\nx = 1\n\n# Three.\nw = 4"))
    #expect(learned.hasPrefix("\ny = 2\nz = 3\nx = 1\nw = 4"))
  }

  @Test func codeIsShownToItsOwnLanguageOnly() {
    #expect(FileForm.canShow("sh", in: "shellscript"))
    #expect(!FileForm.canShow("python", in: "shellscript"))
    #expect(!FileForm.canShow(nil, in: "python"))
    #expect(!FileForm.canShow("python", in: "markdown"))
    #expect(FileForm.canShow("git-commit", in: "markdown"))
    #expect(FileForm.canShow(nil, in: nil))
  }

  @Test func anAdapterSaysWhatItWasTrainedOn() throws {
    let folder = try TemporaryFolder()
    let small = try SmallModel()
    let code = SmallModel.examples.map { example in
      var example = example
      example.language = "python"
      return example
    }
    #expect(try small.training(examples: code).completesFiles)
    let training = try small.training()
    #expect(!training.completesFiles)
    for isFile in [false, true] {
      try AdapterWriter.writePEFT(
        training.parameters, of: training.model, base: "small", type: .float16,
        completesFiles: isFile, to: folder.url)
      let model = try LanguageModel(contentsOf: small.url)
      #expect(try model.adapter(contentsOf: folder.url).completesFiles == isFile)
      let gguf = folder.file("adapter.gguf")
      try AdapterExport.writeGGUF(folder.url, for: GGUFFile(contentsOf: small.url), to: gguf)
      #expect(try model.adapter(contentsOf: gguf).completesFiles == isFile)
    }
  }
}
