import JSONRPC
import PillowServer
import Settings
import Testing

@Suite(.timeLimit(.minutes(5))) struct ClientSettingsTests {
  @Test func theClientIsAskedAndAskedAgain() async throws {
    let projects = TestProjects()
    let client = TestClient(projects)
    try await client.initialize(configuration: true)
    let (first, params) = try await client.serverRequest("workspace/configuration")
    #expect(params["items"] == [["scopeUri": "file:///project", "section": "pillow-lsp"]])
    try client.send([
      "jsonrpc": "2.0", "id": first, "result": [["inlineCompletion": ["enabled": false]]],
    ])
    let position = try client.open("# Add two numbers.|")
    let method = "textDocument/inlineCompletion"
    // The answer is taken beside the requests, so that one may still find the settings as they
    // were.
    while try await client.request(method, TestClient.at(position)) != [] {}

    try client.notify("workspace/didChangeConfiguration", ["settings": [:]])
    let (second, _) = try await client.serverRequest("workspace/configuration")
    try client.send(["jsonrpc": "2.0", "id": second, "result": [["shots": 99]]])
    let message = try await client.notification("window/showMessage")["message"]?.string
    #expect(message?.contains("workspace/configuration.shots") == true)
    #expect(try await client.request(method, TestClient.at(position)).array?.count == 1)
    try await client.leave()
  }

  @Test func aNewFoldersSettingsAreAskedFor() async throws {
    let client = TestClient(TestProjects())
    try await client.initialize(configuration: true)
    let (first, _) = try await client.serverRequest("workspace/configuration")
    try client.send(["jsonrpc": "2.0", "id": first, "result": [[:]]])
    try client.notify(
      "workspace/didChangeWorkspaceFolders",
      ["event": ["added": [["uri": "file:///other", "name": "other"]], "removed": []]])
    let (second, params) = try await client.serverRequest("workspace/configuration")
    let scopes = params["items"]?.array?.compactMap { $0["scopeUri"]?.string } ?? []
    #expect(Set(scopes) == ["file:///project", "file:///other"])
    try client.send(["jsonrpc": "2.0", "id": second, "result": [[:], ["shots": 1]]])
    // One that only goes away brings nothing to ask for.
    try client.notify(
      "workspace/didChangeWorkspaceFolders",
      ["event": ["added": [], "removed": [["uri": "file:///other", "name": "other"]]]])
    try await client.leave()
  }
}
