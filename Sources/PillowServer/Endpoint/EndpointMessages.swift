import Foundation

// The messages of `/v1/completions`, as far as editors use them.
// Source: OpenAI's API reference, "Completions".

struct EndpointRequest: Decodable, Sendable {
  /// One text or several.
  struct Texts: Decodable, Sendable {
    var all: [String]

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let text = try? container.decode(String.self) {
        all = [text]
      } else {
        all = try container.decode([String].self)
      }
    }
  }

  var prompt: Texts
  var suffix: String?
  var max_tokens: Int?
  var stop: Texts?
  var stream: Bool?
  /// Ours: the language id of the document.
  var language: String?
}

struct EndpointAnswer: Encodable, Sendable {
  struct Choice: Encodable, Sendable {
    var text: String
    var index = 0
    var finish_reason: String
  }

  struct Usage: Encodable, Sendable {
    var prompt_tokens, completion_tokens, total_tokens: Int
  }

  var id: String
  var object = "text_completion"
  var created: Int
  var model: String
  var choices: [Choice]
  var usage: Usage
  /// Ours: why there is no text.
  var reason: String?
}

struct EndpointFault: Encodable, Sendable {
  struct Detail: Encodable, Sendable {
    var message, type: String
  }
  var error: Detail
}

struct EndpointModels: Encodable, Sendable {
  struct Model: Encodable, Sendable {
    var id: String
    var object = "model"
    var owned_by = "pillow-lsp"
  }
  var object = "list"
  var data: [Model]
}
