'use strict';

const fs = require('fs');
const os = require('os');
const path = require('path');

const name = 'pillow-lsp';

function isProgram(file) {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}

/// The program that a setting names, or the first one on the PATH, or where `pip install --user` and README put it.
/// Returns undefined where there is none.
function find(setting, environment = process.env) {
  const home = environment.HOME || os.homedir();
  if (setting) {
    const file = setting.replace(/^~(?=\/)/, home);
    return path.isAbsolute(file) && isProgram(file) ? file : undefined;
  }
  const folders = (environment.PATH || '').split(path.delimiter).filter(path.isAbsolute);
  return [...folders, path.join(home, '.local/bin')].map((folder) => path.join(folder, name)).find(isProgram);
}

module.exports = { find };
