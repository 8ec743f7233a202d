import ArgumentParser
import LanguageModel

/// Ranks of single modules, as `down=32,key=8`.
struct ModuleRanks: ExpressibleByArgument {
  let ranks: [AdapterModule: Int]

  init?(argument: String) {
    var ranks: [AdapterModule: Int] = [:]
    for part in argument.split(separator: ",") {
      let words = part.split(separator: "=")
      guard words.count == 2, let rank = Int(words[1]), (0...512).contains(rank),
        let module = AdapterModule.allCases.first(where: { "\($0)" == words[0] })
      else { return nil }
      ranks[module] = rank
    }
    self.ranks = ranks
  }
}
