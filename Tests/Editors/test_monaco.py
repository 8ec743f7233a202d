"""The extension for VS Code with Monaco, the editor widget of VS Code, against the real server.

Real are Monaco in Chromium, with the keys of Monaco and of the extension's manifest, vscode-languageclient, the extension
and the server. The module `vscode` between them is ours (monaco/vscode.js), as are the settings, messages and lists.
"""
import pytest

import conversation
from conftest import INSTRUCTION
from monaco import Monaco, missing

pytestmark = pytest.mark.skipif(missing() != "", reason=missing())


@pytest.fixture
def editor(sandbox):
    """Opens an editor that quits before the recorded conversation is judged."""
    opened = []

    def start(text):
        opened.append(Monaco(sandbox, sandbox.file("main.py", text)))
        return opened[-1]

    yield start
    try:
        for monaco in opened:
            monaco.quit()
    finally:
        for monaco in opened:
            monaco.kill()


def sent(sandbox, method):
    return [message["params"] for message in conversation.messages(sandbox.log, "c2s", method)]


def last_offer(sandbox):
    """The suggestion that the server has offered last: its id and its text."""
    for request in reversed(conversation.messages(sandbox.log, "c2s", "textDocument/inlineCompletion")):
        answer = conversation.response(sandbox.log, request["id"])
        if answer and answer.get("result"):
            item = answer["result"][0]
            return item["command"]["arguments"][0], item["insertText"]
    return None, ""


def test_ghost_text_appears_by_itself_below_the_instruction(editor, sandbox):
    monaco = editor("")
    monaco.type(INSTRUCTION)
    monaco.wait_for_ghost()
    monaco.wait(lambda: monaco.ghost() == last_offer(sandbox)[1].lstrip("\n"), "the server's text on the screen")
    assert monaco.text() == INSTRUCTION, "ghost text is not part of the document"
    tops = [monaco.do("evaluate", f"document.querySelector('{name}').getBoundingClientRect().top")
            for name in (".view-line", ".ghost-text")]
    assert tops[0] < tops[1]
    assert {request["context"]["triggerKind"] for request in sent(sandbox, "textDocument/inlineCompletion")} == {2}
    monaco.press("Tab")
    identifier, text = last_offer(sandbox)
    monaco.wait(lambda: monaco.text() == INSTRUCTION + text, "the suggestion in the document")
    accepted, = monaco.wait(lambda: sandbox.feedback("accepted"), "the accept to be stored")
    assert accepted["suggestionID"] == identifier


def test_words_and_lines_are_taken_one_by_one_and_told(editor, sandbox):
    monaco = editor(f"{INSTRUCTION}\n")
    # The key is the manifest's.
    monaco.press("alt+\\")
    ghost = monaco.wait_for_ghost()
    identifier, text = last_offer(sandbox)
    assert ghost == text and text.startswith("def ") and "\n" in text
    assert sent(sandbox, "textDocument/inlineCompletion")[-1]["context"]["triggerKind"] == 1

    monaco.press("ctrl+ArrowRight")
    monaco.wait(lambda: monaco.text() == f"{INSTRUCTION}\ndef", "the first word")
    monaco.wait(lambda: monaco.ghost() == text[len("def"):], "the rest on the screen")
    first, = monaco.wait(lambda: sandbox.feedback("partlyAccepted"), "the word to be stored")
    assert (first["suggestionID"], first["acceptedLength"]) == (identifier, len("def"))

    line = text.split("\n")[0]
    monaco.do("run", "editor.action.inlineSuggest.acceptNextLine")
    monaco.wait(lambda: monaco.text().startswith(f"{INSTRUCTION}\n{line}"), "the first line")
    _, second = monaco.wait(lambda: len(rows := sandbox.feedback("partlyAccepted")) > 1 and rows, "the line to be stored")
    assert second["suggestionID"] == identifier
    assert second["acceptedLength"] == len(monaco.text()) - len(INSTRUCTION) - 1

    # Before an indented line Tab is Monaco's own key for indenting.
    monaco.wait(lambda: monaco.ghost().startswith("    "), "the next line on the screen")
    monaco.press("Tab")
    monaco.wait(lambda: monaco.ghost() == text[len(line):].strip(), "the rest of the line on the screen")
    assert not sandbox.feedback("accepted")
    monaco.press("Tab")
    monaco.wait(lambda: monaco.text() == f"{INSTRUCTION}\n{text}", "the whole suggestion, once")
    accepted, = monaco.wait(lambda: sandbox.feedback("accepted"), "the accept to be stored")
    assert accepted["suggestionID"] == identifier


