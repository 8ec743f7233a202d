/// The matrices of a layer that an adapter may change, in the order of a pass.
package enum AdapterModule: Int, CaseIterable, Sendable {
  case query, key, value, output, gate, up, down

  /// As PEFT's files name it, after transformers.
  package var peftName: String {
    switch self {
    case .query: "self_attn.q_proj"
    case .key: "self_attn.k_proj"
    case .value: "self_attn.v_proj"
    case .output: "self_attn.o_proj"
    case .gate: "mlp.gate_proj"
    case .up: "mlp.up_proj"
    case .down: "mlp.down_proj"
    }
  }

  /// As GGUF files name it.
  package var ggufName: String {
    switch self {
    case .query: "attn_q"
    case .key: "attn_k"
    case .value: "attn_v"
    case .output: "attn_output"
    case .gate: "ffn_gate"
    case .up: "ffn_up"
    case .down: "ffn_down"
    }
  }

  var update: WritableKeyPath<LowRankAdapter.Layer, LowRankAdapter.Update> {
    switch self {
    case .query: \.query
    case .key: \.key
    case .value: \.value
    case .output: \.output
    case .gate: \.gate
    case .up: \.up
    case .down: \.down
    }
  }

  /// Whether its rows are rotated by position.
  package var isRotated: Bool { self == .query || self == .key }

  package func size(in shape: ModelConfiguration) -> (rows: Int, columns: Int) {
    switch self {
    case .query: (shape.queryWidth, shape.width)
    case .key, .value: (shape.keyWidth, shape.width)
    case .output: (shape.width, shape.queryWidth)
    case .gate, .up: (shape.feedForwardWidth, shape.width)
    case .down: (shape.width, shape.feedForwardWidth)
    }
  }
}

/// One matrix of the model.
package struct AdapterPlace: Hashable, Comparable, CustomStringConvertible, Sendable {
  package var layer: Int
  package var module: AdapterModule

  package init(layer: Int, module: AdapterModule) {
    self.layer = layer
    self.module = module
  }

  package static func < (a: AdapterPlace, b: AdapterPlace) -> Bool {
    (a.layer, a.module.rawValue) < (b.layer, b.module.rawValue)
  }

  package var description: String { "\(module.ggufName) of layer \(layer)" }
}
