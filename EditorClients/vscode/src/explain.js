'use strict';

const vscode = require('vscode');
const { cursor } = require('./place');

/// Why nothing is offered at a place, in one sentence, and whether asking for it explicitly would show something.
async function reason(client, at) {
  const status = await client.sendRequest('pillow/status', at);
  if (status.kind !== 'Normal' && status.message) return { sentence: status.message };
  const { instruction, reason: why } = status.place ?? {};
  if (why) return { sentence: why, canAsk: Boolean(instruction) };
  const judgement = await client.sendRequest('pillow/judgement', at);
  if (judgement && !judgement.isShown) {
    return { sentence: `There is an answer, but it is withheld: ${judgement.reason}`, canAsk: true };
  }
  if (status.busy) return { sentence: 'The answer is still being written.' };
  if (!vscode.workspace.getConfiguration('editor').get('inlineSuggest.enabled')) {
    return { sentence: 'The setting editor.inlineSuggest.enabled turns ghost text off.' };
  }
  return { sentence: `“${instruction}” can be completed here.`, canAsk: true };
}

/// Tells why nothing is offered at the cursor.
async function explain(client) {
  const at = cursor();
  if (!at) return vscode.window.showInformationMessage('pillow: No document is open.');
  const { sentence, canAsk } = await reason(client, at);
  const ask = 'Complete Anyway';
  const chosen = await vscode.window.showInformationMessage(`pillow: ${sentence}`, ...(canAsk ? [ask] : []));
  if (chosen === ask) await vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
}

module.exports = { explain, reason };
