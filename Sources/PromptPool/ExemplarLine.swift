internal import Foundation

/// One line of a JSONL pool; unknown keys are ignored.
struct ExemplarLine: Decodable {
  let instruction: String
  let input: String?
  let output: String
  let tags: [String]?
  let language: String?

  var draft: ExemplarDraft {
    ExemplarDraft(
      instruction: instruction, input: input ?? "", output: output, tags: tags ?? [],
      language: language)
  }

  /// The exemplar of a line, or what is wrong with it.
  static func parse(_ bytes: [UInt8], _ decoder: JSONDecoder) -> Result<ExemplarDraft, Rejection> {
    guard String(validating: bytes, as: UTF8.self) != nil else {
      return .failure(Rejection("the line is not valid UTF-8"))
    }
    do {
      let draft = try decoder.decode(ExemplarLine.self, from: Data(bytes)).draft
      return draft.problem.map { .failure(Rejection($0)) } ?? .success(draft)
    } catch let error as DecodingError {
      return .failure(Rejection(explain(error)))
    } catch {
      return .failure(Rejection("the line is not valid JSON"))
    }
  }

  struct Rejection: Error {
    let reason: String
    init(_ reason: String) { self.reason = reason }
  }

  private static func explain(_ error: DecodingError) -> String {
    switch error {
    case .keyNotFound(let key, _): return "“\(key.stringValue)” is missing"
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      guard let key = context.codingPath.first?.stringValue else {
        return "the line is not a JSON object"
      }
      return key == "tags" ? "“tags” must be a list of texts" : "“\(key)” must be a text"
    default: return "the line is not valid JSON"
    }
  }
}
