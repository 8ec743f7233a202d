extension OutputForm {
  /// What the slots of a text hold that has the form; nil for any other text.
  ///
  /// What is fixed is looked for from left to right, as early as it comes. Numbers have to be
  /// numbers; other slots may hold any text of one line.
  public func slots(of text: String) -> [String]? {
    var rest = text[...]
    var found: [String] = []
    var slot: FormSlot?
    for (index, element) in elements.enumerated() {
      switch element {
      case .slot(let next):
        // Two slots side by side: the second one is what may be missing.
        if slot != nil { found.append("") }
        slot = next
      case .fixed(let fixed):
        guard let open = slot else {
          guard rest.hasPrefix(fixed) else { return nil }
          rest = rest.dropFirst(fixed.count)
          continue
        }
        let isLast = index == elements.count - 1
        let place =
          isLast
          ? (rest.hasSuffix(fixed)
            ? rest.index(rest.endIndex, offsetBy: -fixed.count)..<rest.endIndex : nil)
          : rest.firstRange(of: fixed)
        guard let place, open.admits(rest[..<place.lowerBound]) else { return nil }
        found.append(String(rest[..<place.lowerBound]))
        rest = rest[place.upperBound...]
        slot = nil
      }
    }
    if let slot {
      guard slot.admits(rest) else { return nil }
      found.append(String(rest))
    } else if !rest.isEmpty {
      return nil
    }
    return found
  }

  /// By slot of ``slots(of:)``: whether it is short enough to be compared as a whole.
  public var shortSlots: [Bool] {
    slots.map { slot in slot.values.allSatisfy { $0.split(separator: " ").count <= 3 } }
  }
}

extension FormSlot {
  fileprivate func admits(_ text: Substring) -> Bool {
    if text.isEmpty { return isOptional }
    guard !text.contains(where: \.isNewline) else { return false }
    return !areNumbers || text.allSatisfy { $0.isNumber }
  }
}
