import Foundation
import JSONRPC
import PillowProject
import PillowServer
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5))) struct WorkspaceTests {
  private let projects = TestProjects()
  private let client: TestClient
  private let root = "file:///project"

  init() { client = TestClient(projects) }

  /// Asks in a document and gives the folders that are open, by their last names.
  private func opened(askingIn uri: String) async throws -> Set<String> {
    let position = try client.open("# Add two numbers.|", uri: uri)
    _ = try await client.request(
      "textDocument/completion", TestClient.completionAt(position, uri: uri))
    return Set(await projects.open.all().map(\.root.lastPathComponent))
  }

  private func changeFolders(added: [String] = [], removed: [String] = []) throws {
    func folders(_ uris: [String]) -> JSONValue {
      .array(uris.map { ["uri": .string($0), "name": "folder"] })
    }
    try client.notify(
      "workspace/didChangeWorkspaceFolders",
      ["event": ["added": folders(added), "removed": folders(removed)]])
  }

  @Test func theInnermostFolderCounts() async throws {
    try FileManager.default.createDirectory(
      at: projects.root.appending(path: "in ner"), withIntermediateDirectories: true)
    try await client.initialize()
    #expect(try await opened(askingIn: "\(root)/x.py") == ["project"])
    try changeFolders(added: ["\(root)/in%20ner/"])
    #expect(try await opened(askingIn: "\(root)/in%20ner/x.py") == ["project", "in ner"])
    #expect(try await opened(askingIn: "\(root)/in%20nermost.py") == ["project", "in ner"])
    try await client.leave()
  }

  @Test func whatIsOutsideIsTheUsersOwn() async throws {
    try await client.initialize()
    let opened = try await opened(askingIn: "file:///projection/x.py")
    // The folder itself is opened in the background, sooner or later.
    #expect(opened.subtracting(["project"]) == ["personal"])
    try await client.leave()
  }

  @Test func documentsWithoutAFileBelongToTheFirstFolder() async throws {
    try await client.initialize()
    #expect(try await opened(askingIn: "untitled:Untitled-1") == ["project"])
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
    #expect(opened == ["link"])
    try await client.leave()
  }

  @Test func messagesOfAWorkTreeBelongToIt() async throws {
    let folder = try TemporaryFolder()
    let git = folder.file("main/.git/worktrees/w")
    try FileManager.default.createDirectory(at: git, withIntermediateDirectories: true)
    try Data("\(folder.url.path)/tree/.git\n".utf8).write(to: git.appending(path: "gitdir"))
    try FileManager.default.createDirectory(
      at: folder.file("tree"), withIntermediateDirectories: true)
    try await client.initialize(root: folder.file("tree").absoluteString)
    let uri = git.appending(path: "COMMIT_EDITMSG").absoluteString
    _ = try client.open("|\n#\tmodified: a\n", "gitcommit", uri: uri)
    let params = TestClient.completionAt(["line": 0, "character": 0], uri: uri)
    _ = try await client.request("textDocument/completion", params)
    let open = await projects.open.all().map(\.root.lastPathComponent)
    #expect(open == ["tree"])
    try await client.leave()
  }

  @Test func aFolderThatIsRemovedIsLeft() async throws {
    try await client.initialize()
    _ = try await opened(askingIn: "\(root)/x.py")
    try changeFolders(removed: [root])
    #expect(try await opened(askingIn: "\(root)/y.py") == ["personal"])
    try await client.leave()
  }

  @Test func whatAClientSendsBackOpensNothing() async throws {
    try await client.initialize()
    let item: JSONValue = ["label": "x", "data": ["root": "file:///etc", "exemplar": 7]]
    #expect(try await client.request("completionItem/resolve", item) == item)
    #expect(await !projects.open.all().contains { $0.root.path == "/etc" })
    try await client.leave()
  }
}
