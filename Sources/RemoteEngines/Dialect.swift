/// Which optional parts of the API a server takes. Learned from its refusals.
struct Dialect: Sendable, Equatable {
  var sendsLogProbabilities = true
  var sendsUsage = true
  var sendsSystem = true
  var sendsSampling = true
  var sendsStop = true
  /// Newer models of OpenAI's know only the newer name.
  var namesCompletionTokens = false

  static let plain = Dialect(
    sendsLogProbabilities: false, sendsUsage: false, sendsSystem: false, sendsSampling: false,
    sendsStop: false)

  /// What to try after a request was refused as malformed; nil when nothing is left to leave out.
  func simpler(after message: String) -> Dialect? {
    let message = message.lowercased()
    var next = self
    if message.contains("max_completion_tokens") {
      next.namesCompletionTokens = true
    } else if message.contains("logprobs") {
      next.sendsLogProbabilities = false
    } else if message.contains("stream_options") || message.contains("include_usage") {
      next.sendsUsage = false
    } else if message.contains("system") {
      next.sendsSystem = false
    } else if ["temperature", "seed", "top_p", "top_k", "min_p"].contains(where: message.contains) {
      next.sendsSampling = false
    } else if message.contains("stop") {
      next.sendsStop = false
    }
    if next == self {
      next = .plain
      next.namesCompletionTokens = namesCompletionTokens
    }
    return next == self ? nil : next
  }
}
