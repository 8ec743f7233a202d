import Foundation
import JSONRPC
import LanguageServerProtocol
import PromptPool

/// What the `pillow/…` methods and the commands have in common: the project that is meant, and the
/// instruction.
extension SessionContext {
  /// - Parameter uri: a document or folder of the project; the first folder where it is missing.
  func service(of uri: String?) async throws -> any CompletionService {
    try await workspace.service(at: root(of: uri))
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
    query: InstructionQuery, place: (Document, Instruction)?, uri: String?
  ) {
    if let text = params.instruction, !text.trimmed.isEmpty {
      let query = InstructionQuery(
        instruction: text, input: params.input ?? "", language: params.language)
      return (query, nil, params.uri ?? params.textDocument?.uri)
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
        "there is no instruction at that place; pillow/match takes one in `instruction`, too")
    }
    return (instruction.query, (document, instruction), uri)
  }
}

/// Runs work on a pool; what is wrong with the parameters is told apart from what does not work.
func pooled<R>(_ work: () throws -> R) throws -> R {
  do {
    return try work()
  } catch let error as PromptPoolError {
    switch error {
    case .exemplarNotFound, .suggestionNotFound, .matcherVersionNotFound, .invalidExemplar,
      .duplicate,
      .unreadable, .unknownFormat, .foreignFile, .poolNotFound:
      throw ResponseError(.invalidParams, error.description)
    case .cancelled: throw CancellationError()
    default: throw ResponseError(.requestFailed, error.description)
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
  init(_ shot: ExemplarMatch.Shot) {
    let exemplar = shot.exemplar
    self.init(
      id: exemplar.id, instruction: exemplar.instruction, input: exemplar.input,
      output: exemplar.output, tags: exemplar.tags, language: exemplar.language,
      pool: exemplar.pool, probability: shot.probability, similarity: shot.similarity,
      why: shot.why)
  }
}
