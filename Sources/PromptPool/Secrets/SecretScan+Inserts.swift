extension SecretScan {
  /// How far a statement is read before its first secret; what follows one is read to its end.
  private static let statementReach = 4000

  /// The secrets that `INSERT INTO users (name, password) VALUES ('…', '…'), …` stores.
  ///
  /// - Parameter start: of `INTO`.
  func insertedSecret(at start: Int) -> Match? {
    guard isWordStart(start), byte(at: start + 4).map({ $0 <= 0x20 }) == true,
      let open = columnsStart(start + 4), let (columns, after) = columns(from: open + 1)
    else { return nil }
    guard columns.contains(where: { $0 != nil }) else { return nil }
    var next = skippingSpace(after)
    // A program may put the statement together from pieces.
    while let sign = byte(at: next), "\"'+".utf8.contains(sign) { next = skippingSpace(next + 1) }
    guard has("value", at: next, ignoringCase: true) else { return nil }
    next = skippingSpace(end(ofRunFrom: next, \.isLetter))
    var last: Int?
    while byte(at: next) == UInt8(ascii: "("), last != nil || next - start < Self.statementReach {
      guard let row = row(from: next + 1, columns) else { break }
      last = row.secretEnd ?? last
      next = skippingSpace(row.end)
      guard byte(at: next) == UInt8(ascii: ",") else { break }
      next = skippingSpace(next + 1)
    }
    return last.map { Match(kind: "a password or key", range: start..<$0) }
  }

  /// Where the list of columns opens, behind the name of a table.
  private func columnsStart(_ start: Int) -> Int? {
    let last = start + 200
    var next = skippingSpace(start)
    while next < last, let byte = byte(at: next) {
      if byte == UInt8(ascii: "(") { return next }
      guard byte.isToken || byte >= 0x80 || byte <= 0x20 || ".\"`[]\\".utf8.contains(byte) else {
        return nil
      }
      next += 1
    }
    return nil
  }

  /// What the names of columns say, and what follows the list.
  private func columns(from start: Int) -> ([SecretName?], Int)? {
    let last = min(bytes.count, start + Self.statementReach)
    var columns: [SecretName?] = []
    var next = start
    while next < last {
      let name = next
      next = end(ofRunFrom: name) { !",()".utf8.contains($0) }
      guard let sign = byte(at: next), sign != UInt8(ascii: "(") else { return nil }
      let kind = SecretName(words: SecretName.words(of: bytes[name..<next]))
      columns.append(kind == .anyKey ? nil : kind)
      next += 1
      if sign == UInt8(ascii: ")") { return (columns, next) }
    }
    return nil
  }

  /// One row of values behind its `(`.
  ///
  /// - Returns: where its last secret ends, and what follows its `)`; nil where it does not end.
  private func row(from start: Int, _ columns: [SecretName?]) -> (secretEnd: Int?, end: Int)? {
    let last = min(bytes.count, start + Self.statementReach)
    var next = start
    var (column, depth) = (0, 0)
    var secretEnd: Int?
    while next < last {
      switch bytes[next] {
      case UInt8(ascii: "'"), UInt8(ascii: "\""):
        guard let literal = literal(at: next) else { return nil }
        let kind = columns.indices.contains(column) ? columns[column] : nil
        // Also the first argument of a call: `crypt('…', gen_salt('bf'))`.
        if depth == 0 || isFirstArgument(next), isSecret(SecretValue(bytes[literal]), kind) {
          secretEnd = literal.upperBound
        }
        next = literal.upperBound
      case UInt8(ascii: "("): depth += 1
      case UInt8(ascii: ")"):
        if depth == 0 { return (secretEnd, next + 1) }
        depth -= 1
      case UInt8(ascii: ","): if depth == 0 { column += 1 }
      default: break
      }
      next += 1
    }
    return nil
  }

  private func isSecret(_ value: SecretValue, _ kind: SecretName?) -> Bool {
    switch kind {
    case .password: value.isPassword()
    case .key: value.isRandomKey()
    case .anyKey, nil: false
    }
  }

  private func isFirstArgument(_ quote: Int) -> Bool {
    var before = quote - 1
    // `E'…'`
    if bytes[before].isLetter { before -= 1 }
    while bytes[before].isBlank { before -= 1 }
    return bytes[before] == UInt8(ascii: "(")
  }

  /// A text of SQL, in which a doubled quotation mark is one.
  private func literal(at open: Int) -> Range<Int>? {
    let quote = bytes[open]
    let last = min(bytes.count, open + Self.statementReach)
    var next = open + 1
    while next < last {
      if bytes[next] == UInt8(ascii: "\\") {
        next += 2
      } else if bytes[next] != quote {
        next += 1
      } else if byte(at: next + 1) == quote {
        next += 2
      } else {
        return open + 1..<next
      }
    }
    return nil
  }

  /// Behind white space, comments, and line breaks that are written as escapes.
  private func skippingSpace(_ start: Int) -> Int {
    var next = start
    while let byte = byte(at: next) {
      if byte <= 0x20 {
        next += 1
      } else if has("--", at: next) {
        next = end(ofLineAt: next)
      } else if has("/*", at: next) {
        guard let end = find("*/", from: next, within: 400) else { return next }
        next = end + 2
      } else if has("\\n", at: next) || has("\\t", at: next) {
        next += 2
      } else if byte == UInt8(ascii: "\\"), self.byte(at: next + 1).map({ $0 <= 0x20 }) == true {
        next += 1
      } else {
        return next
      }
    }
    return next
  }
}
