import CKernels
import LanguageModel

/// Linear layers: y = W·x + s·B·(A·x), and the way back.
extension TrainingPass {
  /// One matrix with what is trained beside it.
  struct Linear {
    let module: AdapterModule
    let matrix: FrozenMatrix
    let pair: AdapterParameters.Pair?
    /// A·x, kept for the way back.
    let hidden: Floats?
  }

  func linear(_ layer: Int, _ module: AdapterModule) -> Linear {
    Linear(
      module: module, matrix: model.layers[layer].matrices[module.rawValue],
      pair: pairs[AdapterPlace(layer: layer, module: module)],
      hidden: buffers.records[layer].hidden[module.rawValue])
  }

  /// Rows of a step that go together.
  private static var block: Int { 32 }

  /// Outputs of all `jobs` from the same input, [row][…] each.
  func multiply(
    _ jobs: [(layer: Linear, out: Floats, stride: Int)], _ input: Floats, stride: Int, rows: Int
  ) throws {
    try control.check()
    guard let columns = jobs.first?.layer.matrix.columns else { return }
    let filled = PassBuffers.filledUp(columns)
    team.run(rows, by: Self.block) { range, _ in
      let from = input + range.lowerBound * stride
      if usesIntegers {
        pk_quantise_rows(
          from, stride, range.count, columns, buffers.codes + range.lowerBound * filled, filled,
          buffers.codeScales + range.lowerBound * filled / 32)
      }
      for (layer, _, _) in jobs {
        guard let pair = layer.pair, let hidden = layer.hidden else { continue }
        product(
          from, stride, 1, pair.downTransposed, pair.stride, 32,
          into: hidden + range.lowerBound * pair.stride, pair.stride, rows: range.count,
          columns: pair.stride, inner: columns, adding: false)
      }
    }
    let panels = jobs.enumerated().flatMap { index, job in
      stride32(job.layer.matrix.rows).map { (index, $0) }
    }
    team.run(chunks: panels.count) { chunk, thread in
      let (index, first) = panels[chunk]
      let (layer, out, outStride) = jobs[index]
      let count = min(32, layer.matrix.rows - first)
      var narrow = pk_narrow_product()
      if let pair = layer.pair, let hidden = layer.hidden {
        narrow = pk_narrow_product(
          a: hidden, a_row: pair.stride, b: pair.upScaled + first, b_row: pair.rows,
          inner: pair.stride)
      }
      multiplyPanel(
        layer.matrix, first, count, input, stride, rows: rows, into: out + first, outStride,
        narrow, thread)
    }
  }

  private func stride32(_ count: Int) -> [Int] { Array(stride(from: 0, to: count, by: 32)) }

  /// Columns `first` to `first + count` of W·x; the input's codes are in `buffers.codes`.
  func multiplyPanel(
    _ matrix: FrozenMatrix, _ first: Int, _ count: Int, _ input: Floats, _ inputStride: Int,
    rows: Int, into out: Floats, _ outStride: Int,
    _ narrow: pk_narrow_product, _ thread: Int
  ) {
    let scratch = buffers.scratch[thread]
    let columns = matrix.columns
    matrix.unpack(rows: first, count: count, into: scratch.tile)
    pk_transpose_panel(scratch.tile, columns, count, columns, scratch.panel)
    // Vocabularies need not be a multiple of 16; logits have room for it.
    let width = (count + 15) / 16 * 16
    guard usesIntegers else {
      return product(
        input, inputStride, 1, scratch.panel, 32, 0, into: out, outStride, rows: rows,
        columns: width, inner: columns, adding: false, narrow)
    }
    let filled = PassBuffers.filledUp(columns)
    pk_quantise_panel(scratch.panel, 32, columns, scratch.codes, scratch.scales)
    var task = pk_integer_product(
      a: buffers.codes, a_row: filled, a_scales: buffers.codeScales, a_scale_row: filled / 32,
      b: scratch.codes,
      b_scales: scratch.scales, c: out, c_row: outStride, rows: rows, columns: width,
      blocks: filled / 32, adding: 0, narrow: narrow)
    pk_multiply_integers(&task)
  }

  /// A layer's output gradient and input.
  struct Backward {
    let layer: Linear
    let gradient: Floats
    let gradientStride: Int
    let input: Floats
    let inputStride: Int
  }

