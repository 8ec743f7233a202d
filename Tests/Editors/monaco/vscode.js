'use strict';
// The module `vscode` for the extension and for vscode-languageclient, with Monaco as the editor. What is about documents,
// cursors, keys, commands and ghost text goes to the page; messages and settings are those of the stubs.

const { URI } = require('vscode-uri');
const base = require('../vscode/stubs/vscode');
const { Document } = require('../vscode/stubs/document');

const { stub, Position, Range, Selection, Disposable } = base;
const toPosition = ({ line, character }) => new Position(line, character);
const toRange = ({ start, end }) => new Range(toPosition(start), toPosition(end));

/// An object that also has what the library mentions and this extension never comes to.
function lenient(object, missing) {
  const get = (target, name) => (name in target || typeof name === 'symbol' ? target[name] : missing(name));
  return new Proxy(object, { get });
}
const silent = () => new Disposable(() => {});
const nothing = (name) => (/^(on|register|create)[A-Z]/.test(name) ? silent : undefined);

class CodeActionKind {
  constructor(value) { this.value = value; }
  append(part) { return new CodeActionKind(this.value ? `${this.value}.${part}` : part); }
}
CodeActionKind.Empty = new CodeActionKind('');

const ProgressLocation = { Window: 10, Notification: 15 };

/// A copy of Monaco's document, which follows it.
class Copy extends Document {
  follow(changes, version) {
    for (const { rangeOffset, rangeLength, text } of changes) {
      this.text = this.text.slice(0, rangeOffset) + text + this.text.slice(rangeOffset + rangeLength);
    }
    this.version = version;
    this.changed({ document: this, contentChanges: changes.map((change) => ({ ...change, range: toRange(change.range) })) });
  }
}

/// The side of the page; `browser` shows it.
class Page {
  constructor(browser) {
    this.browser = browser;
    this.cancelled = new Map();
  }

  call(name, ...args) {
    return this.browser.evaluate(`${name}(${args.map((argument) => JSON.stringify(argument)).join(', ')})`);
  }

  heard(message) {
    switch (message.kind) {
      case 'open': return this.opened(message);
      case 'change': return this.document.follow(message.changes, message.version);
      case 'selection': return this.moved(message);
      case 'ask': return this.ask(message);
      case 'cancel': return this.cancelled.get(message.id)?.cancel();
      case 'command': return base.commands.executeCommand(message.command, ...message.args);
      default: return undefined;
    }
  }

  opened({ uri, languageId, text, version }) {
    this.document = new Copy(URI.parse(uri), languageId, text, (event) => stub.events.change.fire(event));
    this.document.version = version;
    stub.documents.push(this.document);
    base.window.activeTextEditor = { document: this.document };
    this.moved({ anchor: { line: 0, character: 0 }, active: { line: 0, character: 0 } });
    stub.events.open.fire(this.document);
  }

  moved({ anchor, active }) {
    base.window.activeTextEditor.selection = new Selection(toPosition(anchor), toPosition(active));
  }

  async ask({ id, position, isExplicit, selected }) {
    const { Invoke, Automatic } = base.InlineCompletionTriggerKind;
    const source = new base.CancellationTokenSource();
    const selectedCompletionInfo = selected && { text: selected.text, range: toRange(selected.range) };
    const context = { triggerKind: isExplicit ? Invoke : Automatic, selectedCompletionInfo };
    this.cancelled.set(id, source);
    // None is left while the extension leaves.
    const provider = stub.providers[0]?.provider;
    const items = await provider?.provideInlineCompletionItems(this.document, toPosition(position), context, source.token);
    this.cancelled.delete(id);
    await this.call('answer', id, (items ?? []).map(({ insertText, range, filterText, command }) => ({
      insertText, range, filterText, command: command && { ...command, id: command.command },
    })));
  }
}

/// The module, once the page is there.
function over(page) {
  for (const name of ['trigger', 'hide', 'commit', 'acceptNextWord', 'acceptNextLine']) {
    const id = `editor.action.inlineSuggest.${name}`;
    stub.registered[id] = () => page.browser.evaluate(`editor.getAction('${id}').run()`);
  }
  stub.registered.setContext = async (key, value) => {
    // A key that is pressed from now on finds it.
    await page.call('setContext', key, value);
    stub.contexts[key] = value;
  };
  const commands = {
    executeCommand: base.commands.executeCommand,
    registerCommand(name, handler) {
      page.call('register', name);
      return base.commands.registerCommand(name, handler);
    },
  };
  const languages = lenient({
    match: (selector, { uri }) => (selector.some((filter) => filter.scheme === uri.scheme) ? 10 : 0),
    registerInlineCompletionItemProvider(...args) {
      page.call('provide');
      return base.languages.registerInlineCompletionItemProvider(...args);
    },
  }, nothing);
  const workspace = lenient(base.workspace, nothing);
  base.window.withProgress = (_, task) => task({ report() {} }, new base.CancellationTokenSource().token);
  const window = lenient(base.window, nothing);
  const parts = { commands, languages, workspace, window, Uri: URI, CodeActionKind, ProgressLocation };
  return lenient({ ...base, ...parts, version: '1.82.0', env: { appName: 'Monaco' } }, (name) => {
    if (/^[A-Z]/.test(name)) return (base[name] ??= class {});
    return undefined;
  });
}

module.exports = { Page, over, stub };
