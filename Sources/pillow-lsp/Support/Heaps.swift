import Foundation

/// How the process gets its memory.
enum Heaps {
  /// Keeps glibc to few heaps: one for each of many threads that come and go only spreads what is
  /// freed over more memory. Elsewhere nothing is done.
  static func keepFew() {
    #if os(Linux)
      // malloc.h is in no module, so the function is looked up by its name.
      typealias Mallopt = @convention(c) (_ parameter: Int32, _ value: Int32) -> Int32
      guard let address = dlsym(nil, "mallopt") else { return }
      let arenaMax: Int32 = -8
      _ = unsafeBitCast(address, to: Mallopt.self)(arenaMax, 2)
    #endif
  }
}
