'use strict';
// Runs the extension outside VS Code: against stubs of its two modules, and the real server and models.

const fs = require('fs');
const Module = require('module');
const os = require('os');
const path = require('path');
const { execFile } = require('child_process');
const { promisify } = require('util');

const root = path.resolve(__dirname, '../../..');
const extensionFolder = path.join(root, 'EditorClients/vscode');
const stubs = { vscode: './stubs/vscode', 'vscode-languageclient/node': './stubs/languageclient' };

const load = Module._load;
Module._load = function (request, ...rest) {
  return stubs[request] ? require(stubs[request]) : load.call(this, request, ...rest);
};

const vscode = require('./stubs/vscode');
const { LanguageClient } = require('./stubs/languageclient');
const { eventually, until } = require('./stubs/activity');

const { stub } = vscode;
const manifest = JSON.parse(fs.readFileSync(path.join(extensionFolder, 'package.json'), 'utf8'));
const home = process.env.XDG_DATA_HOME || path.join(os.homedir(), '.local/share');
const models = path.join(home, 'pillow-lsp/models');

/// The real program.
function program() {
  const { PILLOW_LSP_PROGRAM, PILLOW_LSP } = process.env;
  const builds = ['release', 'debug'].map((kind) => path.join(root, '.build', kind, 'pillow-lsp'));
  const found = [PILLOW_LSP_PROGRAM, PILLOW_LSP, ...builds].find((place) => place && fs.existsSync(place));
  if (!found) throw new Error('no pillow-lsp: run `swift build -c release`, or set PILLOW_LSP_PROGRAM');
  return path.resolve(found);
}

const pool = {
  'Write a function that reverses a string.': 'def reverse(text):\n    return text[::-1]',
  'Write a function that counts the words of a text.': 'def count_words(text):\n    return len(text.split())',
  'Subtract one number from another.': 'def subtract(a, b):\n    return a - b',
};

/// A data folder of its own, a project with a pool, and a folder for the PATH.
class Sandbox {
  constructor(t) {
    this.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'pillow vscode '));
    this.bin = path.join(this.folder, 'bin');
    fs.mkdirSync(this.bin);
    fs.mkdirSync(path.join(this.folder, 'data/pillow-lsp'), { recursive: true, mode: 0o700 });
    if (fs.existsSync(models)) fs.symlinkSync(fs.realpathSync(models), path.join(this.folder, 'data/pillow-lsp/models'));
    this.project = this.addProject('project');
    const before = { ...process.env };
    Object.assign(process.env, {
      XDG_DATA_HOME: path.join(this.folder, 'data'), XDG_CONFIG_HOME: path.join(this.folder, 'config'),
      HOME: this.folder, PATH: `${this.bin}:/usr/bin:/bin`,
    });
    t.after(async () => {
      await this.leave();
      for (const client of LanguageClient.all.splice(0)) client.child?.kill('SIGKILL');
      process.env = before;
      fs.rmSync(this.folder, { recursive: true, force: true });
    });
  }

  addProject(name) {
    const folder = path.join(this.folder, name);
    fs.mkdirSync(path.join(folder, '.pillow/pools'), { recursive: true });
    const rows = Object.entries(pool).map(([instruction, output]) => ({ instruction, output, language: 'python' }));
    fs.writeFileSync(path.join(folder, '.pillow/pools/sample.jsonl'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    // The editor is tested here, not whether an answer of the small model is good enough to be shown.
    fs.writeFileSync(path.join(folder, '.pillow/config.json'), '{"inlineCompletion": {"eagerness": "eager"}}');
    return { folder, uri: vscode.Uri.file(folder), name };
  }

  install() {
    fs.symlinkSync(program(), path.join(this.bin, 'pillow-lsp'));
  }

  /// Puts a program of its own in the place of the real one.
  installScript(text) {
    fs.writeFileSync(path.join(this.bin, 'pillow-lsp'), text, { mode: 0o755 });
  }

  activate(...folders) {
    vscode.workspace.workspaceFolders = folders.length > 0 ? folders : [this.project];
    Object.assign(stub, { messages: [], answers: [], log: [], suggestions: [], documents: [], isLogShown: false });
    stub.values = { user: {}, workspace: {}, folders: {} };
    vscode.window.activeTextEditor = undefined;
    this.extension = require(path.join(extensionFolder, 'extension.js'));
    this.context = { extension: { packageJSON: manifest }, subscriptions: [] };
    this.extension.activate(this.context);
  }

  async start(...folders) {
    this.install();
    this.activate(...folders);
    await until(() => stub.contexts['pillow.running'], 'the server to start');
  }

  async leave() {
    if (!this.context) return;
    await this.extension.deactivate();
    for (const subscription of this.context.subscriptions) subscription.dispose();
    this.context = undefined;
  }

  get client() { return LanguageClient.all[LanguageClient.all.length - 1]; }

  open(name, text, { project = this.project, languageId = 'python' } = {}) {
    return stub.openDocument(vscode.Uri.file(path.join(project.folder, name)), languageId, text);
  }

  /// What was sent to the last server under a method.
  sent(method) {
    return this.client.sent.filter((message) => message.method === method).map((message) => message.params);
  }

  /// The suggestions that are stored, with what became of them.
  async feedback(project = this.project) {
    const { stdout } = await promisify(execFile)(program(), ['feedback', 'export', '--project', project.folder]);
    return stdout.split('\n').filter(Boolean).map((line) => JSON.parse(line));
  }

  /// Waits until an event of a suggestion is stored, and returns it.
  async stored(event, project) {
    return eventually(async () => {
      const rows = await this.feedback(project);
      return rows.flatMap((row) => row.events).find((one) => one.event === event);
    }, `${event} to be stored`);
  }
}

module.exports = { Sandbox, eventually, manifest, program, stub, until, vscode, extensionFolder, root };
