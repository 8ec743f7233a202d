import Foundation

/// Takes standard input and output for the protocol alone.
public enum StandardStreams {
  /// Moves both away: whatever else prints goes to standard error, and whatever else reads finds
  /// the end.
  ///
  /// - Returns: the descriptors to speak the protocol over.
  public static func claim() -> (input: Int32, output: Int32) {
    let input = dup(STDIN_FILENO)
    let output = dup(STDOUT_FILENO)
    for descriptor in [input, output] { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
    dup2(STDERR_FILENO, STDOUT_FILENO)
    let nothing = open("/dev/null", O_RDONLY)
    if nothing >= 0 {
      dup2(nothing, STDIN_FILENO)
      close(nothing)
    }
    return (input, output)
  }
}
