package import Foundation

/// What an error says to a person. Those of the project have sentences of their own; Foundation's
/// describe themselves for debuggers, with domains, codes and dictionaries.
package enum ErrorWording {
  /// Why something cannot be done with a file that the reader knows already, such as “it does not
  /// exist”.
  package static func reason(_ error: any Error) -> String {
    if let error = error as? CocoaError { return cocoa(error, file: "it") }
    return sentence(error)
  }

  package static func sentence(_ error: any Error) -> String {
    switch error {
    case let error as DecodingError: return decoding(error)
    case is EncodingError: return "a value cannot be written as JSON"
    case let error as POSIXError: return system(error.code.rawValue)
    case let error as CocoaError: return cocoa(error, file: file(error))
    case is URLError: return "the address cannot be reached"
    default: break
    }
    let text = String(describing: error)
    guard type(of: error) is NSError.Type || text.contains("Error Domain=") else { return text }
    return foundation(error as NSError)
  }

  private static func file(_ error: CocoaError) -> String {
    let path = (error.userInfo[NSFilePathErrorKey] as? String) ?? error.url?.path
    return path.map { "`\($0)`" } ?? "a file"
  }

  private static func cocoa(_ error: CocoaError, file: String) -> String {
    switch error.code {
    case .fileNoSuchFile, .fileReadNoSuchFile: "\(file) does not exist"
    case .fileReadNoPermission: "\(file) may not be read: check its permissions"
    case .fileWriteNoPermission: "\(file) may not be written: check its permissions"
    case .fileWriteOutOfSpace: "\(file) cannot be written: the disk is full"
    case .fileWriteFileExists: "\(file) exists already"
    case .fileWriteVolumeReadOnly: "\(file) cannot be written: the disk is read-only"
    case .fileReadInapplicableStringEncoding, .fileReadUnknownStringEncoding:
      "\(file) is not written in UTF-8"
    default: underlying(error as NSError) ?? "\(file) cannot be read or written"
    }
  }

  private static func foundation(_ error: NSError) -> String {
    if error.domain == NSPOSIXErrorDomain { return system(Int32(error.code)) }
    return underlying(error) ?? "the system refused (\(error.code))"
  }

  private static func underlying(_ error: NSError) -> String? {
    guard let inner = error.userInfo[NSUnderlyingErrorKey] as? NSError,
      inner.domain == NSPOSIXErrorDomain
    else { return nil }
    return system(Int32(inner.code))
  }

  private static func system(_ code: Int32) -> String {
    String(cString: strerror(code)).lowercased()
  }

  private static func decoding(_ error: DecodingError) -> String {
    let (context, what): (DecodingError.Context, String) =
      switch error {
      case .keyNotFound(let key, let context): (context, "`\(key.stringValue)` is missing")
      case .typeMismatch(_, let context): (context, "the value has another type")
      case .valueNotFound(_, let context): (context, "the value is null")
      case .dataCorrupted(let context): (context, "this is no valid JSON")
      @unknown default: (.init(codingPath: [], debugDescription: ""), "this is no valid JSON")
      }
    let path = context.codingPath.map(\.stringValue).joined(separator: ".")
    return path.isEmpty ? what : "\(path): \(what)"
  }
}
