import AsyncHTTPClient
public import Foundation
public import ModelStore

/// Fetches GGUF files from the Hugging Face hub into the cache that other tools share.
public struct ModelHub: Sendable {
  let settings: HubSettings
  let pause: @Sendable (Duration) async throws -> Void

  /// - Throws: ``HubError/offline(variable:)``, ``HubError/badEndpoint(_:)``.
  public init(
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws(HubError) {
    try self.init(environment: environment) { try await Task.sleep(for: $0) }
  }

  /// - Parameter pause: Waits before another attempt.
  package init(
    environment: [String: String], pause: @escaping @Sendable (Duration) async throws -> Void
  ) throws(HubError) {
    settings = try HubSettings(environment: environment)
    self.pause = pause
  }

  /// Fetches a file, or all parts of a split one, and checks its hash.
  ///
  /// A file that is there and intact is not fetched again. What a broken or cancelled download has
  /// left is continued. Nothing appears under its name before its hash was checked.
  ///
  /// - Returns: The file in the cache; of a split model the first part.
  public func fetch(
    _ reference: HubReference,
    progress: @escaping @Sendable (FetchProgress) -> Void = { _ in }
  ) async throws(HubError) -> URL {
    let client = HTTPClient(
      eventLoopGroupProvider: .singleton, configuration: HubConnection.configuration(settings))
    let connection = HubConnection(settings: settings, client: client, pause: pause)
    let outcome: Result<URL, any Error>
    do {
      outcome = .success(
        try await HubFetch(connection: connection, reference: reference, progress: progress).run())
    } catch {
      outcome = .failure(error)
    }
    try? await client.shutdown()
    do { return try outcome.get() } catch let error as HubError {
      throw error
    } catch is CancellationError {
      throw .cancelled
    } catch let error as ModelStoreError {
      throw .storage(error)
    } catch {
      throw .unreachable(
        host: settings.endpoint.host() ?? "the hub", detail: HubConnection.words(error))
    }
  }
}
