'use strict';

const vscode = require('vscode');

/// How the server is doing, for the status bar: a text, and whether somebody has to do something.
function describe(server) {
  const { lost, status = {} } = server;
  if (lost) return { text: '$(error) pillow', tooltip: lost, isProblem: true };
  const { kind = 'Normal', message = '' } = status;
  const tooltip = message || status.learned || 'pillow-lsp is ready';
  if (kind !== 'Normal' && message) return { text: '$(warning) pillow', tooltip, isProblem: true };
  if (status.busy) return { text: '$(loading~spin) pillow', tooltip: 'pillow-lsp is completing' };
  if (status.harvest > 0) return { text: `$(sparkle) pillow (${status.harvest} to keep)`, tooltip };
  if (status.mine > 0) return { text: `$(sparkle) pillow (${status.mine} to mine)`, tooltip };
  return { text: '$(sparkle) pillow', tooltip };
}

class StatusItem {
  constructor(server) {
    this.item = vscode.window.createStatusBarItem('pillow.status', vscode.StatusBarAlignment.Right, 100);
    this.item.name = 'pillow-lsp';
    this.item.command = 'pillow.status';
    this.listener = server.onDidChange(() => this.show(server));
    this.show(server);
    this.item.show();
  }

  show(server) {
    const { text, tooltip, isProblem } = describe(server);
    this.item.text = text;
    this.item.tooltip = tooltip;
    this.item.backgroundColor = isProblem ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
  }

  dispose() {
    this.listener.dispose();
    this.item.dispose();
  }
}

/// The status in words, with what can be done now.
async function choose(server) {
  const { status = {} } = server;
  const rows = [];
  if (status.harvest > 0) {
    rows.push({ label: `$(add) Keep ${status.harvest} accepted completions as exemplars…`, command: 'pillow.harvest' });
  }
  if (status.mine > 0) {
    rows.push({ label: `$(search) Mine ${status.mine} exemplars from this project`, command: 'pillow.mine' });
    rows.push({ label: '$(circle-slash) Do not offer mining again', command: 'pillow.declineMining' });
  }
  if (server.client) {
    rows.push({ label: '$(question) Why is nothing offered here?', command: 'pillow.explain' });
    rows.push({ label: '$(list-unordered) Exemplars of this instruction', command: 'pillow.showExemplars' });
    rows.push({ label: '$(mortar-board) What was learned', command: 'pillow.learningStatus' });
  }
  rows.push({ label: '$(debug-restart) Restart the server', command: 'pillow.restart' });
  rows.push({ label: '$(output) Show the log', command: 'pillow.showLog' });
  const chosen = await vscode.window.showQuickPick(rows, { title: `pillow-lsp: ${describe(server).tooltip}` });
  if (chosen) await vscode.commands.executeCommand(chosen.command);
}

module.exports = { StatusItem, choose, describe };
