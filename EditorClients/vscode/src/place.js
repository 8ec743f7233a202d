'use strict';

const vscode = require('vscode');

/// The cursor in the server's terms; undefined where no document is open.
function cursor() {
  const editor = vscode.window.activeTextEditor;
  if (!editor) return undefined;
  const { line, character } = editor.selection.active;
  return { textDocument: { uri: editor.document.uri.toString() }, position: { line, character } };
}

/// The three arguments of commands that are about a place.
function placeArguments({ textDocument, position }) {
  return [textDocument.uri, position.line, position.character];
}

/// The document or folder that tells which project is meant.
function projectUri() {
  const uri = vscode.window.activeTextEditor?.document.uri ?? vscode.workspace.workspaceFolders?.[0]?.uri;
  return uri?.toString();
}

module.exports = { cursor, placeArguments, projectUri };
