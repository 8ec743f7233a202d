/// `$/progress` with the values of work done.
public enum WorkDoneProgressNotification: LSPNotification {
  public static let method = "$/progress"

  public struct Params: Codable, Sendable {
    public var token: ProgressToken
    public var value: WorkDoneProgress

    public init(token: ProgressToken, value: WorkDoneProgress) {
      self.token = token
      self.value = value
    }
  }
}

/// `WorkDoneProgressBegin`, `…Report` and `…End` in one: `title` stands in a begin only.
public struct WorkDoneProgress: Codable, Sendable, Hashable {
  public enum Kind: String, Codable, Sendable { case begin, report, end }

  public var kind: Kind
  public var title: String?
  public var cancellable: Bool?
  public var message: String?
  /// 0 to 100; counts in reports only when the begin has one.
  public var percentage: Int?

  public static func begin(
    _ title: String, cancellable: Bool, message: String? = nil, percentage: Int? = nil
  ) -> WorkDoneProgress {
    WorkDoneProgress(
      kind: .begin, title: title, cancellable: cancellable, message: message,
      percentage: percentage)
  }

  public static func report(_ message: String, percentage: Int? = nil) -> WorkDoneProgress {
    WorkDoneProgress(kind: .report, message: message, percentage: percentage)
  }

  public static func end(_ message: String? = nil) -> WorkDoneProgress {
    WorkDoneProgress(kind: .end, message: message)
  }
}

/// `window/workDoneProgress/create`: announces work that the server begins on its own.
public enum WorkDoneProgressCreateRequest: LSPRequest {
  public static let method = "window/workDoneProgress/create"
  public typealias Params = ProgressTokenParams
  public typealias Result = NullResult
}

/// `window/workDoneProgress/cancel`: the user does not want that work any more.
public enum WorkDoneProgressCancelNotification: LSPNotification {
  public static let method = "window/workDoneProgress/cancel"
  public typealias Params = ProgressTokenParams
}

/// A progress token alone.
public struct ProgressTokenParams: Codable, Sendable, Hashable {
  public var token: ProgressToken

  public init(token: ProgressToken) { self.token = token }
}
