import Kernels
import Testing

struct MatrixLibraryTests {
  /// Names as `openblas_get_corename` of 0.3.21 and 0.3.29 gives them.
  @Test(arguments: [
    ("Prescott", "avx512", "SkylakeX"), ("Prescott", "avx2", "Haswell"),
    ("Nehalem", "avx2", "Haswell"),
    ("Sandybridge", "avx2", "Haswell"),
  ])
  func aProcessorThatIsTakenForAnOldOneGetsAnotherCore(found: String, kernels: String, core: String)
  {
    #expect(MatrixLibrary.neededCore(found: found, kernels: kernels) == core)
  }

  @Test(arguments: [
    ("Haswell", "avx2"), ("Zen", "avx2"), ("Haswell", "avx512"), ("SkylakeX", "avx512"),
    ("Cooperlake", "avx512"),
    ("Prescott", "scalar"),
  ])
  func whatFitsStaysAsItIs(found: String, kernels: String) {
    #expect(MatrixLibrary.neededCore(found: found, kernels: kernels) == nil)
  }
}
