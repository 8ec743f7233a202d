import CKernels
import COpenBLAS

/// OpenBLAS, and how well it knows this processor.
///
/// A release knows the processors of its time by their model numbers, and takes a newer one for the
/// oldest that it has code for: Debian 12's runs SSE3 on Xeons of 2023, a tenth of their speed. So
/// it is told which code to use when it is opened.
public enum MatrixLibrary {
  /// The variable that names a core type in place of what OpenBLAS finds.
  public static let coreVariable = PK_OPENBLAS_CORE_VARIABLE

  /// Whether the system has OpenBLAS; opens it when it is first asked for. Products are made
  /// without it too, many times slower.
  public static let isThere: Bool = {
    guard let core = core(forKernels: kernels) else { return pk_openblas_open(nil) == 0 }
    return pk_openblas_open(core) == 0
  }()

  /// OpenBLAS's name of the processor that it computes for; nil where it is missing.
  public static var core: String? { isThere ? pk_openblas_core().map { String(cString: $0) } : nil }

  /// The core type to ask for, when OpenBLAS computes for a processor without AVX2 and this one has
  /// it: the variable asks for it, or it was built for one processor alone.
  public static var neededCore: String? {
    core.flatMap { neededCore(found: $0, kernels: kernels) }
  }

  package static func neededCore(found: String, kernels: String) -> String? {
    let current: Set = ["haswell", "zen", "skylakex", "cooperlake", "sapphirerapids", "excavator"]
    return current.contains(found.lowercased()) ? nil : core(forKernels: kernels)
  }

  /// Whose code runs wherever our kernels of that name do; in products of float32 later processors'
  /// code is the same.
  package static func core(forKernels kernels: String) -> String? {
    switch kernels {
    case "avx512": "SkylakeX"
    case "avx2": "Haswell"
    default: nil
    }
  }

  /// The best kernels that this processor has, whatever is in use.
  private static var kernels: String {
    #if arch(x86_64)
      pk_kernels_available()?.pointee.map { String(cString: $0) } ?? ""
    #else
      ""
    #endif
  }
}
