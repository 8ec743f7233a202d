'use strict';

const vscode = require('vscode');
const { run } = require('./client');
const { projectUri } = require('./place');

function state({ on, paused }) {
  if (!on) return 'Learning is off.';
  return paused ? 'Learning is paused.' : 'Learning is on.';
}

function details({ latest, latestKept, outcomes, standingTexts, learnedFrom, policy, gate, adapter }) {
  return [
    latest > 0 ? `You kept ${latestKept} of your last ${latest}.` : 'Nothing was judged yet.',
    `${outcomes} outcomes and ${standingTexts} standing texts are recorded; ${learnedFrom} were learned from.`,
    `Exemplars: ${policy}. What is shown: ${gate}. Adapter: ${adapter}.`,
  ].join('\n');
}

/// Shows what was learned, with buttons to pause it, take back the latest step or start over.
async function show(client) {
  const uri = projectUri();
  const status = await client.sendRequest('pillow/learning/status', { uri });
  const actions = {
    [status.paused ? 'Go On' : 'Pause']: ['pillow-lsp.learning.pause', [uri, !status.paused]],
    'Take Back the Latest Choice': ['pillow-lsp.undoLearning', [uri]],
    'Start Over': ['pillow-lsp.learning.reset', [uri]],
  };
  const options = { modal: true, detail: details(status) };
  const chosen = await vscode.window.showInformationMessage(`pillow: ${state(status)}`, options, ...Object.keys(actions));
  if (!chosen) return;
  if (chosen === 'Start Over' && !(await confirm())) return;
  await run(client, ...actions[chosen]);
}

async function confirm() {
  const yes = 'Forget It';
  const question = 'pillow: Forget all that was learned in this project?';
  return await vscode.window.showWarningMessage(question, { modal: true }, yes) === yes;
}

module.exports = { show };
