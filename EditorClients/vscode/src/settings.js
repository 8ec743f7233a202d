'use strict';

const vscode = require('vscode');

const section = 'pillow-lsp';

/// What somebody has chosen, without VS Code's defaults: those would hide the project's own `.pillow/config.json`.
function chosen(manifest, scope) {
  const configuration = vscode.workspace.getConfiguration(section, scope);
  const result = {};
  for (const [key, property] of Object.entries(manifest.contributes.configuration.properties)) {
    const name = key.slice(section.length + 1);
    // The path is ours; the server does not know it.
    if (name === 'path') continue;
    const values = configuration.inspect(name) ?? {};
    const places = [values.globalValue];
    // A workspace cannot say where text is sent.
    if (property.scope !== 'machine') places.push(values.workspaceValue, values.workspaceFolderValue);
    const value = places.reverse().find((found) => found !== undefined);
    if (value !== undefined) put(result, name.split('.'), value);
  }
  return result;
}

function put(object, [first, ...rest], value) {
  if (rest.length === 0) object[first] = value;
  else put((object[first] ??= {}), rest, value);
}

function programPath() {
  return vscode.workspace.getConfiguration(section).inspect('path')?.globalValue ?? '';
}

module.exports = { section, chosen, programPath };
