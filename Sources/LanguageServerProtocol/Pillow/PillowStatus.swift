/// `pillow/status` (since 1): how the server is doing.
public enum PillowStatusRequest: LSPRequest {
  public static let method = "pillow/status"
  public typealias Params = PillowStatusParams
  public typealias Result = PillowStatus
}

/// `pillow/didChangeStatus` (since 1): sent to clients with `experimental.pillow.status`.
public enum PillowStatusNotification: LSPNotification {
  public static let method = "pillow/didChangeStatus"
  public typealias Params = PillowStatus
}

/// Where to say what is offered; both or neither.
public struct PillowStatusParams: Codable, Sendable, Hashable {
  public var textDocument: TextDocumentIdentifier?
  public var position: Position?

  public init(textDocument: TextDocumentIdentifier? = nil, position: Position? = nil) {
    self.textDocument = textDocument
    self.position = position
  }
}

/// The state of the server.
public struct PillowStatus: Codable, Sendable, Hashable {
  public enum Kind: String, Codable, Sendable {
    case normal = "Normal", warning = "Warning", error = "Error"
  }

  public var kind: Kind
  public var busy: Bool
  /// A sentence that says what to do, or an empty one.
  public var message: String
  /// How many accepted and kept completions could become exemplars; missing if there are none.
  public var harvest: Int?
  /// How many exemplars can be mined from the project's own work; missing once that was decided.
  public var mine: Int?
  /// How many of the latest suggestions were kept, in words; missing before there are any.
  public var learned: String?
  /// What is offered at the place that was asked about.
  public var place: Place?

  /// What the server makes of a place in a document.
  public struct Place: Codable, Sendable, Hashable {
    /// What it takes for an instruction there.
    public var instruction: String?
    /// Why nothing is offered, in one sentence, or an empty one.
    public var reason: String

    public init(instruction: String?, reason: String) {
      self.instruction = instruction
      self.reason = reason
    }
  }

  public init(
    kind: Kind, busy: Bool, message: String, harvest: Int? = nil, mine: Int? = nil,
    learned: String? = nil,
    place: Place? = nil
  ) {
    self.kind = kind
    self.busy = busy
    self.message = message
    self.harvest = harvest
    self.mine = mine
    self.learned = learned
    self.place = place
  }
}
