'use strict';
// An answer whose beginning is on show while its rest is written, with a server of our own: the real one is as fast as
// its machine.

const assert = require('node:assert');
const test = require('node:test');
const { extensionFolder, stub, vscode } = require('./harness');
const { GhostText } = require(`${extensionFolder}/src/ghost`);

const start = { line: 1, character: 0 };

function offer(text) {
  const command = { title: 'Accept', command: 'pillow-lsp.accept', arguments: ['id'] };
  return [{ insertText: text, range: { start, end: start }, command }];
}

function arrange(t) {
  const changes = new vscode.EventEmitter();
  const asked = [];
  const answers = [offer('def add(a, b):\n'), offer('def add(a, b):\n    return a + b\n')];
  const server = { status: { busy: true }, onDidChange: changes.event, notify() {} };
  server.client = {
    sendRequest: async (method, params) => (asked.push(params.context.triggerKind), answers.shift()),
  };
  const ghost = new GhostText(server, { appendLine() {} });
  t.after(() => ghost.dispose());
  const document = stub.openDocument(vscode.Uri.parse('file:///a.py'), 'python', '# Add two numbers.\n');
  t.after(() => stub.closeDocument(document));
  /// Resolves when the editor has asked again, if it does.
  const finish = async () => {
    server.status = { busy: false };
    changes.fire();
    await new Promise(setImmediate);
  };
  return { asked, finish, ghost, server };
}

test('the rest is shown when it is written, and is not an explicit request', async (t) => {
  const { asked, finish } = arrange(t);
  await stub.ask();
  await finish();
  assert.deepStrictEqual(asked, [2, 2]);
  assert.strictEqual(stub.suggestions[0].insertText, 'def add(a, b):\n    return a + b\n');
});

test('what was whole is not asked for again', async (t) => {
  const { asked, finish, server } = arrange(t);
  server.status = { busy: false };
  await stub.ask();
  await finish();
  assert.deepStrictEqual(asked, [2]);
});

test('nothing comes back that was dismissed, left or typed over', async (t) => {
  const ways = {
    dismissed: (ghost) => ghost.reject(),
    left: () => stub.moveCursor(new vscode.Position(0, 3)),
    'typed over': () => stub.type('x'),
  };
  for (const [name, way] of Object.entries(ways)) {
    await t.test(name, async (t) => {
      const { asked, finish, ghost } = arrange(t);
      await stub.ask();
      await way(ghost);
      await finish();
      assert.deepStrictEqual(asked, [2]);
    });
  }
});
