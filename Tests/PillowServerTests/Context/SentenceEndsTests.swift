import PillowServer
import Testing

@Suite struct SentenceEndsTests {
  @Test(arguments: [
    ("", 0), ("…", 0), ("It rains", 1), ("It rains.", 1), ("It rains. The sun shines.", 2),
    ("Dr. Ruiz came.", 1), ("See Fig. 3, e.g. Table A, by J. Smith. It helps!", 2),
    ("“Stop!” She stopped. (He did not.) Why?", 4), ("Version 3.5 is out. It is 2 MB.", 2),
    ("It is out. it is small.", 1), ("Really?! Yes.", 2),
  ])
  func areCounted(text: String, count: Int) {
    #expect(SentenceEnds.count(in: text) == count, "\(SentenceEnds.followed(in: text))")
  }

  @Test func anEndIsBehindWhatCloses() {
    let text = "He said “Stop!” Then he left."
    #expect(SentenceEnds.followed(in: text).map { String(text[..<$0]) } == ["He said “Stop!”"])
  }

  @Test(arguments: [
    ("Say it in one sentence.", "Dr. Ruiz came.", false),
    ("Say it in one sentence.", "He came. He left.", true),
    ("At most two sentences, please.", "He came. He left.", false),
  ])
  func aStatedLimitCountsThem(instruction: String, answer: String, isExceeded: Bool) {
    let limits = StatedLimit.all(in: instruction)
    #expect(limits.map(\.unit) == [.sentences])
    #expect(limits.contains { $0.isExceeded(by: answer) } == isExceeded)
  }
}
