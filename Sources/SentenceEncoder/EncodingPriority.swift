/// How urgent some texts' vectors are.
public enum EncodingPriority: Sendable {
  /// Somebody waits for them.
  case interactive
  /// Nobody does: threads of lower priority compute them, which an editor and its completions push
  /// aside.
  case background
}
