import ErrorWording
package import Foundation

/// The shapes of a BERT encoder, from its `config.json`.
package struct EncoderConfiguration: Sendable, Equatable {
  package let hiddenSize: Int
  package let layers: Int
  package let heads: Int
  package let intermediateSize: Int
  package let vocabularySize: Int
  package let positions: Int
  package let epsilon: Float

  package var headSize: Int { hiddenSize / heads }

  private struct File: Decodable {
    let model_type: String?
    let hidden_act: String?
    let position_embedding_type: String?
    let hidden_size: Int
    let num_hidden_layers: Int
    let num_attention_heads: Int
    let intermediate_size: Int
    let vocab_size: Int
    let max_position_embeddings: Int
    let layer_norm_eps: Float
  }

  package init(contentsOf url: URL) throws(SentenceEncoderError) {
    let path = url.path(percentEncoded: false)
    let data = try readFile(url)
    let file: File
    do {
      file = try JSONDecoder().decode(File.self, from: data)
    } catch {
      throw .damaged(path: path, reason: "it is not the configuration of a BERT model")
    }
    func check(_ holds: Bool, _ reason: @autoclosure () -> String) throws(SentenceEncoderError) {
      if !holds { throw .unsupported(path: path, reason: reason()) }
    }
    let type = file.model_type ?? "bert"
    try check(type == "bert", "model_type is \(type), not bert")
    let activation = file.hidden_act ?? "gelu"
    try check(activation == "gelu", "hidden_act is \(activation), not gelu")
    let embedding = file.position_embedding_type ?? "absolute"
    try check(embedding == "absolute", "position_embedding_type is \(embedding), not absolute")
    try check((1...64).contains(file.num_hidden_layers), "\(file.num_hidden_layers) layers")
    try check((1...4096).contains(file.hidden_size), "hidden_size is \(file.hidden_size)")
    try check(
      (1...file.hidden_size).contains(file.num_attention_heads)
        && file.hidden_size % file.num_attention_heads == 0
        && (file.hidden_size / file.num_attention_heads) % 16 == 0
        && file.hidden_size / file.num_attention_heads <= 128,
      "\(file.num_attention_heads) heads of \(file.hidden_size) features")
    try check((1...16384).contains(file.intermediate_size), "intermediate_size")
    try check((1...1_000_000).contains(file.vocab_size), "vocab_size is \(file.vocab_size)")
    try check(
      (8...8192).contains(file.max_position_embeddings),
      "max_position_embeddings is \(file.max_position_embeddings)")
    try check(file.layer_norm_eps >= 0 && file.layer_norm_eps < 1, "layer_norm_eps")
    hiddenSize = file.hidden_size
    layers = file.num_hidden_layers
    heads = file.num_attention_heads
    intermediateSize = file.intermediate_size
    vocabularySize = file.vocab_size
    positions = file.max_position_embeddings
    epsilon = file.layer_norm_eps
  }
}

/// Reads a small file whole.
func readFile(_ url: URL) throws(SentenceEncoderError) -> Data {
  do {
    return try Data(contentsOf: url)
  } catch {
    throw .unreadable(
      path: url.path(percentEncoded: false),
      reason: FileManager.default.fileExists(atPath: url.path(percentEncoded: false))
        ? ErrorWording.reason(error) : "there is no such file")
  }
}
