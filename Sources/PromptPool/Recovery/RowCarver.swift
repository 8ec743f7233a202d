internal import Foundation

/// A row in a page, of whichever table.
struct CarvedRow {
  enum Value {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)
    case blob(Data)
  }

  let rowID: Int64
  let values: [Value]

  func text(_ column: Int) -> String? {
    if column < values.count, case .text(let text) = values[column] { text } else { nil }
  }

  /// SQLite stores a REAL without a fraction as an integer.
  func number(_ column: Int) -> Double? {
    guard column < values.count else { return nil }
    return switch values[column] {
    case .integer(let value): Double(value)
    case .real(let value): value
    default: nil
    }
  }

  func integer(_ column: Int) -> Int64? {
    if column < values.count, case .integer(let value) = values[column] { value } else { nil }
  }

  func blob(_ column: Int) -> Data? {
    if column < values.count, case .blob(let blob) = values[column] { blob } else { nil }
  }

  func isNull(_ column: Int) -> Bool {
    if column < values.count, case .null = values[column] { true } else { false }
  }
}

/// Reads the rows of all table leaves of a file, without its schema and without the inner pages
/// that lead to them.
struct RowCarver {
  private static let longestRow = 1 << 26
  let pages: DatabasePages
  /// Pages of an unknown kind, or with an invalid cell.
  private(set) var damagedPages = 0

  init(_ pages: DatabasePages) { self.pages = pages }

  mutating func forEachRow(_ body: (CarvedRow) throws -> Void) rethrows {
    for number in 1...max(1, pages.count) where !pages.free.contains(number) {
      guard let page = pages.page(number) else { continue }
      let start = number == 1 ? 100 : 0
      guard page[page.startIndex + start] == 0x0D else { continue }
      let cells = page.bigEndian(at: start + 3, bytes: 2)
      guard start + 8 + 2 * cells <= pages.usable else {
        damagedPages += 1
        continue
      }
      var isDamaged = false
      for cell in 0..<cells {
        let offset = page.bigEndian(at: start + 8 + 2 * cell, bytes: 2)
        guard let row = row(page, at: offset) else {
          isDamaged = true
          continue
        }
        try body(row)
      }
      if isDamaged { damagedPages += 1 }
    }
  }

  private func row(_ page: Data, at offset: Int) -> CarvedRow? {
    var reader = BytesReader(page.prefix(pages.usable), at: offset)
    guard let length = reader.varint(), let rowID = reader.varint(), length > 0,
      length <= Self.longestRow, let payload = payload(Int(length), &reader)
    else { return nil }
    return Self.values(payload).map { CarvedRow(rowID: rowID, values: $0) }
  }

  /// The content of the cell, including the part that overflows to other pages.
  private func payload(_ length: Int, _ reader: inout BytesReader) -> Data? {
    let usable = pages.usable
    guard length > usable - 35 else { return reader.bytes(length) }
    let least = (usable - 12) * 32 / 255 - 23
    let fitting = least + (length - least) % (usable - 4)
    guard var payload = reader.bytes(fitting <= usable - 35 ? fitting : least),
      var next = reader.bytes(4)?.bigEndian(at: 0, bytes: 4)
    else { return nil }
    while payload.count < length {
      guard next > 0, let page = pages.page(next) else { return nil }
      next = page.bigEndian(at: 0, bytes: 4)
      let count = min(usable - 4, length - payload.count)
      payload += page.subdata(in: page.startIndex + 4..<page.startIndex + 4 + count)
    }
    return payload
  }

  private static func values(_ payload: Data) -> [CarvedRow.Value]? {
    var header = BytesReader(payload, at: 0)
    guard let headerLength = header.varint(), headerLength <= payload.count else { return nil }
    var body = BytesReader(payload, at: Int(headerLength))
    var values: [CarvedRow.Value] = []
    while header.position < headerLength {
      guard let kind = header.varint(), let value = body.value(kind) else { return nil }
      values.append(value)
    }
    return values
  }
}

/// Reads forwards; nil at the end of the bytes.
private struct BytesReader {
  private let data: Data
  private(set) var position: Int

  init(_ data: Data, at position: Int) {
    self.data = data
    self.position = position
  }

  mutating func bytes(_ count: Int) -> Data? {
    guard count >= 0, position >= 0, count <= data.count - position else { return nil }
    defer { position += count }
    let start = data.startIndex + position
    return data.subdata(in: start..<start + count)
  }

  /// Up to nine bytes; all bits of the last one count.
  mutating func varint() -> Int64? {
    var value: UInt64 = 0
    for index in 0..<9 {
      guard let byte = bytes(1)?.first else { return nil }
      if index == 8 { return Int64(bitPattern: value << 8 | UInt64(byte)) }
      value = value << 7 | UInt64(byte & 0x7F)
      if byte < 0x80 { return Int64(bitPattern: value) }
    }
    return nil
  }

  mutating func value(_ kind: Int64) -> CarvedRow.Value? {
    switch kind {
    case 0: return .null
    case 1...6:
      let width = [1, 2, 3, 4, 6, 8][Int(kind) - 1]
      guard let bytes = bytes(width) else { return nil }
      let shift = 64 - 8 * width
      return .integer((Int64(bytes.bigEndian(at: 0, bytes: width)) << shift) >> shift)
    case 7:
      guard let bytes = bytes(8) else { return nil }
      let pattern = UInt64(bitPattern: Int64(bytes.bigEndian(at: 0, bytes: 8)))
      return .real(Double(bitPattern: pattern))
    case 8: return .integer(0)
    case 9: return .integer(1)
    case 12...:
      guard let bytes = bytes(Int(kind - 12) / 2) else { return nil }
      if kind % 2 == 0 { return .blob(bytes) }
      return String(validating: bytes, as: UTF8.self).map { .text($0) }
    default: return nil
    }
  }
}
