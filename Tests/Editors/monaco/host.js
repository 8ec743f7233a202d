'use strict';
// What VS Code's extension host is: runs the extension, with Monaco as its editor and the real vscode-languageclient.
//
//   host.js PROJECT DOCUMENT PROFILE
//
// PROFILE is a folder for Chromium ($PILLOW_CHROMIUM); Monaco and the client are in $PILLOW_MONACO (Scripts/fetch-monaco).
// Does what the lines of standard input say, each {"do": NAME, "with": ARGUMENTS}, and answers each with a line.

const fs = require('fs');
const Module = require('module');
const path = require('path');
const readline = require('readline');
const { Browser, serve } = require('./browser');
const { Page, over, stub } = require('./vscode');

const [project, file, profile] = process.argv.slice(2).map((place) => path.resolve(place));
const extensionFolder = path.resolve(__dirname, '../../../EditorClients/vscode');
const manifest = JSON.parse(fs.readFileSync(path.join(extensionFolder, 'package.json'), 'utf8'));
const options = {
  theme: 'vs-dark', fontFamily: 'DejaVu Sans Mono', fontSize: 15, lineHeight: 22, padding: { top: 10 },
  cursorBlinking: 'solid', lineNumbersMinChars: 3, minimap: { enabled: false }, folding: false,
  scrollbar: { vertical: 'hidden', horizontal: 'hidden' }, overviewRulerLanes: 0,
  quickSuggestions: false, wordBasedSuggestions: 'off',
};

/// Errors of the page, but for Monaco's own way of ending what it no longer needs.
const errors = [];

/// The page with an empty Monaco.
async function show() {
  let page;
  const isReady = new Promise((resolve) => {
    const browser = new Browser(process.env.PILLOW_CHROMIUM, profile, (message) => {
      if (message.kind === 'ready') resolve();
      else if (message.kind !== 'error') page.heard(message);
      else if (!message.message.startsWith('Canceled')) errors.push(message.message);
    });
    page = new Page(browser);
  });
  const server = await serve(__dirname, process.env.PILLOW_MONACO);
  await page.browser.load(`http://127.0.0.1:${server.address().port}/page.html`, 820, 300);
  await isReady;
  return page;
}

/// The extension, at work in the project.
function activate(vscode) {
  const load = Module._load;
  Module._load = function (request, ...rest) {
    return request === 'vscode' ? vscode : load.call(this, request, ...rest);
  };
  const { LanguageClient } = require('vscode-languageclient/node');
  const { registerFeature } = LanguageClient.prototype;
  // Version 9 ends a feature by `clear`, the one shortly before it by `dispose`.
  LanguageClient.prototype.registerFeature = function (feature) {
    feature.dispose ??= () => feature.clear();
    return registerFeature.call(this, feature);
  };
  vscode.workspace.workspaceFolders = [{ uri: vscode.Uri.file(project), name: path.basename(project), index: 0 }];
  const extension = require(path.join(extensionFolder, 'extension.js'));
  const context = { extension: { packageJSON: manifest }, subscriptions: [] };
  extension.activate(context);
  return async () => {
    await extension.deactivate();
    for (const subscription of context.subscriptions) subscription.dispose();
  };
}

async function main() {
  const page = await show();
  const { browser } = page;
  const vscode = over(page);
  await page.call('bind', manifest.contributes.keybindings);
  await page.call('open', vscode.Uri.file(file).toString(), 'python', fs.readFileSync(file, 'utf8'), options);
  const deactivate = activate(vscode);
  const actions = {
    isRunning: () => stub.contexts['pillow.running'] ?? false,
    evaluate: (expression) => browser.evaluate(expression),
    async press(...keys) { for (const key of keys) await browser.press(key); },
    async type(text) { for (const key of text) await browser.press(key); },
    run: (command) => vscode.commands.executeCommand(command),
    screenshot: (target) => browser.screenshot(target),
    /// What the person answers to a question: the beginning of a button.
    answer: (label) => void stub.answers.push(label),
    said: () => ({ messages: stub.messages, log: stub.log, errors }),
    async quit() {
      await deactivate();
      await browser.close();
    },
  };
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const { do: name, with: args } = JSON.parse(line);
    let answer;
    try {
      answer = { value: await actions[name](...args) };
    } catch (error) {
      answer = { error: error.stack };
    }
    process.stdout.write(`${JSON.stringify(answer)}\n`);
    if (name === 'quit') process.exit();
  }
}

main();
