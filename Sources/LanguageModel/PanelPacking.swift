import CKernels
import Kernels
import ModelFormats
import Synchronization

/// Brings tensors of a file into the panels that the kernels read.
struct PanelPacking {
  let file: GGUFFile
  let arena: Arena
  let team: ThreadTeam

  /// The tensors one below the other as one matrix; they have to have the same row length.
  ///
  /// A type that no panel holds, and scales that do not fit one, are kept as float32.
  func matrix(_ tensors: [TensorInfo]) -> pk_matrix {
    let columns = tensors[0].rowElements
    let kinds = Set(tensors.map { pk_panel_kind_of_type($0.type.rawValue) })
    if kinds.count == 1, let kind = kinds.first, kind >= 0, fits(kind, columns) {
      let kind = pk_panel_kind(UInt32(kind))
      if let packed = pack(tensors, columns, kind) { return packed }
    }
    return floats(tensors, columns)
  }

  /// Whether tensors can share a matrix without loss.
  static func share(_ tensors: [TensorInfo]) -> Bool {
    Set(tensors.map { pk_panel_kind_of_type($0.type.rawValue) }).count == 1
  }

  private func fits(_ kind: Int32, _ columns: Int) -> Bool {
    pk_panel_is_quantised(pk_panel_kind(UInt32(kind))) == 0 || columns % Int(PK_BLOCK) == 0
  }

  private func pack(
    _ tensors: [TensorInfo], _ columns: Int, _ kind: pk_panel_kind
  ) -> pk_matrix? {
    let (matrix, panels) = empty(tensors, columns, kind)
    let failed = Atomic<Bool>(false)
    var first = 0
    for tensor in tensors {
      guard let bytes = file.bytes(of: tensor).baseAddress else { continue }
      let stride = tensor.byteCount / tensor.rowCount
      // Threads read the file and write panels of their own.
      nonisolated(unsafe) let (source, out) = (bytes, panels + first * matrix.panel_stride)
      eachPanel(of: tensor.rowCount) { panel, row, count in
        let status = pk_pack_panel(
          tensor.type.rawValue, source + row * stride, stride, count, columns,
          (out + panel * matrix.panel_stride).assumingMemoryBound(to: UInt8.self))
        if status != 0 { failed.store(true, ordering: .relaxed) }
      }
      first += pk_panel_count(tensor.rowCount)
    }
    return failed.load(ordering: .relaxed) ? nil : matrix
  }

  private func floats(_ tensors: [TensorInfo], _ columns: Int) -> pk_matrix {
    let (matrix, panels) = empty(tensors, columns, PK_PANEL_F32)
    var first = 0
    for tensor in tensors {
      guard let bytes = file.bytes(of: tensor).baseAddress else { continue }
      let stride = tensor.byteCount / tensor.rowCount
      nonisolated(unsafe) let (source, out) = (bytes, panels + first * matrix.panel_stride)
      eachPanel(of: tensor.rowCount) { panel, row, count in
        let rows = UnsafeMutablePointer<Float>.allocate(capacity: count * columns)
        defer { rows.deallocate() }
        Dequantisation.dequantise(
          tensor.type, source + row * stride, count: count * columns, into: rows)
        pk_pack_floats(
          rows, columns, count, columns, PK_PANEL_F32,
          (out + panel * matrix.panel_stride).assumingMemoryBound(to: UInt8.self))
      }
      first += pk_panel_count(tensor.rowCount)
    }
    return matrix
  }

  private func empty(
    _ tensors: [TensorInfo], _ columns: Int, _ kind: pk_panel_kind
  ) -> (pk_matrix, UnsafeMutableRawPointer) {
    let panels = tensors.reduce(0) { $0 + pk_panel_count($1.rowCount) }
    let stride = pk_panel_bytes(kind, columns)
    let memory = arena.allocate(byteCount: panels * stride)
    let matrix = pk_matrix(
      panels: UnsafePointer(memory.assumingMemoryBound(to: UInt8.self)), panel_stride: stride,
      rows: panels * Int(PK_PANEL_ROWS), columns: columns, kind: kind)
    return (matrix, memory)
  }

  /// Shares panels out among the threads, some at a time.
  private func eachPanel(
    of rows: Int, _ body: (_ panel: Int, _ row: Int, _ count: Int) -> Void
  ) {
    let height = Int(PK_PANEL_ROWS)
    let panels = pk_panel_count(rows)
    let step = max(1, panels / 64)
    team.run(chunks: (panels + step - 1) / step) { chunk in
      for panel in chunk * step..<min(panels, (chunk + 1) * step) {
        body(panel, panel * height, min(height, rows - panel * height))
      }
    }
  }
}
