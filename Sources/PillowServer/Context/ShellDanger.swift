import Foundation

/// Commands that nobody should find in a script by accident. Pure.
package enum ShellDanger {
  /// - Parameter document: folders and files that it names may be removed.
  package static func isFound(in command: String, document: String) -> Bool {
    if patterns.contains(where: { command.contains($0) }) { return true }
    // Removing is fine within what the file speaks of.
    for match in command.matches(of: #/\brm\s+(?:-\w+\s+)*([^;&|\n]+)/#) {
      for target in match.1.split(whereSeparator: \.isWhitespace) where !target.hasPrefix("-") {
        let name = target.trimmingCharacters(in: CharacterSet(charactersIn: "\"'"))
        if name.hasPrefix("/") || name.hasPrefix("~") || name.hasPrefix("..") || name == "*"
          || name == "." || name.hasPrefix("$HOME") || name.hasPrefix("./*")
        {
          return true
        }
        let stem = name.split { "/*?[".contains($0) }.first.map(String.init) ?? name
        if !stem.hasPrefix("$"), !stem.isEmpty, !document.contains(stem) { return true }
      }
    }
    return false
  }

  private static var patterns: [Regex<Substring>] {
    [
      #/\b(?:curl|wget)\b[^\n]*\|\s*(?:sudo\s+)?(?:ba|z|da)?sh\b/#,
      #/\bgit\s+push\b[^\n]*(?:--force\b|\s-f\b|--delete\b|--mirror\b)/#,
      #/\bgit\s+(?:reset\s+--hard|clean\s+-\w*f)/#,
      #/\b(?:mkfs|mkswap|fdisk|parted|shutdown|reboot|halt|poweroff)\b/#,
      #/\bdd\s+[^\n]*\bof=\/dev\//#,
      #/>\s*\/(?:dev\/(?:sd|nvme|mmc)|etc\/|bin\/|usr\/|boot\/)/#,
      #/\b(?:chmod|chown)\s+(?:-\w+\s+)*\S*\s+(?:\/|~)\s*(?:$|[;&|])/#,
      #/\bchmod\s+(?:-R\s+)?777\b/#,
      #/\bfind\s+(?:\/|~|\$HOME|\.\.)(?:\s[^\n]*)?(?:-delete|-exec\s+rm)/#,
      #/\bfind\s+\.?\s+-delete/#,
      #/:\(\)\s*\{\s*:\|:/#,
      #/\bsudo\b/#,
      #/\b(?:kill|pkill|killall)\s+-9\b/#,
      #/\beval\s+["$`]/#,
    ]
  }
}
