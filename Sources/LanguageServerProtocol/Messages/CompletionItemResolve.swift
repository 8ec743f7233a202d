public import JSONRPC

/// `completionItem/resolve`: fills in what the menu needs once an item is selected.
///
/// The item is any JSON, so that what a client has added to it comes back to it as it was.
public enum CompletionItemResolveRequest: LSPRequest {
  public static let method = "completionItem/resolve"
  public typealias Params = JSONValue
  public typealias Result = JSONValue
}
