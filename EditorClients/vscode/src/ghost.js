'use strict';

const vscode = require('vscode');
const { documents } = require('./client');
const { Shown } = require('./shown');

/// Ghost text: asks the server for it, and tells the server what became of it.
class GhostText {
  constructor(server, log) {
    this.server = server;
    this.log = log;
    this.shown = new Shown();
    /// Accepts that no server was there to hear.
    this.unheard = [];
    /// An answer that was a part, while the rest was being written.
    this.unfinished = undefined;
    this.listeners = [
      vscode.languages.registerInlineCompletionItemProvider(documents, this),
      vscode.workspace.onDidChangeTextDocument((event) => this.changed(event)),
      vscode.workspace.onDidCloseTextDocument((document) => this.shown.close(document)),
      server.onDidChange(() => {
        if (server.client && this.unheard.length > 0) this.tellUnheard();
        if (server.status?.busy === false) this.refresh();
      }),
    ];
  }

  async provideInlineCompletionItems(document, position, context, token) {
    const client = this.server.client;
    if (!client) return [];
    const isOwn = this.isRefreshing === document;
    const isAsked = context.triggerKind === vscode.InlineCompletionTriggerKind.Invoke && !isOwn;
    this.unfinished = undefined;
    let result;
    try {
      result = await client.sendRequest('textDocument/inlineCompletion', {
        textDocument: { uri: document.uri.toString() },
        position: plain(position),
        context: { triggerKind: isAsked ? 1 : 2, ...selected(context.selectedCompletionInfo) },
      }, token);
    } catch (error) {
      if (!token.isCancellationRequested) this.log.appendLine(`No inline completion: ${error.message}`);
      return [];
    }
    // `null` means that a newer request or a change has come.
    if (!result || token.isCancellationRequested || document.isClosed) return [];
    const items = (result.items ?? result).filter((item) => typeof item.insertText === 'string');
    this.shown.remember(document, items.map((item) => ({
      id: item.command?.arguments[0],
      text: item.insertText,
      start: item.range ? at(item.range.start) : position,
    })));
    if (items.length > 0 && !isAsked && this.server.status?.busy) {
      this.unfinished = { document, version: document.version, position };
    }
    return items.map((item) => this.item(item, document, position));
  }

  item(item, document, position) {
    const { start, end } = item.range ?? { start: position, end: position };
    const range = new vscode.Range(at(start), at(end));
    const id = item.command?.arguments[0];
    const args = [id, document.uri.toString()];
    const command = id && { title: item.command.title, command: 'pillow.accepted', arguments: args };
    const made = new vscode.InlineCompletionItem(item.insertText, range, command);
    if (item.filterText) made.filterText = item.filterText;
    return made;
  }

  /// VS Code has inserted a suggestion.
  async accepted(id, uri) {
    const client = this.server.client;
    if (!client) return this.unheard.push([id, uri]);
    try {
      await client.sendRequest('workspace/executeCommand', { command: 'pillow-lsp.accept', arguments: [id] });
    } catch (error) {
      this.log.appendLine(`The accept of ${id} was not recorded: ${error.message}`);
    }
  }

  /// A new server finds a suggestion of an earlier one only in projects that are open; the request opens the project.
  async tellUnheard() {
    for (const [id, uri] of this.unheard.splice(0)) {
      await this.server.client?.sendRequest('pillow/pool/stats', { uri }).catch(() => {});
      await this.accepted(id, uri);
    }
  }

  /// Hides the suggestion at the cursor, and tells the server that it was no good.
  async reject() {
    const editor = vscode.window.activeTextEditor;
    const item = editor && this.shown.at(editor.document, editor.selection.active);
    this.unfinished = undefined;
    if (item?.id) {
      this.shown.forget(editor.document);
      this.server.notify('pillow/didReject', { id: item.id });
    }
    await vscode.commands.executeCommand('editor.action.inlineSuggest.hide');
  }

  changed({ document, contentChanges }) {
    const taken = this.shown.changed(document, contentChanges);
    if (!taken?.item.id) return;
    const command = { title: 'Accept', command: 'pillow-lsp.accept', arguments: [taken.item.id] };
    this.server.notify('textDocument/didPartiallyAcceptCompletion', {
      item: { insertText: taken.item.text, command }, acceptedLength: taken.length,
    });
  }

  /// Shows the rest of an answer whose beginning is on show: VS Code does not ask again by itself.
  async refresh() {
    const { document, version, position } = this.unfinished ?? {};
    this.unfinished = undefined;
    const editor = vscode.window.activeTextEditor;
    if (!document || editor?.document !== document || document.version !== version) return;
    const isAtPlace = editor.selection.isEmpty && editor.selection.active.isEqual(position);
    if (!isAtPlace || !this.shown.at(document, position)) return;
    this.isRefreshing = document;
    try {
      await vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
    } finally {
      this.isRefreshing = undefined;
    }
  }

  dispose() {
    for (const listener of this.listeners) listener.dispose();
  }
}

function at(position) {
  return new vscode.Position(position.line, position.character);
}

function plain(position) {
  return { line: position.line, character: position.character };
}

function selected(info) {
  if (!info) return {};
  const range = { start: plain(info.range.start), end: plain(info.range.end) };
  return { selectedCompletionInfo: { text: info.text, range } };
}

module.exports = { GhostText };
