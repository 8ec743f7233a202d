public import Foundation
public import PromptPool

/// What a member has trained and published: a matching network or an adapter.
public struct TeamVersion: Sendable, Codable, Equatable {
  public let number: Int64
  public let kind: LearnedKind
  /// Of a network, its sentence encoder's identity; of an adapter, its model's.
  public let base: String
  /// What made it, for people.
  public let note: String
  public let at: Date
  /// The member's role.
  public let by: String
  public let bytes: Int
}

/// A version that is to be published.
public struct NewTeamVersion: Sendable {
  public var kind: LearnedKind
  public var base: String
  public var note: String
  public var files: [String: Data]

  /// Databases refuse larger ones.
  static let mostBytes = 128 << 20

  public init(_ kind: LearnedKind, base: String, note: String, files: [String: Data]) {
    self.kind = kind
    self.base = base
    self.note = note
    self.files = files
  }
}

extension TeamSync {
  /// Publishes a version for the team. Waits for the server.
  ///
  /// - Returns: its number there, also where the same was published before.
  /// - Throws: ``TeamError``, `PromptPoolError`.
  public func publish(_ version: NewTeamVersion) throws -> Int64 {
    let remote = try remote()
    return try open(remote).publish(version, to: remote.pool)
  }

  /// What members have published, oldest first. Waits for the server.
  public func versions() throws -> [TeamVersion] {
    let remote = try remote()
    return try open(remote).versions(of: remote.pool)
  }

  /// A version with its files. Waits for the server.
  ///
  /// - Throws: ``TeamError/versionNotFound(_:known:)``.
  public func fetch(_ number: Int64) throws -> (version: TeamVersion, files: [String: Data]) {
    let remote = try remote()
    let database = try open(remote)
    let versions = try database.versions(of: remote.pool)
    guard let version = versions.first(where: { $0.number == number }) else {
      throw TeamError.versionNotFound(number, known: versions.map(\.number))
    }
    return (version, try database.files(of: number))
  }

  private func open(_ remote: TeamRemote) throws -> TeamDatabase {
    let database = try TeamDatabase(TeamAddress(remote.address))
    _ = try database.prepare()
    return database
  }
}
