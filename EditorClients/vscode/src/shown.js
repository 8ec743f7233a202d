'use strict';

const vscode = require('vscode');

/// A document's text in the form that the server writes.
function text(document, start, end) {
  return document.getText(new vscode.Range(start, end)).replace(/\r\n/g, '\n');
}

/// A word or a line that was taken, as opposed to a typed character, a pair of brackets or an indentation.
function isPart(inserted) {
  return inserted.length > 1 && /[\p{L}\p{N}]/u.test(inserted);
}

/// The suggestion that was offered last in each document, and how much of it stands there by now. VS Code's stable API
/// does not tell which suggestion is on show, and what is taken of it.
class Shown {
  constructor() {
    this.offers = new Map();
    /// Where a suggestion was first offered: its parts are counted from there.
    this.begun = new Map();
  }

  /// `items` have an `id`, a `text` and the `start` of the range that they replace.
  remember(document, items) {
    const uri = document.uri.toString();
    if (items.length === 0) return this.forget(document);
    this.offers.set(uri, items);
    const [{ id, start }] = items;
    if (this.begun.get(uri)?.id !== id) this.begun.set(uri, { id, start });
  }

  forget(document) {
    this.offers.delete(document.uri.toString());
  }

  close(document) {
    this.forget(document);
    this.begun.delete(document.uri.toString());
  }

  /// The suggestion whose beginning ends at a position.
  at(document, position) {
    const items = this.offers.get(document.uri.toString()) ?? [];
    return items.find(({ start, text: whole }) =>
      position.isAfterOrEqual(start) && whole.startsWith(text(document, start, position)));
  }

  /// Takes a change into account. Returns what it has taken of a suggestion, if it did: the item and the length that
  /// stands since it was first offered. All of it is told by the item's own command.
  changed(document, changes) {
    const items = this.offers.get(document.uri.toString());
    if (!items || changes.length === 0) return undefined;
    const [change] = changes;
    const end = document.positionAt(change.rangeOffset + change.text.length);
    const item = changes.length === 1 ? this.at(document, end) : undefined;
    if (!item) {
      this.forget(document);
      return undefined;
    }
    const standing = text(document, item.start, end);
    if (standing === item.text || !isPart(change.text)) return undefined;
    return { item, length: this.before(document, item) + standing.length };
  }

  /// The length of what stands between the first offer and this one.
  before(document, item) {
    const first = this.begun.get(document.uri.toString());
    if (first?.id !== item.id || first.start.isAfter(item.start)) return 0;
    return text(document, first.start, item.start).length;
  }
}

module.exports = { Shown };
