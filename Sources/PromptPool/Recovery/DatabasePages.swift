internal import Foundation

/// The pages of an SQLite file that SQLite itself may reject, replaced by their versions in the
/// write-ahead log.
///
/// Source: "Database File Format", sqlite.org/fileformat2.html. Nothing is trusted: every offset is
/// checked.
struct DatabasePages {
  let pageSize: Int
  /// The number of bytes of a page that hold content.
  let usable: Int
  let count: Int
  private let file: Data
  private let log: Data
  /// Maps a page number to the offset of its newest frame's content.
  private var newer: [Int: Int] = [:]
  /// Free pages; their content was deleted.
  private(set) var free: Set<Int> = []

  init(_ url: URL) throws {
    file = try Data(contentsOf: url, options: .alwaysMapped)
    log =
      (try? Data(contentsOf: URL(filePath: url.path + "-wal"), options: .alwaysMapped)) ?? Data()
    var (size, reserved) = (4096, 0)
    let magic = Data("SQLite format 3\0".utf8)
    if file.count >= 100, file.prefix(16) == magic {
      let told = file.bigEndian(at: 16, bytes: 2)
      size = told == 1 ? 65536 : told
      reserved = Int(file[20])
    } else if log.count >= 32 {
      size = log.bigEndian(at: 8, bytes: 4)
    }
    if !(512...65536).contains(size) || size & (size - 1) != 0 || reserved > 64 {
      (size, reserved) = (4096, 0)
    }
    pageSize = size
    usable = size - reserved
    var pages = file.count / size
    for (page, offset) in Self.frames(log, pageSize: size) {
      newer[page] = offset
      pages = max(pages, page)
    }
    count = pages
    free = freePages()
  }

  /// The content of a page, counted from 1; nil beyond the end.
  func page(_ number: Int) -> Data? {
    if let offset = newer[number] { return log.subdata(in: offset..<offset + pageSize) }
    let start = (number - 1) * pageSize
    guard number >= 1, start + pageSize <= file.count else { return nil }
    return file.subdata(in: start..<start + pageSize)
  }

  /// Frames of the log's current generation up to its last commit, oldest first.
  private static func frames(_ log: Data, pageSize: Int) -> [(page: Int, offset: Int)] {
    guard log.count >= 32, log.bigEndian(at: 0, bytes: 4) & ~1 == 0x377f_0682,
      log.bigEndian(at: 8, bytes: 4) == pageSize
    else { return [] }
    let salt = log.subdata(in: 16..<24)
    var pending: [(page: Int, offset: Int)] = []
    var committed = 0
    var start = 32
    while start + 24 + pageSize <= log.count, log.subdata(in: start + 8..<start + 16) == salt {
      let page = log.bigEndian(at: start, bytes: 4)
      if page > 0 { pending.append((page, start + 24)) }
      if log.bigEndian(at: start + 4, bytes: 4) > 0 { committed = pending.count }
      start += 24 + pageSize
    }
    return Array(pending.prefix(committed))
  }

  private func freePages() -> Set<Int> {
    var found: Set<Int> = []
    guard let first = page(1), first.prefix(6) == Data("SQLite".utf8) else { return found }
    var trunk = first.bigEndian(at: 32, bytes: 4)
    while trunk > 0, found.insert(trunk).inserted, let page = page(trunk) {
      let leaves = min(page.bigEndian(at: 4, bytes: 4), usable / 4 - 2)
      for index in 0..<max(0, leaves) { found.insert(page.bigEndian(at: 8 + 4 * index, bytes: 4)) }
      trunk = page.bigEndian(at: 0, bytes: 4)
    }
    return found
  }
}

extension Data {
  /// An unsigned number of up to 8 bytes; the offset counts from the start of this data.
  func bigEndian(at offset: Int, bytes: Int) -> Int {
    var value: UInt64 = 0
    for index in 0..<bytes { value = value << 8 | UInt64(self[startIndex + offset + index]) }
    return Int(truncatingIfNeeded: value)
  }
}
