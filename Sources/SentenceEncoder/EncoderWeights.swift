/// The parameters of a BERT encoder. Matrices are mapped; only those of query, key and value are
/// copied, so that one product computes all three.
///
/// `@unchecked`: everything is written during loading and only read afterwards.
final class EncoderWeights: @unchecked Sendable {
  typealias Tensor = UnsafeBufferPointer<Float>

  struct Norm {
    let weight: Tensor
    let bias: Tensor
  }

  struct Linear {
    /// outputs × inputs
    let weight: Tensor
    let bias: Tensor
  }

  struct Layer {
    let queryKeyValue: Linear
    let attentionOutput: Linear
    let attentionNorm: Norm
    let intermediate: Linear
    let output: Linear
    let outputNorm: Norm
  }

  let words: Tensor
  let positions: Tensor
  /// The first token type, which is the only one for single texts.
  let tokenType: Tensor
  let embeddingNorm: Norm
  let layers: [Layer]
  private let file: WeightsFile
  private let copies: [UnsafeMutableBufferPointer<Float>]

  init(_ file: WeightsFile, _ configuration: EncoderConfiguration) throws(SentenceEncoderError) {
    let hidden = configuration.hiddenSize
    let wide = configuration.intermediateSize
    func norm(_ name: String) throws(SentenceEncoderError) -> Norm {
      Norm(
        weight: try file.floats(name + ".weight", hidden),
        bias: try file.floats(name + ".bias", hidden))
    }
    func linear(
      _ name: String, _ outputs: Int, _ inputs: Int
    ) throws(SentenceEncoderError) -> Linear {
      Linear(
        weight: try file.floats(name + ".weight", outputs, inputs),
        bias: try file.floats(name + ".bias", outputs))
    }
    var copies: [UnsafeMutableBufferPointer<Float>] = []
    func joined(_ parts: [Tensor]) -> Tensor {
      let all = UnsafeMutableBufferPointer<Float>.allocate(
        capacity: parts.reduce(0) { $0 + $1.count })
      var end = all.startIndex
      for part in parts { end = all[end...].initialize(fromContentsOf: part) }
      copies.append(all)
      return Tensor(all)
    }
    do throws(SentenceEncoderError) {
      words = try file.floats(
        "embeddings.word_embeddings.weight", configuration.vocabularySize, hidden)
      positions = try file.floats(
        "embeddings.position_embeddings.weight", configuration.positions, hidden)
      let types = try file.floats("embeddings.token_type_embeddings.weight", 2, hidden)
      tokenType = Tensor(rebasing: types[..<hidden])
      embeddingNorm = try norm("embeddings.LayerNorm")
      var layers: [Layer] = []
      for index in 0..<configuration.layers {
        let name = "encoder.layer.\(index)."
        var parts: [Linear] = []
        for part in ["query", "key", "value"] {
          parts.append(try linear(name + "attention.self." + part, hidden, hidden))
        }
        layers.append(
          Layer(
            queryKeyValue: Linear(
              weight: joined(parts.map(\.weight)), bias: joined(parts.map(\.bias))),
            attentionOutput: try linear(name + "attention.output.dense", hidden, hidden),
            attentionNorm: try norm(name + "attention.output.LayerNorm"),
            intermediate: try linear(name + "intermediate.dense", wide, hidden),
            output: try linear(name + "output.dense", hidden, wide),
            outputNorm: try norm(name + "output.LayerNorm")))
      }
      self.layers = layers
    } catch {
      for copy in copies { copy.deallocate() }
      throw error
    }
    self.file = file
    self.copies = copies
  }

  deinit {
    for copy in copies { copy.deallocate() }
  }
}
