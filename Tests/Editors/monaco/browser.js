'use strict';
// A page in Chromium without a window, by the DevTools protocol over a pipe, and the folder that the page comes from.

const fs = require('fs');
const http = require('http');
const path = require('path');
const { spawn } = require('child_process');

const kinds = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.ttf': 'font/ttf' };

/// Serves files of some folders on loopback; a request for a name gets the first file of that name.
function serve(...folders) {
  const server = http.createServer((request, response) => {
    const name = path.normalize(decodeURIComponent(new URL(request.url, 'http://localhost').pathname));
    const file = folders.map((folder) => path.join(folder, name)).find((place) => fs.existsSync(place));
    if (!file) return response.writeHead(404).end();
    response.writeHead(200, { 'Content-Type': kinds[path.extname(file)] ?? 'application/octet-stream' });
    fs.createReadStream(file).pipe(response);
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

/// Keys that write nothing, by their names in `KeyboardEvent.key`, with their codes of Windows.
const codes = { Tab: 9, Enter: 13, Escape: 27, End: 35, Home: 36, ArrowLeft: 37, ArrowRight: 39 };
const punctuation = { ']': ['BracketRight', 221], '[': ['BracketLeft', 219], '\\': ['Backslash', 220] };

class Browser {
  /// `heard` gets what the page tells by `tell(…)`, in the order in which it was told.
  constructor(program, folder, heard) {
    this.heard = heard;
    this.open = new Map();
    this.last = 0;
    this.rest = '';
    const options = ['--headless=new', '--no-sandbox', '--remote-debugging-pipe', `--user-data-dir=${folder}`,
      '--no-first-run', '--disable-gpu', '--disable-dev-shm-usage', '--disable-background-networking'];
    this.child = spawn(program, options, { stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'] });
    this.child.stderr.resume();
    [, , , this.input, this.output] = this.child.stdio;
    this.output.setEncoding('utf8').on('data', (text) => this.read(text));
    this.input.on('error', () => {});
    this.ended = new Promise((resolve) => this.child.once('exit', resolve));
    // What was asked of a browser that was then closed is of no interest any more.
    this.ended.then(() => this.isClosing || this.open.forEach(({ reject }) => reject(new Error('Chromium has ended'))));
  }

  async load(address, width, height) {
    const { targetId } = await this.call('Target.createTarget', { url: 'about:blank' });
    ({ sessionId: this.session } = await this.call('Target.attachToTarget', { targetId, flatten: true }));
    await this.call('Runtime.enable');
    await this.call('Runtime.addBinding', { name: 'tell' });
    await this.call('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 1, mobile: false });
    await this.call('Emulation.setFocusEmulationEnabled', { enabled: true });
    await this.call('Page.navigate', { url: address });
  }

  call(method, params = {}) {
    const id = (this.last += 1);
    return new Promise((resolve, reject) => {
      this.open.set(id, { resolve, reject });
      this.input.write(`${JSON.stringify({ id, method, params, sessionId: this.session })}\0`);
    });
  }

  read(text) {
    const messages = (this.rest + text).split('\0');
    this.rest = messages.pop();
    for (const { id, method, params, result, error } of messages.map((message) => JSON.parse(message))) {
      if (method === 'Runtime.bindingCalled') this.heard(JSON.parse(params.payload));
      if (method === 'Runtime.exceptionThrown') this.heard({ kind: 'error', message: described(params.exceptionDetails) });
      if (!this.open.has(id)) continue;
      const { resolve, reject } = this.open.get(id);
      this.open.delete(id);
      if (!error) resolve(result);
      else if (!this.isClosing) reject(new Error(error.message));
    }
  }

  /// The value of an expression in the page, once it is there.
  async evaluate(expression) {
    const { result, exceptionDetails } =
      await this.call('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
    if (exceptionDetails) throw new Error(described(exceptionDetails));
    return result.value;
  }

  /// Presses a key such as `Tab`, `ctrl+ArrowRight` or `x`.
  async press(key) {
    const names = key.split(/\+(?=.)/);
    const name = names.pop();
    const modifiers = names.reduce((sum, modifier) => sum + { alt: 1, ctrl: 2, shift: 8 }[modifier], 0);
    const letter = /^[a-z]$/i.test(name) && name.toUpperCase();
    const [code, number] = punctuation[name] ?? (letter ? [`Key${letter}`, letter.charCodeAt(0)] : [name, codes[name]]);
    const text = name.length === 1 && !(modifiers & 3) ? name : undefined;
    const event = { key: name, code, windowsVirtualKeyCode: number, modifiers };
    await this.call('Input.dispatchKeyEvent', { type: text ? 'keyDown' : 'rawKeyDown', ...event, text });
    await this.call('Input.dispatchKeyEvent', { type: 'keyUp', ...event });
  }

  async screenshot(file) {
    const { data } = await this.call('Page.captureScreenshot', { format: 'png' });
    fs.writeFileSync(file, Buffer.from(data, 'base64'));
  }

  async close() {
    this.isClosing = true;
    this.session = undefined;
    this.call('Browser.close').catch(() => {});
    const timer = setTimeout(() => this.child.kill('SIGKILL'), 5000);
    await this.ended;
    clearTimeout(timer);
  }
}

function described({ text, exception }) {
  return exception?.description ?? text;
}

module.exports = { Browser, serve };
