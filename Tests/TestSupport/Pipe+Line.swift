public import Foundation

extension Pipe {
  /// The next line of what a process says, with its end; what there is of it where the process ends
  /// first. Nothing behind it is taken from the pipe.
  public func readLine() throws -> String {
    var line = ""
    while !line.hasSuffix("\n"), let byte = try fileHandleForReading.read(upToCount: 1),
      !byte.isEmpty
    {
      line += String(decoding: byte, as: UTF8.self)
    }
    return line
  }
}
