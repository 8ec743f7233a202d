import Foundation

/// The one place where bytes become messages and messages bytes.
enum MessageCoding {
  /// What a body turned out to be. Parameters and results stay bytes until their type is known.
  enum Incoming {
    case request(RequestID, method: String)
    case notification(method: String)
    case response(RequestID)
    /// To be answered with the error, under the id if the message had one.
    case invalid(RequestID?, ResponseError)
    /// Nothing that could be answered: a response without an id, or a bad notification.
    case ignored(String)
  }

  static func classify(_ body: Data) -> Incoming {
    let head: Head
    do {
      head = try JSONDecoder().decode(Head.self, from: body)
    } catch DecodingError.typeMismatch {
      return .invalid(nil, ResponseError(.invalidRequest, "a message is a JSON object"))
    } catch {
      return .invalid(nil, ResponseError(.parseError, "the message is not valid JSON"))
    }
    if head.isBadID {
      return .invalid(nil, ResponseError(.invalidRequest, "an id is an integer or a string"))
    }
    if let method = head.method {
      guard head.version == "2.0" else {
        guard let id = head.id else { return .ignored("a notification is not of JSON-RPC 2.0") }
        return .invalid(id, ResponseError(.invalidRequest, "jsonrpc has to be \"2.0\""))
      }
      return head.id.map { .request($0, method: method) } ?? .notification(method: method)
    }
    guard head.isResponse else {
      return .invalid(head.id, ResponseError(.invalidRequest, "the message has no method"))
    }
    return head.id.map { .response($0) } ?? .ignored("a response has no id")
  }

  /// Decodes the member `params`; a message without it decodes as if it were `null`.
  static func params<P: Decodable>(_ type: P.Type, of body: Data) throws(ResponseError) -> P {
    do {
      return try JSONDecoder().decode(Params<P>.self, from: body).params
    } catch {
      throw ResponseError(.invalidParams, "the parameters do not fit: \(explain(error))")
    }
  }

  /// Decodes the response to a request of ours; throws its error if it carries one.
  static func result<R: Decodable>(_ type: R.Type, of body: Data) throws(ResponseError) -> R {
    let response: Response<R>
    do {
      response = try JSONDecoder().decode(Response<R>.self, from: body)
    } catch {
      throw ResponseError(.invalidParams, "the result does not fit: \(explain(error))")
    }
    return try response.value.get()
  }

  static func encode(_ message: some Encodable) -> Result<Data, ResponseError> {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do {
      return .success(try encoder.encode(message))
    } catch {
      return .failure(ResponseError(.internalError, "an answer could not be encoded: \(error)"))
    }
  }

  private static func explain(_ error: any Error) -> String {
    let (context, what): (DecodingError.Context, String)
    switch error {
    case DecodingError.keyNotFound(let key, let place):
      (context, what) = (place, "\"\(key.stringValue)\" is missing")
    case DecodingError.typeMismatch(_, let place): (context, what) = (place, "wrong type")
    case DecodingError.valueNotFound(_, let place): (context, what) = (place, "null")
    case DecodingError.dataCorrupted(let place):
      // Foundation's own words: the JSON is valid, since it was read before.
      let isNumber = ["not valid JSON", "representable"].contains {
        place.debugDescription.contains($0)
      }
      (context, what) = (
        place, isNumber ? "a number is not whole, or too large" : place.debugDescription
      )
    default: return "\(error)"
    }
    let keys = context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? ".\($0.stringValue)" }
    let path = keys.joined().drop { $0 == "." }
    return path.isEmpty ? what : "\(path): \(what)"
  }
}

// MARK: Envelopes

/// What tells the kinds of message apart; wrong types are noted, not thrown.
private struct Head: Decodable {
  var version: String?
  var id: RequestID?
  var isBadID = false
  var method: String?
  var isResponse = false

  private enum Key: String, CodingKey { case jsonrpc, id, method, result, error }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    version = try? container.decode(String.self, forKey: .jsonrpc)
    method = try? container.decode(String.self, forKey: .method)
    isResponse = container.contains(.result) || container.contains(.error)
    guard container.contains(.id) else { return }
    id = try? container.decode(RequestID.self, forKey: .id)
    let isNull = (try? container.decodeNil(forKey: .id)) ?? false
    isBadID = id == nil && !(isNull && isResponse)
  }
}

private struct Params<P: Decodable>: Decodable {
  var params: P

  private enum Key: String, CodingKey { case params }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    if !container.contains(.params), let optional = P.self as? any ExpressibleByAbsence.Type,
      let absent = optional.absent as? P
    {
      params = absent
    } else {
      params = try container.decode(P.self, forKey: .params)
    }
  }
}

/// Types that stand for parameters which may be left out.
private protocol ExpressibleByAbsence { static var absent: Self { get } }
extension Optional: ExpressibleByAbsence { static var absent: Self { .none } }

private struct Response<R: Decodable>: Decodable {
  var value: Result<R, ResponseError>

  private enum Key: String, CodingKey { case result, error }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    if let error = try container.decodeIfPresent(ResponseError.self, forKey: .error) {
      value = .failure(error)
    } else {
      value = .success(try container.decode(R.self, forKey: .result))
    }
  }
}

struct OutgoingRequest<P: Encodable>: Encodable {
  var jsonrpc = "2.0"
  var id: RequestID?
  var method: String
  var params: P?
}

/// A response carries either a result, which may be null, or an error.
struct OutgoingResponse<R: Encodable>: Encodable {
  var id: RequestID?
  var value: Result<R, ResponseError>

  private enum Key: String, CodingKey { case jsonrpc, id, result, error }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode("2.0", forKey: .jsonrpc)
    try container.encode(id, forKey: .id)
    switch value {
    case .success(let result): try container.encode(result, forKey: .result)
    case .failure(let error): try container.encode(error, forKey: .error)
    }
  }
}
