import PromptMatching
import PromptPool
import SentenceEncoder

/// The matching network over one project's exemplars, as they were when it was made.
struct ExemplarPolicy: Sendable {
  static let temperature = 0.05

  let encoder: SentenceEncoder
  let version: String
  /// Row of the index to exemplar.
  let ids: [Int64]
  private let network: MatchingNetwork
  private let index: ExemplarIndex
  private let pinned: [Int]
  private let muted: Set<Int>

  /// Embeds the exemplars that have no embedding yet, and stores what it computes.
  ///
  /// - Throws: `PromptPoolError`, `PromptMatchingError`, `CancellationError`.
  init(pool: PromptPool, encoder: SentenceEncoder) async throws {
    self.encoder = encoder
    try await Self.embedMissing(pool, encoder)
    let table = try pool.loadEmbeddings(encoder: encoder.identity)
    if let served = try pool.servedMatcher(), served.encoder == encoder.identity {
      network = try MatchingNetwork(
        serialized: served.parameters, encoderIdentity: encoder.identity)
      version = "\(served.version)-\(network.fingerprint)"
    } else {
      network = MatchingNetwork.dayZero(
        dimensions: encoder.dimensions, encoderIdentity: encoder.identity)
      version = "0-\(network.fingerprint)"
    }
    ids = table.ids
    pinned = table.pinned
    muted = table.muted
    index = try network.index(embeddings: table.vectors)
  }

  /// Embeds the exemplars that have no embedding yet, and stores what it computes.
  static func embedMissing(_ pool: PromptPool, _ encoder: SentenceEncoder) async throws {
    while true {
      let missing = try pool.exemplarsWithoutEmbedding(encoder: encoder.identity, limit: 256)
      if missing.isEmpty { return }
      let vectors = try await encoder.embed(missing.map(\.request.embeddedText))
      try pool.store(
        embeddings: zip(missing, vectors).map { (id: $0.id, vector: $1) },
        encoder: encoder.identity)
    }
  }

  /// The likeliest list, or with a seed one that is drawn.
  func select(query: [Float], shots: Int, seed: UInt64?) throws -> Selection {
    try network.select(
      query: query, from: index,
      options: SelectionOptions(
        shots: shots, temperature: Self.temperature, seed: seed ?? 0, greedy: seed == nil,
        pinned: pinned, muted: muted))
  }
}

extension Exemplar {
  /// The exemplar as someone would ask for it.
  var request: InstructionRequest {
    InstructionRequest(instruction: instruction, input: input, language: language)
  }
}
