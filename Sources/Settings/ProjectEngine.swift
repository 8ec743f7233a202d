import Foundation
import JSONRPC

/// What a repository may say about the engine: nothing that sends a person's text or key elsewhere.
enum ProjectEngine {
  /// Removes what does not count from the values of `.pillow/config.json`.
  ///
  /// - Returns: a sentence for each value.
  static func restrict(_ values: inout [String: JSONValue]) -> [String] {
    var problems: [String] = []
    let url = values["engine.url"]?.string ?? ""
    if !url.isEmpty, !isThisMachine(url) {
      values["engine.url"] = nil
      problems.append(
        ".pillow/config.json: engine.url may name only this machine; set another address in your "
          + "editor's settings or in PILLOW_LSP_ENGINE_URL")
    }
    if values["engine.keyFile"]?.string?.isEmpty == false, values["engine.url"] == nil {
      values["engine.keyFile"] = nil
      problems.append(
        ".pillow/config.json: engine.keyFile counts only beside an engine.url of this machine; set "
          + "it in your editor's settings or in PILLOW_LSP_ENGINE_KEY_FILE")
    }
    return problems
  }

  private static func isThisMachine(_ url: String) -> Bool {
    guard let host = URLComponents(string: url)?.host?.lowercased() else { return false }
    if ["localhost", "::1", "[::1]"].contains(host) { return true }
    let numbers = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
    return numbers.count == 4 && numbers.first == 127 && !numbers.contains(nil)
  }
}
