public import Foundation

/// The models on this machine: where they are, how to fetch them, and whether they are intact.
///
/// A model is a folder under ``DataFolder/models``. It appears there in one step, after the SHA-256
/// of each of its files was checked, so a model that exists can be used.
public struct ModelStore: Sendable {
  public let folder: DataFolder
  let environment: [String: String]
  let recipes: @Sendable (ModelName) -> ModelRecipe

  /// - Parameter environment: `PATH` to find pip, and all variables that pip itself reads.
  public init(
    folder: DataFolder = DataFolder(),
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) {
    self.init(folder: folder, environment: environment, recipes: ModelRecipe.standard)
  }

  /// Creates a store with other recipes, for tests.
  package init(
    folder: DataFolder, environment: [String: String],
    recipes: @escaping @Sendable (ModelName) -> ModelRecipe
  ) {
    self.folder = folder
    self.environment = environment
    self.recipes = recipes
  }

  /// The models of other programs.
  public var search: ModelSearch { ModelSearch(environment: environment) }

  /// The place of a model, whether it is installed or not: the GGUF file of a language model, the
  /// folder of the encoder.
  public func expectedPath(of model: ModelName) -> URL {
    let place = place(of: model)
    return recipes(model).mainFile.map { place.appending(path: $0) } ?? place
  }

  /// The place of a model; `nil` if it is not installed, or a file is missing or has another size.
  public func path(of model: ModelName) -> URL? {
    do throws(ModelStoreError) {
      try checkSizes(of: model)
      return expectedPath(of: model)
    } catch {
      return nil
    }
  }

  /// All known models, installed or not.
  public func list() -> [ModelStatus] {
    ModelName.allCases.map { model in
      let recipe = recipes(model)
      let state: ModelStatus.State =
        if path(of: model) != nil {
          .installed
        } else if FileManager.default.fileExists(atPath: place(of: model).path) {
          .incomplete
        } else {
          .absent
        }
      return ModelStatus(
        model: model, state: state, path: expectedPath(of: model),
        installedBytes: recipe.installedBytes, downloadBytes: recipe.downloadBytes)
    }
  }

  /// Reads every file of a model and compares its SHA-256.
  ///
  /// - Throws: ``ModelStoreError/notInstalled(_:)``, `missingFile`, `damagedFile`, `unreadable`, or
  ///   `cancelled` if the task was cancelled.
  public func verify(
    _ model: ModelName, progress: (FetchProgress) -> Void = { _ in }
  ) throws(ModelStoreError) {
    try checkSizes(of: model)
    let recipe = recipes(model)
    try checkHashes(of: model, in: place(of: model), progress: progress) { file, found in
      .damagedFile(
        model, path: place(of: model).appending(path: file.name).path(percentEncoded: false),
        reason: "its SHA-256 is \(found)")
    }
    progress(FetchProgress(model, .finished, recipe.installedBytes, of: recipe.installedBytes))
  }

  func place(of model: ModelName) -> URL {
    folder.models.appending(path: model.rawValue)
  }

  private func checkSizes(of model: ModelName) throws(ModelStoreError) {
    let place = place(of: model)
    guard FileManager.default.fileExists(atPath: place.path(percentEncoded: false)) else {
      throw .notInstalled(model)
    }
    let recipe = recipes(model)
    if recipe.mainFile == nil || recipe.files.count > 1,
      recipe.files.allSatisfy({ FileSystem.size(place.appending(path: $0.name)) == nil })
    {
      throw .notInstalled(model)
    }
    for file in recipe.files {
      let url = place.appending(path: file.name)
      guard let size = FileSystem.size(url) else {
        throw .missingFile(model, path: url.path(percentEncoded: false))
      }
      guard size == file.bytes else {
        throw .damagedFile(
          model, path: url.path(percentEncoded: false),
          reason: "\(size) bytes instead of \(file.bytes)")
      }
    }
  }

  /// Compares the files of a model in a folder with the recipe.
  func checkHashes(
    of model: ModelName, in folder: URL, progress: (FetchProgress) -> Void,
    mismatch: (ModelRecipe.File, String) -> ModelStoreError
  ) throws(ModelStoreError) {
    let recipe = recipes(model)
    var done: Int64 = 0
    for file in recipe.files {
      let found: String
      do {
        found = try FileDigest.sha256(of: folder.appending(path: file.name)) { count in
          done += Int64(count)
          progress(FetchProgress(model, .checking, done, of: recipe.installedBytes))
        }
      } catch let error as ModelStoreError {
        throw error
      } catch {
        throw .cancelled(model)
      }
      guard found == file.sha256 else { throw mismatch(file, found) }
    }
  }
}
