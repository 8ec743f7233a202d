import Foundation
import JSONRPC
import LanguageServerProtocol
import PillowProject
import PromptMatching
import PromptPool

/// What the `pillow/…` methods and the commands have in common: the project that is meant, and the
/// instruction.
extension SessionContext {
  /// - Parameter uri: a document or folder of the project; the first folder where it is missing.
  func project(of uri: String?) async throws -> Project {
    try await workspace.project(at: root(of: uri))
  }

  func root(of uri: String?) -> URL {
    workspace.root(of: uri ?? workspace.roots.first?.absoluteString ?? "untitled:")
  }

  /// The instruction that is meant: words of their own, or those at a place of an open document.
  ///
  /// - Throws: `ResponseError` when there is none.
  func asked(
    _ params: PillowInstruction
  ) throws(ResponseError) -> (
    request: InstructionRequest, place: (Document, Instruction)?, uri: String?
  ) {
    if let text = params.instruction, !text.trimmed.isEmpty {
      if let secret = SecretScanner.find(in: text) {
        throw ResponseError(
          .requestFailed,
          "The instruction seems to hold a secret (\(secret.kind)); take it out: no model is asked."
        )
      }
      let request = InstructionRequest(
        instruction: text, input: SecretScanner.removingLines(from: params.input ?? ""),
        language: params.language)
      return (request, nil, params.uri ?? params.textDocument?.uri)
    }
    guard let uri = params.textDocument?.uri, let position = params.position else {
      throw ResponseError(
        .invalidParams, "give an instruction, or a textDocument with a position")
    }
    guard let document = documents[uri] else {
      throw ResponseError(.invalidParams, "\(uri) is not open")
    }
    guard let instruction = instructionToAnswer(in: document, at: position) else {
      throw ResponseError(
        .requestFailed,
        "There is no instruction at that place. Ask on the line of one or below it.")
    }
    return (instruction.request, (document, instruction), uri)
  }
}

extension Project {
  /// ``withPool(_:)`` for a request: invalid parameters are told apart from what fails.
  ///
  /// - Throws: `ResponseError`, `CancellationError`.
  func answering<T: Sendable>(
    _ work: @escaping @Sendable (PromptPool) throws -> T
  ) async throws -> T {
    do { return try await withPool(work) } catch let error as PromptPoolError {
      throw error.asResponse
    }
  }
}

extension PromptPoolError {
  fileprivate var asResponse: any Error {
    switch self {
    case .exemplarNotFound, .suggestionNotFound, .matcherVersionNotFound, .invalidExemplar,
      .invalidPoolName, .duplicate, .unreadable, .unknownFormat, .foreignFile, .poolNotFound:
      ResponseError(.invalidParams, description)
    case .cancelled: CancellationError()
    default: ResponseError(.requestFailed, description)
    }
  }
}

extension ExemplarDraft {
  /// - Throws: `ResponseError` where it seems to hold a password or key.
  func checkedForSecrets() throws(ResponseError) -> ExemplarDraft {
    if let secret {
      throw ResponseError(.requestFailed, "The exemplar is not stored: \(secret).")
    }
    return self
  }
}

extension PillowExemplar {
  init(_ exemplar: Exemplar) {
    self.init(
      id: exemplar.id, instruction: exemplar.instruction, input: exemplar.input,
      output: exemplar.output, tags: exemplar.tags, language: exemplar.language,
      pool: exemplar.pool, origin: exemplar.origin, version: exemplar.version,
      pinned: exemplar.isPinned, muted: exemplar.isMuted, removed: exemplar.retiredAt != nil,
      createdAt: exemplar.createdAt.formatted(.iso8601),
      updatedAt: exemplar.updatedAt.formatted(.iso8601))
  }
}

extension PillowShot {
  init(_ shot: MatchedExemplar) {
    let exemplar = shot.exemplar
    self.init(
      id: exemplar.id, instruction: exemplar.instruction, input: exemplar.input,
      output: exemplar.output, tags: exemplar.tags, language: exemplar.language,
      pool: exemplar.pool, probability: shot.probability, similarity: Double(shot.cosine),
      why: shot.why)
  }
}