  /// The gradient of the input that all `jobs` share, and what those of their factors need.
  ///
  /// - Parameter out: nil where nobody needs it.
  func multiplyBack(_ jobs: [Backward], into out: Floats?, stride outStride: Int, rows: Int) throws
  {
    try control.check()
    guard let columns = jobs.first?.layer.matrix.columns else { return }
    // Where each job's codes begin.
    var offsets: [Int] = []
    var end = 0
    for job in jobs {
      offsets.append(end)
      end += rows * PassBuffers.filledUp(job.layer.matrix.rows)
    }
    team.run(rows, by: Self.block) { range, _ in
      for (job, offset) in zip(jobs, offsets) {
        let from = job.gradient + range.lowerBound * job.gradientStride
        let filled = PassBuffers.filledUp(job.layer.matrix.rows)
        if usesIntegers, out != nil {
          pk_quantise_rows(
            from, job.gradientStride, range.count, job.layer.matrix.rows,
            buffers.codes + offset + range.lowerBound * filled, filled,
            buffers.codeScales + (offset + range.lowerBound * filled) / 32)
        }
        guard let pair = job.layer.pair,
          let hidden = buffers.hiddenGradient[job.layer.module.rawValue]
        else { continue }
        product(
          from, job.gradientStride, 1, pair.upTransposed, pair.stride, 32,
          into: hidden + range.lowerBound * pair.stride, pair.stride, rows: range.count,
          columns: pair.stride, inner: pair.rows, adding: false)
      }
    }
    if let out {
      try control.check()
      let width = jobs.reduce(32) { max($0, $1.layer.matrix.stripWidth) }
      team.run(columns, by: width) { strip, thread in
        for (index, job) in jobs.enumerated() {
          var narrow = pk_narrow_product()
          if let pair = job.layer.pair,
            let hidden = buffers.hiddenGradient[job.layer.module.rawValue]
          {
            narrow = pk_narrow_product(
              a: hidden, a_row: pair.stride, b: pair.down + strip.lowerBound,
              b_row: pair.columns, inner: pair.stride)
          }
          multiplyStrip(
            job.layer.matrix, strip, job.gradient, job.gradientStride, offsets[index], rows: rows,
            into: out, outStride, adding: index > 0, narrow, thread)
        }
      }
    }
  }

  /// Columns `strip` of Wᵀ·dy.
  func multiplyStrip(
    _ matrix: FrozenMatrix, _ strip: Range<Int>, _ gradient: Floats, _ gradientStride: Int,
    _ codeOffset: Int, rows: Int, into out: Floats, _ outStride: Int, adding: Bool,
    _ narrow: pk_narrow_product, _ thread: Int
  ) {
    let scratch = buffers.scratch[thread]
    let filled = PassBuffers.filledUp(matrix.rows)
    let width = strip.count
    for first in stride(from: 0, to: matrix.rows, by: PassBuffers.innerRows) {
      let count = min(PassBuffers.innerRows, matrix.rows - first)
      matrix.unpack(
        columns: strip.lowerBound, width: width, rows: first, count: count, into: scratch.tile,
        stride: width)
      let isAdding = adding || first > 0
      // Once, with the first part of the sum.
      let narrow = first == 0 ? narrow : pk_narrow_product()
      guard usesIntegers else {
        product(
          gradient + first, gradientStride, 1, scratch.tile, width, 32,
          into: out + strip.lowerBound, outStride, rows: rows, columns: width, inner: count,
          adding: isAdding, narrow)
        continue
      }
      for column in stride(from: 0, to: width, by: 32) {
        // A last block of 16 columns is filled up by what follows it in the tile.
        pk_quantise_panel(scratch.tile + column, width, count, scratch.codes, scratch.scales)
        multiplyCodes(
          codeOffset + first, row: filled, rows: rows, blocks: PassBuffers.filledUp(count) / 32,
          scratch, into: out + strip.lowerBound + column, outStride,
          columns: min(32, width - column), adding: isAdding, narrow, at: column)
      }
    }
  }

