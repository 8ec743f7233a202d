import FineTuning
import Foundation
import Kernels
import LanguageModel
import TestSupport
import Testing
import Tokenizers

/// What is written is what was trained: the engine that serves reads it back.
struct AdapterWriterTests {
  /// The engine's caches are in half precision, hence the tolerance; an adapter that is left out or
  /// whose rows are in another order is off by far more, as the test shows.
  @Test(arguments: ["llama3", "qwen2", "qwen3", "gemma3"])
  func servedLossesAreThoseOfTheTraining(name: String) async throws {
    let small = try SmallModel(name)
    let training = try small.training()
    _ = try training.run()
    let folder = try TemporaryFolder()
    let peft = folder.file("peft")
    let gguf = folder.file("adapter.gguf")
    try AdapterWriter.writePEFT(training.parameters, of: small.model, base: "base", to: peft)
    try AdapterWriter.writeGGUF(training.parameters, of: small.model, to: gguf)

    let engine = try LanguageModel(contentsOf: small.url)
    let (prompt, _) = small.form.prompt(
      for: .init(instruction: "Shout tree"), shots: [], answerTokens: 16)
    let answer = small.form.completion("TREE") + small.form.answerEnd
    let pass = TrainingPass(
      small.model, training: training.parameters, capacity: 512, team: .init(threads: 2))
    let losses = try pass.losses(
      PackedBatch([TrainingSequence(prompt: prompt, answer: answer)]))
    let wanted = losses.reduce(0) { $0 + Double($1) }
    for url in [peft, gguf] {
      let use = AdapterUse(try engine.adapter(contentsOf: url))
      let score = try await engine.score(prompt: prompt, completion: answer, adapter: use)
      print("\(name), \(url.lastPathComponent): \(wanted) trained, \(score.nll) served")
      #expect(abs(score.nll - wanted) < 0.01 * wanted + 0.02)
    }
    let bare = try await engine.score(prompt: prompt, completion: answer)
    #expect(abs(bare.nll - wanted) > 0.5)
  }
}
