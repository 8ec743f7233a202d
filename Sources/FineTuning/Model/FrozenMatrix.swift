import CKernels
import ModelFormats

/// A matrix of the base model as its file stores it, unpacked a tile at a time.
///
/// `@unchecked`: the bytes belong to the mapped file, or to parameters that nobody writes during a
/// pass.
struct FrozenMatrix: @unchecked Sendable {
  let type: TensorType
  let bytes: UnsafeRawPointer
  let rows: Int
  let columns: Int

  private var rowBytes: Int { type.byteCount(columns) }

  /// Columns of a tile that crosses all rows: whole blocks of the type.
  var stripWidth: Int { max(Int(PK_PRODUCT_COLUMNS), type.blockElements) }

  /// Unpacks `count` whole rows, one after another.
  func unpack(rows first: Int, count: Int, into out: UnsafeMutablePointer<Float>) {
    pk_dequantise_rows(
      type.rawValue, bytes + first * rowBytes, rowBytes, count, columns, out, columns)
  }

  /// Unpacks columns `first` to `first + width` of `count` rows, `width` floats a row.
  func unpack(
    columns first: Int, width: Int, rows firstRow: Int, count: Int,
    into out: UnsafeMutablePointer<Float>, stride: Int
  ) {
    pk_dequantise_rows(
      type.rawValue, bytes + firstRow * rowBytes + type.byteCount(first), rowBytes, count, width,
      out, stride)
  }
}
