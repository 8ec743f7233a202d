'use strict';
// The module `vscode` for the extension: what it uses, and nothing else. `stub` is the test's side of it: what a person
// sees and does.

const types = require('./types');
const { Document } = require('./document');
const { happened } = require('./activity');

const { EventEmitter, Disposable, Range, Selection } = types;

const stub = {
  registered: {},
  contexts: {},
  messages: [],
  /// What the person answers, by the beginning of a button's or row's label.
  answers: [],
  values: { user: {}, workspace: {}, folders: {} },
  defaults: { 'editor.inlineSuggest.enabled': true },
  providers: [],
  suggestions: [],
  documents: [],
  log: [],
  events: {},
};
for (const name of ['open', 'change', 'close', 'configuration', 'folders']) stub.events[name] = new EventEmitter();

// What the person does

stub.openDocument = (uri, languageId, text) => {
  const document = new Document(uri, languageId, text, (event) => {
    stub.events.change.fire(event);
    happened('change');
  });
  stub.documents.push(document);
  window.activeTextEditor = { document, selection: new Selection(document.end, document.end) };
  stub.events.open.fire(document);
  return document;
};

stub.closeDocument = (document) => {
  document.isClosed = true;
  stub.documents = stub.documents.filter((other) => other !== document);
  if (window.activeTextEditor?.document === document) window.activeTextEditor = undefined;
  stub.events.close.fire(document);
};

stub.moveCursor = (position) => {
  window.activeTextEditor.selection = new Selection(position, position);
};

stub.type = (text) => {
  const editor = window.activeTextEditor;
  stub.moveCursor(editor.document.replace(editor.selection, text));
};

/// Asks the providers like the editor does; an older request is cancelled.
stub.ask = async (triggerKind = types.InlineCompletionTriggerKind.Automatic) => {
  const { document, selection } = window.activeTextEditor;
  stub.asking?.cancel();
  const source = (stub.asking = new types.CancellationTokenSource());
  const found = [];
  for (const { provider, selector } of stub.providers) {
    if (!selector.some((filter) => filter.scheme === document.uri.scheme)) continue;
    const items = await provider.provideInlineCompletionItems(document, selection.active, { triggerKind }, source.token);
    found.push(...items ?? []);
  }
  if (!source.token.isCancellationRequested) stub.suggestions = found;
  happened('suggestions');
  return found;
};

stub.set = (place, key, value) => {
  if (value === undefined) delete place[key];
  else place[key] = value;
  stub.events.configuration.fire({ affectsConfiguration: (section) => `${key}.`.startsWith(`${section}.`) });
};

stub.setFolders = (...folders) => {
  const before = workspace.workspaceFolders ?? [];
  const removed = before.filter((folder) => !folders.includes(folder));
  const added = folders.filter((folder) => !before.includes(folder));
  workspace.workspaceFolders = folders;
  stub.events.folders.fire({ added, removed });
};

async function accept(length) {
  const editor = window.activeTextEditor;
  const [item] = stub.suggestions;
  const typed = editor.document.getText(new Range(item.range.start, editor.selection.active)).length;
  const end = length(item.insertText, typed);
  if (end < item.insertText.length) {
    stub.moveCursor(editor.document.replace(editor.selection, item.insertText.slice(typed, end)));
    return;
  }
  stub.suggestions = [];
  stub.moveCursor(editor.document.replace(new Range(item.range.start, editor.selection.active), item.insertText));
  if (item.command) await commands.executeCommand(item.command.command, ...item.command.arguments);
}

stub.registered = {
  'editor.action.inlineSuggest.trigger': () => stub.ask(types.InlineCompletionTriggerKind.Invoke),
  'editor.action.inlineSuggest.hide': () => { stub.suggestions = []; },
  'editor.action.inlineSuggest.commit': () => accept((text) => text.length),
  'editor.action.inlineSuggest.acceptNextWord': () =>
    accept((text, typed) => typed + text.slice(typed).match(/^\s*\S+|^\s+$/)[0].length),
  setContext: (key, value) => { stub.contexts[key] = value; },
};

function answer(options, label) {
  const index = stub.answers.findIndex((wanted) => options.some((option) => label(option).includes(wanted)));
  if (index === -1) return undefined;
  const [wanted] = stub.answers.splice(index, 1);
  return options.find((option) => label(option).includes(wanted));
}

function show(kind) {
  return async (message, ...rest) => {
    const items = rest.filter((item) => typeof item === 'string' || item.title);
    const options = rest.find((item) => typeof item === 'object' && !item.title);
    stub.messages.push({ kind, message, options, items });
    happened('message');
    return answer(items, (item) => item.title ?? item);
  };
}

// What the extension sees

const commands = {
  registerCommand(name, handler) {
    if (stub.registered[name]) throw new Error(`command '${name}' already exists`);
    stub.registered[name] = handler;
    return new Disposable(() => { delete stub.registered[name]; });
  },
  async executeCommand(name, ...args) {
    if (!stub.registered[name]) throw new Error(`command '${name}' not found`);
    try {
      return await stub.registered[name](...args);
    } finally {
      happened(name);
    }
  },
};

const window = {
  activeTextEditor: undefined,
  showInformationMessage: show('information'),
  showWarningMessage: show('warning'),
  showErrorMessage: show('error'),
  createOutputChannel(name) {
    const append = (text) => stub.log.push(text);
    return { name, append, appendLine: append, show() { stub.isLogShown = true; }, dispose() {} };
  },
  createStatusBarItem(id, alignment, priority) {
    stub.statusItem = { id, alignment, priority, show() { this.isShown = true; }, dispose() {} };
    return stub.statusItem;
  },
  async showQuickPick(rows, options) {
    stub.picked = { rows, options };
    return answer(rows, (row) => row.label);
  },
  createQuickPick() {
    const events = {};
    const list = {
      events, items: [], selectedItems: [], show() {}, hide() { events.onDidHide.fire(); }, dispose() { list.isDisposed = true; },
    };
    for (const name of ['onDidAccept', 'onDidTriggerItemButton', 'onDidHide']) {
      events[name] = new EventEmitter();
      list[name] = events[name].event;
    }
    stub.list = list;
    return list;
  },
  async showOpenDialog() { return stub.chosenFiles; },
};

const workspace = {
  workspaceFolders: undefined,
  get textDocuments() { return stub.documents; },
  onDidOpenTextDocument: stub.events.open.event,
  onDidChangeTextDocument: stub.events.change.event,
  onDidCloseTextDocument: stub.events.close.event,
  onDidChangeConfiguration: stub.events.configuration.event,
  onDidChangeWorkspaceFolders: stub.events.folders.event,
  getConfiguration(section, scope) {
    const { user, workspace: shared, folders } = stub.values;
    const inspect = (name) => {
      const key = `${section}.${name}`;
      const workspaceFolderValue = folders[scope?.toString()]?.[key];
      return { defaultValue: stub.defaults[key], globalValue: user[key], workspaceValue: shared[key], workspaceFolderValue };
    };
    const get = (name) => {
      const values = inspect(name);
      return values.workspaceFolderValue ?? values.workspaceValue ?? values.globalValue ?? values.defaultValue;
    };
    return { get, inspect };
  },
};

const languages = {
  registerInlineCompletionItemProvider(selector, provider) {
    const entry = { selector, provider };
    stub.providers.push(entry);
    return new Disposable(() => { stub.providers = stub.providers.filter((other) => other !== entry); });
  },
};

module.exports = { ...types, commands, window, workspace, languages, stub };
