public import JSONRPC

/// What the reports of one piece of work are named by: an integer or a string.
public typealias ProgressToken = RequestID
