import CKernels
import Kernels
import ModelFormats
import Synchronization

/// Packs the tensors of a file into the panels that the kernels read: first all are planned, then
/// threads share the work.
///
/// Only one thread may use it at a time, except for the work that `run` shares out.
final class PanelPacking {
  /// How many bytes of panels a thread packs at once.
  private static let chunkBytes = 256 << 10

  /// A tensor and where its panels go.
  private struct Piece {
    let tensor: TensorInfo
    let source: UnsafeRawPointer
    let kind: pk_panel_kind
    let out: UnsafeMutableRawPointer
    /// The distance from one panel to the next, in bytes.
    let stride: Int
  }

  let file: GGUFFile
  let arena: Arena
  /// Tensors that are kept as float32 because their scales do not fit a panel's.
  private let asFloats: Set<String>
  /// Whether nothing is allocated and packed: the matrices only have their shapes.
  let isDry: Bool
  private var pieces: [Piece] = []

  init(file: GGUFFile, arena: Arena, asFloats: Set<String>, isDry: Bool = false) {
    self.isDry = isDry
    self.file = file
    self.arena = arena
    self.asFloats = asFloats
  }

  /// Plans the tensors as one matrix, one below the other; their rows must have the same length.
  /// Its memory is written by `run`.
  ///
  /// A type that no panel supports, or scales that do not fit, are kept as float32.
  func matrix(_ tensors: [TensorInfo]) -> pk_matrix {
    let columns = tensors[0].rowElements
    let kind = kind(of: tensors, columns)
    let panels = tensors.reduce(0) { $0 + pk_panel_count($1.rowCount) }
    let stride = pk_panel_bytes(kind, columns)
    if isDry {
      return pk_matrix(
        panels: nil, panel_stride: stride, rows: panels * Int(PK_PANEL_ROWS), columns: columns,
        kind: kind)
    }
    let memory = arena.allocate(byteCount: panels * stride)
    var first = 0
    for tensor in tensors {
      guard let source = file.bytes(of: tensor).baseAddress else { continue }
      pieces.append(
        Piece(
          tensor: tensor, source: source, kind: kind, out: memory + first * stride, stride: stride))
      first += pk_panel_count(tensor.rowCount)
    }
    return pk_matrix(
      panels: UnsafePointer(memory.assumingMemoryBound(to: UInt8.self)), panel_stride: stride,
      rows: panels * Int(PK_PANEL_ROWS), columns: columns, kind: kind)
  }

  private func kind(of tensors: [TensorInfo], _ columns: Int) -> pk_panel_kind {
    let kinds = Set(tensors.map { pk_panel_kind_of_type($0.type.rawValue) })
    guard kinds.count == 1, let number = kinds.first, number >= 0,
      !tensors.contains(where: { asFloats.contains($0.name) })
    else { return PK_PANEL_F32 }
    let kind = pk_panel_kind(UInt32(number))
    return pk_panel_is_quantised(kind) == 0 || columns % Int(PK_BLOCK) == 0 ? kind : PK_PANEL_F32
  }

  /// Whether tensors can share a matrix without loss.
  static func share(_ tensors: [TensorInfo]) -> Bool {
    Set(tensors.map { pk_panel_kind_of_type($0.type.rawValue) }).count == 1
  }

  /// Packs all planned panels.
  ///
  /// - Parameter work: another long task, which one of the threads does meanwhile.
  /// - Returns: names of tensors whose scales do not fit; their panels must not be used.
  func run(on team: ThreadTeam, beside work: () -> Void) -> Set<String> {
    var chunks: [(piece: Piece, panels: Range<Int>)] = []
    let all = pieces.reduce(0) { $0 + pk_panel_count($1.tensor.rowCount) * $1.stride }
    // A region has a bounded number of chunks.
    let byteCount = max(Self.chunkBytes, all / 8192)
    for piece in pieces {
      let panels = pk_panel_count(piece.tensor.rowCount)
      let step = max(1, byteCount / piece.stride)
      for first in stride(from: 0, to: panels, by: step) {
        chunks.append((piece, first..<min(panels, first + step)))
      }
    }
    let unfit = Mutex<Set<String>>([])
    team.run(chunks: chunks.count + 1) { index in
      guard index > 0 else { return work() }
      let (piece, panels) = chunks[index - 1]
      if !Self.pack(piece, panels) { unfit.withLock { _ = $0.insert(piece.tensor.name) } }
    }
    return unfit.withLock { $0 }
  }

  /// Whether the scales fit.
  private static func pack(_ piece: Piece, _ panels: Range<Int>) -> Bool {
    let (tensor, height) = (piece.tensor, Int(PK_PANEL_ROWS))
    let (columns, rowBytes) = (tensor.rowElements, tensor.byteCount / tensor.rowCount)
    var fits = true
    for panel in panels {
      let row = panel * height
      let count = min(height, tensor.rowCount - row)
      let source = piece.source + row * rowBytes
      let out = (piece.out + panel * piece.stride).assumingMemoryBound(to: UInt8.self)
      if pk_panel_kind_of_type(tensor.type.rawValue) == Int32(piece.kind.rawValue) {
        fits =
          pk_pack_panel(tensor.type.rawValue, source, rowBytes, count, columns, out) == 0 && fits
        continue
      }
      withUnsafeTemporaryAllocation(of: Float.self, capacity: count * columns) { rows in
        guard let first = rows.baseAddress else { return }
        Dequantisation.dequantise(tensor.type, source, count: count * columns, into: first)
        pk_pack_floats(first, columns, count, columns, piece.kind, out)
      }
    }
    return fits
  }
}
