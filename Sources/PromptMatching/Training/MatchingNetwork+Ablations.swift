extension MatchingNetwork {
  /// The starting point for the ablations; the same network if there are none.
  func prepared(for options: TrainingOptions) throws(PromptMatchingError) -> MatchingNetwork {
    guard !options.isSequential || !options.startsFromCosine else { return self }
    var values = parameters
    if !options.isSequential {
      // Without weights on them, the chosen exemplars have no influence in service either.
      let d = layout.dimensions
      let start = layout.range(of: .stateInput).lowerBound
      for unit in 0..<layout.hidden {
        for i in d..<2 * d { values[start + unit * 2 * d + i] = 0 }
      }
    }
    if !options.startsFromCosine {
      var generator = SeededGenerator(seed: options.seed &+ 0xD0)
      for part in [ParameterLayout.Part.exemplarOutput, .stateOutput] {
        for place in layout.range(of: part) { values[place] = Float(generator.normal() * 0.2) }
      }
    }
    return try with(parameters: values)
  }
}
