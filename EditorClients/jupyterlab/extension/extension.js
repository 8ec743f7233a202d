// Ghost text of pillow-lsp in JupyterLab 4, by way of jupyterlab-lsp's connection to the server. The file is what JupyterLab
// loads, a container of module federation, so nothing has to be built.
(() => {
  const SERVER = 'pillow-lsp';
  const ACCEPT = 'inline-completer:accept';
  // JupyterLab's names of languages that the server knows by others.
  const LANGUAGES = { ipythongfm: 'markdown', plain: 'plaintext' };
  let shared;

  /** One of JupyterLab's own packages, as all its extensions share it. */
  async function load(name) {
    const [version] = Object.values(shared[name]);
    return (await version.get())();
  }

  /** What an edit inserts at the position: it can begin with what is written there, but take nothing away. */
  function insertion(text, { start, end }, document, position) {
    if (start.line !== end.line || end.line !== position.line || end.character !== position.character) return null;
    const written = document.value.split('\n')[position.line].slice(start.character, position.character);
    return text.startsWith(written) ? text.slice(written.length) : null;
  }

  /** Makes the menu insert exemplars: jupyterlab-lsp knows no `textEdit`, and hides what does not match `filterText`. */
  function readEdits(completion, documents) {
    const request = completion.request.bind(completion);
    completion.request = async (params) => {
      const answer = await request(params);
      const document = [...documents.values()].find(({ documentInfo }) => documentInfo.uri === params.textDocument.uri);
      if (!answer?.items || !document) return answer;
      const items = answer.items.flatMap((item) => {
        const text = insertion(item.textEdit.newText, item.textEdit.range, document, params.position);
        return text ? [{ ...item, insertText: text, filterText: text }] : [];
      });
      return { ...answer, items };
    };
  }

  /** Opens documents with the names of languages that the protocol has. */
  function renameLanguages(connection) {
    const open = connection.sendOpen.bind(connection);
    const get = (info, key) => (key === 'languageId' ? LANGUAGES[info[key]] ?? info[key] : info[key]);
    connection.sendOpen = (info) => open(new Proxy(info, { get }));
  }

  class GhostText {
    constructor(connections) {
      this.connections = connections;
      this.identifier = SERVER;
      this.name = SERVER;
      // The server withholds what it is not sure of and waits for a pause in typing; a busy machine answers slowly.
      this.schema = { default: { debouncerDelay: 0, timeout: 30000 } };
      this.offered = [];
    }

    /** Where in which of the server's documents the cursor is. */
    async place(widget, editor) {
      const adapter = this.connections.adapters.get(widget.context?.path);
      const block = adapter?.editors.find(({ ceEditor }) => ceEditor.getEditor() === editor);
      if (!block) return null;
      // The server is to have what was typed last.
      await adapter.updateDocuments();
      const { line, column } = editor.getCursorPosition();
      const root = adapter.virtualDocument;
      const source = root.transformFromEditorToRoot(block.ceEditor, { line, ch: column });
      const document = source && root.documentAtSourcePosition(source);
      const connection = document && this.connections.connections.get(document.uri);
      if (!connection?.isReady || connection.serverIdentifier !== SERVER) return null;
      const virtual = root.virtualPositionAtDocument(source);
      return { document, connection, position: { line: virtual.line, character: virtual.ch } };
    }

    async fetch(request, { widget, editor, triggerKind }) {
      const place = editor && await this.place(widget, editor);
      if (!place) return { items: [] };
      const { document, connection, position } = place;
      const answer = await connection.connection.sendRequest('textDocument/inlineCompletion', {
        textDocument: { uri: document.documentInfo.uri },
        position,
        // JupyterLab counts from 0: invoked, automatic.
        context: { triggerKind: triggerKind + 1 },
      });
      const items = (answer?.items ?? answer ?? []).flatMap(({ insertText, range, command }) => {
        const text = range ? insertion(insertText, range, document, position) : insertText;
        return text ? [{ insertText: text, command }] : [];
      });
      this.offered = items.map((item) => ({ item, editor, connection }));
      return { items };
    }

    /** Tells the server which suggestion was inserted: the one that now stands before the cursor. */
    accepted() {
      const taken = this.offered
        .filter(({ item, editor }) => {
          const end = editor.getOffsetAt(editor.getCursorPosition());
          return editor.model.sharedModel.getSource().slice(0, end).endsWith(item.insertText);
        })
        .sort((one, other) => other.item.insertText.length - one.item.insertText.length)[0];
      this.offered = [];
      if (!taken?.item.command) return;
      const { command, arguments: values } = taken.item.command;
      const { connection } = taken.connection;
      connection.sendRequest('workspace/executeCommand', { command, arguments: values }).catch(console.warn);
    }
  }

  async function plugin() {
    const [{ ICompletionProviderManager }, { ILSPDocumentConnectionManager }] = await Promise.all(
      [load('@jupyterlab/completer'), load('@jupyterlab/lsp')]);
    return {
      id: `${SERVER}:plugin`,
      description: 'Shows the ghost text and inserts the exemplars of pillow-lsp.',
      autoStart: true,
      requires: [ICompletionProviderManager, ILSPDocumentConnectionManager],
      activate: (app, completions, connections) => {
        const ghost = new GhostText(connections);
        completions.registerInlineProvider(ghost);
        app.commands.commandExecuted.connect((_, { id }) => { if (id === ACCEPT) ghost.accepted(); });
        const known = new WeakSet();
        connections.connected.connect((_, { connection }) => {
          if (connection.serverIdentifier !== SERVER || known.has(connection)) return;
          known.add(connection);
          renameLanguages(connection);
          readEdits(connection.clientRequests['textDocument/completion'], connections.documents);
        });
      },
    };
  }

  window._JUPYTERLAB = window._JUPYTERLAB || {};
  window._JUPYTERLAB[SERVER] = {
    init: (scope) => { shared = scope; },
    get: async () => {
      const made = await plugin();
      return () => ({ __esModule: true, default: made });
    },
  };
})();
