/// Cuts a stream of bytes into the bodies of its messages (LSP 3.18, "Base Protocol").
///
/// `Content-Length` counts bytes. After a header that makes no sense, the framer goes on at the
/// next `Content-Length:`, so that one bad message costs one message.
public struct MessageFramer: Sendable {
  /// One step: a body, or what was wrong with the bytes that were skipped.
  public enum Frame: Sendable, Equatable {
    case body([UInt8])
    case malformed(FramingError)
  }

  public let headerLimit: Int
  public let bodyLimit: Int
  private var buffer: [UInt8] = []
  private var start = 0
  private var scanned = 0
  private var body: Body?
  private var isLost = false

  private struct Body {
    var remaining: Int
    var error: FramingError?
  }

  /// - Parameters:
  ///   - headerLimit: the most bytes that a header may have.
  ///   - bodyLimit: the most bytes that a body may have; longer ones are skipped, not kept.
  public init(headerLimit: Int = 8 * 1024, bodyLimit: Int = 512 * 1024 * 1024) {
    self.headerLimit = headerLimit
    self.bodyLimit = bodyLimit
  }

  public mutating func append(_ bytes: some Collection<UInt8>) {
    if start > 0, start == buffer.count || start > 1 << 16 {
      buffer.removeSubrange(..<start)
      scanned -= start
      start = 0
    }
    buffer.append(contentsOf: bytes)
  }

  /// The next frame, or `nil` when more bytes are needed.
  public mutating func next() -> Frame? {
    while true {
      if let pending = body {
        if let error = pending.error {
          let skipped = min(pending.remaining, buffer.count - start)
          advance(to: start + skipped)
          guard skipped == pending.remaining else {
            body?.remaining -= skipped
            return nil
          }
          body = nil
          return .malformed(error)
        }
        guard buffer.count - start >= pending.remaining else { return nil }
        let bytes = Array(buffer[start..<start + pending.remaining])
        advance(to: start + pending.remaining)
        body = nil
        return .body(bytes)
      }
      if isLost, !findLength() { return nil }
      guard let end = endOfHeader() else {
        guard buffer.count - start > headerLimit else { return nil }
        return lose(.headerTooLong(limit: headerLimit))
      }
      switch Header.parse(buffer[start..<end]) {
      case .success(let header):
        advance(to: end)
        var error = header.charsetError
        if header.length > bodyLimit {
          error = .bodyTooLong(length: header.length, limit: bodyLimit)
        }
        body = Body(remaining: header.length, error: error)
      case .failure(let error):
        return lose(error)
      }
    }
  }

  private mutating func advance(to index: Int) {
    start = index
    scanned = index
  }

  private mutating func lose(_ error: FramingError) -> Frame {
    advance(to: start + 1)
    isLost = true
    return .malformed(error)
  }

  /// The index behind the empty line that ends a header.
  private mutating func endOfHeader() -> Int? {
    let limit = min(buffer.count, start + headerLimit)
    while scanned < limit {
      defer { scanned += 1 }
      guard buffer[scanned] == UInt8(ascii: "\n") else { continue }
      let line = buffer[start...scanned]
      if line.endsWithEmptyLine { return scanned + 1 }
    }
    return nil
  }

  /// Goes on at the next `Content-Length:`; keeps what may be the beginning of one.
  private mutating func findLength() -> Bool {
    let name = Header.lengthName
    var index = start
    while index + name.count <= buffer.count {
      let matches = name.indices.allSatisfy { buffer[index + $0] | 0x20 == name[$0] | 0x20 }
      if matches {
        advance(to: index)
        isLost = false
        return true
      }
      index += 1
    }
    advance(to: index)
    return false
  }
}

extension ArraySlice<UInt8> {
  /// Whether these bytes of a header, of which the last is a line feed, end it.
  fileprivate var endsWithEmptyLine: Bool {
    let lineFeed = UInt8(ascii: "\n")
    var rest = self.dropLast()
    if rest.last == UInt8(ascii: "\r") { rest = rest.dropLast() }
    return rest.isEmpty || rest.last == lineFeed
  }
}
