import CompletionEngine
import FineTuning
import Foundation
import ModelStore
import PillowProject
import Settings
import TestSupport
import Testing

struct AdapterChoiceTests {
  private let folder: TemporaryFolder
  private let shipped: URL

  init() throws {
    folder = try TemporaryFolder()
    shipped = folder.file("shipped")
    try AdapterVersions.record(
      Self.version(1, base: "default-model"), in: shipped.appending(path: "smollm2-135m-instruct"))
  }

  private static func version(_ number: Int, base: String) -> AdapterVersions.Version {
    AdapterVersions.Version(
      number: number, created: Date(timeIntervalSince1970: 0), base: base, data: "d",
      settings: "rank 4", examples: 12, before: 2, after: 1)
  }

  private func choice(_ change: (inout PillowSettings) -> Void = { _ in }) -> AdapterChoice {
    var settings = PillowSettings()
    change(&settings)
    return AdapterChoice(settings, project: folder.file("project"), shipped: shipped)
  }

  @Test func theDefaultModelIsTuned() {
    let found = choice().candidates
    #expect(found.map(\.base) == ["default-model"])
    #expect(found.first?.url.lastPathComponent == "smollm2-135m-instruct")
    #expect(choice { $0.model = ModelName.smollm2.rawValue }.candidates == found)
  }

  @Test func anotherModelIsNot() {
    #expect(choice { $0.model = "/models/other.gguf" }.candidates.isEmpty)
    #expect(choice { $0.adapter = "none" }.candidates.isEmpty)
  }

  @Test func whatIsNamedIsTakenForAnyModel() {
    let found = choice {
      $0.adapter = "/adapters/mine"
      $0.adapterScale = 0.5
    }.candidates
    #expect(found == [AdapterFile(URL(filePath: "/adapters/mine"), scale: 0.5)])
  }

  @Test func theProjectsOwnComesFirstAsSoonAsItServes() throws {
    let versions = AdapterVersions(folder.file("project/adapters"))
    try versions.add(Self.version(1, base: "default-model"))
    let choice = choice()
    #expect(choice.candidates.count == 1)
    try versions.use(1, base: nil)
    #expect(choice.candidates.map(\.url.lastPathComponent) == ["1", "smollm2-135m-instruct"])
    try versions.use(nil, base: nil)
    #expect(choice.candidates.count == 1)
  }
}
