import PromptPool
import Synchronization

/// The words that instructions of a pool begin with, such as `stock:` or `decision 9:`. A line that
/// begins so asks for an entry like theirs, however near other exemplars may be.
struct AskedOpenings: Sendable {
  /// By opening word: the exemplars that begin so, the oldest first.
  private var exemplars: [String: [Int64]] = [:]

  init() {}

  /// Openings that enough exemplars of a pool share.
  ///
  /// - Parameter pools: the exemplars of each pool, with their instructions.
  init(_ pools: [[(id: Int64, instruction: String)]]) {
    for pool in pools {
      var found: [String: [Int64]] = [:]
      for (id, instruction) in pool {
        if let word = Self.opening(instruction) { found[word, default: []].append(id) }
      }
      for (word, ids) in found where ids.count >= 3 && ids.count * 4 >= pool.count {
        exemplars[word, default: []] += ids
      }
    }
  }

  /// The exemplars whose instructions begin like a text, the newest first.
  func exemplars(beginningLike text: String) -> [Int64] {
    Self.opening(text).flatMap { exemplars[$0] }?.reversed() ?? []
  }

  /// The first word of a text that has a colon soon behind it.
  private static func opening(_ text: String) -> String? {
    guard !text.contains(where: \.isNewline) else { return nil }
    let line = text.drop { !$0.isLetter }
    guard let colon = line.prefix(40).firstIndex(of: ":"), line[colon...].count > 4 else {
      return nil
    }
    let word = line.prefix { $0.isLetter || $0 == "-" }
    return word.isEmpty ? nil : word.lowercased()
  }
}

extension Project {
  /// Larger pools are collections, and no one's house form.
  private static let largestPool = 5000

  /// Reads the openings of the pool as it is now.
  func readOpenings() async {
    guard !openings.withLock({ $0.isCurrent }) else { return }
    let found = try? await withPool { pool -> AskedOpenings in
      guard try pool.count() <= Self.largestPool else { return AskedOpenings() }
      let exemplars = try pool.exemplars().filter { !$0.isMuted }
      return AskedOpenings(
        Dictionary(grouping: exemplars, by: \.pool).values.map { pool in
          pool.map { ($0.id, $0.instruction) }
        })
    }
    if let found { openings.withLock { $0 = (found, true) } }
  }
}
