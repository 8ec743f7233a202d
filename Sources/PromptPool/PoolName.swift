import Foundation

/// The rules for a pool's name: it is shown in one line of a list, and `pool share` makes it the name
/// of a file.
enum PoolName {
  /// Unicode characters.
  static let longest = 100

  /// Why a text cannot be a new pool's name; nil if it can.
  static func problem(_ name: String) -> String? {
    if name.allSatisfy(\.isWhitespace) { return "it is empty" }
    if name.first?.isWhitespace == true || name.last?.isWhitespace == true {
      return "it begins or ends with a space"
    }
    if name.count > longest { return "it has more than \(longest) characters" }
    if name.hasPrefix(".") { return "it begins with a full stop" }
    if name.contains(where: { $0 == "/" || $0 == "\\" }) { return "it contains a slash" }
    if name.unicodeScalars.contains(where: isControl) { return "it contains a control character" }
    return nil
  }

  /// Line ends too, and what turns the direction of the text behind it.
  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    let properties = scalar.properties
    return properties.isBidiControl
      || [.control, .lineSeparator, .paragraphSeparator].contains(properties.generalCategory)
  }

  /// - Throws: ``PromptPoolError/invalidPoolName(_:reason:)``.
  static func require(_ name: String) throws(PromptPoolError) {
    if let problem = problem(name) { throw .invalidPoolName(name, reason: problem) }
  }
}
