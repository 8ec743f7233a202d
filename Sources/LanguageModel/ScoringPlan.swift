public import Tokenizers

/// A completion to be judged after its prompt.
public struct ScoringItem: Sendable, Hashable {
  /// At least one token.
  public let prompt: [TokenID]
  public let completion: [TokenID]
  /// Both, one after the other.
  package let tokens: [TokenID]

  public init(prompt: [TokenID], completion: [TokenID]) {
    self.prompt = prompt
    self.completion = completion
    tokens = prompt + completion
  }
}

/// Which items of many are scored in one run of the layers.
///
/// Items are put in the order of their tokens, so that those that begin alike lie side by side. A
/// pack computes what all its members begin with once, and then their rests together: short rests
/// by themselves would leave the layers' weights badly used. A pack grows while its rests fit into
/// a batch and what they compute twice costs less than another run.
package struct ScoringPlan {
  package struct Pack: Equatable {
    /// Places of the items.
    package var members: [Int]
    /// Tokens that all members begin with, and that are put into the cache first; each member has
    /// at least one more before its completion, whose logits judge the completion's first token.
    package var shared: Int
  }

  /// In the order in which they are to be run; together they have each item once.
  package private(set) var packs: [Pack] = []
  /// About what one run of the layers costs beside its tokens, in tokens: reading the weights.
  private static let runCost = 24

  /// - Parameter batch: tokens of one run.
  package init(_ items: [ScoringItem], batch: Int) {
    let tokens = items.map(\.tokens)
    let order = items.indices.sorted {
      tokens[$0] == tokens[$1] ? $0 < $1 : tokens[$0].lexicographicallyPrecedes(tokens[$1])
    }
    // How far an item's beginning may be shared, and what it has in common with the one before.
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
          // Rather with the one that follows, when it has more in common with that.
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
