'use strict';

const vscode = require('vscode');
const { LanguageClient, CloseAction, ErrorAction } = require('vscode-languageclient/node');
const settings = require('./settings');

/// The documents that the server can judge; it refuses others.
const documents = [{ scheme: 'file' }, { scheme: 'untitled' }, { scheme: 'vscode-notebook-cell' }];

/// A client whose own errors go to the log: the server's life is told to the person once, by Server.
class QuietClient extends LanguageClient {
  error(message, data) {
    super.error(message, data, false);
  }

  /// One that has not started yet cannot be stopped; its process is ended in any case.
  async stop(timeout) {
    try {
      await super.stop(timeout);
    } catch (error) {
      this.error(`The server was not stopped in order: ${error.message}`);
    }
  }
}

/// Tells the server what this client can do beyond what vscode-languageclient knows.
const abilities = {
  fillClientCapabilities(capabilities) {
    capabilities.experimental = { ...capabilities.experimental, pillow: { status: true } };
    capabilities.textDocument = { ...capabilities.textDocument, inlineCompletion: {} };
  },
  initialize() {},
  getState: () => ({ kind: 'static' }),
  clear() {},
};

/// Makes a client that speaks to one process. `closed` is called when the connection ends by itself.
function make(manifest, log, child, closed) {
  const client = new QuietClient('pillow-lsp', 'pillow-lsp', async () => child, {
    documentSelector: documents,
    outputChannel: log,
    // 4: the log never opens by itself.
    revealOutputChannelOn: 4,
    initializationFailedHandler: () => false,
    errorHandler: {
      error: () => ({ action: ErrorAction.Continue, handled: true }),
      closed: () => {
        closed();
        return { action: CloseAction.DoNotRestart, handled: true };
      },
    },
    middleware: {
      // A lens or a code action has run it: the sentence of the server is enough.
      executeCommand: (command, args) => run(client, command, args),
      workspace: {
        configuration: (params) => params.items.map((item) =>
          item.section === settings.section
            ? settings.chosen(manifest, item.scopeUri ? vscode.Uri.parse(item.scopeUri) : undefined)
            : null),
      },
    },
  });
  client.registerFeature(abilities);
  return client;
}

/// Runs a command of the server; tells what went wrong, and returns undefined then.
async function run(client, command, args) {
  try {
    return await client.sendRequest('workspace/executeCommand', { command, arguments: args });
  } catch (error) {
    vscode.window.showErrorMessage(`pillow: ${error.message}`);
  }
}

module.exports = { documents, make, run };
