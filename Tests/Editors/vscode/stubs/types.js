'use strict';
// The classes of the module `vscode` that the extension uses, with the names and signatures of vscode.d.ts.

class Position {
  constructor(line, character) {
    Object.assign(this, { line, character });
  }

  compareTo(other) { return this.line - other.line || this.character - other.character; }
  isEqual(other) { return this.compareTo(other) === 0; }
  isAfter(other) { return this.compareTo(other) > 0; }
  isAfterOrEqual(other) { return this.compareTo(other) >= 0; }
}

class Range {
  constructor(start, end) {
    const isOrdered = end.isAfterOrEqual(start);
    Object.assign(this, { start: isOrdered ? start : end, end: isOrdered ? end : start });
  }

  get isEmpty() { return this.start.isEqual(this.end); }
}

class Selection extends Range {
  constructor(anchor, active) {
    super(anchor, active);
    Object.assign(this, { anchor, active });
  }
}

class Uri {
  constructor(text) {
    this.text = text;
    this.scheme = text.slice(0, text.indexOf(':'));
  }

  static parse(text) { return new Uri(text); }
  static file(path) { return new Uri(`file://${path.split('/').map(encodeURIComponent).join('/')}`); }
  get fsPath() { return decodeURIComponent(this.text.replace(/^\w+:(\/\/)?/, '')); }
  toString() { return this.text; }
}

class Disposable {
  constructor(callOnDispose) { this.callOnDispose = callOnDispose; }
  static from(...disposables) { return new Disposable(() => disposables.forEach((one) => one.dispose())); }
  dispose() { this.callOnDispose(); }
}

class EventEmitter {
  constructor() {
    this.listeners = new Set();
    this.event = (listener, thisArgs) => {
      const bound = listener.bind(thisArgs);
      this.listeners.add(bound);
      return new Disposable(() => this.listeners.delete(bound));
    };
  }

  fire(value) { for (const listener of [...this.listeners]) listener(value); }
  dispose() { this.listeners.clear(); }
}

class CancellationTokenSource {
  constructor() {
    this.emitter = new EventEmitter();
    this.token = { isCancellationRequested: false, onCancellationRequested: this.emitter.event };
  }

  cancel() {
    this.token.isCancellationRequested = true;
    this.emitter.fire();
  }
}

class InlineCompletionItem {
  constructor(insertText, range, command) { Object.assign(this, { insertText, range, command }); }
}

class ThemeIcon {
  constructor(id) { this.id = id; }
}

class ThemeColor {
  constructor(id) { this.id = id; }
}

module.exports = {
  Position, Range, Selection, Uri, Disposable, EventEmitter, CancellationTokenSource,
  InlineCompletionItem, ThemeIcon, ThemeColor,
  InlineCompletionTriggerKind: { Invoke: 0, Automatic: 1 },
  StatusBarAlignment: { Left: 1, Right: 2 },
};
