import PromptPool

/// In which language an answer is wanted.
enum RequestedLanguage: Sendable {
  /// Nobody said: exemplars of every language are candidates.
  case any
  /// The language id of a file; nil for prose.
  case of(String?)
}

/// In which languages the answers of exemplars are written. An exemplar of another language than
/// the file's shows a model what it must not write.
struct ExemplarLanguages: Sendable {
  private let languages: [Int64: String]

  /// - Parameter languages: by exemplar; those of prose are left out.
  init(_ languages: [Int64: String]) { self.languages = languages }

  /// The places of the exemplars that do not fit a request.
  ///
  /// Where no exemplar is of the request's language, those that name none may still fit: people
  /// import pools without languages.
  func misfits(_ requested: RequestedLanguage, among ids: [Int64]) -> Set<Int> {
    guard case .of(let language) = requested else { return [] }
    let unfit = ids.indices.filter { !LanguageName.fit(language, languages[ids[$0]]) }
    guard unfit.count == ids.count, LanguageName.canonical(language) != nil else {
      return Set(unfit)
    }
    return Set(unfit.filter { languages[ids[$0]] != nil })
  }
}
