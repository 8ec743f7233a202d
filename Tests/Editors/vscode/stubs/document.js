'use strict';

const { Position, Range } = require('./types');

/// A text document; changes are told to `changed`.
class Document {
  constructor(uri, languageId, text, changed) {
    Object.assign(this, { uri, languageId, text, changed, version: 1, isClosed: false });
  }

  getText(range) {
    return range ? this.text.slice(this.offsetAt(range.start), this.offsetAt(range.end)) : this.text;
  }

  offsetAt({ line, character }) {
    const lines = this.text.split('\n');
    const before = lines.slice(0, line).reduce((sum, one) => sum + one.length + 1, 0);
    return Math.min(before + Math.min(character, lines[line]?.length ?? 0), this.text.length);
  }

  positionAt(offset) {
    const lines = this.text.slice(0, offset).split('\n');
    return new Position(lines.length - 1, lines[lines.length - 1].length);
  }

  get end() { return this.positionAt(this.text.length); }

  /// Replaces a range, and returns where the new text ends.
  replace(range, text) {
    const rangeOffset = this.offsetAt(range.start);
    const rangeLength = this.offsetAt(range.end) - rangeOffset;
    this.text = this.text.slice(0, rangeOffset) + text + this.text.slice(rangeOffset + rangeLength);
    this.version += 1;
    const change = { range: new Range(range.start, range.end), rangeOffset, rangeLength, text };
    this.changed({ document: this, contentChanges: [change] });
    return this.positionAt(rangeOffset + text.length);
  }
}

module.exports = { Document };
