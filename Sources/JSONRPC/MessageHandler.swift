/// What a connection hands its messages to.
///
/// All three are called on the connection's reading thread, one after another, in the order of the
/// messages: what takes time belongs into a task, and what has to keep the order (the text of
/// documents) is done at once.
public protocol MessageHandler: AnyObject, Sendable {
  func received(_ notification: IncomingNotification)
  /// The request has to be answered exactly once, now or later.
  func received(_ request: IncomingRequest)
  /// Called once, when no more messages will come.
  func connectionClosed()
}
