/// What the names of tensors in PEFT's files say.
enum PEFTTensorName {
  /// What may stand before the number of a layer of the text model. Towers for images or sound have
  /// modules with the same names, but other prefixes.
  private static let prefixes: Set<String> = [
    // A model with a language modelling head, or without one.
    "base_model.model.model.layers", "base_model.model.layers",
    // The text part of a model that also reads images.
    "base_model.model.language_model.model.layers", "base_model.model.model.language_model.layers",
    "base_model.model.language_model.layers",
    // Written by tools that leave out PEFT's wrapper.
    "model.layers", "layers",
  ]

  /// The matrix that a tensor belongs to, and whether it is B; nil for anything else.
  ///
  /// `base_model.model.model.layers.3.self_attn.q_proj.lora_A.weight`, with or without an adapter's
  /// name before `weight`.
  static func place(of name: String) -> (AdapterPlace, isB: Bool)? {
    let words = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard let index = words.firstIndex(of: "layers"),
      prefixes.contains(words[...index].joined(separator: ".")),
      words.count == index + 6 || words.count == index + 7, words.last == "weight",
      let layer = Int(words[index + 1]),
      let module = AdapterModule.allCases.first(where: {
        $0.peftName == words[index + 2] + "." + words[index + 3]
      }),
      words[index + 4] == "lora_A" || words[index + 4] == "lora_B"
    else { return nil }
    return (AdapterPlace(layer: layer, module: module), words[index + 4] == "lora_B")
  }
}
