import FineTuning
import Foundation
import TestSupport
import Testing

struct AdapterVersionsTests {
  private func version(_ number: Int, base: String = "small-1") -> AdapterVersions.Version {
    AdapterVersions.Version(
      number: number, created: Date(timeIntervalSince1970: 1_000_000), base: base, data: "d",
      settings: "rank 4", examples: 12, before: 2, after: 1.5)
  }

  @Test func versionsAreListedUsedAndRolledBack() throws {
    let folder = try TemporaryFolder()
    let versions = AdapterVersions(folder.file("adapters"))
    #expect(versions.all.isEmpty)
    #expect(versions.serving == nil)
    for number in 1...3 {
      #expect(versions.nextNumber == number)
      try versions.add(version(number))
    }
    #expect(versions.all == [version(1), version(2), version(3)])
    try versions.use(1, base: "small-1")
    try versions.use(3, base: nil)
    #expect(AdapterVersions(folder.file("adapters")).serving == 3)
    #expect(try versions.rollBack() == 1)
    #expect(try versions.rollBack() == nil)
  }

  @Test func aRemovedVersionIsNotRolledBackTo() throws {
    let folder = try TemporaryFolder()
    let versions = AdapterVersions(folder.url)
    for number in 1...3 {
      try versions.add(version(number))
      try versions.use(number, base: nil)
    }
    #expect(throws: TrainingError.self) { try versions.remove(3) }
    try versions.remove(2)
    #expect(try versions.rollBack() == 1)
    // Its number is not used again while a later one is there.
    #expect(versions.nextNumber == 4)
  }

  @Test func anAdapterOfAnotherModelIsRefused() throws {
    let folder = try TemporaryFolder()
    let versions = AdapterVersions(folder.url)
    try versions.add(version(1, base: "other-2"))
    #expect(throws: TrainingError.self) { try versions.use(1, base: "small-1") }
    #expect(throws: TrainingError.self) { try versions.use(2, base: nil) }
    #expect(versions.serving == nil)
  }
}
