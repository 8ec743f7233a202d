import CKernels
public import Foundation
import ModelFormats

/// A LoRA adapter (Hu et al. 2021, arXiv 2106.09685): for some matrices W of a model, ΔW = α/r·B·A.
///
/// The model's weights stay as they are; B·(A·x) is added beside each product, so several adapters
/// can be resident and each request chooses its own. Made by ``LanguageModel/adapter(contentsOf:)``.
///
/// `@unchecked`: the memory belongs to `arena`, and nothing is written after `init`.
public final class LowRankAdapter: @unchecked Sendable {
  /// A and B of one matrix, in half precision, and α/r. Without panels where nothing is added.
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
  /// The largest rank of its updates.
  public let rank: Int
  /// How many matrices it changes.
  public let updateCount: Int
  /// Bytes that it takes in memory.
  public var byteCount: Int { arena.byteCount }
  let layers: [Layer]
  private let arena = Arena()

  /// - Throws: ``LanguageModelError/adapterUnusable(path:reason:)``, `ModelFormatError`.
  init(contentsOf url: URL, for shape: ModelConfiguration) throws {
    let parts = try AdapterParts(contentsOf: url, architecture: shape.architecture)
    func unusable(_ reason: String) -> LanguageModelError {
      .adapterUnusable(path: url.path(percentEncoded: false), reason: reason)
    }
    var layers = [Layer](repeating: Layer(), count: shape.layers)
    var rank = 0
    for (place, pair) in parts.pairs {
      guard let a = pair.a, let b = pair.b else {
        throw unusable("\(place) has only one of its two matrices")
      }
      guard place.layer < shape.layers else {
        throw unusable("it changes layer \(place.layer), and the model has \(shape.layers)")
      }
      let (rows, columns) = place.module.size(in: shape)
      guard a.columns == columns, b.rows == rows, a.rows == b.columns, a.rows > 0 else {
        throw unusable(
          "\(place) is \(b.rows)×\(b.columns) times \(a.rows)×\(a.columns), and the model's matrix "
            + "is \(rows)×\(columns)")
      }
      rank = max(rank, a.rows)
      let rotated = place.module.isRotated && parts.needsPairs && !shape.architecture.rotatesHalves
      layers[place.layer][keyPath: place.module.update] = Update(
        a: Self.pack(a.values, rows: a.rows, columns: a.columns, arena),
        b: Self.pack(
          rotated
            ? Self.pairs(b.values, columns: b.columns, headWidth: shape.headWidth) : b.values,
          rows: b.rows, columns: b.columns, arena),
        scale: try parts.scale(ofRank: a.rows))
    }
    guard rank > 0 else { throw unusable("it changes nothing") }
    self.url = url
    self.rank = rank
    self.layers = layers
    updateCount = parts.pairs.count
  }

  private static func pack(
    _ values: [Float], rows: Int, columns: Int, _ arena: Arena
  ) -> pk_matrix {
    let stride = pk_panel_bytes(PK_PANEL_F16, columns)
    let memory = arena.allocate(UInt8.self, count: pk_panel_count(rows) * stride)
    values.withUnsafeBufferPointer { values in
      guard let first = values.baseAddress else { return }
      for panel in 0..<pk_panel_count(rows) {
        let row = panel * Int(PK_PANEL_ROWS)
        pk_pack_floats(
          first + row * columns, columns, min(Int(PK_PANEL_ROWS), rows - row), columns,
          PK_PANEL_F16, memory + panel * stride)
      }
    }
    return pk_matrix(
      panels: memory, panel_stride: stride, rows: rows, columns: columns, kind: PK_PANEL_F16)
  }

  /// Rows of heads whose rotated pairs lie half a head apart, as rows with the pairs side by side: GGUF
  /// files of the llama architecture have them so.
  private static func pairs(_ values: [Float], columns: Int, headWidth: Int) -> [Float] {
    var result: [Float] = []
    result.reserveCapacity(values.count)
    let half = headWidth / 2
    for head in stride(from: 0, to: values.count / columns, by: headWidth) {
      for row in 0..<headWidth {
        let source = head + row % 2 * half + row / 2
        result += values[source * columns..<(source + 1) * columns]
      }
    }
    return result
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

  public static func == (a: AdapterUse, b: AdapterUse) -> Bool {
    a.adapter === b.adapter && a.scale == b.scale
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(ObjectIdentifier(adapter))
    hasher.combine(scale)
  }
}
