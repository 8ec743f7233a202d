'use strict';
// What the extension uses of `vscode-languageclient/node` 9: it speaks to the real program. Its conduct at the end of a
// connection and its document synchronisation are those of the real one.

const vscode = require('./vscode');
const { happened } = require('./activity');

const { stub } = vscode;
const CloseAction = { DoNotRestart: 1, Restart: 2 };
const ErrorAction = { Continue: 1, Shutdown: 2 };

class LanguageClient {
  constructor(id, name, serverOptions, clientOptions) {
    Object.assign(this, { id, name, serverOptions, options: clientOptions, state: 'initial', last: 0 });
    this.open = new Map();
    this.notifications = new Map();
    this.features = [];
    this.disposables = [];
    this.sent = [];
    this.received = [];
    this.buffer = Buffer.alloc(0);
    LanguageClient.all.push(this);
  }

  registerFeature(feature) { this.features.push(feature); }
  onNotification(method, handler) { this.notifications.set(method, handler); }
  error(message, data, showNotification = true) {
    stub.log.push(`[Error] ${message} ${data?.message ?? ''}`);
    if (showNotification) vscode.window.showErrorMessage(message);
  }

  // Life

  async start() {
    this.state = 'starting';
    try {
      this.child = await this.serverOptions();
      this.child.stderr.on('data', (data) => this.options.outputChannel.append(data.toString()));
      this.child.stdout.on('data', (data) => this.read(data));
      this.child.stdout.on('close', () => this.closed());
      await this.initialize();
    } catch (error) {
      this.state = 'failed';
      this.error(`${this.name} client: couldn't create connection to server.`, error, 'force');
      throw error;
    }
  }

  async initialize() {
    const capabilities = {
      workspace: {
        applyEdit: true,
        configuration: true,
        didChangeConfiguration: { dynamicRegistration: true },
        workspaceEdit: { documentChanges: true },
        workspaceFolders: true,
      },
      window: { workDoneProgress: true, showDocument: { support: true } },
      textDocument: {},
      general: { positionEncodings: ['utf-16'] },
    };
    for (const feature of this.features) feature.fillClientCapabilities(capabilities);
    const workspaceFolders = folders(vscode.workspace.workspaceFolders);
    const rootUri = workspaceFolders[0]?.uri ?? null;
    const result = await this.request('initialize', { processId: process.pid, capabilities, rootUri, workspaceFolders });
    this.state = 'running';
    for (const feature of this.features) feature.initialize(result.capabilities, this.options.documentSelector);
    this.write({ method: 'initialized', params: {} });
    const { commands } = result.capabilities.executeCommandProvider;
    const { executeCommand } = this.options.middleware;
    this.disposables = commands.map((command) =>
      vscode.commands.registerCommand(command, (...args) => executeCommand(command, args)));
    this.synchronize();
  }

  async stop() {
    if (['initial', 'stopped'].includes(this.state)) return;
    if (this.state !== 'running') throw new Error(`Client is not running and can't be stopped (${this.state})`);
    this.state = 'stopping';
    this.cleanUp();
    try {
      await this.request('shutdown');
      this.write({ method: 'exit' });
    } finally {
      this.state = 'stopped';
    }
  }

  async closed() {
    for (const { reject } of this.open.values()) reject(new Error('Pending response rejected'));
    this.open.clear();
    happened('closed');
    if (['stopping', 'stopped'].includes(this.state)) return;
    const { action } = await this.options.errorHandler.closed();
    if (action !== CloseAction.DoNotRestart) throw new Error('this stand-in does not restart');
    this.cleanUp();
    this.state = this.state === 'starting' ? 'failed' : 'stopped';
  }

  cleanUp() { this.disposables.splice(0).forEach((one) => one.dispose()); }

  // Messages

  async sendRequest(method, params, token) {
    if (['failed', 'stopping', 'stopped'].includes(this.state)) throw new Error('Client is not running');
    return this.request(method, params, token);
  }

  async sendNotification(method, params) {
    if (['failed', 'stopping', 'stopped'].includes(this.state)) throw new Error('Client is not running');
    this.write({ method, params });
  }

  request(method, params, token) {
    const id = (this.last += 1);
    return new Promise((resolve, reject) => {
      this.open.set(id, { resolve, reject });
      token?.onCancellationRequested(() => this.write({ method: '$/cancelRequest', params: { id } }));
      this.write({ id, method, params });
    });
  }

