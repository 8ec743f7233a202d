package import JSONRPC

/// What a client may set in `initializationOptions`; all of it is optional, and comes before the
/// project's `.pillow/config.json`.
package struct ServerSettings: Sendable, Equatable {
  /// Names of the starter pools that the project gets.
  package var starterPools: [String]?
  /// How many exemplars stand in a prompt.
  package var shots: Int?
  /// The most tokens that a completion may have.
  package var maxTokens: Int?
  /// Of sampling; 0 is greedy.
  package var temperature: Double?
  /// A model's name, or the path of a GGUF file.
  package var model: String?

  package init() {}

  /// Reads what is there. What does not fit is left out, and reported with its path.
  package init(_ options: JSONValue?, problems: inout [String]) {
    guard let options, options != .null else { return }
    guard options.object != nil else {
      problems.append("initializationOptions is no object; the defaults are used")
      return
    }
    func read<T>(_ key: String, _ expected: String, _ take: (JSONValue) -> T?) -> T? {
      guard let value = options[key], value != .null else { return nil }
      if let taken = take(value) { return taken }
      problems.append("initializationOptions.\(key) has to be \(expected); the default is used")
      return nil
    }
    starterPools = read("starterPools", "a list of names") { value in
      guard let items = value.array else { return nil }
      let names = items.compactMap(\.string)
      return names.count == items.count ? names : nil
    }
    shots = read("shots", "a whole number from 0 to 32") { value in
      value.integer.flatMap { (0...32).contains($0) ? $0 : nil }
    }
    maxTokens = read("maxTokens", "a whole number from 1 to 8192") { value in
      value.integer.flatMap { (1...8192).contains($0) ? $0 : nil }
    }
    temperature = read("temperature", "a number from 0 to 2") { value in
      value.number.flatMap { (0...2).contains($0) ? $0 : nil }
    }
    model = read("model", "a name or a path", \.string)
  }
}
