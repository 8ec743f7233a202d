import ArgumentParser
import RemoteEngines
import Settings

/// Which server completes; shared by the commands that ask for completions.
struct EngineArguments: ParsableArguments {
  @Option(
    help: """
      The address of an OpenAI-compatible server that completes, such as http://127.0.0.1:8080; by \
      default what a project sets. Its key is read from \(EngineKey.variable).
      """)
  var engine: String?
  @Option(help: "The model's name on that server.") var engineModel: String?
  @Option(help: "A file of mode 0600 with that server's key.") var engineKeyFile: String?

  func validate() throws {
    do { _ = try engine.map { try ServerAddress($0) } } catch {
      throw ValidationError("\(error)")
    }
  }

  /// Settings with what the arguments say. A model that is named on the command line is embedded,
  /// whatever server the project sets.
  func settings(over settings: PillowSettings, model: ModelArguments? = nil) throws
    -> PillowSettings
  {
    var settings = settings
    var chosen = settings.engineOrDefault
    if let engine {
      chosen.url = engine
      chosen.model = nil
      chosen.keyFile = nil
    } else if model?.model != nil {
      chosen.url = nil
    }
    if let engineModel { chosen.model = engineModel }
    if let engineKeyFile { chosen.keyFile = engineKeyFile }
    guard chosen.urlOrDefault.isEmpty == false || (engineModel == nil && engineKeyFile == nil)
    else { throw ValidationError("--engine-model and --engine-key-file need --engine.") }
    settings.engine = chosen
    return settings
  }
}
