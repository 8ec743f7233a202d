public import CompletionEngine
public import Foundation
import LanguageModel
public import PromptMatching
import Synchronization

/// Which server completes, as settings and environment say it. Nothing is checked yet.
public struct RemoteChoice: Sendable, Hashable {
  /// As it was written.
  public var url: String
  /// The model's name on the server; empty for a server that has one.
  public var model: String
  /// A file of mode 0600 with the key; empty for none.
  public var keyFile: String
  /// A key from the environment, which counts more than the file.
  public var key: EngineKey?
  /// The file name of an adapter that a llama-server has, and how strongly it counts.
  public var adapter: String
  public var adapterScale: Float

  public init(
    url: String, model: String = "", keyFile: String = "", key: EngineKey? = nil,
    adapter: String = "", adapterScale: Float = 1
  ) {
    self.url = url
    self.model = model
    self.keyFile = keyFile
    self.key = key
    self.adapter = adapter
    self.adapterScale = adapterScale
  }
}

/// An OpenAI-compatible server as an engine: llama-server, Ollama, vLLM, LM Studio, and others.
///
/// Requests stream. One that is cancelled, or whose answer is complete, closes its connection, so
/// that the server stops. A fault that may pass is tried again with growing pauses; after that,
/// requests fail at once for a while instead of piling up.
public final class RemoteEngine: CompletionEngine {
  public let choice: RemoteChoice
  /// What scores texts when the server cannot.
  public let judge: any CompletionEngine
  let limits: RemoteLimits
  let clock: RemoteClock
  let backoff: Backoff
  private let authorities: String?
  private let connection = Mutex<Connection?>(nil)
  private let known = Mutex(Known())

  /// A resolved choice.
  struct Connection: Sendable {
    var transport: RemoteTransport
    var key: EngineKey?
  }

  private struct Known {
    var description: ServerDescription?
    var dialect = Dialect()
    /// The method that worked where the other one is missing.
    var method: CompletionMethod?
    /// Whether answers came with log probabilities; nil before the first.
    var tellsProbabilities: Bool?
  }

  /// - Parameters:
  ///   - judge: an embedded engine, for likelihoods.
  ///   - authorities: a file of certificates to trust in place of the system's; by default the one
  ///     that `SSL_CERT_FILE` names, as for OpenSSL.
  public init(
    _ choice: RemoteChoice, judge: any CompletionEngine, limits: RemoteLimits = RemoteLimits(),
    clock: RemoteClock = .system,
    authorities: String? = ProcessInfo.processInfo.environment["SSL_CERT_FILE"]
  ) {
    self.choice = choice
    self.authorities = authorities
    self.judge = judge
    self.limits = limits
    self.clock = clock
    backoff = Backoff(clock)
  }

  // MARK: What is known

  /// The connection that the choice describes.
  ///
  /// - Throws: ``RemoteError/badAddress(reason:)``, ``RemoteError/keyUnusable(reason:)``.
  func connected() throws -> Connection {
    if let known = connection.withLock(\.self) { return known }
    let address = try ServerAddress(choice.url)
    var key = try choice.key?.checked()
    if key == nil, !choice.keyFile.isEmpty {
      key = try EngineKey(
        file: URL(filePath: (choice.keyFile as NSString).expandingTildeInPath))
    }
    let transport = RemoteTransport(address, limits: limits, authorities: authorities)
    let made = Connection(transport: transport, key: key)
    return connection.withLock { connection in
      if let known = connection { return known }
      connection = made
      return made
    }
  }

  /// What the server is; asked for once, and again after it could not be reached.
  func describe(_ connection: Connection) async throws -> ServerDescription {
    if let description = known.withLock(\.description) { return description }
    let found = try await connection.transport.description(
      model: choice.model, key: connection.key)
    if found.isCertain { known.withLock { $0.description = found } }
    return found
  }

  var dialect: Dialect {
    get { known.withLock(\.dialect) }
    set { known.withLock { $0.dialect = newValue } }
  }

  var workingMethod: CompletionMethod? {
    get { known.withLock(\.method) }
    set { known.withLock { $0.method = newValue } }
  }

  func noteProbabilities(_ areTold: Bool) { known.withLock { $0.tellsProbabilities = areTold } }

  /// The server may be another one when it comes back, and its key file a new one.
  func forget() {
    known.withLock { $0 = Known() }
    connection.withLock { $0 = nil }
  }

  /// The model to name in requests; nil where the server has only one and does not say which.
  func modelName(_ description: ServerDescription) throws -> String? {
    if !choice.model.isEmpty { return choice.model }
    if description.models.count <= 1 { return description.models.first }
    throw RemoteError.modelNotChosen(
      server: try ServerAddress(choice.url).base, offered: description.models)
  }

  // MARK: CompletionEngine

  public func identity() async throws -> EngineIdentity {
    let address = try ServerAddress(choice.url)
    let description = known.withLock(\.description)
    return identity(address, description ?? ServerDescription())
  }

  func identity(_ address: ServerAddress, _ description: ServerDescription) -> EngineIdentity {
    let model = choice.model.isEmpty ? description.models.first ?? "unnamed" : choice.model
    var identity = EngineIdentity(
      model: model,
      adapter: description.adapters[choice.adapter].map { _ in
        choice.adapterScale == 1 ? choice.adapter : "\(choice.adapter)*\(choice.adapterScale)"
      },
      promptForm: "\(RemotePrompt.form)@\(address.base)")
    identity.server = choice.url
    return identity
  }

  /// Before the first answer it is taken for granted; what comes without is judged without.
  public var measuresConfidence: Bool { known.withLock { $0.tellsProbabilities ?? true } }

  public func prepare() {
    Task { [weak self] in
      guard let self, let connection = try? connected() else { return }
      _ = try? await describe(connection)
    }
  }

  public func likelihoods(of answers: [ConversationAnswer]) async throws -> [Likelihood]? {
    try await judge.likelihoods(of: answers)
  }
}
