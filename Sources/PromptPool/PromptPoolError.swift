public import Foundation
internal import GRDB

/// What can go wrong with a project's database or with what is put into it.
public enum PromptPoolError: Error, Equatable, Sendable {
  case cannotCreate(path: String, reason: String)
  case readOnly(path: String)
  case corrupt(path: String)
  /// The file is not the one any more that was opened.
  case replaced(path: String)
  case newerVersion(path: String)
  case diskFull(path: String)
  /// What was to be forgotten is deleted, but not overwritten in the file.
  case notOverwritten(path: String, reason: String)
  case busy(path: String)
  /// A file to import cannot be read.
  case unreadable(path: String, reason: String)
  /// Neither a file's name nor its start tells its format.
  case unknownFormat(path: String)
  /// A file to import is of a kind that holds no exemplars.
  case foreignFile(path: String, what: String, advice: String)
  /// No exemplar is in a pool of that name.
  case poolNotFound(String, known: [String])
  /// A new pool cannot be called so.
  case invalidPoolName(String, reason: String)
  case exemplarNotFound(Int64)
  case suggestionNotFound(String)
  case matcherVersionNotFound(Int64)
  case learningVersionNotFound(Int64)
  /// The same content is in the pool already.
  case duplicate(of: Int64)
  case invalidExemplar(reason: String)
  case invalidEmbedding(exemplar: Int64, reason: String)
  case cancelled
  /// Anything else SQLite says.
  case database(path: String, code: Int, message: String)
}

extension PromptPoolError: CustomStringConvertible, LocalizedError {
  public var description: String {
    switch self {
    case .cannotCreate(let path, let reason):
      "\(path) cannot be created: \(reason)."
    case .readOnly(let path):
      "The prompt pool \(path) cannot be written; give yourself write permission for it and its "
        + "folder."
    case .corrupt(let path):
      "The prompt pool \(path) is damaged or not a database; `pillow-lsp pool recover` sets it "
        + "aside and saves what can be read."
    case .replaced(let path):
      "The prompt pool \(path) was removed, emptied or replaced by another program while it was "
        + "open; nothing was written."
    case .newerVersion(let path):
      "The prompt pool \(path) was written by a newer pillow-lsp; update this one to use it."
    case .diskFull(let path):
      "The disk is full, so the prompt pool \(path) cannot be written; make room and try again."
    case .notOverwritten(let path, let reason):
      "It is deleted, but the file \(path) may still hold its text, because it could not be "
        + "rewritten: \(reason) The next `pillow-lsp pool forget` rewrites it."
    case .busy(let path):
      "The prompt pool \(path) has been in use by another program for too long; try again."
    case .unreadable(let path, let reason):
      "The file \(path) cannot be read: \(reason)."
    case .unknownFormat(let path):
      "The format of \(path) is not recognised; name it with --format."
    case .foreignFile(let path, let what, let advice):
      "\(path) is \(what), and no exemplars can be read from it: \(advice)."
    case .poolNotFound(let name, let known):
      "There is no pool named \(name). "
        + (known.isEmpty
          ? "The project has no exemplars yet."
          : "The project's pools are \(known.joined(separator: ", ")).")
    case .invalidPoolName(let name, let reason):
      "A pool cannot be named \(name.debugDescription): \(reason)."
    case .exemplarNotFound(let id):
      "The pool has no exemplar \(id); `pillow-lsp pool list` shows what there is."
    case .suggestionNotFound(let id):
      "No suggestion \(id) was recorded, so there is nothing to give feedback on."
    case .matcherVersionNotFound(let version):
      "There is no version \(version) of the matching network."
    case .learningVersionNotFound(let version):
      "There is no such version \(version): `pillow-lsp learning history` lists what there is."
    case .duplicate(let id):
      "The pool has the same exemplar already, number \(id)."
    case .invalidExemplar(let reason):
      "The exemplar cannot be stored: \(reason)."
    case .invalidEmbedding(let exemplar, let reason):
      "The embedding of exemplar \(exemplar) cannot be stored: \(reason)."
    case .cancelled:
      "Cancelled; what was complete stays, and the rest was undone."
    case .database(let path, let code, let message):
      "The prompt pool \(path) reports error \(code): \(message)."
    }
  }

  public var errorDescription: String? { description }

  init(_ error: any Error, path: String) {
    if let known = error as? PromptPoolError {
      self = known
      return
    }
    if error is CancellationError {
      self = .cancelled
      return
    }
    guard let error = error as? DatabaseError else {
      self = .database(path: path, code: 0, message: String(describing: error))
      return
    }
    switch error.resultCode {
    case .SQLITE_READONLY, .SQLITE_PERM: self = .readOnly(path: path)
    // SQLite names the step that failed, not the reason.
    case .SQLITE_IOERR where DiskSpace.isFull(at: path),
      .SQLITE_CANTOPEN where DiskSpace.isFull(at: path):
      self = .diskFull(path: path)
    case .SQLITE_CANTOPEN:
      let folder = (path as NSString).deletingLastPathComponent
      self =
        FileManager.default.isWritableFile(atPath: folder)
        ? .cannotCreate(path: path, reason: "SQLite cannot open it") : .readOnly(path: path)
    case .SQLITE_NOTADB, .SQLITE_CORRUPT: self = .corrupt(path: path)
    case .SQLITE_FULL: self = .diskFull(path: path)
    case .SQLITE_BUSY, .SQLITE_LOCKED: self = .busy(path: path)
    default:
      self = .database(
        path: path, code: Int(error.extendedResultCode.rawValue), message: error.message ?? "")
    }
  }
}
