import Foundation
import JSONRPC
import PillowServer
import Synchronization
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5))) struct WorkspaceTests {
  private let projects = ScriptedProjects()
  private let client: TestClient

  init() { client = TestClient(projects) }

  /// Asks in a document and gives the folders that have been opened, each once.
  private func opened(askingIn uri: String) async throws -> [String] {
    let position = try client.open("# Add two numbers.|", uri: uri)
    _ = try await client.request(
      "textDocument/completion", TestClient.completionAt(position, uri: uri))
    return projects.opened.withLock { $0.map(\.0.path) }
  }

  @Test func theInnermostFolderCounts() async throws {
    try await client.initialize(root: "file:///a%20b")
    #expect(try await opened(askingIn: "file:///a%20b/x.py") == ["/a b"])
    try client.notify(
      "workspace/didChangeWorkspaceFolders",
      ["event": ["added": [["uri": "file:///a%20b/inner/", "name": "inner"]], "removed": []]])
    #expect(try await Set(opened(askingIn: "file:///a%20b/inner/x.py")) == ["/a b", "/a b/inner"])
    #expect(try await opened(askingIn: "file:///a%20b/innermost.py").count == 2)
    try await client.leave()
  }

  @Test func whatIsOutsideIsTheUsersOwn() async throws {
    try await client.initialize(root: "file:///project")
    let opened = try await opened(askingIn: "file:///projection/x.py")
    // The folder itself is opened in the background, sooner or later.
    #expect(opened.filter { $0 != "/project" } == ["/personal"])
    try await client.leave()
  }

  @Test func documentsWithoutAFileBelongToTheFirstFolder() async throws {
    try await client.initialize(root: "file:///project")
    #expect(try await opened(askingIn: "untitled:Untitled-1") == ["/project"])
    try await client.leave()
  }

  @Test func linksLeadIntoTheirFolder() async throws {
    let folder = try TemporaryFolder()
    let real = folder.url.resolvingSymlinksInPath().appending(path: "real")
    try FileManager.default.createDirectory(at: real, withIntermediateDirectories: true)
    let link = folder.file("link")
    try FileManager.default.createSymbolicLink(at: link, withDestinationURL: real)
    try await client.initialize(root: link.absoluteString)
    let opened = try await opened(askingIn: real.appending(path: "x.py").absoluteString)
    #expect(Set(opened) == [link.path])
    try await client.leave()
  }

  @Test func messagesOfAWorkTreeBelongToIt() async throws {
    let folder = try TemporaryFolder()
    let git = folder.file("main/.git/worktrees/w")
    try FileManager.default.createDirectory(at: git, withIntermediateDirectories: true)
    try Data("\(folder.url.path)/tree/.git\n".utf8).write(to: git.appending(path: "gitdir"))
    try await client.initialize(root: folder.file("tree").absoluteString)
    let uri = git.appending(path: "COMMIT_EDITMSG").absoluteString
    _ = try client.open("|\n#\tmodified: a\n", "gitcommit", uri: uri)
    let params = TestClient.completionAt(["line": 0, "character": 0], uri: uri)
    _ = try await client.request("textDocument/completion", params)
    #expect(Set(projects.opened.withLock { $0.map(\.0.path) }) == [folder.file("tree").path])
    try await client.leave()
  }

  @Test func aFolderThatIsRemovedIsLeft() async throws {
    try await client.initialize(root: "file:///project")
    _ = try await opened(askingIn: "file:///project/x.py")
    try client.notify(
      "workspace/didChangeWorkspaceFolders",
      ["event": ["added": [], "removed": [["uri": "file:///project", "name": "project"]]]])
    let opened = try await opened(askingIn: "file:///project/y.py")
    #expect(opened == ["/project", "/personal"])
    try await client.leave()
  }

  @Test func whatAClientSendsBackOpensNothing() async throws {
    try await client.initialize(root: "file:///project")
    let item: JSONValue = ["label": "x", "data": ["root": "file:///etc", "exemplar": 7]]
    #expect(try await client.request("completionItem/resolve", item) == item)
    #expect(projects.opened.withLock { !$0.contains { $0.0.path == "/etc" } })
    try await client.leave()
  }
}
