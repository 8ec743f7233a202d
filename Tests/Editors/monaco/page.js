'use strict';
// Monaco in its page: does what the host asks for (host.js), and tells it what happens, in the words of the module `vscode`.

/* global monaco, require, tell */
const contexts = new Map();
const asked = new Map();
let editor, last = 0;

function say(kind, more = {}) {
  tell(JSON.stringify({ kind, ...more }));
}

const from = ({ lineNumber, column }) => ({ line: lineNumber - 1, character: column - 1 });
const fromRange = (range) => ({
  start: from({ lineNumber: range.startLineNumber, column: range.startColumn }),
  end: from({ lineNumber: range.endLineNumber, column: range.endColumn }),
});
const toRange = ({ start, end }) => new monaco.Range(start.line + 1, start.character + 1, end.line + 1, end.character + 1);

function open(uri, languageId, text, options) {
  const model = monaco.editor.createModel(text, languageId, monaco.Uri.parse(uri));
  model.onDidChangeContent(({ changes, versionId }) => say('change', {
    version: versionId,
    changes: changes.map(({ range, ...change }) => ({ ...change, range: fromRange(range) })),
  }));
  editor = monaco.editor.create(document.getElementById('editor'), { ...options, model });
  editor.onDidChangeCursorSelection(({ selection }) => say('selection', {
    anchor: from({ lineNumber: selection.selectionStartLineNumber, column: selection.selectionStartColumn }),
    active: from({ lineNumber: selection.positionLineNumber, column: selection.positionColumn }),
  }));
  say('open', { uri, languageId, text, version: model.getVersionId() });
  editor.setPosition(model.getFullModelRange().getEndPosition());
  editor.focus();
}

/// What VS Code's own part of the extension's host makes of a provider.
function provide() {
  monaco.languages.registerInlineCompletionsProvider('*', {
    provideInlineCompletions(model, position, context, token) {
      const id = (last += 1);
      const isExplicit = context.triggerKind === monaco.languages.InlineCompletionTriggerKind.Explicit;
      const info = context.selectedSuggestionInfo;
      const selected = info && { text: info.text, range: fromRange(info.range) };
      token.onCancellationRequested(() => say('cancel', { id }));
      say('ask', { id, position: from(position), isExplicit, selected });
      return new Promise((resolve) => asked.set(id, resolve));
    },
    disposeInlineCompletions() {},
  });
}

function answer(id, items) {
  asked.get(id)({ items: items.map((item) => ({ ...item, range: toRange(item.range) })) });
  asked.delete(id);
}

function register(command) {
  monaco.editor.registerCommand(command, (accessor, ...args) => say('command', { command, args }));
}

function setContext(key, value) {
  if (!contexts.has(key)) contexts.set(key, editor.createContextKey(key, value));
  contexts.get(key).set(value);
}

/// Key bindings as in a manifest.
function bind(bindings) {
  const keys = { escape: 'Escape', '\\': 'Backslash', ']': 'BracketRight' };
  const modifiers = { ctrl: monaco.KeyMod.CtrlCmd, alt: monaco.KeyMod.Alt, shift: monaco.KeyMod.Shift };
  monaco.editor.addKeybindingRules(bindings.map(({ key, command, when }) => {
    const names = key.split('+');
    const code = monaco.KeyCode[keys[names.at(-1)] ?? `Key${names.at(-1).toUpperCase()}`];
    return { keybinding: names.slice(0, -1).reduce((sum, name) => sum | modifiers[name], code), command, when };
  }));
}

/// The lines of ghost text as they stand on the screen.
function ghost() {
  const rows = new Map();
  for (const span of document.querySelectorAll('.ghost-text, .ghost-text-decoration')) {
    const { top, width } = span.getBoundingClientRect();
    if (width > 0) rows.set(top, (rows.get(top) ?? '') + span.textContent.replaceAll('\u00a0', ' '));
  }
  return [...rows].sort(([above], [below]) => above - below).map(([, text]) => text).join('\n');
}

require.config({ paths: { vs: '/vs' } });
require(['vs/editor/editor.main'], () => say('ready'));
