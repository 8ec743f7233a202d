extension ExemplarDraft {
  /// Why it may not be stored; nil when nothing speaks against it.
  public var secret: String? {
    let parts =
      [("instruction", instruction), ("input", input), ("output", output)]
      + tags.map { ("tags", $0) }
    for (name, text) in parts {
      guard let found = SecretScanner.find(in: text) else { continue }
      return "“\(name)” seems to hold \(found.kind), in its line \(found.line)"
    }
    return nil
  }
}
