package import LanguageModel

/// Which matrices an adapter changes, and how.
package struct AdapterSettings: Sendable, Hashable {
  package var rank: Int
  package var alpha: Float
  /// Divides by √r in place of r (Kalajdzievski 2023, arXiv 2312.03732).
  package var isRankStabilised: Bool
  package var modules: [AdapterModule]
  /// Ranks that differ from `rank`.
  package var moduleRanks: [AdapterModule: Int]

  package init(
    rank: Int = 16, alpha: Float? = nil, isRankStabilised: Bool = false,
    modules: [AdapterModule] = AdapterModule.allCases, moduleRanks: [AdapterModule: Int] = [:]
  ) {
    self.rank = rank
    self.alpha = alpha ?? Float(2 * rank)
    self.isRankStabilised = isRankStabilised
    self.modules = modules
    self.moduleRanks = moduleRanks
  }

  package func rank(of module: AdapterModule) -> Int { moduleRanks[module] ?? rank }

  /// What B·A is multiplied by.
  package func scale(of module: AdapterModule) -> Float {
    let rank = Float(rank(of: module))
    return alpha / (isRankStabilised ? rank.squareRoot() : rank)
  }
}
