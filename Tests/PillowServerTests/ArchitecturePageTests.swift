import Foundation
import TestSupport
import Testing

/// `docs/architecture.md` names files and functions that exist.
@Suite struct ArchitecturePageTests {
  private struct Hop: Sendable, CustomTestStringConvertible {
    var section: String
    var file: String
    var function: String
    var testDescription: String { "\(file): \(function)" }
  }

  private static func hops() throws -> [Hop] {
    let page = TestPaths.package.appending(path: "docs/architecture.md")
    var section = ""
    var hops: [Hop] = []
    for line in try String(contentsOf: page, encoding: .utf8).split(separator: "\n") {
      if line.hasPrefix("## ") { section = String(line.dropFirst(3)) }
      let cells = line.split(separator: "`")
      guard cells.count == 5, cells[1].hasPrefix("Sources/") else { continue }
      hops.append(Hop(section: section, file: String(cells[1]), function: String(cells[3])))
    }
    return hops
  }

  @Test func everyFunctionExists() throws {
    let hops = try Self.hops()
    #expect(hops.count > 40)
    for hop in hops {
      let file = TestPaths.package.appending(path: hop.file)
      let source = try String(contentsOf: file, encoding: .utf8)
      let isThere = ["func \(hop.function)(", "func \(hop.function)<"].contains(
        where: source.contains)
      #expect(isThere, "\(hop.file) has no function \(hop.function)")
    }
  }

  @Test func aKeyReachesGhostTextInFewHops() throws {
    let path = try Self.hops().filter { $0.section == "From a key to ghost text" }
    #expect((10...24).contains(path.count))
  }
}