def test_escape_hides_and_rejects_what_is_on_show(editor, sandbox):
    monaco = editor(f"{INSTRUCTION}\n")
    monaco.press("Escape")
    assert not sent(sandbox, "pillow/didReject"), "nothing was on show"
    monaco.press("alt+\\")
    ghost = monaco.wait_for_ghost()
    identifier, _ = last_offer(sandbox)
    monaco.press("Escape")
    monaco.wait(lambda: monaco.ghost() == "", "the ghost text to be hidden")
    rejected, = monaco.wait(lambda: sandbox.feedback("rejected"), "the reject to be stored")
    assert rejected["suggestionID"] == identifier
    assert monaco.text() == f"{INSTRUCTION}\n"
    asked = len(sent(sandbox, "textDocument/inlineCompletion"))
    monaco.press("alt+\\")
    request = monaco.wait(
        lambda: conversation.messages(sandbox.log, "c2s", "textDocument/inlineCompletion")[asked:], "the next request")[-1]
    monaco.wait(lambda: conversation.response(sandbox.log, request["id"]), "its answer")
    assert ghost not in [item["insertText"] for item in conversation.response(sandbox.log, request["id"])["result"]]


def test_what_is_typed_along_stays_and_what_is_typed_over_goes(editor, sandbox):
    monaco = editor(f"{INSTRUCTION}\n")
    monaco.press("alt+\\")
    ghost = monaco.wait_for_ghost()
    monaco.type(ghost[:2])
    monaco.wait(lambda: monaco.ghost() == ghost[2:], "the rest on the screen")
    monaco.type("#")
    monaco.wait(lambda: not monaco.ghost().startswith(ghost[2:]), "the suggestion to go")
    monaco.press("Tab")
    assert f"{ghost[:2]}#{ghost[2:]}" not in monaco.text()
    assert not sandbox.feedback("accepted") and not sandbox.feedback("partlyAccepted")


def test_the_server_has_the_text_of_the_editor(editor, sandbox):
    monaco = editor(f"{INSTRUCTION}\n")
    monaco.press("alt+\\")
    monaco.wait_for_ghost()
    monaco.press("ctrl+ArrowRight", "Tab", "ctrl+z", "ctrl+z", "x", "ctrl+z")
    monaco.press("alt+\\")
    monaco.wait_for_ghost()
    monaco.press("Tab", "Enter", "Home")
    # What no key writes, and changes at several places at once.
    monaco.do("evaluate", """(() => {
      editor.trigger('keyboard', 'type', { text: 'a = "😀 é"; ' });
      const { lineNumber, column } = editor.getPosition();
      editor.executeEdits('', [[2, 1], [lineNumber, column]].map(([line, at]) =>
        ({ range: new monaco.Range(line, at, line, at), text: 'b = "😀"\\n    ' })));
    })()""")
    text = monaco.text()
    assert text.count("😀") == 3 and text.startswith(f"{INSTRUCTION}\nb = ")
    # The server stores what it takes to be selected.
    monaco.do("answer", INSTRUCTION.removeprefix("# ")[:20])
    monaco.do("evaluate", "editor.setSelection(editor.getModel().getFullModelRange())")
    monaco.do("run", "pillow.saveExemplar")
    saved, = monaco.wait(lambda: sandbox.rows("SELECT * FROM exemplars WHERE pool = 'editor'"), "the selection to be stored")
    assert f"# {saved['instruction']}\n{saved['output']}" == text.rstrip("\n")


def test_a_server_that_dies_is_followed_by_one_that_hears_of_the_accept(editor, sandbox):
    sandbox.is_killed = True
    monaco = editor(f"{INSTRUCTION}\n")
    monaco.press("alt+\\")
    ghost = monaco.wait_for_ghost()
    sandbox.kill()
    monaco.wait(lambda: not monaco.do("isRunning"), "the death to be seen")
    monaco.press("Tab")
    monaco.wait(lambda: monaco.text() == f"{INSTRUCTION}\n{ghost}", "the suggestion in the document")
    monaco.wait(lambda: sandbox.feedback("accepted"), "the next server to store the accept")
    opened, again = sent(sandbox, "textDocument/didOpen")
    assert again["textDocument"]["text"] == monaco.text() != opened["textDocument"]["text"]