  write(message) {
    const body = Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...message }));
    this.child.stdin.write(`Content-Length: ${body.length}\r\n\r\n`);
    this.child.stdin.write(body);
    this.sent.push(message);
    happened(message.method);
  }

  read(data) {
    this.buffer = Buffer.concat([this.buffer, data]);
    for (;;) {
      const end = this.buffer.indexOf('\r\n\r\n');
      if (end === -1) return;
      const length = Number(this.buffer.subarray(0, end).toString().match(/Content-Length: (\d+)/)[1]);
      if (this.buffer.length < end + 4 + length) return;
      const message = JSON.parse(this.buffer.subarray(end + 4, end + 4 + length).toString());
      this.buffer = this.buffer.subarray(end + 4 + length);
      this.hear(message);
    }
  }

  async hear(message) {
    this.received.push(message);
    if (message.method === undefined) {
      const { resolve, reject } = this.open.get(message.id);
      this.open.delete(message.id);
      if (message.error) reject(Object.assign(new Error(message.error.message), message.error));
      else resolve(message.result);
    } else if (message.id === undefined) {
      this.notifications.get(message.method)?.(message.params);
      if (message.method === 'window/showMessage') vscode.window.showInformationMessage(message.params.message);
    } else {
      const result = await this.answer(message);
      if (this.child.exitCode === null) this.write({ id: message.id, result: result ?? null });
    }
    happened(message.method);
  }

  answer({ method, params }) {
    switch (method) {
      case 'workspace/configuration': return this.options.middleware.workspace.configuration(params);
      case 'client/registerCapability': return this.register(params);
      case 'workspace/applyEdit': return this.apply(params.edit);
      case 'window/showMessageRequest':
        return vscode.window.showInformationMessage(params.message, ...params.actions ?? []);
      case 'window/showDocument': stub.shownDocument = params.uri; return { success: true };
      default: return null;
    }
  }

  /// Like the real client: what comes before or after it runs is left out, and without a section it sends `null`.
  register({ registrations }) {
    if (this.state !== 'running') return;
    for (const { method } of registrations) {
      if (method !== 'workspace/didChangeConfiguration') throw new Error(`No feature for ${method} found.`);
      const tell = () => this.sendNotification(method, { settings: null });
      this.disposables.push(vscode.workspace.onDidChangeConfiguration(tell));
    }
  }

  apply(edit) {
    const versioned = edit.documentChanges?.map(({ textDocument, edits }) => [textDocument.uri, edits]);
    const changes = versioned ?? Object.entries(edit.changes);
    for (const [uri, edits] of changes) {
      const document = stub.documents.find((open) => open.uri.toString() === uri);
      if (!document) return { applied: false };
      for (const { range, newText } of [...edits].reverse()) document.replace(rangeOf(range), newText);
    }
    return { applied: true };
  }

  // Documents

  synchronize() {
    const { workspace } = vscode;
    const on = (event, tell) => this.disposables.push(event(tell));
    const onDocument = (event, tell) => on(event, (value) => {
      const { scheme } = (value.document ?? value).uri;
      if (this.options.documentSelector.some((filter) => filter.scheme === scheme)) tell(value);
    });
    const open = new vscode.EventEmitter();
    onDocument(open.event, (document) => this.opened(document));
    workspace.textDocuments.forEach((document) => open.fire(document));
    onDocument(workspace.onDidOpenTextDocument, (document) => this.opened(document));
    onDocument(workspace.onDidChangeTextDocument, (event) => this.changed(event));
    onDocument(workspace.onDidCloseTextDocument, ({ uri }) =>
      this.write({ method: 'textDocument/didClose', params: { textDocument: { uri: uri.toString() } } }));
    on(workspace.onDidChangeWorkspaceFolders, ({ added, removed }) => {
      const event = { added: folders(added), removed: folders(removed) };
      this.write({ method: 'workspace/didChangeWorkspaceFolders', params: { event } });
    });
  }

  opened(document) {
    const { uri, languageId, version } = document;
    const textDocument = { uri: uri.toString(), languageId, version, text: document.getText() };
    this.write({ method: 'textDocument/didOpen', params: { textDocument } });
  }

  changed({ document, contentChanges }) {
    const textDocument = { uri: document.uri.toString(), version: document.version };
    const changes = contentChanges.map(({ range, rangeLength, text }) => ({ range: plain(range), rangeLength, text }));
    this.write({ method: 'textDocument/didChange', params: { textDocument, contentChanges: changes } });
  }
}

LanguageClient.all = [];

function folders(found) {
  return (found ?? []).map(({ uri, name }) => ({ uri: uri.toString(), name }));
}

function plain({ start, end }) {
  const place = ({ line, character }) => ({ line, character });
  return { start: place(start), end: place(end) };
}

function rangeOf({ start, end }) {
  return new vscode.Range(new vscode.Position(start.line, start.character), new vscode.Position(end.line, end.character));
}

module.exports = { LanguageClient, CloseAction, ErrorAction };
