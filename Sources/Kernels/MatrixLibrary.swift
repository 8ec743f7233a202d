import CKernels
import COpenBLAS

/// How well OpenBLAS knows this processor.
///
/// A release knows the processors of its time by their model numbers, and takes a newer one for the oldest that it has code
/// for: Debian 12's runs SSE3 on Xeons of 2023, a tenth of their speed.
public enum MatrixLibrary {
  /// The variable that names a core type in place of what OpenBLAS finds; read when the process starts.
  public static let coreVariable = "OPENBLAS_CORETYPE"

  /// OpenBLAS's name of the processor that it computes for.
  public static var core: String { String(cString: openblas_get_corename()) }

  /// The core type to ask for, when OpenBLAS computes for a processor without AVX2 and this one has it.
  public static var neededCore: String? {
    #if arch(x86_64)
      guard let best = pk_kernels_available()?.pointee else { return nil }
      return neededCore(found: core, kernels: String(cString: best))
    #else
      return nil
    #endif
  }

  package static func neededCore(found: String, kernels: String) -> String? {
    let current: Set = ["haswell", "zen", "skylakex", "cooperlake", "sapphirerapids", "excavator"]
    guard !current.contains(found.lowercased()) else { return nil }
    switch kernels {
    case "avx512": return "SkylakeX"
    case "avx2": return "Haswell"
    default: return nil
    }
  }
}
