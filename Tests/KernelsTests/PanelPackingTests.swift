import CKernels
import Testing

/// Whole panels of the default models' types go another way than the last, shorter one; both have
/// to put everything in its place.
struct PanelPackingTests {
  @Test(arguments: [(type: UInt32(3), blockBytes: 20), (type: 8, blockBytes: 34)], [32, 96, 576])
  func aWholePanelIsThatOfItsRows(form: (type: UInt32, blockBytes: Int), columns: Int) {
    let rowBytes = columns / 32 * form.blockBytes
    let kind = pk_panel_kind(UInt32(pk_panel_kind_of_type(form.type)))
    let size = pk_panel_bytes(kind, columns)
    var state: UInt32 = 7
    let rows = (0..<16 * rowBytes).map { _ -> UInt8 in
      state = state &* 1_664_525 &+ 1_013_904_223
      return UInt8(state >> 24)
    }
    var whole = [UInt8](repeating: 0xAA, count: size)
    #expect(pk_pack_panel(form.type, rows, rowBytes, 16, columns, &whole) == 0)
    // Row by row: what 15 rows and what the last one gives.
    var merged = [UInt8](repeating: 0, count: size)
    for row in 0..<16 {
      var single = [UInt8](repeating: 0, count: size)
      // A panel that holds zero rows but the last asked one.
      var source = [UInt8](repeating: 0, count: 15 * rowBytes)
      let begin = row == 15 ? 0 : row
      let own = rows[row * rowBytes..<(row + 1) * rowBytes]
      source.replaceSubrange(begin * rowBytes..<(begin + 1) * rowBytes, with: own)
      #expect(pk_pack_panel(form.type, source, rowBytes, 15, columns, &single) == 0)
      if row == 15 {
        // The same words, 15 lanes on.
        move(&single, lanes: 15, kind, columns)
      }
      for index in 0..<size { merged[index] |= single[index] }
    }
    #expect(whole == merged)
  }

  /// Moves lane 0 of a panel that has nothing else: by 2 bytes a lane among the scales, by 4 among
  /// the codes.
  private func move(_ panel: inout [UInt8], lanes: Int, _ kind: pk_panel_kind, _ columns: Int) {
    let (block, codes) = (pk_block_bytes(kind), pk_chunks_offset(kind))
    for start in stride(from: 0, to: panel.count, by: block) {
      let old = Array(panel[start..<start + block])
      for index in 0..<block { panel[start + index] = 0 }
      for index in 0..<block where old[index] != 0 {
        panel[start + index + lanes * (index < codes ? 2 : 4)] = old[index]
      }
    }
  }
}
