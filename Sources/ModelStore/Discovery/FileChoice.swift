import ModelFormats

/// Chooses among the GGUF files of a repository or folder.
package enum FileChoice {
  /// Which quantisation is used where nobody names one: small at little loss first, then what has a
  /// fast kernel.
  private static let preferred = [
    "Q4_K_M", "Q4_K_S", "Q4_0", "Q4_1", "IQ4_NL", "IQ4_XS", "Q5_K_M", "Q5_K_S", "Q8_0", "Q6_K",
    "F16", "BF16",
  ]

  /// The quantisation in a file's name, such as `Q4_K_M` of `model-q4_k_m.gguf`, in upper case.
  package static func quantisation(of path: String) -> String? {
    let name = SplitName(path)?.base ?? String(path.drop(suffix: ".gguf"))
    let file = name.split(separator: "/").last.map(String.init) ?? name
    var found: String?
    for part in file.split(whereSeparator: { $0 == "-" || $0 == "." }) {
      let word = part.uppercased()
      let isType =
        ["F16", "BF16", "F32", "MXFP4"].contains(word)
        || (word.hasPrefix("Q") || word.hasPrefix("IQ") || word.hasPrefix("TQ"))
          && word.contains("_") && word.contains { $0.isNumber }
      if isType { found = word }
    }
    return found
  }

  /// Projectors of images and importance matrices are no language models.
  package static func isLanguageModel(_ path: String) -> Bool {
    let name = (path.split(separator: "/").last ?? "").lowercased()
    return name.hasSuffix(".gguf") && !name.contains("mmproj") && !name.contains("imatrix")
  }

  /// The names that can be chosen, the most similar to a wrong one first: quantisations where they
  /// tell the files apart, or else paths.
  package static func ranked(_ paths: [String], for wrong: String) -> [String] {
    let models = paths.filter(isLanguageModel).filter {
      SplitName($0).map { $0.number == 1 } ?? true
    }
    let types = models.compactMap(quantisation)
    let names = Set(types).count == models.count ? types : models
    let similarity = NameSimilarity(to: wrong)
    return names.map { (name: $0, score: similarity($0)) }
      .sorted { ($0.score, $1.name) > ($1.score, $0.name) }.map(\.name)
  }

  /// The path that is meant: a whole file, or the first part of a split one.
  ///
  /// - Parameters:
  ///   - wanted: A path, a file name with or without its ending, or a quantisation; nil for the
  ///     preferred quantisation.
  package static func choose(_ wanted: String?, from paths: [String]) -> String? {
    let all = paths.filter { $0.lowercased().hasSuffix(".gguf") }
      .filter { SplitName($0).map { $0.number == 1 } ?? true }.sorted()
    guard let wanted else {
      let models = all.filter(isLanguageModel)
      for type in preferred {
        if let path = models.first(where: { quantisation(of: $0) == type }) { return path }
      }
      return models.first
    }
    if paths.contains(wanted) {
      // Any part of a split model stands for all of it.
      guard let split = SplitName(wanted), split.number > 1 else { return wanted }
      return all.first { $0 == split.name(of: 1) }
    }
    let lower = wanted.lowercased()
    func name(_ path: String) -> String {
      (path.split(separator: "/").last.map(String.init) ?? path).lowercased()
    }
    return all.first { $0.lowercased() == lower || name($0) == lower }
      ?? all.first { name($0) == lower + ".gguf" || SplitName(name($0))?.base == lower }
      ?? all.first { isLanguageModel($0) && quantisation(of: $0)?.lowercased() == lower }
  }
}

extension String {
  func drop(suffix: String) -> Substring {
    lowercased().hasSuffix(suffix) ? dropLast(suffix.count) : self[...]
  }
}
