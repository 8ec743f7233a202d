'use strict';
// What the commands ask of the server, and what they tell.

const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const test = require('node:test');
const { Sandbox, manifest, stub, until, vscode } = require('./harness');

const instruction = '# Add two numbers.';
const run = (command) => vscode.commands.executeCommand(command);
const last = () => stub.messages.at(-1);

test('the list of exemplars says why, inserts and pins', async (t) => {
  const sandbox = new Sandbox(t);
  await sandbox.start();
  const document = sandbox.open('main.py', instruction);
  await run('pillow.showExemplars');
  assert.ok(stub.list.items.length > 0);
  assert.match(stub.list.items[0].description, /^\d+ %, pool sample$/);
  stub.list.selectedItems = [stub.list.items.find((item) => item.label.startsWith('Subtract'))];
  stub.list.events.onDidAccept.fire();
  await until(() => document.text.includes('return a - b'), 'the exemplar in the document');
  assert.ok(stub.list.isDisposed);

  sandbox.open('other.py', instruction);
  await run('pillow.showExemplars');
  const item = stub.list.items.find((one) => one.label.startsWith('Subtract'));
  stub.list.events.onDidTriggerItemButton.fire({ item, button: item.buttons[0] });
  const pinned = async () => {
    const { exemplar } = await sandbox.client.sendRequest('pillow/exemplars/get', { id: item.id });
    return exemplar.pinned;
  };
  await until(pinned, 'the exemplar to be pinned');

  stub.answers = ['Subtract'];
  await run('pillow.releaseExemplar');
  assert.strictEqual(stub.picked.rows[0].description, 'pinned');
  assert.strictEqual(await pinned(), false);
  await run('pillow.releaseExemplar');
  assert.match(last().message, /No exemplar is pinned or muted/);
  sandbox.open('short.py', 'x = 1\n');
  await run('pillow.showExemplars');
  assert.match(last().message, /^pillow: [A-Z].*\.$/, 'the reason why there is no instruction');
});

test('an exemplar is chosen to be muted, or edited as a file', async (t) => {
  const sandbox = new Sandbox(t);
  await sandbox.start();
  sandbox.open('main.py', instruction);
  stub.answers = ['Subtract'];
  await run('pillow.muteExemplar');
  const { exemplars } = await sandbox.client.sendRequest('pillow/exemplars/list', {});
  const muted = exemplars.filter((one) => one.muted).map((one) => one.instruction);
  assert.deepStrictEqual(muted, ['Subtract one number from another.']);
  await run('pillow.showExemplars');
  const [item] = stub.list.items;
  stub.list.events.onDidTriggerItemButton.fire({ item, button: item.buttons[2] });
  await until(() => stub.shownDocument, 'the exemplar to be opened');
});

test('why nothing is offered is told in one sentence', async (t) => {
  const sandbox = new Sandbox(t);
  await sandbox.start();
  await run('pillow.explain');
  assert.match(last().message, /No document is open/);
  const document = sandbox.open('main.py', 'total = 1\n');
  stub.moveCursor(new vscode.Position(0, 9));
  await run('pillow.explain');
  assert.match(last().message, /^pillow: .*\.$/);
  assert.deepStrictEqual(last().items, []);
  document.replace(new vscode.Range(new vscode.Position(0, 0), document.end), instruction);
  stub.moveCursor(document.end);
  stub.answers = ['Complete Anyway'];
  await run('pillow.explain');
  assert.strictEqual(last().message, 'pillow: “Add two numbers.” can be completed here.');
  assert.ok(stub.suggestions.length > 0);
  stub.set(stub.values.user, 'editor.inlineSuggest.enabled', false);
  await run('pillow.explain');
  assert.match(last().message, /editor\.inlineSuggest\.enabled/);
});

test('the server completes in place, and its errors are told', async (t) => {
  const sandbox = new Sandbox(t);
  await sandbox.start();
  const document = sandbox.open('main.py', instruction);
  await run('pillow.complete');
  assert.match(document.text, /def /);
  await sandbox.stored('accepted');
  sandbox.open('empty.py', '');
  await run('pillow.complete');
  assert.strictEqual(last().kind, 'error');
  assert.match(last().message, /^pillow: \S/);
});

