import Foundation
import LanguageModel
import ModelFormats

/// The forward pass of a decoder written out in float32, for a prompt of blocks: a block's tokens see
/// the beginning and their own block at the positions right after the beginning, and what follows
/// the blocks sees everything at its place.
final class MaskedReference {
  private let file: GGUFFile
  private let shape: ModelConfiguration
  private let arena = Arena()
  private var known: [String: [Float]?] = [:]

  init(_ url: URL) throws {
    file = try GGUFFile(contentsOf: url)
    shape = try ModelConfiguration(file)
  }

  private func tensor(_ name: String) -> [Float]? {
    if let tensor = known[name] { return tensor }
    let tensor = file.tensor(named: name).map { file.floats(of: $0) }
    known[name] = .some(tensor)
    return tensor
  }

  /// −Σ ln p of the completion.
  func nll(_ prompt: BlockPrompt, _ completion: [Int32]) -> Double {
    let logits = logits(prompt, completion)
    let start = prompt.tokens.count
    return completion.enumerated().reduce(0) { sum, token in
      let row = logits[start - 1 + token.offset].map(Double.init)
      let highest = row.max() ?? 0
      let total = row.reduce(0) { $0 + exp($1 - highest) }
      return sum + highest + log(total) - row[Int(token.element)]
    }
  }

  /// After each token of the prompt and the completion: [token][vocabulary].
  func logits(_ prompt: BlockPrompt, _ completion: [Int32]) -> [[Float]] {
    let tokens = prompt.tokens + completion
    let begin = prompt.beginning.count
    // By token, its block (nil outside) and its position in its own pass.
    var block = [Int?](repeating: nil, count: tokens.count)
    var own = Array(tokens.indices)
    var next = begin
    for (number, members) in prompt.blocks.enumerated() {
      for place in members.indices {
        block[next] = number
        own[next] = begin + place
        next += 1
      }
    }
    let width = shape.width
    let embedding = tensor("token_embd.weight") ?? []
    let scale = shape.architecture.scalesEmbeddings ? Float(width).squareRoot() : 1
    var stream = tokens.map { token in
      embedding[Int(token) * width..<(Int(token) + 1) * width].map { $0 * scale }
    }
    for layer in 0..<shape.layers {
      let name = "blk.\(layer)."
      let input = stream.map { norm($0, name + "attn_norm") }
      var added = attention(input, layer, block, own).map { product($0, name + "attn_output") }
      if shape.architecture.hasPostNorms {
        added = added.map { norm($0, name + "post_attention_norm") }
      }
      for row in stream.indices { stream[row] = sum(stream[row], added[row]) }
      added = stream.map { row in
        let input = norm(row, name + "ffn_norm")
        let gate = product(input, name + "ffn_gate").map(activation)
        let up = product(input, name + "ffn_up")
        return product(zip(gate, up).map { $0 * $1 }, name + "ffn_down")
      }
      if shape.architecture.hasPostNorms { added = added.map { norm($0, name + "post_ffw_norm") } }
      for row in stream.indices { stream[row] = sum(stream[row], added[row]) }
    }
    let head = file.tensor(named: "output.weight") == nil ? "token_embd" : "output"
    return stream.map { product(norm($0, "output_norm"), head) }
  }

  private func attention(
    _ input: [[Float]], _ layer: Int, _ block: [Int?], _ own: [Int]
  ) -> [[Float]] {
    let name = "blk.\(layer)."
    let (windowed, rotated) = (shape.isWindowed(layer), shape.isRotated(layer))
    let rope = RopeTable(
      positions: input.count, rotated: shape.rotated,
      rope: windowed ? shape.windowRope : shape.rope, arena: arena)
    func heads(_ part: String) -> [[[Float]]] {
      input.map { row in
        let values = product(row, name + part)
        return stride(from: 0, to: values.count, by: shape.headWidth).map { first in
          let head = Array(values[first..<first + shape.headWidth])
          let hasNorm = tensor(name + part + "_norm.weight") != nil
          return hasNorm ? norm(head, name + part + "_norm") : head
        }
      }
    }
    let (queries, keys, values) = (heads("attn_q"), heads("attn_k"), heads("attn_v"))
    let group = shape.heads / shape.keyValueHeads
    return input.indices.map { i in
      let seen = (0...i).filter { j in
        guard let mine = block[i] else { return true }
        return block[j] == mine || block[j] == nil && j < i
      }
      func place(_ j: Int) -> Int { block[i] == nil ? j : own[j] }
      let near = seen.filter { !windowed || place(i) - place($0) < shape.window }
      return (0..<shape.heads).flatMap { head -> [Float] in
        let query = turned(queries[i][head], by: rotated ? place(i) : nil, rope)
        let scores = near.map { j in
          let key = turned(keys[j][head / group], by: rotated ? place(j) : nil, rope)
          return zip(query, key).reduce(0) { $0 + $1.0 * $1.1 } * shape.attentionScale
        }
        let highest = scores.max() ?? 0
        let weights = scores.map { exp($0 - highest) }
        let total = weights.reduce(0, +)
        var mixed = [Float](repeating: 0, count: shape.headWidth)
        for (weight, j) in zip(weights, near) {
          for d in mixed.indices { mixed[d] += weight / total * values[j][head / group][d] }
        }
        return mixed
      }
    }
  }

  private func turned(_ head: [Float], by position: Int?, _ rope: RopeTable) -> [Float] {
    guard let position else { return head }
    var result = head
    let pairs = shape.rotated / 2
    for pair in 0..<pairs {
      let (a, b) =
        shape.architecture.rotatesHalves ? (pair, pair + pairs) : (2 * pair, 2 * pair + 1)
      let (cosine, sine) = (
        rope.cosines[position * pairs + pair], rope.sines[position * pairs + pair]
      )
      result[a] = head[a] * cosine - head[b] * sine
      result[b] = head[a] * sine + head[b] * cosine
    }
    return result
  }

  private func product(_ x: [Float], _ name: String) -> [Float] {
    let weights = tensor(name + ".weight") ?? []
    let bias = tensor(name + ".bias")
    return (0..<weights.count / x.count).map { row in
      var total = bias?[row] ?? 0
      for column in x.indices { total += weights[row * x.count + column] * x[column] }
      return total
    }
  }

  private func norm(_ x: [Float], _ name: String) -> [Float] {
    let weights = tensor(name + ".weight") ?? []
    let square = x.reduce(0) { $0 + $1 * $1 } / Float(x.count)
    let scale = 1 / (square + shape.normEpsilon).squareRoot()
    return zip(x, weights).map { $0 * scale * $1 }
  }

  private func activation(_ x: Float) -> Float {
    guard shape.architecture.gatesWithGELU else { return x / (1 + exp(-x)) }
    return 0.5 * x * (1 + tanh(0.797_884_56 * (x + 0.044_715 * x * x * x)))
  }

  private func sum(_ a: [Float], _ b: [Float]) -> [Float] { zip(a, b).map { $0 + $1 } }
}
