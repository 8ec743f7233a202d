/// Reads a stream of server-sent events, in whatever pieces it comes.
///
/// Source: the HTML standard, section 9.2.6, "Interpreting an event stream". Lines end with LF, CR
/// or CR LF; an event without data is none; an event that is not ended by an empty line is dropped.
public struct ServerSentEvents: Sendable {
  public struct Event: Sendable, Equatable {
    /// Empty for the usual kind.
    public var name = ""
    public var data = ""

    public init(name: String = "", data: String) {
      self.name = name
      self.data = data
    }
  }

  private var line: [UInt8] = []
  private var event = Event(data: "")
  private var hasData = false
  private var endsWithReturn = false
  private var isFirstLine = true
  private let longest: Int

  /// - Parameter longest: the most bytes of one line, and of the data of one event.
  public init(longest: Int = 1 << 20) { self.longest = longest }

  /// The events that a piece completes.
  ///
  /// - Throws: ``EventTooLong``.
  public mutating func read(_ bytes: some Sequence<UInt8>) throws(EventTooLong) -> [Event] {
    var events: [Event] = []
    for byte in bytes {
      if endsWithReturn {
        endsWithReturn = false
        if byte == UInt8(ascii: "\n") { continue }
      }
      switch byte {
      case UInt8(ascii: "\r"), UInt8(ascii: "\n"):
        endsWithReturn = byte == UInt8(ascii: "\r")
        if let event = endLine() { events.append(event) }
        if event.data.utf8.count > longest { throw EventTooLong(bytes: longest) }
      default:
        line.append(byte)
        if line.count > longest { throw EventTooLong(bytes: longest) }
      }
    }
    return events
  }

  private mutating func endLine() -> Event? {
    defer { line.removeAll(keepingCapacity: true) }
    var bytes = line[...]
    if isFirstLine, bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3) }
    isFirstLine = false
    guard !bytes.isEmpty else {
      defer { (event, hasData) = (Event(data: ""), false) }
      return hasData ? event : nil
    }
    let colon = bytes.firstIndex(of: UInt8(ascii: ":")) ?? bytes.endIndex
    let field = String(decoding: bytes[..<colon], as: UTF8.self)
    var value = bytes[colon...].dropFirst()
    if value.first == UInt8(ascii: " ") { value = value.dropFirst() }
    let text = String(decoding: value, as: UTF8.self)
    switch field {
    case "data":
      event.data += hasData ? "\n" + text : text
      hasData = true
    case "event": event.name = text
    // llama-server wrote its errors as a field of their own.
    case "error":
      event = Event(name: "error", data: text)
      hasData = true
    default: break
    }
    return nil
  }
}

/// A line or an event that is larger than a server that means well would send.
public struct EventTooLong: Error, Equatable, Sendable {
  public let bytes: Int

  public init(bytes: Int) { self.bytes = bytes }
}
