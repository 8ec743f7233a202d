import OutputForms
import Testing
import TestSupport

/// Random forms with random entries: what holds for all of them.
@Suite struct FormReaderTests {
  /// Entries of one made-up form, and the text that asks for each of them.
  private struct Entries {
    var examples: [FormExample] = []

    init(seed: UInt64, count: Int) {
      var random = SplitMix(seed: seed)
      let marks = ["::", "|", "→", "[", "§", "=>", "~", "◦", "##", "/*"]
      let words = ["report", "entry", "note", "item", "record", "card", "line"]
      func pick(_ list: [String]) -> String { list[Int(random.next() % UInt64(list.count))] }
      let (kind, open, middle) = (pick(words), pick(marks), pick(marks))
      let close = pick([".", "!", " //", "]", ""])
      for _ in 0..<count {
        let number = 10 + random.next() % 9000
        let name = pick(["ada", "bo", "cyd", "dora", "eli", "fay", "gus", "hal"])
        var text: [String] = []
        for _ in 0..<(1 + random.next() % 4) {
          text.append(
            pick(["red", "tall", "old", "wet", "dry", "slow", "odd", "lamp", "door", "tree"]))
        }
        let said = text.joined(separator: " ")
        examples.append(
          FormExample(
            asked: "\(kind) \(number), \(said), by \(name)",
            answer: "\(open) \(number) \(middle) \(said) \(middle) \(name)\(close)"))
      }
    }
  }

  @Test(arguments: UInt64(0)..<40) func readsEveryAnswerThatTheFormAdmits(_ seed: UInt64) throws {
    let examples = Entries(seed: seed, count: 7).examples
    let form = try #require(OutputForm.infer(from: Array(examples.dropLast())))
    for example in examples.dropLast() {
      let slots = form.slots(of: example.answer)
      #expect(slots?.count == 3)
      var reader = FormReader(RequestedForm(form, asked: example.asked))
      reader.read(example.answer.utf8)
      let isRead = reader.mayEnd
      #expect(isRead, "\(form.pattern) for \(example.answer)")
    }
  }

  @Test(arguments: UInt64(40)..<70) func everyWayThroughTheFormConforms(_ seed: UInt64) throws {
    let examples = Entries(seed: seed, count: 6).examples
    let form = try #require(OutputForm.infer(from: Array(examples.dropLast())))
    var random = SplitMix(seed: seed)
    var reader = FormReader(RequestedForm(form, asked: examples[5].asked))
    var text: [UInt8] = []
    while !reader.isComplete, text.count < 500 {
      let forced = reader.forced()
      // What is forced is all that is possible.
      if let first = forced.first {
        for byte in UInt8(1)...255 where byte != first {
          let preference = reader.preference([byte])
          #expect(preference == -.infinity)
        }
      }
      if forced.isEmpty {
        var possible = (UInt8(1)...255).filter { reader.preference([$0]) > -.infinity }
        // Random bytes beyond ASCII are no text.
        if possible.contains(where: { $0 < 0x80 }) { possible.removeAll { $0 >= 0x80 } }
        if possible.isEmpty { break }
        text.append(possible[Int(random.next() % UInt64(possible.count))])
        reader.read(text.suffix(1))
      } else {
        reader.read(forced)
        text += forced
      }
    }
    let (isWhole, slots) = (reader.mayEnd, form.slots(of: String(decoding: text, as: UTF8.self)))
    #expect(isWhole)
    #expect(slots != nil)
  }

  @Test(arguments: UInt64(70)..<90) func askingChangesNothing(_ seed: UInt64) throws {
    let examples = Entries(seed: seed, count: 6).examples
    let form = try #require(OutputForm.infer(from: Array(examples.dropLast())))
    let request = RequestedForm(form, asked: examples[5].asked)
    var (asked, plain) = (FormReader(request), FormReader(request))
    for byte in examples[5].answer.utf8 {
      _ = asked.forced()
      let one = asked.preference([byte])
      _ = asked.preference([0])
      let other = plain.preference([byte])
      #expect(one == other)
      #expect(one <= 0)
      asked.read([byte])
      plain.read([byte])
      let (first, second) = (asked.isValid, plain.isValid)
      #expect(first == second)
    }
    let (first, second) = (asked.mayEnd, plain.mayEnd)
    #expect(first == second)
  }

  @Test func whatDoesNotFitIsInvalid() throws {
    let examples = Entries(seed: 1, count: 6).examples
    let form = try #require(OutputForm.infer(from: examples))
    var reader = FormReader(RequestedForm(form, asked: examples[0].asked))
    reader.read("This is something else.\n".utf8)
    let (isValid, mayEnd) = (reader.isValid, reader.mayEnd)
    #expect(!isValid && !mayEnd)
    let slots = form.slots(of: "This is something else.")
    #expect(slots == nil)
  }
}
