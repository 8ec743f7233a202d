/// How urgently vectors are needed.
public enum EncodingPriority: Sendable {
  /// Somebody waits for them.
  case interactive
  /// Nobody waits for them: threads of lower priority compute them and give way to editors and
  /// completions.
  case background
}
