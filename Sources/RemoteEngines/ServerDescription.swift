/// What is known of a server before it is asked for text.
public struct ServerDescription: Sendable, Equatable {
  /// Programs that have more than the common API.
  public enum Kind: String, Sendable {
    case llamaServer = "llama-server"
    case vLLM
    case ollama = "Ollama"
    case other = "OpenAI-compatible"

    /// Whether it continues a text as it is, without putting a conversation around it.
    var continuesTexts: Bool { self == .llamaServer || self == .vLLM }

    /// Whether it takes the options of sampling that OpenAI's own API lacks.
    var takesMoreSampling: Bool { self == .llamaServer || self == .vLLM }
  }

  public var kind = Kind.other
  /// Ids of the models that it offers; empty when it does not say.
  public var models: [String] = []
  /// Tokens of prompt and answer together; nil when it does not say.
  public var context: Int?
  /// llama-server: the numbers of its adapters by their files' names.
  public var adapters: [String: Int] = [:]

  /// Whether the server has said it; one that was too busy is asked again.
  var isCertain = true

  init() {}

  init(_ list: ModelList, model: String) {
    models = list.data.map(\.id)
    let entry = list.data.first { $0.id == model || ($0.aliases ?? []).contains(model) }
    let served = entry ?? list.data.first
    switch served?.owned_by {
    case "llamacpp": kind = .llamaServer
    case "vllm": kind = .vLLM
    case "library": kind = .ollama
    default: kind = .other
    }
    context = served?.max_model_len ?? served?.meta?.n_ctx
  }

  /// What is taken for the context of a server that does not tell; Ollama's default.
  static let usualContext = 4096
}

extension RemoteTransport {
  /// Asks a server what it is. One that has no list of models is an ordinary one.
  ///
  /// - Throws: ``RemoteError`` when nothing can be reached there, `CancellationError`.
  func description(model: String, key: EngineKey?) async throws -> ServerDescription {
    var found: ServerDescription
    do {
      found = ServerDescription(
        try await get(ModelList.self, from: address.url("models"), key: key), model: model)
    } catch let error as RemoteError {
      switch error {
      case .unreachable, .insecure, .keyUnusable: throw error
      // Whatever else is wrong shows in the request itself, or does not matter for it.
      default:
        var unknown = ServerDescription()
        unknown.isCertain = !error.isTransient
        return unknown
      }
    }
    guard found.kind == .llamaServer else { return found }
    if found.context == nil {
      let url = address.root + "/props" + address.query
      let properties = try? await get(LlamaProperties.self, from: url, key: key)
      found.context = properties?.default_generation_settings?.n_ctx
    }
    let url = address.root + "/lora-adapters" + address.query
    for adapter in (try? await get([LlamaAdapter].self, from: url, key: key)) ?? [] {
      let name = adapter.path.split(separator: "/").last.map(String.init) ?? adapter.path
      found.adapters[name] = adapter.id
    }
    return found
  }
}
