public import ModelFormats

extension Tokenizer {
  /// The tokenizer that a model file describes.
  ///
  /// - Throws: ``TokenizerError`` that names what is not supported and what is.
  public convenience init(gguf: GGUFFile) throws(TokenizerError) {
    try self.init(TokenizerData(gguf.metadata))
  }

  /// Rejects files whose kind of tokenizer is not supported, without reading the vocabulary.
  ///
  /// - Throws: ``TokenizerError`` that names what is not supported and what is.
  public static func check(_ metadata: GGUFMetadata) throws(TokenizerError) {
    guard metadata.strings("tokenizer.ggml.tokens") != nil else {
      throw .damaged(reason: "tokenizer.ggml.tokens is missing")
    }
    switch metadata.string("tokenizer.ggml.model") {
    case "gpt2":
      _ = try PreTokenizer(named: metadata.string("tokenizer.ggml.pre") ?? "default")
    case "llama": break
    case let other: throw .unsupportedModel(other ?? "none", supported: ["gpt2", "llama"])
    }
  }
}

extension TokenizerData {
  /// Reads the keys `tokenizer.ggml.…`.
  ///
  /// Source: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md, "Tokenizer".
  public init(_ metadata: GGUFMetadata) throws(TokenizerError) {
    func key(_ name: String) -> String { "tokenizer.ggml." + name }
    func token(_ name: String) throws(TokenizerError) -> TokenID? {
      guard let value = metadata.int(key(name)), value != Int(UInt32.max) else { return nil }
      guard let id = TokenID(exactly: value) else {
        throw .damaged(reason: "\(key(name)) is \(value)")
      }
      return id
    }
    guard let model = metadata.string(key("model")) else {
      throw .damaged(reason: "\(key("model")) is missing")
    }
    guard let tokens = metadata.strings(key("tokens")) else {
      throw .damaged(reason: "\(key("tokens")) is missing")
    }
    self.init(
      model: model, preTokenizer: metadata.string(key("pre")), tokens: ByteStrings(tokens))
    scores = metadata.floats(key("scores")) ?? []
    kinds = metadata.ints(key("token_type"))?.map { Int32(truncatingIfNeeded: $0) } ?? []
    merges = metadata.strings(key("merges")).map { ByteStrings($0) } ?? ByteStrings()
    beginning = try token("bos_token_id")
    end = try token("eos_token_id")
    endOfTurn = try token("eot_token_id")
    unknown = try token("unknown_token_id")
    addsBeginning = metadata.bool(key("add_bos_token"))
    addsSpacePrefix = metadata.bool(key("add_space_prefix"))
  }
}

extension ByteStrings {
  init(_ strings: GGUFStringArray) {
    let byteCount = strings.reduce(0) { $0 + $1.count }
    self.init(count: strings.count, byteCapacity: byteCount) { index, result in
      let string = strings[index]
      UnsafeMutableRawBufferPointer(result).copyMemory(from: string)
      return string.count
    }
  }
}
