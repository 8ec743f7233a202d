public import ArgumentParser
public import Settings
import Tokenizers

/// How the language model is talked to; shared by the commands that give it instructions.
struct ConversationArguments: ParsableArguments {
  @Option(
    help: """
      How turns are written: \(Self.names). By default as the model's file says; a file that says \
      nothing is a base model and gets alpaca.
      """)
  var chatTemplate: String?
  @Option(
    help: """
      How the model reads the exemplars of a prompt: together, each with those before it, or apart, \
      each by itself.
      """)
  var exemplarReading: ReadingSetting?

  private static var names: String {
    ChatTemplate.Kind.allCases.map(\.rawValue).joined(separator: ", ")
  }

  func validate() throws {
    if let chatTemplate, ChatTemplate.Kind(rawValue: chatTemplate) == nil {
      throw ValidationError("--chat-template must be one of \(Self.names).")
    }
  }
}

extension ReadingSetting: ExpressibleByArgument {}
