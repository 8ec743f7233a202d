'use strict';
// Parts that need no server: the manifest, the search for the program, what of a suggestion stands in a document.

const assert = require('node:assert');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const test = require('node:test');
const { extensionFolder, manifest, root, stub, vscode } = require('./harness');
const { find } = require(`${extensionFolder}/src/program`);
const { Shown } = require(`${extensionFolder}/src/shown`);
const { describe } = require(`${extensionFolder}/src/status`);

test('the manifest fits the program and itself', () => {
  const source = fs.readFileSync(path.join(root, 'Sources/pillow-lsp/PillowLSP.swift'), 'utf8');
  assert.strictEqual(manifest.version, source.match(/static let version = "(.*)"/)[1]);
  assert.ok(fs.existsSync(path.join(extensionFolder, manifest.main)));
  const { commands, keybindings } = manifest.contributes;
  const names = commands.map((command) => command.command);
  assert.strictEqual(new Set(names).size, names.length);
  for (const { command, when } of keybindings) {
    assert.ok(names.includes(command) || stub.registered[command], command);
    assert.match(when, /inlineSuggestionVisible|pillow\.running/);
  }
  assert.strictEqual(manifest.capabilities.untrustedWorkspaces.supported, false);
  assert.strictEqual(manifest.contributes.configuration.properties['pillow-lsp.path'].scope, 'machine');
});

test('no command has a name of the server’s, which vscode-languageclient registers', () => {
  for (const { command } of manifest.contributes.commands) assert.ok(!command.startsWith('pillow-lsp.'));
});

test('the program is found on the PATH, by the setting and at home', (t) => {
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'pillow-program-'));
  t.after(() => fs.rmSync(home, { recursive: true }));
  const file = path.join(home, 'pillow-lsp');
  const environment = { HOME: home, PATH: `relative:${home}` };
  fs.mkdirSync(file);
  assert.strictEqual(find('', environment), undefined, 'a folder is no program');
  fs.rmdirSync(file);
  fs.writeFileSync(file, '');
  assert.strictEqual(find('', environment), undefined, 'neither is a file that cannot be executed');
  fs.chmodSync(file, 0o755);
  assert.strictEqual(find('', environment), file);
  assert.strictEqual(find('~/pillow-lsp', environment), file);
  assert.strictEqual(find('pillow-lsp', environment), undefined, 'the setting is an absolute path');
  assert.strictEqual(find('/nowhere/pillow-lsp', environment), undefined);
});

test('parts are told from typing, brackets and indentation', () => {
  const shown = new Shown();
  const document = stub.openDocument(vscode.Uri.parse('file:///a.py'), 'python', 'x\n');
  const start = new vscode.Position(1, 0);
  const offered = [{ id: 'id', text: '()\n  ab cd', start }];
  const taken = [];
  document.changed = ({ contentChanges }) => taken.push(shown.changed(document, contentChanges)?.length);
  shown.remember(document, offered);
  for (const text of ['()', '\n  ', 'a', 'b c']) document.replace(new vscode.Range(document.end, document.end), text);
  assert.deepStrictEqual(taken, [undefined, undefined, undefined, 9]);
  document.replace(new vscode.Range(document.end, document.end), 'x');
  assert.strictEqual(shown.at(document, document.end), undefined, 'what was typed over is not on show');
});

test('line ends of Windows are no part of a suggestion', () => {
  const shown = new Shown();
  const document = stub.openDocument(vscode.Uri.parse('file:///b.py'), 'python', 'x');
  const start = new vscode.Position(0, 1);
  shown.remember(document, [{ id: 'id', text: '\nab\ncd', start }]);
  let taken;
  document.changed = ({ contentChanges }) => { taken = shown.changed(document, contentChanges); };
  document.replace(new vscode.Range(start, start), '\r\nab');
  assert.strictEqual(taken.length, 3);
});

test('a suggestion that goes on is counted from where it began', () => {
  const shown = new Shown();
  const document = stub.openDocument(vscode.Uri.parse('file:///c.py'), 'python', 'abc ');
  shown.remember(document, [{ id: 'id', text: 'abc def ghi', start: new vscode.Position(0, 0) }]);
  const rest = { id: 'id', text: 'def ghi', start: new vscode.Position(0, 4) };
  shown.remember(document, [rest]);
  assert.strictEqual(shown.before(document, rest), 4);
  shown.remember(document, [{ ...rest, id: 'other' }]);
  assert.strictEqual(shown.before(document, { ...rest, id: 'other' }), 0);
});

test('the status bar shows the most urgent', () => {
  const text = (status, lost = '') => describe({ lost, status }).text;
  assert.strictEqual(text(undefined), '$(sparkle) pillow');
  assert.strictEqual(text({ kind: 'Normal', message: '', harvest: 2, mine: 9 }), '$(sparkle) pillow (2 to keep)');
  assert.strictEqual(text({ kind: 'Normal', message: '9 can be mined', mine: 9 }), '$(sparkle) pillow (9 to mine)');
  assert.strictEqual(text({ kind: 'Normal', message: '', busy: true, mine: 9 }), '$(loading~spin) pillow');
  assert.strictEqual(text({ kind: 'Warning', message: 'No model', busy: true }), '$(warning) pillow');
  assert.strictEqual(text(undefined, 'no program'), '$(error) pillow');
});