test('pools are imported, counted and shared, a selection is saved', async (t) => {
  const sandbox = new Sandbox(t);
  await sandbox.start();
  const document = sandbox.open('main.py', `${instruction}\ndef add(a, b):\n    return a + b\n`);
  const file = path.join(sandbox.folder, 'more.jsonl');
  fs.writeFileSync(file, '{"instruction": "Name the capital of France.", "output": "Paris"}\n');
  stub.chosenFiles = [vscode.Uri.file(file)];
  await run('pillow.importPool');
  assert.strictEqual(last().message, 'pillow: 1 added, 0 already there, 0 skipped.');
  await run('pillow.poolStats');
  assert.match(last().message, /^pillow: 4 exemplars \(0 pinned, 0 muted\)/);
  stub.answers = ['more'];
  await run('pillow.sharePool');
  assert.ok(fs.existsSync(path.join(sandbox.project.folder, '.pillow/pools/more.jsonl')));
  vscode.window.activeTextEditor.selection = new vscode.Selection(new vscode.Position(0, 0), document.end);
  stub.answers = ['Add two numbers'];
  await run('pillow.saveExemplar');
  await until(() => stub.messages.some((one) => /^Saved as exemplar/.test(one.message)), 'the exemplar to be saved');
});

test('a file is left alone from now on', async (t) => {
  const sandbox = new Sandbox(t);
  await sandbox.start();
  sandbox.open('main.py', instruction);
  await run('pillow.neverHere');
  assert.strictEqual(fs.readFileSync(path.join(sandbox.project.folder, '.pillowignore'), 'utf8'), '/main.py\n');
  await run('editor.action.inlineSuggest.trigger');
  assert.deepStrictEqual(stub.suggestions, []);
});

test('what was learned is shown, is paused and goes on', async (t) => {
  const sandbox = new Sandbox(t);
  await sandbox.start();
  sandbox.open('main.py', instruction);
  const shown = async (answer) => {
    stub.answers = [answer];
    await run('pillow.learningStatus');
    return stub.messages.filter((one) => one.options?.detail).at(-1);
  };
  const first = await shown('Pause');
  assert.strictEqual(first.message, 'pillow: Learning is on.');
  assert.match(first.options.detail, /Nothing was judged yet\./);
  assert.strictEqual((await shown('Go On')).message, 'pillow: Learning is paused.');
  assert.strictEqual((await shown('Start Over')).message, 'pillow: Learning is on.');
  assert.strictEqual(last().kind, 'warning', 'it asks before it forgets');
});

test('the status bar says that it completes, and its menu offers what can be done', async (t) => {
  const sandbox = new Sandbox(t);
  await sandbox.start();
  assert.strictEqual(stub.statusItem.text, '$(sparkle) pillow');
  assert.ok(stub.statusItem.isShown);
  sandbox.open('main.py', instruction);
  const asked = run('editor.action.inlineSuggest.trigger');
  await until(() => stub.statusItem.text === '$(loading~spin) pillow', 'it to be busy');
  await asked;
  await until(() => stub.statusItem.text === '$(sparkle) pillow', 'it to be ready');
  stub.answers = ['Show the log'];
  await run(stub.statusItem.command);
  assert.ok(stub.isLogShown);
});

test('harvest and mining say that there is nothing', async (t) => {
  const sandbox = new Sandbox(t);
  await sandbox.start();
  sandbox.open('main.py', instruction);
  for (const command of ['pillow.harvest', 'pillow.mine', 'pillow.declineMining']) {
    const before = stub.messages.length;
    await run(command);
    const isSilent = command === 'pillow.declineMining';
    await until(() => stub.messages.length > before || isSilent, `${command} to say something`);
    assert.ok(!/undefined/.test(last().message));
  }
});

test('every command of the manifest is there, with a server and without', async (t) => {
  const sandbox = new Sandbox(t);
  sandbox.activate();
  const titles = manifest.contributes.commands.map((command) => command.command);
  const ours = Object.keys(stub.registered).filter((name) => name.startsWith('pillow.'));
  assert.deepStrictEqual(ours.sort(), [...titles, 'pillow.accepted'].sort());
  for (const command of titles.filter((name) => name !== 'pillow.restart')) await run(command);
  assert.deepStrictEqual(stub.messages.filter((one) => /undefined|TypeError/.test(one.message)), []);
});
