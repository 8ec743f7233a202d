'use strict';

const { spawn } = require('child_process');
const vscode = require('vscode');
const clients = require('./client');
const program = require('./program');
const settings = require('./settings');

/// Deaths within so many milliseconds count as one series.
const series = 120_000;
/// How often a series of deaths ends with a new start.
const most = 3;

/// The server's life: one process and one client at a time. A server that dies is started again, later each time.
class Server {
  constructor(manifest, log) {
    this.manifest = manifest;
    this.log = log;
    this.deaths = [];
    this.status = undefined;
    /// Why there is no server; empty while there is one.
    this.lost = '';
    this.life = undefined;
    this.emitter = new vscode.EventEmitter();
    /// Fires when the server starts, ends, or says something about itself.
    this.onDidChange = this.emitter.event;
    this.listener = vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('pillow-lsp.path')) this.restart();
    });
  }

  /// The client, once the server has answered `initialize`.
  get client() {
    return this.life?.isReady ? this.life.client : undefined;
  }

  /// Tells the server something; what it can no longer hear is lost.
  async notify(method, params) {
    try {
      await this.client?.sendNotification(method, params);
    } catch (error) {
      this.log.appendLine(`The server did not hear ${method}: ${error.message}`);
    }
  }

  async start() {
    clearTimeout(this.timer);
    if (this.life || this.isDisposed) return;
    const setting = settings.programPath();
    const file = program.find(setting);
    if (!file) return this.missing(setting);
    const life = (this.life = { child: spawn(file, ['serve'], { stdio: 'pipe' }) });
    life.ended = new Promise((resolve) => {
      life.child.once('exit', (code, signal) => resolve(signal ? `signal ${signal}` : `exit code ${code}`));
      life.child.once('error', (error) => resolve(error.message));
    });
    // What is written to a process that is gone is lost, and its end is told by `ended`.
    life.child.stdin.on('error', () => {});
    life.client = clients.make(this.manifest, this.log, life.child, () => this.died(life));
    life.client.onNotification('pillow/didChangeStatus', (status) => {
      if (this.life !== life) return;
      this.status = status;
      this.emitter.fire();
    });
    try {
      await life.client.start();
    } catch (error) {
      this.log.appendLine(`The server did not start: ${error.message}`);
      return this.died(life);
    }
    if (this.life !== life) return;
    life.isReady = true;
    // The server asks for a new folder's settings only after this. The client has told of the folder before.
    life.listener = vscode.workspace.onDidChangeWorkspaceFolders(() => {
      this.notify('workspace/didChangeConfiguration', { settings: null });
    });
    this.change('');
  }

  /// Ends the server; nothing starts it again but `start`.
  async stop() {
    clearTimeout(this.timer);
    const life = this.life;
    this.life = undefined;
    if (!life) return;
    this.change('the server is stopped');
    await life.client.stop();
    await this.end(life);
  }

  async restart() {
    this.deaths = [];
    this.wasToldMissing = false;
    await this.stop();
    await this.start();
  }

  /// A life has ended by itself. Both its connection and its start may tell so.
  async died(life) {
    if (this.life !== life) return;
    this.life = undefined;
    const how = await this.end(life);
    if (this.life || this.isDisposed) return;
    const now = Date.now();
    this.deaths = [...this.deaths.filter((time) => now - time < series), now];
    const reason = `The server died (${how})`;
    this.log.appendLine(`${reason}.`);
    if (this.deaths.length > most) {
      this.change(`${reason} ${this.deaths.length} times`);
      return this.tell(`pillow: ${this.lost}. It is not started again.`, {
        'Show Log': 'pillow.showLog',
        Restart: 'pillow.restart',
      });
    }
    this.change(`${reason}; it is started again`);
    this.timer = setTimeout(() => this.start(), Server.pause * 4 ** (this.deaths.length - 1));
  }

  /// Waits for the process; one that stays a while after its connection has ended is killed.
  async end(life) {
    life.listener?.dispose();
    const timer = setTimeout(() => life.child.kill('SIGKILL'), 2000);
    const how = await life.ended;
    clearTimeout(timer);
    return how;
  }

  missing(setting) {
    const where = setting ? `at ${setting}, which the setting pillow-lsp.path names` : 'on the PATH';
    this.change(`no program ${where}`);
    if (this.wasToldMissing) return;
    this.wasToldMissing = true;
    const sentence = `pillow: the program pillow-lsp was not found ${where}.`;
    this.tell(`${sentence} Install it with pip, or name it in the settings.`, {
      'How to Install': ['vscode.open', vscode.Uri.parse('https://github.com/pillow-lsp/pillow-lsp#install')],
      'Open Settings': ['workbench.action.openSettings', 'pillow-lsp.path'],
      'Try Again': 'pillow.restart',
    });
  }

  /// Shows an error with buttons that run commands. Nobody waits for the answer.
  async tell(message, buttons) {
    const chosen = await vscode.window.showErrorMessage(message, ...Object.keys(buttons));
    if (chosen) await vscode.commands.executeCommand(...[buttons[chosen]].flat());
  }

  change(lost) {
    this.lost = lost;
    if (lost) this.status = undefined;
    vscode.commands.executeCommand('setContext', 'pillow.running', !lost);
    this.emitter.fire();
  }

  dispose() {
    this.isDisposed = true;
    this.listener.dispose();
    this.stop();
    this.emitter.dispose();
  }
}

/// Before the first new start, in milliseconds; each later one waits four times as long.
Server.pause = 200;

module.exports = { Server };
