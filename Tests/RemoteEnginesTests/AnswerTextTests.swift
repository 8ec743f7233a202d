import RemoteEngines
import TestSupport
import Testing

struct AnswerTextTests {
  /// The text is the same however it comes, and what was given away is the text.
  private func read(_ whole: String, opening: String = "", seed: UInt64) -> String {
    var random = SplitMix(seed: seed)
    var answer = AnswerText(opening: opening)
    var given = ""
    var rest = whole[...]
    while !rest.isEmpty {
      let piece = rest.prefix(Int.random(in: 1...5, using: &random))
      given += answer.append(String(piece))
      rest = rest.dropFirst(piece.count)
    }
    given += answer.finish()
    #expect(given == answer.text)
    return given
  }

  @Test(arguments: [
    ("plain text", "plain text"),
    ("  indented stays", "  indented stays"),
    ("<think>a long thought</think>\n\nThe answer.", "The answer."),
    ("\n<think>\n</think>  x", "x"),
    ("<think>never ends", ""),
    ("<thin> is HTML", "<thin> is HTML"),
    ("Say <think> and </think>.", "Say <think> and </think>."),
    ("<", "<"),
    ("", ""),
  ])
  func leavesThoughtsOut(_ whole: String, _ expected: String) {
    for seed in UInt64(0)..<20 { #expect(read(whole, seed: seed) == expected) }
  }

  @Test(arguments: [
    ("def f(x):\n  return x", "def f(x):\n  return x"),
    ("  return x", "def f(x):\n  return x"),
    ("def f(x: int) -> int:\n  return x", "def f(x: int) -> int:\n  return x"),
    ("```python\n  return x\n```", "def f(x):\n  return x\n```"),
    ("```python\ndef f(x):\n  return x\n```", "```python\ndef f(x):\n  return x\n```"),
    ("", ""),
  ])
  func putsTheOpeningBeforeABareBody(_ whole: String, _ expected: String) {
    for seed in UInt64(0)..<20 {
      #expect(read(whole, opening: "def f(x):", seed: seed) == expected)
    }
  }
}
