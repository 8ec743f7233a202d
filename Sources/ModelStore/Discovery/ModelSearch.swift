public import Foundation

/// Finds the models that other programs have stored on this machine.
///
/// Whatever is damaged, missing or unreadable becomes the fault of one entry or a note; it never
/// ends a search. Nothing is written and no file is opened as a model.
public struct ModelSearch: Sendable {
  /// What a search has found.
  public struct Result: Sendable {
    /// Sorted by source and name.
    public var models: [FoundModel] = []
    /// Folders that could not be read, one sentence each.
    public var notes: [String] = []
  }

  let environment: [String: String]
  let home: URL
  public let hub: HubCache

  /// - Parameter environment: `HOME` and the variables of the programs.
  public init(environment: [String: String] = ProcessInfo.processInfo.environment) {
    self.environment = environment
    home = DataFolder.home(environment)
    hub = HubCache(environment: environment)
  }

  /// All models, with the faults that can be seen without opening them.
  public func all() -> Result {
    var result = Result()
    addHub(to: &result)
    addFlat(to: &result)
    addOllama(to: &result)
    addLMStudio(to: &result)
    var seen: Set<String> = []
    result.models = result.models.filter { seen.insert($0.name).inserted }
    return result
  }

  /// The model that a name means.
  ///
  /// - Throws: ``ModelSearchError`` with similar names, or with the fault of the model.
  public func find(_ reference: ModelReference) throws(ModelSearchError) -> FoundModel {
    let found: FoundModel? =
      switch reference.source {
      case .huggingFace: try hubModel(HubReference(reference.name))
      case .ollama: try ollamaModel(reference.name)
      case .lmStudio: lmStudioModel(reference.name)
      case .llamaCPP: flatModel(reference.name)
      }
    guard let found else {
      throw .notFound(
        reference, nearest: nearest(to: reference), advice: Self.advice(reference))
    }
    if let fault = found.fault {
      throw .unusable(
        reference, path: found.path.path(percentEncoded: false), reason: fault)
    }
    return found
  }

  private static func advice(_ reference: ModelReference) -> String {
    switch reference.source {
    case .huggingFace: "fetch it with `pillow-lsp model fetch \(reference)`"
    case .ollama: "fetch it with `ollama pull \(reference.name)`"
    case .lmStudio: "download it in LM Studio"
    case .llamaCPP: "check the file's name"
    }
  }

  /// The names that are nearest to a reference: of the same program, or of others if they have much
  /// of it.
  private func nearest(to reference: ModelReference) -> [String] {
    let similarity = NameSimilarity(to: reference.name)
    let scored = all().models.map { model in
      (name: model.name, score: similarity(model.plainName), source: model.source)
    }.filter { $0.source == reference.source || $0.score >= 0.5 }
      .sorted { ($0.score, $1.name) > ($1.score, $0.name) }
    guard let best = scored.first?.score, best > 0 else { return [] }
    return scored.filter { $0.score >= best / 2 }.prefix(3).map(\.name)
  }
}
