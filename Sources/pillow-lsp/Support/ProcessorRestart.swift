import Foundation
import Kernels

/// Starts the program anew where OpenBLAS does not know the processor: it looks when it is loaded, before any of our code runs.
enum ProcessorRestart {
  /// Returns when nothing is to be done, or when the restart fails: then everything is right, and slow.
  static func ifNeeded() {
    #if os(Linux)
      guard getenv(MatrixLibrary.coreVariable) == nil, let core = MatrixLibrary.neededCore else { return }
      setenv(MatrixLibrary.coreVariable, core, 1)
      execv("/proc/self/exe", CommandLine.unsafeArgv)
    #endif
  }
}
