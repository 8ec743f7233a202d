'use strict';

const vscode = require('vscode');
const { run } = require('./client');
const exemplars = require('./exemplars');
const { explain } = require('./explain');
const learning = require('./learning');
const { cursor, placeArguments, projectUri } = require('./place');
const status = require('./status');

function tell(sentence) {
  vscode.window.showInformationMessage(`pillow: ${sentence}`);
}

async function complete(client) {
  const at = cursor();
  if (at) await run(client, 'pillow-lsp.complete', [...placeArguments(at), true]);
}

async function save(client) {
  const editor = vscode.window.activeTextEditor;
  if (!editor) return;
  const { start, end } = editor.selection;
  await run(client, 'pillow-lsp.saveExemplar',
    [editor.document.uri.toString(), start.line, start.character, end.line, end.character]);
}

/// Lets the person choose one of the project's pools, and writes it for the team.
async function share(client) {
  const uri = projectUri();
  const { pools } = await client.sendRequest('pillow/pool/stats', { uri });
  if (pools.length === 0) return tell('There is no pool yet.');
  const rows = pools.map((pool) => ({ label: pool.name, description: `${pool.exemplars} exemplars` }));
  const chosen = await vscode.window.showQuickPick(rows, { title: 'Share which pool as .pillow/pools/POOL.jsonl?' });
  if (chosen) await run(client, 'pillow-lsp.sharePool', [uri, chosen.label]);
}

async function importPool(client) {
  const files = await vscode.window.showOpenDialog({ title: 'A file of exemplars', openLabel: 'Import' });
  if (!files?.[0]) return;
  const report = await client.sendRequest('pillow/pool/import', { uri: projectUri(), path: files[0].fsPath });
  const { added, duplicates, nearDuplicates, rejectedCount } = report;
  tell(`${added} added, ${duplicates + nearDuplicates} already there, ${rejectedCount} skipped.`);
}

async function stats(client) {
  const found = await client.sendRequest('pillow/pool/stats', { uri: projectUri() });
  const { accepted = 0, rejected = 0 } = found.feedback;
  tell(`${found.exemplars} exemplars (${found.pinned} pinned, ${found.muted} muted), ` +
    `${found.suggestions} suggestions, ${accepted} accepted, ${rejected} rejected.`);
}

/// A command of the server that is about the project or the file.
function aboutProject(command) {
  return (client) => run(client, command, [projectUri()]);
}

/// What needs a server that runs.
const withServer = {
  'pillow.complete': complete,
  'pillow.explain': explain,
  'pillow.showExemplars': exemplars.show,
  'pillow.pinExemplar': (client) => exemplars.choose(client, 'pillow-lsp.pinExemplar', 'Pin which exemplar?'),
  'pillow.muteExemplar': (client) => exemplars.choose(client, 'pillow-lsp.muteExemplar', 'Mute which exemplar?'),
  'pillow.releaseExemplar': exemplars.release,
  'pillow.saveExemplar': save,
  'pillow.harvest': aboutProject('pillow-lsp.harvest'),
  'pillow.mine': aboutProject('pillow-lsp.mine'),
  'pillow.declineMining': aboutProject('pillow-lsp.declineMining'),
  'pillow.importPool': importPool,
  'pillow.sharePool': share,
  'pillow.poolStats': stats,
  'pillow.neverHere': aboutProject('pillow-lsp.neverHere'),
  'pillow.learningStatus': learning.show,
};

function register(server, ghost, log) {
  const always = {
    'pillow.accepted': (id, uri) => ghost.accepted(id, uri),
    'pillow.reject': () => ghost.reject(),
    'pillow.status': () => status.choose(server),
    'pillow.restart': () => server.restart(),
    'pillow.showLog': () => log.show(),
  };
  for (const [name, action] of Object.entries(withServer)) always[name] = () => guarded(server, action);
  const registered = Object.entries(always).map(([name, action]) => vscode.commands.registerCommand(name, action));
  return vscode.Disposable.from(...registered);
}

/// Runs an action, and tells in one sentence why it did not work.
async function guarded(server, action) {
  try {
    if (!server.client) return tell(`No server runs: ${server.lost || 'it is starting'}.`);
    await action(server.client);
  } catch (error) {
    vscode.window.showErrorMessage(`pillow: ${error.message}`);
  }
}

module.exports = { register };
