'use strict';
// What becomes of a suggestion, in the extension and in the server.

const assert = require('node:assert');
const fs = require('node:fs');
const test = require('node:test');
const { LanguageClient } = require('./stubs/languageclient');
const { Sandbox, stub, until, vscode } = require('./harness');

const instruction = '# Add two numbers.';
const run = (command) => vscode.commands.executeCommand(command);
const trigger = () => run('editor.action.inlineSuggest.trigger');

test('ghost text is shown and accepted, and the accept is stored', async (t) => {
  const sandbox = new Sandbox(t);
  await sandbox.start();
  const document = sandbox.open('main.py', instruction);
  await trigger();
  assert.match(stub.suggestions[0].insertText, /def /);
  assert.strictEqual(sandbox.sent('textDocument/inlineCompletion')[0].context.triggerKind, 1);
  await run('editor.action.inlineSuggest.commit');
  assert.match(document.text, /^# Add two numbers\.\n.*def /s);
  const rows = await sandbox.feedback();
  const accepted = rows.filter((row) => row.events.some((one) => one.event === 'accepted'));
  assert.deepStrictEqual(accepted.map((row) => row.suggestion.instruction), ['Add two numbers.']);
});

test('an automatic completion is asked for as one', async (t) => {
  const sandbox = new Sandbox(t);
  await sandbox.start();
  sandbox.open('main.py', `${instruction}\n`);
  assert.strictEqual((await stub.ask()).length, 1);
  assert.strictEqual(sandbox.sent('textDocument/inlineCompletion')[0].context.triggerKind, 2);
});

test('a word that is taken is told with its length, a typed character is not', async (t) => {
  const sandbox = new Sandbox(t);
  await sandbox.start();
  const document = sandbox.open('main.py', `${instruction}\n`);
  await trigger();
  const offered = stub.suggestions[0].insertText;
  const word = offered.match(/^\s*\S+/)[0];
  await run('editor.action.inlineSuggest.acceptNextWord');
  const [first] = sandbox.sent('textDocument/didPartiallyAcceptCompletion');
  assert.strictEqual(first.acceptedLength, word.length);
  assert.strictEqual(document.text, `${instruction}\n${word}`);
  await sandbox.stored('partlyAccepted');

  // The rest is the same suggestion, and its parts are counted from its beginning.
  await stub.ask();
  assert.strictEqual(word + stub.suggestions[0].insertText, offered);
  stub.type(stub.suggestions[0].insertText[0]);
  assert.strictEqual(sandbox.sent('textDocument/didPartiallyAcceptCompletion').length, 1);
  await run('editor.action.inlineSuggest.acceptNextWord');
  const [, second] = sandbox.sent('textDocument/didPartiallyAcceptCompletion');
  assert.strictEqual(second.item.command.arguments[0], first.item.command.arguments[0]);
  assert.strictEqual(second.acceptedLength, document.text.length - instruction.length - 1);

  await stub.ask();
  await run('editor.action.inlineSuggest.commit');
  assert.strictEqual(document.text, `${instruction}\n${offered}`);
  await sandbox.stored('accepted');
});

test('a suggestion that is dismissed is hidden, stored as rejected, and not offered again', async (t) => {
  const sandbox = new Sandbox(t);
  await sandbox.start();
  sandbox.open('main.py', instruction);
  await trigger();
  const offered = stub.suggestions[0].insertText;
  await run('pillow.reject');
  assert.deepStrictEqual(stub.suggestions, []);
  await sandbox.stored('rejected');
  await trigger();
  assert.ok(stub.suggestions.every((item) => item.insertText !== offered));
});

test('what is not on show is not rejected', async (t) => {
  const sandbox = new Sandbox(t);
  await sandbox.start();
  sandbox.open('main.py', `x = 1\n${instruction}`);
  await trigger();
  assert.ok(stub.suggestions.length > 0);
  stub.moveCursor(new vscode.Position(0, 2));
  await run('pillow.reject');
  assert.deepStrictEqual(sandbox.sent('pillow/didReject'), []);
});

test('a newer request cancels the older one', async (t) => {
  const sandbox = new Sandbox(t);
  await sandbox.start();
  sandbox.open('main.py', instruction);
  const older = stub.ask();
  const newer = stub.ask();
  assert.deepStrictEqual(await older, []);
  assert.strictEqual((await newer).length, 1);
  assert.strictEqual(sandbox.sent('$/cancelRequest').length, 1);
  assert.deepStrictEqual(stub.log.filter((line) => line.startsWith('No inline completion')), []);
});

test('a document that is closed while a request is open gets nothing', async (t) => {
  const sandbox = new Sandbox(t);
  await sandbox.start();
  const document = sandbox.open('main.py', instruction);
  const asked = trigger();
  stub.closeDocument(document);
  assert.deepStrictEqual(await asked, []);
  sandbox.open('other.py', instruction);
  assert.ok((await trigger()).length > 0);
  assert.deepStrictEqual(stub.messages, []);
});

test('untitled documents are completed, other schemes are left alone', async (t) => {
  const sandbox = new Sandbox(t);
  await sandbox.start();
  stub.openDocument(vscode.Uri.parse('untitled:Untitled-1'), 'python', instruction);
  assert.ok((await trigger()).length > 0);
  stub.openDocument(vscode.Uri.parse('git:/project/main.py?ref'), 'python', instruction);
  await trigger();
  assert.strictEqual(sandbox.sent('textDocument/didOpen').length, 1);
  assert.strictEqual(sandbox.sent('textDocument/inlineCompletion').length, 1);
});

test('each of two folders is a project of its own', async (t) => {
  const sandbox = new Sandbox(t);
  const other = sandbox.addProject('other project');
  await sandbox.start(sandbox.project, other);
  sandbox.open('main.py', instruction, { project: other });
  await trigger();
  await run('editor.action.inlineSuggest.commit');
  await sandbox.stored('accepted', other);
  assert.deepStrictEqual(await sandbox.feedback(), []);
});

test('an accept that no server has heard is told to the next one', async (t) => {
  const sandbox = new Sandbox(t);
  await sandbox.start();
  sandbox.open('main.py', instruction);
  await trigger();
  const killed = sandbox.client;
  killed.child.kill('SIGKILL');
  await until(() => !stub.contexts['pillow.running'], 'the death to be seen');
  await run('editor.action.inlineSuggest.commit');
  await until(() => stub.contexts['pillow.running'], 'the next server');
  await sandbox.stored('accepted');
});

test('a request that is open when the server dies gets nothing', async (t) => {
  const sandbox = new Sandbox(t);
  await sandbox.start();
  sandbox.open('main.py', instruction);
  const asked = trigger();
  sandbox.client.child.kill('SIGKILL');
  assert.deepStrictEqual(await asked, []);
  await until(() => LanguageClient.all.length > 1 && stub.contexts['pillow.running'], 'the next server');
  assert.ok((await trigger()).length > 0);
  assert.deepStrictEqual(stub.messages, []);
});

test('nothing is registered twice', async (t) => {
  const sandbox = new Sandbox(t);
  await sandbox.start();
  await run('pillow.restart');
  assert.strictEqual(stub.providers.length, 1);
  await sandbox.leave();
  assert.strictEqual(stub.providers.length, 0);
  assert.deepStrictEqual(Object.keys(stub.registered).filter((name) => name.startsWith('pillow')), []);
  assert.ok(fs.existsSync(sandbox.folder));
});
