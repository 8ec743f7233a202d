import Foundation
import ModelStore

/// A file of a repository at a commit.
package struct HubFile: Sendable, Equatable {
  /// How its content is checked.
  package enum Digest: Sendable, Equatable {
    case sha256(String)
    /// The SHA-1 of the length and the content, as Git computes it.
    case gitBlob(String)

    /// The name of its blob in the cache.
    package var hexadecimal: String {
      switch self {
      case .sha256(let digits), .gitBlob(let digits): digits
      }
    }
  }

  package let path: String
  package let bytes: Int64
  package let digest: Digest

  package init(path: String, bytes: Int64, digest: Digest) {
    self.path = path
    self.bytes = bytes
    self.digest = digest
  }
}

/// What a repository has at its main branch.
package struct HubListing: Sendable {
  package let commit: String
  package let branch: String
  package let files: [HubFile]
}

extension HubConnection {
  private struct References: Decodable {
    struct Branch: Decodable {
      let name: String
      let targetCommit: String
    }
    let branches: [Branch]
  }

  private struct Entry: Decodable {
    struct LargeFile: Decodable {
      let oid: String
      let size: Int64
    }
    let type: String
    let oid: String
    let size: Int64
    let path: String
    let lfs: LargeFile?
  }

  /// All files of a repository's main branch. Source: https://huggingface.co/docs/hub/api
  func listing(of repository: String) async throws -> HubListing {
    let base = settings.endpoint.appending(path: "api/models/\(repository)")
    let refs = base.appending(path: "refs")
    let branches = try await json(References.self, at: refs, of: repository).value.branches
    guard let branch = branches.first(where: { $0.name == "main" }) ?? branches.first else {
      throw HubError.badAnswer(address: refs.shown, reason: "no branch")
    }
    let commit = branch.targetCommit
    guard commit.utf8.count >= 7, commit.allSatisfy(\.isHexDigit), branch.name.isFileComponent
    else { throw HubError.badAnswer(address: refs.shown, reason: "a commit that is none") }
    var files: [HubFile] = []
    var page: URL? = base.appending(path: "tree/\(commit)")
      .appending(queryItems: [URLQueryItem(name: "recursive", value: "true")])
    while let url = page {
      let (entries, next) = try await json([Entry].self, at: url, of: repository)
      for entry in entries where entry.type == "file" {
        files.append(try Self.file(entry, address: url.shown))
      }
      guard files.count <= 1_000_000, next != url else {
        throw HubError.badAnswer(address: url.shown, reason: "an endless list")
      }
      page = next
    }
    return HubListing(commit: commit, branch: branch.name, files: files)
  }

  private static func file(_ entry: Entry, address: String) throws(HubError) -> HubFile {
    let components = entry.path.split(separator: "/", omittingEmptySubsequences: false)
    let digest: HubFile.Digest
    if let large = entry.lfs {
      let digits = large.oid.hasPrefix("sha256:") ? String(large.oid.dropFirst(7)) : large.oid
      digest = .sha256(digits.lowercased())
    } else {
      digest = .gitBlob(entry.oid.lowercased())
    }
    let length: Int
    switch digest {
    case .sha256: length = 64
    case .gitBlob: length = 40
    }
    let size = entry.lfs?.size ?? entry.size
    // What the server names becomes a path on this machine.
    guard components.allSatisfy({ String($0).isFileComponent }), size >= 0,
      digest.hexadecimal.utf8.count == length, digest.hexadecimal.allSatisfy(\.isHexDigit)
    else {
      throw .badAnswer(address: address, reason: "a file with an impossible name, size or hash")
    }
    return HubFile(path: entry.path, bytes: size, digest: digest)
  }
}
