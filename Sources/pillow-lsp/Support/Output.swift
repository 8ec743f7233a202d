import ErrorWording
import Foundation

/// Writes to the standard streams, a line at once, so that a reader at a pipe need not wait.
enum Output {
  static func line(_ text: String) { self.text(text + "\n") }

  /// A piece of a line.
  static func text(_ text: String) {
    FileHandle.standardOutput.write(Data((isTerminal ? visible(text) : text).utf8))
  }

  private static let isTerminal = isatty(STDOUT_FILENO) == 1

  /// A text whose control characters are shown instead of obeyed: an exemplar of a shared pool must
  /// not command a terminal.
  static func visible(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: commands) else { return text }
    return String(
      String.UnicodeScalarView(text.unicodeScalars.map { commands($0) ? "\u{FFFD}" : $0 }))
  }

  private static func commands(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.generalCategory == .control && scalar != "\n" && scalar != "\t"
  }

  static func json(_ value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // ISO 8601 with milliseconds: events follow one another within a second.
    encoder.dateEncodingStrategy = .custom { date, encoder in
      var container = encoder.singleValueContainer()
      try container.encode(
        date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true)))
    }
    var data = try encoder.encode(value)
    data.append(UInt8(ascii: "\n"))
    FileHandle.standardOutput.write(data)
  }

  /// Writes a file that the person named.
  static func write(_ text: String, to path: String) throws {
    do { try Data(text.utf8).write(to: URL(filePath: path), options: .atomic) } catch {
      throw CommandError("\(path) cannot be written: \(ErrorWording.reason(error)).")
    }
  }

  static func message(_ text: String, terminator: String = "\n") {
    FileHandle.standardError.write(Data((text + terminator).utf8))
  }

  /// Tells a person at the terminal how far a work is, in one line.
  static func count(_ done: Int, of all: Int, _ things: String) {
    guard isatty(STDERR_FILENO) == 1 else { return }
    message("\r\u{1B}[K\(done) of \(all) \(things)", terminator: done == all ? "\n" : "")
  }

  /// The size of a file.
  static func megabytes(_ url: URL) throws -> String {
    let size = try url.resourceValues(forKeys: [.fileSizeKey]).fileSize ?? 0
    return String(format: "%.1f MB", Double(size) / 1e6)
  }
}

/// What a command reads when no text is given as an argument: standard input to its end.
func standardInputText() throws -> String {
  let data = try FileHandle.standardInput.readToEnd() ?? Data()
  guard let text = String(validating: data, as: UTF8.self) else {
    throw CommandError("Standard input is not UTF-8 text.")
  }
  return text
}

/// One sentence for standard error; the exit code is 1.
struct CommandError: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
