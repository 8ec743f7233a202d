import Foundation
import ModelStore
import Testing

@Suite struct DataFolderTests {
  @Test func followsTheEnvironment() {
    #expect(DataFolder(environment: ["XDG_DATA_HOME": "/x"]).url.path == "/x/pillow-lsp")
    let fallback = DataFolder(environment: ["XDG_DATA_HOME": "relative", "HOME": "/home/a"])
    #expect(fallback.url.path == "/home/a/.local/share/pillow-lsp")
    #expect(fallback.models.path == "/home/a/.local/share/pillow-lsp/models")
  }

  @Test func projectsOfOneNameStayApart() {
    let folder = DataFolder(url: URL(filePath: "/data"))
    let one = folder.folder(forProject: URL(filePath: "/a/My Project"))
    let two = folder.folder(forProject: URL(filePath: "/b/My Project"))
    #expect(one != two)
    #expect(one.lastPathComponent.hasPrefix("My-Project-"))
    #expect(one == folder.folder(forProject: URL(filePath: "/a/b/../My Project/")))
    #expect(folder.folder(forProject: URL(filePath: "/")).lastPathComponent.hasPrefix("root-"))
  }

  @Test func aLinkLeadsToTheSameProject() throws {
    let base = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: base) }
    let project = base.appending(path: "project")
    try FileManager.default.createDirectory(at: project, withIntermediateDirectories: true)
    let link = base.appending(path: "link")
    try FileManager.default.createSymbolicLink(at: link, withDestinationURL: project)
    let folder = DataFolder(url: base.appending(path: "data"))
    #expect(folder.databaseURL(forProject: link) == folder.databaseURL(forProject: project))
  }

  @Test func foldersAreForTheirOwnerOnly() throws {
    let base = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: base) }
    let database = DataFolder(url: base).databaseURL(forProject: URL(filePath: "/a/p"))
    #expect(database.lastPathComponent == "pool.sqlite")
    for folder in [base, database.deletingLastPathComponent()] {
      let attributes = try FileManager.default.attributesOfItem(atPath: folder.path)
      #expect(attributes[.posixPermissions] as? Int == 0o700)
    }
  }
}
