'use strict';
// Settings: only what somebody has chosen reaches the server, and it follows changes.

const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const test = require('node:test');
const { Sandbox, eventually, extensionFolder, manifest, stub, until, vscode } = require('./harness');
const settings = require(`${extensionFolder}/src/settings`);

const instruction = '# Add two numbers.';
const trigger = () => vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');

/// Asks until the answer is one, or none, as it is once the server has read what changed.
function offers(wanted) {
  return eventually(async () => {
    await trigger();
    return (stub.suggestions.length > 0) === wanted;
  }, wanted ? 'a suggestion' : 'no suggestion');
}

/// The answers to `workspace/configuration` that the server has got.
function answers(sandbox) {
  const { received, sent } = sandbox.client;
  const asked = received.filter((message) => message.method === 'workspace/configuration').map((message) => message.id);
  return sent.filter((message) => !message.method && asked.includes(message.id)).map((message) => message.result);
}

/// Changes a setting, and waits until the server has asked for it.
async function set(sandbox, ...change) {
  const known = answers(sandbox).length;
  stub.set(...change);
  await until(() => answers(sandbox).length > known, 'the server to ask for the settings');
}

test('VS Code’s defaults do not hide the project’s own settings', async (t) => {
  const sandbox = new Sandbox(t);
  const config = path.join(sandbox.project.folder, '.pillow/config.json');
  fs.writeFileSync(config, '{"inlineCompletion": {"enabled": false}}');
  const { properties } = manifest.contributes.configuration;
  for (const [key, property] of Object.entries(properties)) stub.defaults[key] = property.default;
  await sandbox.start();
  await until(() => answers(sandbox).length > 0, 'the server to ask for the settings');
  assert.deepStrictEqual(answers(sandbox)[0], [{}]);
  sandbox.open('main.py', instruction);
  await offers(false);

  await set(sandbox, stub.values.user, 'pillow-lsp.inlineCompletion.enabled', true);
  assert.deepStrictEqual(answers(sandbox).at(-1), [{ inlineCompletion: { enabled: true } }]);
  await offers(true);

  await set(sandbox, stub.values.user, 'pillow-lsp.inlineCompletion.enabled', undefined);
  await offers(false);
});

test('each folder has settings of its own, also one that is added later', async (t) => {
  const sandbox = new Sandbox(t);
  const other = sandbox.addProject('other');
  await sandbox.start();
  stub.values.folders[other.uri.toString()] = { 'pillow-lsp.inlineCompletion.enabled': false };
  const known = answers(sandbox).length;
  stub.setFolders(sandbox.project, other);
  // What the server asked at its start may be answered after it.
  const ofBoth = () => answers(sandbox).slice(known).find((answer) => answer.length === 2);
  await until(ofBoth, 'the server to ask for both');
  assert.deepStrictEqual(ofBoth(), [{}, { inlineCompletion: { enabled: false } }]);
  sandbox.open('main.py', instruction, { project: other });
  await offers(false);
  sandbox.open('main.py', instruction);
  await offers(true);
});

test('the nearest place counts, and a workspace cannot say where text is sent', () => {
  const folder = vscode.Uri.parse('file:///a');
  stub.values = {
    user: { 'pillow-lsp.shots': 1, 'pillow-lsp.threads': 2, 'pillow-lsp.path': '/bin/true' },
    workspace: { 'pillow-lsp.shots': 4, 'pillow-lsp.engine.url': 'https://elsewhere.example' },
    folders: { 'file:///a': { 'pillow-lsp.shots': 5 } },
  };
  assert.deepStrictEqual(settings.chosen(manifest, undefined), { shots: 4, threads: 2 });
  assert.deepStrictEqual(settings.chosen(manifest, folder), { shots: 5, threads: 2 });
  stub.values.user['pillow-lsp.engine.url'] = 'http://127.0.0.1:8080';
  assert.deepStrictEqual(settings.chosen(manifest, undefined).engine, { url: 'http://127.0.0.1:8080' });
});
