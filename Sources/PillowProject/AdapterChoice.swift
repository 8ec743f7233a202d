public import CompletionEngine
import FineTuning
public import Foundation
import ModelStore
public import Settings

/// Which adapter tunes the embedded model: what the setting names; where it names nothing, the
/// version of the project's own adapters that serves, and the tuned default that comes with the
/// program for the default model.
public struct AdapterChoice: Sendable {
  private let named: AdapterFile?
  private let isOpen: Bool
  private let isDefaultModel: Bool
  private let versions: AdapterVersions?
  private let shipped: AdapterFile?
  private let scale: Float

  /// - Parameters:
  ///   - project: the project's folder of data; nil for no project.
  ///   - shipped: the folder of the adapters that come with the program.
  public init(
    _ settings: PillowSettings, project: URL? = nil, shipped: URL? = AdapterChoice.shippedFolder()
  ) {
    let setting = settings.adapterOrDefault
    scale = Float(settings.adapterScaleOrDefault)
    isOpen = setting.isEmpty
    named =
      isOpen || setting == PillowSettings.noAdapter
      ? nil : AdapterFile(ModelLibrary.url(setting), scale: scale)
    versions = project.map { AdapterVersions($0.appending(path: "adapters")) }
    let model = settings.modelOrDefault
    isDefaultModel = model.isEmpty || model == ModelName.smollm2.rawValue
    self.shipped = shipped.flatMap {
      Self.shippedAdapter(in: $0.appending(path: ModelName.smollm2.rawValue))
    }
  }

  /// Whether the default model would be tuned, and what tunes it is not beside the program.
  public var lacksShipped: Bool { isOpen && isDefaultModel && shipped == nil }

  /// The adapters to choose from, the best first; each says which model it is for.
  public var candidates: [AdapterFile] {
    guard isOpen else { return named.map { [$0] } ?? [] }
    var found: [AdapterFile] = []
    if let versions, let number = versions.serving, let version = try? versions.version(number) {
      found.append(AdapterFile(versions.url(of: number), scale: scale, base: version.base))
    }
    if isDefaultModel, var shipped {
      shipped.scale = scale
      found.append(shipped)
    }
    return found
  }

  /// `$PILLOW_LSP_ADAPTERS`, `../share/pillow-lsp/Adapters`, or `Adapters` of the checkout.
  public static func shippedFolder(
    environment: [String: String] = ProcessInfo.processInfo.environment,
    executable: URL? = Bundle.main.executableURL
  ) -> URL? {
    ShippedFolder.find(
      "Adapters", variable: "PILLOW_LSP_ADAPTERS", environment: environment,
      executable: executable)
  }

  /// Nil for a folder that holds no adapter with what is known about it.
  private static func shippedAdapter(in folder: URL) -> AdapterFile? {
    guard let version = AdapterVersions.version(in: folder) else { return nil }
    return AdapterFile(folder, base: version.base)
  }
}