  private func multiplyCodes(
    _ offset: Int, row: Int, rows: Int, blocks: Int, _ scratch: PassBuffers.Scratch,
    into out: Floats, _ outStride: Int, columns: Int, adding: Bool, _ narrow: pk_narrow_product,
    at column: Int
  ) {
    var narrow = narrow
    if narrow.a != nil { narrow.b += column }
    var task = pk_integer_product(
      a: buffers.codes + offset, a_row: row, a_scales: buffers.codeScales + offset / 32,
      a_scale_row: row / 32, b: scratch.codes, b_scales: scratch.scales, c: out, c_row: outStride,
      rows: rows, columns: columns, blocks: blocks, adding: adding ? 1 : 0, narrow: narrow)
    pk_multiply_integers(&task)
  }

  /// dBᵀ += (A·x)ᵀ·dy and dA += tᵀ·x, or dW += dyᵀ·x where the matrix itself is trained; after
  /// ``multiplyBack(_:into:stride:rows:)``.
  func addGradients(_ jobs: [Backward], rows: Int) throws {
    try control.check()
    var sums: [OuterSum] = []
    for job in jobs {
      let (layer, input, gradient) = (job.layer, job.input, job.gradient)
      if let out = self.gradient(of: layer.matrix.bytes) {
        sums.append(
          OuterSum(
            a: gradient, aStride: job.gradientStride, aCount: layer.matrix.rows, b: input,
            bStride: job.inputStride, bCount: layer.matrix.columns, out: out))
      }
      guard let pair = layer.pair, let hidden = layer.hidden,
        let hiddenGradient = buffers.hiddenGradient[layer.module.rawValue]
      else { continue }
      sums.append(
        OuterSum(
          a: hidden, aStride: pair.stride, aCount: pair.stride, b: gradient,
          bStride: job.gradientStride, bCount: pair.rows, out: pair.upGradient))
      sums.append(
        OuterSum(
          a: hiddenGradient, aStride: pair.stride, aCount: pair.stride, b: input,
          bStride: job.inputStride, bCount: pair.columns, out: pair.downGradient))
    }
    add(sums, rows: rows)
  }

  /// out += Σ a·bᵀ over rows: [aCount][bCount] of [row][aCount] and [row][bCount].
  struct OuterSum {
    let a: Floats
    let aStride, aCount: Int
    let b: Floats
    let bStride, bCount: Int
    let out: Floats
  }

  /// The results are shared out, so that every sum goes over the rows in their order.
  func add(_ sums: [OuterSum], rows: Int) {
    var parts: [(sum: Int, first: Int, column: Int)] = []
    for (index, sum) in sums.enumerated() {
      for first in stride(from: 0, to: sum.aCount, by: Self.sumHeight) {
        for column in stride(from: 0, to: sum.bCount, by: Self.sumWidth) {
          parts.append((index, first, column))
        }
      }
    }
    team.run(chunks: parts.count) { chunk, _ in
      let (index, first, column) = parts[chunk]
      let sum = sums[index]
      let out = sum.out + first * sum.bCount + column
      for row in stride(from: 0, to: rows, by: Self.sumRows) {
        product(
          sum.a + row * sum.aStride + first, 1, sum.aStride, sum.b + row * sum.bStride + column,
          sum.bStride, 32, into: out, sum.bCount, rows: min(Self.sumHeight, sum.aCount - first),
          columns: min(Self.sumWidth, sum.bCount - column), inner: min(Self.sumRows, rows - row),
          adding: true)
      }
    }
  }

  private static var sumHeight: Int { 96 }
  /// A multiple of a panel's.
  private static var sumWidth: Int { 96 }
  private static var sumRows: Int { 128 }
}

/// A product in float32; see `pk_product`.
@inline(__always)
func product(
  _ a: UnsafePointer<Float>, _ aRow: Int, _ aInner: Int, _ b: UnsafePointer<Float>, _ bInner: Int,
  _ bPanel: Int, into c: UnsafeMutablePointer<Float>, _ cRow: Int, rows: Int, columns: Int,
  inner: Int, adding: Bool, _ narrow: pk_narrow_product = pk_narrow_product()
) {
  var task = pk_product(
    a: a, a_row: aRow, a_inner: aInner, b: b, b_inner: bInner, b_panel: bPanel, c: c, c_row: cRow,
    rows: rows, columns: columns, inner: inner, adding: adding ? 1 : 0, narrow: narrow)
  pk_multiply_floats(&task)
}
