public import Tokenizers

/// A completion to be scored after its prompt.
public struct ScoringItem: Sendable, Hashable {
  /// At least one token.
  public let prompt: [TokenID]
  public let completion: [TokenID]
  /// Both, concatenated.
  package let tokens: [TokenID]

  public init(prompt: [TokenID], completion: [TokenID]) {
    self.prompt = prompt
    self.completion = completion
    tokens = prompt + completion
  }
}

/// Decides which of many items are scored in one run of the layers.
///
/// Items are sorted by their tokens, so that those that begin alike are adjacent. A pack computes
/// the common beginning of its members once, and then their remainders together, because short
/// remainders alone would make poor use of the layers' weights. A pack grows while its remainders
/// fit into a batch and what they compute twice costs less than another run.
package struct ScoringPlan {
  package struct Pack: Equatable {
    /// Indices of the items.
    package var members: [Int]
    /// The number of tokens that all members begin with, which are put into the cache first. Each
    /// member has at least one more token before its completion, whose logits score the
    /// completion's first token.
    package var shared: Int
  }

  /// In the order in which they have to run; together they contain each item once.
  package private(set) var packs: [Pack] = []
  /// The approximate fixed cost of one run of the layers, in tokens: reading the weights.
  private static let runCost = 24

  /// - Parameter batch: the most tokens of one run.
  package init(_ items: [ScoringItem], batch: Int) {
    let tokens = items.map(\.tokens)
    let order = items.indices.sorted {
      tokens[$0] == tokens[$1] ? $0 < $1 : tokens[$0].lexicographicallyPrecedes(tokens[$1])
    }
    // How far an item's beginning may be shared, and how much it has in common with the previous
    // item.
    let limits = items.map { $0.prompt.count - 1 }
    let common = order.indices.map { place in
      place == 0
        ? 0
        : zip(tokens[order[place - 1]], tokens[order[place]]).prefix { $0 == $1 }.count
    }
    var start = 0
    while start < order.count {
      var pack = Pack(members: [order[start]], shared: limits[order[start]])
      var rests = tokens[order[start]].count - 1 - pack.shared
      var next = start + 1
      while next < order.count {
        let place = order[next]
        let shared = min(pack.shared, limits[place], common[next])
        let again = (pack.shared - shared) * pack.members.count
        let rest = tokens[place].count - 1 - shared
        guard rests + again + rest <= batch else { break }
        if pack.members.count == 1 {
          // Prefer the following item if it has more in common with that.
          let after = next + 1 < order.count ? min(common[next + 1], limits[place]) : 0
          if after > shared + Self.runCost { break }
        } else if again - (pack.shared - shared) > Self.runCost {
          break
        }
        pack.members.append(place)
        pack.shared = shared
        rests += again + rest
        next += 1
      }
      packs.append(pack)
      start = next
    }
  }
}
