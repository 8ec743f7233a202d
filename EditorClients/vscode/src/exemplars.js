'use strict';

const vscode = require('vscode');
const { run } = require('./client');
const { cursor, placeArguments, projectUri } = require('./place');

const buttons = {
  'pillow-lsp.pinExemplar': { iconPath: new vscode.ThemeIcon('pin'), tooltip: 'Pin: part of every prompt' },
  'pillow-lsp.muteExemplar': { iconPath: new vscode.ThemeIcon('mute'), tooltip: 'Mute: part of no prompt' },
  'pillow-lsp.editExemplar': { iconPath: new vscode.ThemeIcon('edit'), tooltip: 'Edit' },
};

function firstLine(text) {
  return text.split('\n', 1)[0];
}

function row(shot) {
  return {
    id: shot.id,
    label: firstLine(shot.instruction),
    description: `${Math.round(100 * shot.probability)} %, pool ${shot.pool}`,
    detail: `${shot.why ? `${shot.why} · ` : ''}${firstLine(shot.output)}`,
  };
}

/// The exemplars that fit the instruction at the cursor, and that place; undefined after telling that there are none.
async function matching(client) {
  const at = cursor();
  if (!at) return tell('Put the cursor on an instruction first.');
  const { place } = await client.sendRequest('pillow/status', at);
  if (!place?.instruction) return tell(place?.reason || 'There is no instruction at the cursor.');
  const { shots } = await client.sendRequest('pillow/match', { ...at, uri: at.textDocument.uri });
  return shots.length > 0 ? { at, shots } : tell('No exemplar fits this instruction better than none.');
}

function tell(sentence) {
  vscode.window.showInformationMessage(`pillow: ${sentence}`);
}

/// Lists the exemplars of the instruction: choosing one inserts it, its buttons pin, mute and edit it.
async function show(client) {
  const found = await matching(client);
  if (!found) return;
  const { at, shots } = found;
  const list = vscode.window.createQuickPick();
  list.title = 'The exemplars of this instruction, the likeliest first';
  list.placeholder = 'Choose one to insert it';
  list.matchOnDescription = list.matchOnDetail = true;
  list.items = shots.map((shot) => ({ ...row(shot), buttons: Object.values(buttons) }));
  list.onDidAccept(async () => {
    const [chosen] = list.selectedItems;
    list.hide();
    if (chosen) await run(client, 'pillow-lsp.insertExemplar', [...placeArguments(at), chosen.id]);
  });
  list.onDidTriggerItemButton(async ({ button, item }) => {
    const command = Object.keys(buttons).find((name) => buttons[name] === button);
    list.hide();
    await run(client, command, [at.textDocument.uri, item.id]);
  });
  list.onDidHide(() => list.dispose());
  list.show();
}

/// Asks for one exemplar of the instruction, and runs a command on it.
async function choose(client, command, title) {
  const found = await matching(client);
  if (!found) return;
  const chosen = await vscode.window.showQuickPick(found.shots.map(row), { title, matchOnDetail: true });
  if (chosen) await run(client, command, [found.at.textDocument.uri, chosen.id]);
}

/// Asks for an exemplar that is pinned or muted, and makes it one like the others.
async function release(client) {
  const uri = projectUri();
  const { exemplars } = await client.sendRequest('pillow/exemplars/list', { uri, limit: 100_000 });
  const rows = exemplars.filter((exemplar) => exemplar.pinned || exemplar.muted).map((exemplar) => ({
    exemplar,
    label: firstLine(exemplar.instruction),
    description: exemplar.pinned ? 'pinned' : 'muted',
    detail: firstLine(exemplar.output),
  }));
  if (rows.length === 0) return tell('No exemplar is pinned or muted.');
  const title = 'Unpin or unmute which exemplar?';
  const chosen = await vscode.window.showQuickPick(rows, { title, matchOnDetail: true });
  if (!chosen) return;
  const { id, pinned, muted } = chosen.exemplar;
  if (pinned) await run(client, 'pillow-lsp.pinExemplar', [uri, id, false]);
  if (muted) await run(client, 'pillow-lsp.muteExemplar', [uri, id, false]);
}

module.exports = { show, choose, release };
