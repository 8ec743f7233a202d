import JSONRPC

/// What this server wants to know about the client's abilities.
///
/// Decoding is lenient, and all else is passed over: clients announce much that is newer or older
/// than any one version of the protocol, and none of it should keep a session from starting.
public struct ClientCapabilities: Codable, Sendable, Hashable {
  /// `general.positionEncodings`, in the client's order of preference.
  public var positionEncodings: [String] = []
  /// `window.workDoneProgress`: the client shows progress that the server begins.
  public var workDoneProgress = false
  /// `workspace.workspaceFolders`
  public var workspaceFolders = false
  /// `workspace.configuration`
  public var configuration = false
  /// `workspace.applyEdit`
  public var applyEdit = false
  /// `workspace.workspaceEdit.documentChanges`
  public var documentChanges = false
  /// `textDocument.completion.completionItem.documentationFormat` names Markdown, or names nothing.
  public var markdownDocumentation = true
  /// `textDocument.completion.completionItem.labelDetailsSupport`
  public var labelDetails = false
  /// `textDocument.completion.completionItem.snippetSupport`
  public var snippets = false
  /// `workspace.didChangeConfiguration.dynamicRegistration`
  public var configurationRegistration = false
  /// `textDocument.codeAction.codeActionLiteralSupport`: the client takes more than commands.
  public var codeActionLiterals = false
  /// `textDocument.codeAction.resolveSupport.properties` names the edit, and `dataSupport`.
  public var codeActionResolve = false
  /// `textDocument.codeAction.disabledSupport`
  public var codeActionDisabled = false
  /// `window.showDocument.support`
  public var showDocument = false
  /// `experimental.pillow.status`: the client wants `pillow/didChangeStatus`.
  public var pillowStatus = false

  public init() {}

  public init(from decoder: any Decoder) throws {
    let value = try JSONValue(from: decoder)
    let workspace = value["workspace"]
    let item = value["textDocument"]?["completion"]?["completionItem"]
    positionEncodings =
      (value["general"]?["positionEncodings"]?.array ?? []).compactMap(\.string)
    workDoneProgress = value["window"]?["workDoneProgress"]?.bool ?? false
    workspaceFolders = workspace?["workspaceFolders"]?.bool ?? false
    configuration = workspace?["configuration"]?.bool ?? false
    configurationRegistration =
      workspace?["didChangeConfiguration"]?["dynamicRegistration"]?.bool ?? false
    pillowStatus = value["experimental"]?["pillow"]?["status"]?.bool ?? false
    let action = value["textDocument"]?["codeAction"]
    codeActionLiterals = action?["codeActionLiteralSupport"]?.object != nil
    codeActionResolve =
      action?["dataSupport"]?.bool == true
      && action?["resolveSupport"]?["properties"]?.array?.contains("edit") == true
    codeActionDisabled = action?["disabledSupport"]?.bool ?? false
    showDocument = value["window"]?["showDocument"]?["support"]?.bool ?? false
    applyEdit = workspace?["applyEdit"]?.bool ?? false
    documentChanges = workspace?["workspaceEdit"]?["documentChanges"]?.bool ?? false
    let formats = item?["documentationFormat"]?.array ?? []
    markdownDocumentation = formats.isEmpty || formats.contains("markdown")
    labelDetails = item?["labelDetailsSupport"]?.bool ?? false
    snippets = item?["snippetSupport"]?.bool ?? false
  }

  /// Writes the protocol's own shape, for clients made of these types.
  public func encode(to encoder: any Encoder) throws {
    let encodings = positionEncodings.map { JSONValue.string($0) }
    let value: JSONValue = [
      "general": ["positionEncodings": .array(encodings)],
      "experimental": ["pillow": ["status": .bool(pillowStatus)]],
      "window": [
        "workDoneProgress": .bool(workDoneProgress),
        "showDocument": ["support": .bool(showDocument)],
      ],
      "workspace": [
        "didChangeConfiguration": ["dynamicRegistration": .bool(configurationRegistration)],
        "applyEdit": .bool(applyEdit), "configuration": .bool(configuration),
        "workspaceEdit": ["documentChanges": .bool(documentChanges)],
        "workspaceFolders": .bool(workspaceFolders),
      ],
      "textDocument": [
        "codeAction": .object(encodedCodeAction),
        "completion": [
          "completionItem": [
            "documentationFormat": markdownDocumentation ? ["markdown"] : ["plaintext"],
            "labelDetailsSupport": .bool(labelDetails), "snippetSupport": .bool(snippets),
          ]
        ],
      ],
    ]
    try value.encode(to: encoder)
  }

  private var encodedCodeAction: [String: JSONValue] {
    var members: [String: JSONValue] = ["disabledSupport": .bool(codeActionDisabled)]
    if codeActionLiterals {
      members["codeActionLiteralSupport"] = ["codeActionKind": ["valueSet": []]]
    }
    if codeActionResolve {
      members["dataSupport"] = true
      members["resolveSupport"] = ["properties": ["edit"]]
    }
    return members
  }
}
