'use strict';

const vscode = require('vscode');
const commands = require('./src/commands');
const { GhostText } = require('./src/ghost');
const { Server } = require('./src/server');
const { StatusItem } = require('./src/status');

let server;

function activate(context) {
  const log = vscode.window.createOutputChannel('pillow-lsp');
  server = new Server(context.extension.packageJSON, log);
  // Before the server starts: the listeners of its client come after these.
  const ghost = new GhostText(server, log);
  context.subscriptions.push(log, server, ghost, new StatusItem(server), commands.register(server, ghost, log));
  server.start();
}

function deactivate() {
  return server?.stop();
}

module.exports = { activate, deactivate };
