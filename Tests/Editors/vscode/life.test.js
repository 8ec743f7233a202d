'use strict';
// The server's life: a program that is missing, that dies, that never answers.

const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const test = require('node:test');
const { LanguageClient } = require('./stubs/languageclient');
const { Sandbox, extensionFolder, program, stub, until, vscode } = require('./harness');
const { Server } = require(`${extensionFolder}/src/server`);

const run = (command) => vscode.commands.executeCommand(command);
const errors = () => stub.messages.filter((message) => message.kind === 'error').map((message) => message.message);

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test('a missing program is told once, with what to do', async (t) => {
  const sandbox = new Sandbox(t);
  sandbox.activate();
  await until(() => errors().length > 0, 'the message');
  assert.match(errors()[0], /pillow-lsp was not found on the PATH\. Install it/);
  assert.strictEqual(stub.statusItem.tooltip, 'no program on the PATH');
  assert.ok(stub.statusItem.backgroundColor);
  assert.strictEqual(LanguageClient.all.length, 0);
  sandbox.open('main.py', '# Add two numbers.');
  assert.deepStrictEqual(await stub.ask(), []);
  await run('pillow.explain');
  assert.match(stub.messages.at(-1).message, /No server runs: no program on the PATH\./);
  assert.strictEqual(errors().length, 1);

  sandbox.install();
  await run('pillow.restart');
  assert.strictEqual(stub.contexts['pillow.running'], true);
  assert.strictEqual(stub.statusItem.backgroundColor, undefined);
});

test('the setting names the program, and a change of it starts that one', async (t) => {
  const sandbox = new Sandbox(t);
  sandbox.activate();
  const missing = path.join(sandbox.folder, 'nowhere');
  stub.set(stub.values.user, 'pillow-lsp.path', missing);
  await until(() => errors().some((message) => message.includes(`at ${missing}, which the setting`)), 'the message');
  stub.set(stub.values.user, 'pillow-lsp.path', program());
  await until(() => stub.contexts['pillow.running'], 'the server to start');
  assert.strictEqual(sandbox.client.child.spawnfile, program());
});

test('a program in ~/.local/bin is found', async (t) => {
  const sandbox = new Sandbox(t);
  fs.mkdirSync(path.join(sandbox.folder, '.local/bin'), { recursive: true });
  fs.symlinkSync(program(), path.join(sandbox.folder, '.local/bin/pillow-lsp'));
  sandbox.activate();
  await until(() => stub.contexts['pillow.running'], 'the server to start');
});

test('a workspace cannot choose the program', async (t) => {
  const sandbox = new Sandbox(t);
  sandbox.installScript('#!/bin/sh\nexit 3\n');
  const trap = path.join(sandbox.folder, 'trap');
  fs.writeFileSync(trap, `#!/bin/sh\ntouch '${sandbox.folder}/sprung'\n`, { mode: 0o755 });
  sandbox.activate();
  stub.set(stub.values.workspace, 'pillow-lsp.path', trap);
  await until(() => stub.statusItem.tooltip.startsWith('The server died'), 'the program on the PATH to be run');
  assert.ok(!fs.existsSync(`${sandbox.folder}/sprung`));
});

test('a program that dies again and again is started four times and told once', async (t) => {
  const { pause } = Server;
  t.after(() => { Server.pause = pause; });
  Server.pause = 1;
  const sandbox = new Sandbox(t);
  sandbox.installScript('#!/bin/sh\necho "no such library" >&2\nexit 3\n');
  sandbox.activate();
  await until(() => errors().length > 0, 'the message');
  assert.deepStrictEqual(errors(), ['pillow: The server died (exit code 3) 4 times. It is not started again.']);
  assert.strictEqual(LanguageClient.all.length, 4);
  assert.ok(stub.log.some((line) => line.includes('no such library')));

  fs.rmSync(path.join(sandbox.bin, 'pillow-lsp'));
  sandbox.install();
  await run('pillow.restart');
  assert.strictEqual(stub.contexts['pillow.running'], true);
  assert.strictEqual(errors().length, 1);
});

test('each new start comes later than the one before', async (t) => {
  const delays = [];
  t.mock.method(globalThis, 'setTimeout', (action, delay) => { if (delay !== 2000) delays.push(delay); });
  const server = new Server({ contributes: { configuration: { properties: {} } } }, { appendLine() {} });
  server.start = () => {};
  server.tell = () => {};
  for (let number = 0; number < 4; number += 1) {
    server.life = { ended: Promise.resolve('exit code 1'), child: {} };
    await server.died(server.life);
  }
  assert.deepStrictEqual(delays, [200, 800, 3200]);
  assert.match(server.lost, /4 times/);
  t.mock.restoreAll();
  server.dispose();
});

test('a server that is killed is started again and knows the documents', async (t) => {
  const sandbox = new Sandbox(t);
  await sandbox.start();
  sandbox.open('main.py', '# Add two numbers.');
  sandbox.client.child.kill('SIGKILL');
  const reason = 'The server died (signal SIGKILL); it is started again';
  await until(() => stub.statusItem.tooltip === reason, 'the death to be seen');
  await until(() => stub.contexts['pillow.running'], 'the next server');
  assert.strictEqual(sandbox.sent('textDocument/didOpen').length, 1);
  assert.ok((await stub.ask()).length > 0);
  assert.deepStrictEqual(stub.messages, []);
});

test('restarting and leaving end the process', async (t) => {
  const sandbox = new Sandbox(t);
  await sandbox.start();
  const first = sandbox.client.child.pid;
  await run('pillow.restart');
  assert.ok(!isAlive(first));
  const second = sandbox.client.child.pid;
  assert.notStrictEqual(second, first);
  await sandbox.leave();
  assert.ok(!isAlive(second));
});

test('a program that never answers does not outlive the editor', async (t) => {
  const sandbox = new Sandbox(t);
  sandbox.installScript('#!/bin/sh\nexec cat > /dev/null\n');
  sandbox.activate();
  await until(() => sandbox.client?.sent?.some((message) => message.method === 'initialize'), 'the first request');
  const { pid } = sandbox.client.child;
  await sandbox.leave();
  assert.ok(!isAlive(pid));
  assert.deepStrictEqual(stub.messages, []);
});
