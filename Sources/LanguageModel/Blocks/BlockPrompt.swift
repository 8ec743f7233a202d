public import Tokenizers

/// A prompt whose exemplars are read apart from each other.
///
/// The tokens of a block see the prompt's beginning and their own block; what comes after the blocks
/// sees everything. So a block's keys and values depend on the beginning and the block alone: they
/// are computed once and used in any list, at any place. Keys are turned to the place; values are
/// the same everywhere. With one block, the prompt is an ordinary one.
/// Sources: Ratner et al., "Parallel context windows", arXiv 2212.10947; Sun et al., "Block-attention
/// for efficient prefilling", arXiv 2409.15355.
public struct BlockPrompt: Sendable, Hashable {
  /// What all exemplars follow, such as the system message; may be empty.
  public var beginning: [TokenID]
  /// The exemplars in the prompt's order.
  public var blocks: [[TokenID]]
  /// At least one token: the instruction and what opens the answer.
  public var rest: [TokenID]

  public init(beginning: [TokenID], blocks: [[TokenID]], rest: [TokenID]) {
    self.beginning = beginning
    self.blocks = blocks
    self.rest = rest
  }

  /// A prompt without exemplars that are read apart.
  public init(_ tokens: [TokenID]) { self.init(beginning: [], blocks: [], rest: tokens) }

  /// All of it, in order.
  public var tokens: [TokenID] { beginning + blocks.joined() + rest }

  /// Where the beginning and each block end; empty for an ordinary prompt.
  var bounds: [Int] {
    guard blocks.count > 1 else { return [] }
    return blocks.reduce(into: [beginning.count]) { $0.append($0[$0.count - 1] + $1.count) }
  }
}

/// A completion to be scored after a prompt of blocks.
public struct BlockScoringItem: Sendable, Hashable {
  public let prompt: BlockPrompt
  public let completion: [TokenID]

  public init(prompt: BlockPrompt, completion: [TokenID]) {
    self.prompt = prompt
    self.completion = completion
  }
}
