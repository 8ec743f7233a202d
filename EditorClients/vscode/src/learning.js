'use strict';

const vscode = require('vscode');
const { run } = require('./client');
const { projectUri } = require('./place');

function sentences(status) {
  const state = !status.on ? 'Learning is off.' : status.paused ? 'Learning rests.' : 'Learning is on.';
  const kept = status.latest > 0 ? `You kept ${status.latestKept} of your last ${status.latest}.` : 'Nothing was judged yet.';
  return [
    state, kept,
    `${status.outcomes} outcomes and ${status.standingTexts} standing texts are recorded; ${status.learnedFrom} were learned from.`,
    `Exemplars: ${status.policy}. What is shown: ${status.gate}. Adapter: ${status.adapter}.`,
  ];
}

/// Shows what was learned, with buttons to let it rest, take back the latest step or start over.
async function show(client) {
  const uri = projectUri();
  const status = await client.sendRequest('pillow/learning/status', { uri });
  const actions = {
    [status.paused ? 'Go On' : 'Pause']: ['pillow-lsp.learning.pause', [uri, !status.paused]],
    'Take Back the Latest Choice': ['pillow-lsp.undoLearning', [uri]],
    'Start Over': ['pillow-lsp.learning.reset', [uri]],
  };
  const [first, ...rest] = sentences(status);
  const chosen = await vscode.window.showInformationMessage(
    `pillow: ${first}`, { modal: true, detail: rest.join('\n') }, ...Object.keys(actions));
  if (!chosen) return;
  if (chosen === 'Start Over' && !(await confirm())) return;
  await run(client, ...actions[chosen]);
}

async function confirm() {
  const yes = 'Forget It';
  return await vscode.window.showWarningMessage('pillow: Forget all that was learned in this project?', { modal: true }, yes) === yes;
}

module.exports = { show };
