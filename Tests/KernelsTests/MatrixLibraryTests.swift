import Foundation
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

  /// A thread that waits for input has the stream's lock as long as nothing comes.
  @Test(.timeLimit(.minutes(1))) func aProcessEndsWhileAThreadReads() async {
    await #expect(processExitsWith: .exitCode(7)) {
      _ = MatrixLibrary.isThere
      var ends: [Int32] = [0, 0]
      guard pipe(&ends) == 0, let opened = fdopen(ends[0], "r") else { exit(1) }
      nonisolated(unsafe) let stream = opened
      let begins = DispatchSemaphore(value: 0)
      Thread.detachNewThread {
        flockfile(stream)
        begins.signal()
        _ = getc(stream)
      }
      begins.wait()
      exit(7)
    }
  }
}
