import Foundation
import JSONRPC
import LanguageServerProtocol
import Personalization
import PillowProject
import PromptPool

/// `pillow/learning/…`.
struct LearningMethods {
  let context: SessionContext

  func register(in router: inout Router) {
    router.on(PillowLearningStatusRequest.self) { [context] params, request in
      context.open.answer(request) { try await Self.status(context.project(of: params.uri)) }
    }
    router.on(PillowLearningHistoryRequest.self) { [context] params, request in
      context.open.answer(request) {
        let history = try await context.project(of: params.uri)
          .answering { try LearningHistory($0) }
        return PillowLearningHistoryRequest.Result(
          versions: history.versions.map(PillowLearningVersion.init))
      }
    }
    router.on(PillowLearningCompareRequest.self) { [context] params, request in
      context.open.answer(request) { try await Self.compare(params, context) }
    }
    router.on(PillowLearningRollbackRequest.self) { [context] params, request in
      context.open.answer(request) {
        guard let kind = LearnedKind(rawValue: params.kind) else {
          let known = LearnedKind.allCases.map(\.rawValue).joined(separator: ", ")
          throw ResponseError(.invalidParams, "there is no kind \(params.kind), only \(known)")
        }
        guard let now = try await context.project(of: params.uri).rollBackLearning(kind) else {
          throw ResponseError(
            .requestFailed, "no step of the \(kind.rawValue) is left to take back")
        }
        return PillowLearningRollbackRequest.Result(serving: now)
      }
    }
    router.on(PillowLearningPauseRequest.self) { [context] params, request in
      context.open.answer(request) {
        let project = try await context.project(of: params.uri)
        try await project.pauseLearning(params.on ?? true)
        return try await Self.status(project)
      }
    }
    router.on(PillowLearningResetRequest.self) { [context] params, request in
      context.open.answer(request) {
        let project = try await context.project(of: params.uri)
        try await project.resetLearning()
        return try await Self.status(project)
      }
    }
  }

  private static func status(
    _ project: Project
  ) async throws -> PillowLearningStatusRequest.Result {
    let status = try await project.learningStatus()
    return .init(
      on: status.isOn, paused: status.isPaused, outcomes: status.outcomes,
      standingTexts: status.standingTexts, standingTextsTrusted: status.trustsStandingTexts,
      learnedFrom: status.learnedFrom,
      begunWith: status.begunWith, latest: status.latest, latestKept: status.latestKept,
      policy: status.policy, gate: status.gate,
      adapter: status.adapter)
  }

  private static func compare(
    _ params: PillowLearningCompareRequest.Params, _ context: SessionContext
  ) async throws -> PillowLearningCompareRequest.Result {
    do {
      let found = try await context.project(of: params.uri)
        .compareLearning(params.first, params.second)
      return .init(
        first: PillowLearningVersion(found.first), second: PillowLearningVersion(found.second),
        firstScore: found.firstScore, secondScore: found.secondScore, basis: found.basis)
    } catch let error as PromptPoolError {
      throw ResponseError(.invalidParams, error.description)
    }
  }
}

extension PillowLearningVersion {
  fileprivate init(_ version: LearningVersionSummary) {
    self.init(
      id: version.id, kind: version.kind.rawValue, at: version.at.formatted(.iso8601),
      firstOutcome: version.firstOutcome, lastOutcome: version.lastOutcome, note: version.note,
      score: version.score, servedScore: version.servedScore, promoted: version.isPromoted,
      serving: version.isServing)
  }
}

extension SessionContext {
  /// Puts one number that means something into the status.
  func showLearned(of project: Project) async {
    guard let sentence = try? await project.learnedSentence() else { return }
    status.setLearned(sentence, of: project.root)
  }
}
