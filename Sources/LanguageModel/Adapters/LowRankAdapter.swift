import CKernels
public import Foundation
import ModelFormats

/// A LoRA adapter (Hu et al. 2021, arXiv 2106.09685): for some matrices W of a model, ΔW = α/r·B·A.
///
/// The model's weights stay as they are; B·(A·x) is added beside each product, so several adapters
/// can be resident and each request chooses its own. Made by
/// ``LanguageModel/adapter(contentsOf:)``.
///
/// `@unchecked`: the memory belongs to `arena`, and nothing is written after `init`.
public final class LowRankAdapter: @unchecked Sendable {
  /// A and B of one matrix, and α/r. Without panels where nothing is added.
  ///
  /// Beside weights of fewer than 8 bits they have 8: each token reads them as it reads the
  /// weights, and what their rounding loses is far less than what that of the weights has lost.
  /// Beside others they are in half precision.
  struct Update {
    var a = pk_matrix()
    var b = pk_matrix()
    var scale: Float = 0
  }

  struct Layer {
    var query = Update(), key = Update(), value = Update(), output = Update()
    var gate = Update(), up = Update(), down = Update()
  }

  public let url: URL
  /// Tells adapters apart by what is in their files.
  package let identity: String
  /// Whether it was trained to complete code in its file's own form.
  public let completesFiles: Bool
  /// The largest rank of its updates.
  public let rank: Int
  /// How many matrices it changes.
  public let updateCount: Int
  /// Bytes that it takes in memory.
  public var byteCount: Int { arena.byteCount }
  let layers: [Layer]
  /// Matrices lie one behind the other, in the order in which a pass reads them.
  private let arena = Arena(sharing: 4 << 20)

  /// - Throws: ``LanguageModelError/adapterUnusable(path:reason:)``, `ModelFormatError`.
  init(contentsOf url: URL, for weights: ModelWeights) throws {
    let shape = weights.configuration
    let parts = try AdapterParts(contentsOf: url, architecture: shape.architecture)
    let updates = try parts.updates(for: shape)
    var layers = [Layer](repeating: Layer(), count: shape.layers)
    for update in updates {
      let (place, matrices) = (update.place, update.matrices)
      let columns = matrices.a.count / matrices.rank
      let isSmall = weights.layers[place.layer].isCoarse(place.module)
      layers[place.layer][keyPath: place.module.update] = Update(
        a: Self.pack(
          matrices.a, columns: columns,
          isSmall && columns % Int(PK_BLOCK) == 0 ? PK_PANEL_S8 : PK_PANEL_F16, arena),
        b: isSmall && matrices.rank <= Int(PK_NARROW_COLUMNS)
          ? Self.packNarrow(matrices.b, rank: matrices.rank, arena)
          : Self.pack(matrices.b, columns: matrices.rank, PK_PANEL_F16, arena),
        scale: matrices.scale)
    }
    self.url = url
    identity = parts.identity
    completesFiles = parts.completesFiles
    rank = updates.map(\.matrices.rank).max() ?? 0
    self.layers = layers
    updateCount = updates.count
  }

  /// B of 8 bits; its columns are filled up to a multiple of 16.
  private static func packNarrow(_ values: [Float], rank: Int, _ arena: Arena) -> pk_matrix {
    let columns = pk_panel_count(rank) * Int(PK_PANEL_ROWS)
    guard columns > rank else { return pack(values, columns: rank, PK_PANEL_R8, arena) }
    let filling = [Float](repeating: 0, count: columns - rank)
    let rows = stride(from: 0, to: values.count, by: rank).flatMap {
      values[$0..<$0 + rank] + filling
    }
    return pack(rows, columns: columns, PK_PANEL_R8, arena)
  }

  private static func pack(
    _ values: [Float], columns: Int, _ kind: pk_panel_kind, _ arena: Arena
  ) -> pk_matrix {
    let rows = values.count / columns
    let stride = pk_panel_bytes(kind, columns)
    let memory = arena.allocate(UInt8.self, count: pk_panel_count(rows) * stride)
    values.withUnsafeBufferPointer { values in
      guard let first = values.baseAddress else { return }
      for panel in 0..<pk_panel_count(rows) {
        let row = panel * Int(PK_PANEL_ROWS)
        pk_pack_floats(
          first + row * columns, columns, min(Int(PK_PANEL_ROWS), rows - row), columns,
          kind, memory + panel * stride)
      }
    }
    return pk_matrix(
      panels: memory, panel_stride: stride, rows: rows, columns: columns, kind: kind)
  }
}

/// An adapter and how much of it counts.
public struct AdapterUse: Sendable, Hashable {
  public var adapter: LowRankAdapter
  /// 1 is what it was trained for, 0 the bare model.
  public var scale: Float

  public init(_ adapter: LowRankAdapter, scale: Float = 1) {
    self.adapter = adapter
    self.scale = scale
  }

  /// Of the adapter and its scale.
  package var identity: String { scale == 1 ? adapter.identity : "\(adapter.identity)@\(scale)" }

  public static func == (a: AdapterUse, b: AdapterUse) -> Bool {
    a.adapter === b.adapter && a.scale == b.scale
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(ObjectIdentifier(adapter))
    hasher.combine(scale)
  }
}
