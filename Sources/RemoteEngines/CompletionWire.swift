import Foundation

// The messages of the OpenAI-compatible API, as far as they are used. Servers differ in what they
// send, so everything is optional.
// Source: OpenAI's API reference, "Chat" and "Completions"; llama.cpp, tools/server/README.md.

/// The body of a request. Fields that are nil are not sent.
struct CompletionRequest: Encodable, Sendable {
  struct Message: Codable, Sendable, Equatable {
    var role, content: String
  }

  struct StreamOptions: Encodable, Sendable { var include_usage = true }

  struct Lora: Encodable, Sendable {
    var id: Int
    var scale: Float
  }

  var model: String?
  var messages: [Message]?
  var prompt: String?
  var stream = true
  var max_tokens: Int?
  var max_completion_tokens: Int?
  var temperature: Float?
  var top_p: Float?
  var top_k: Int?
  var min_p: Float?
  var seed: UInt64?
  var stop: [String]?
  var stream_options: StreamOptions?
  var logprobs: LogProbabilityWish?
  var top_logprobs: Int?
  /// Also sends the prompt's tokens back.
  var echo: Bool?
  /// llama-server: keeps the prompt's keys and values for the next request.
  var cache_prompt: Bool?
  /// llama-server: which of its adapters count, and how strongly.
  var lora: [Lora]?
}

/// `true` in a chat, a number for a text.
enum LogProbabilityWish: Encodable, Sendable {
  case wanted
  case top(Int)

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .wanted: try container.encode(true)
    case .top(let count): try container.encode(count)
    }
  }
}

/// A whole answer, or a piece of one.
struct CompletionChunk: Decodable, Sendable {
  struct Choice: Decodable, Sendable {
    var text: String?
    var delta: Content?
    var message: Content?
    var finish_reason: String?
    var logprobs: LogProbabilities?

    var content: String { text ?? delta?.content ?? message?.content ?? "" }
  }

  struct Content: Decodable, Sendable {
    var content: String?
  }

  struct Usage: Decodable, Sendable {
    struct Details: Decodable, Sendable { var cached_tokens: Int? }
    var prompt_tokens: Int?
    var completion_tokens: Int?
    var prompt_tokens_details: Details?
  }

  var model: String?
  var choices: [Choice]?
  var usage: Usage?
  var error: ServerFault?
}

/// How likely the tokens of a piece were, in either form of the API.
struct LogProbabilities: Decodable, Sendable {
  struct Token: Sendable {
    var logProbability: Float
    /// Of the likeliest tokens at this place.
    var top: [Float]
  }

  var tokens: [Token] = []

  private struct ChatToken: Decodable {
    var logprob: Double?
    var top_logprobs: [Top]?
    struct Top: Decodable { var logprob: Double? }
  }

  private enum Key: CodingKey { case content, token_logprobs, top_logprobs }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    if let content = try? container.decodeIfPresent([ChatToken].self, forKey: .content) {
      tokens = content.map { token in
        Token(
          logProbability: Self.bounded(token.logprob),
          top: token.top_logprobs?.map { Self.bounded($0.logprob) } ?? [])
      }
      return
    }
    let values = try? container.decodeIfPresent([Double?].self, forKey: .token_logprobs)
    let tops = try? container.decodeIfPresent([[String: Double]?].self, forKey: .top_logprobs)
    tokens = (values ?? []).enumerated().map { place, value in
      let top = (tops?.indices.contains(place) ?? false) ? tops?[place] : nil
      return Token(
        logProbability: Self.bounded(value), top: top?.values.map { Self.bounded($0) } ?? [])
    }
  }

  /// Servers write minus infinity as null or as a large number.
  private static func bounded(_ value: Double?) -> Float {
    guard let value, value.isFinite else { return -100 }
    return Float(max(-100, min(0, value)))
  }
}

/// `{"error": {"message": …}}`, or a sentence alone.
struct ServerFault: Decodable, Sendable {
  var message = ""
  var type: String?
  var code: Int?

  private enum Key: CodingKey { case message, type, code }

  init(from decoder: any Decoder) throws {
    if let text = try? decoder.singleValueContainer().decode(String.self) {
      message = text
      return
    }
    let container = try decoder.container(keyedBy: Key.self)
    message = (try? container.decodeIfPresent(String.self, forKey: .message)) ?? ""
    type = try? container.decodeIfPresent(String.self, forKey: .type)
    code = try? container.decodeIfPresent(Int.self, forKey: .code)
  }

  struct Envelope: Decodable {
    var error: ServerFault?
    var message: String?
    var detail: String?
  }

  /// What a server says of an error, in its own words; empty when they are no JSON.
  static func message(in body: [UInt8]) -> String {
    guard let found = try? JSONDecoder().decode(Envelope.self, from: Data(body)) else { return "" }
    return found.error?.message ?? found.message ?? found.detail ?? ""
  }
}

/// `GET /v1/models`.
struct ModelList: Decodable, Sendable {
  struct Model: Decodable, Sendable {
    var id: String
    var owned_by: String?
    /// vLLM: tokens of prompt and answer together.
    var max_model_len: Int?
    /// llama-server: other names.
    var aliases: [String]?
    /// llama-server: of the slot that serves a request.
    var meta: Meta?

    struct Meta: Decodable, Sendable { var n_ctx: Int? }
  }

  var data: [Model]
}

/// llama-server's `GET /props`.
struct LlamaProperties: Decodable, Sendable {
  struct Settings: Decodable, Sendable { var n_ctx: Int? }
  var default_generation_settings: Settings?
}

/// An entry of llama-server's `GET /lora-adapters`.
struct LlamaAdapter: Decodable, Sendable {
  var id: Int
  var path: String
}

/// llama-server's `POST /apply-template`.
struct TemplatedPrompt: Decodable, Sendable {
  var prompt: String
}
