/// What data sets call the parts of an exemplar, most telling first; letter case does not count.
enum FieldNames {
  static let instruction = [
    "instruction", "instructions", "prompt", "question", "query", "problem", "task", "request",
    "inputs",
  ]
  static let input = ["input", "context", "passage"]
  static let output = [
    "output", "response", "completion", "answer", "chosen", "target", "targets", "solution",
    "answers",
  ]
  /// Lists of answers under these names are as good as each other.
  static let alternatives: Set<String> = ["answers", "targets"]
  /// These count only together: alone they are names of people, or of what a column is about.
  static let asked = ["user", "human"]
  static let answered = ["assistant", "bot", "gpt", "ai", "model"]
  static let tags = ["tags", "category"]
  static let conversation = [
    "messages", "conversations", "conversation", "dialogue", "dialog", "turns", "chat",
    "contents",
  ]
  static let role = ["role", "from", "speaker", "author"]
  static let content = ["content", "value", "text", "message", "parts"]

  private static let userRoles: Set<String> = ["user", "human", "prompter", "question", "customer"]
  private static let assistantRoles: Set<String> = [
    "assistant", "gpt", "bot", "model", "chatgpt", "ai", "chatbot", "answer", "gpt4", "gpt-4",
    "gpt-3.5", "bing", "bard", "claude", "agent",
  ]

  enum Speaker { case user, assistant, other }

  static func speaker(_ role: String) -> Speaker {
    let role = role.trimmingBlanks.lowercased()
    if userRoles.contains(role) { return .user }
    return assistantRoles.contains(role) ? .assistant : .other
  }

  /// Under these names whole files keep the list of their records.
  static let lists: Set<String> = [
    "data", "rows", "records", "items", "examples", "samples", "train", "dataset", "results",
    "prompts", "exemplars", "instructions", "instances", "test", "validation", "valid", "dev",
    "eval", "splits",
  ]
}
