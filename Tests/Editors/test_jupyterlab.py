"""The documented configuration and the extension in a real JupyterLab with jupyterlab-lsp, against the real server."""
import pytest

import conversation
import jupyterlab
from conftest import INSTRUCTION

pytestmark = pytest.mark.skipif(jupyterlab.missing() != "", reason=jupyterlab.missing())

LABEL = ["Write a function that adds two numbers.", "sample: python, maths"]
CHOSEN = "def add(a, b):\n    return a + b"


@pytest.fixture
def lab(sandbox):
    """Opens a file in a JupyterLab that quits before the recorded conversation is judged."""
    # Without `shutdown`: it sends its servers a signal.
    sandbox.is_hasty = True
    opened = []

    def start(file, text):
        sandbox.file(file, text)
        opened.append(jupyterlab.JupyterLab(sandbox, file))
        return opened[-1]

    yield start
    try:
        for each in opened:
            each.quit()
    finally:
        for each in opened:
            each.kill()


def opened(sandbox):
    """The URIs and the languages of the documents that the server was shown."""
    messages = conversation.messages(sandbox.log, "c2s", "textDocument/didOpen")
    documents = [message["params"]["textDocument"] for message in messages]
    return {(document["uri"], document["languageId"]) for document in documents}


def last_offers(sandbox):
    """The suggestions that the server has offered last: their ids and their texts."""
    for request in reversed(conversation.messages(sandbox.log, "c2s", "textDocument/inlineCompletion")):
        answer = conversation.response(sandbox.log, request["id"])
        if answer and answer.get("result"):
            return [(item["command"]["arguments"][0], item["insertText"]) for item in answer["result"]]
    return []


def kinds(sandbox):
    """Whether the suggestions were asked for (1) or came by themselves (2)."""
    requests = conversation.messages(sandbox.log, "c2s", "textDocument/inlineCompletion")
    return {request["params"]["context"]["triggerKind"] for request in requests}


def choose_exemplar(lab, line=0):
    """Opens the completer at the end of the line and chooses what is at the top; returns what was to be seen of it."""
    lab.go_to_end_of_line(line)
    before = lab.text()
    lab.keys(jupyterlab.Keys.TAB)
    shown = lab.wait(lab.menu, "the exemplars in the completer")
    lab.keys(jupyterlab.Keys.ENTER)
    lab.wait(lambda: lab.text() != before, "what was chosen in the document")
    return shown[0].splitlines()


def test_choosing_an_exemplar_in_a_file_inserts_its_output(lab, sandbox):
    editor = lab("main.py", f"{INSTRUCTION}\n")
    assert choose_exemplar(editor) == LABEL
    assert editor.text() == f"{INSTRUCTION}\n{CHOSEN}\n"


def test_an_instruction_is_completed_where_no_answer_can_go(lab, sandbox):
    editor = lab("main.py", "x = 1\n# Write a fun\n# tion of a text\n")
    assert choose_exemplar(editor, line=1) == ["Write a function that reverses a string.", "sample: python, strings"]
    assert editor.text() == "x = 1\n# Write a function that reverses a string.\n# tion of a text\n"


def test_choosing_an_exemplar_in_a_cell_inserts_its_output(lab, sandbox):
    editor = lab("some folder/numbers.ipynb", jupyterlab.notebook("import math", f"{INSTRUCTION}\n"))
    assert choose_exemplar(editor) == LABEL
    assert editor.text() == f"{INSTRUCTION}\n{CHOSEN}\n"
    place = sandbox.root / "some folder/numbers.ipynb"
    assert opened(sandbox) == {(place.as_uri(), "python")}, "where the project is found"


def test_hover_in_a_cell_shows_the_exemplars(lab, sandbox):
    editor = lab("numbers.ipynb", jupyterlab.notebook("import math", f"{INSTRUCTION}\n"))
    editor.point_at(0)
    editor.wait(lambda: conversation.messages(sandbox.log, "c2s", "textDocument/hover"), "the hover request")
    editor.press("", jupyterlab.Keys.CONTROL)
    # The box is there before its text.
    shown = editor.wait(lambda: "".join(editor.texts(".lsp-hover")), "the hover's text")
    assert "Write a function that adds two numbers." in shown and "probability" in shown


def test_ghost_text_in_a_cell_is_accepted_and_told(lab, sandbox):
    editor = lab("numbers.ipynb", jupyterlab.notebook("import math", ""))
    editor.keys(INSTRUCTION)
    editor.wait(lambda: editor.ghost(), "ghost text")
    editor.wait(lambda: editor.ghost() == last_offers(sandbox)[0][1].lstrip("\n"), "all of the server's text")
    assert editor.text() == INSTRUCTION, "ghost text is not part of the document"
    (identifier, text), = last_offers(sandbox)
    editor.keys(jupyterlab.Keys.TAB)
    editor.wait(lambda: editor.text() == INSTRUCTION + text, "the suggestion in the cell")
    accepted, = editor.wait(lambda: sandbox.feedback("accepted"), "the accept to be stored")
    assert accepted["suggestionID"] == identifier
    assert kinds(sandbox) == {2}


def test_the_next_suggestion_is_told_when_it_is_accepted(lab, sandbox):
    editor = lab("main.py", f"{INSTRUCTION}\n")
    editor.go_to_end_of_line(1)
    editor.press_with_alt("\\")
    first = editor.wait(lambda: editor.ghost(), "ghost text below the instruction")
    editor.wait(editor.is_still, "all of it")
    offers = last_offers(sandbox)
    assert len(offers) > 1 and kinds(sandbox) == {1}
    editor.press_with_alt("]")
    editor.wait(lambda: editor.ghost() and editor.ghost() != first, "the next suggestion")
    editor.keys(jupyterlab.Keys.TAB)
    editor.wait(lambda: editor.text() == f"{INSTRUCTION}\n{offers[1][1]}", "the next suggestion in the document")
    accepted, = editor.wait(lambda: sandbox.feedback("accepted"), "the accept to be stored")
    assert accepted["suggestionID"] == offers[1][0]


@pytest.mark.parametrize("file, language", [("notes.md", "markdown"), ("notes.txt", "plaintext")])
def test_prose_is_completed(lab, sandbox, file, language):
    editor = lab(file, "Write a commit message for this change.\n\n")
    editor.go_to_end_of_line(0)
    editor.press_with_alt("\\")
    editor.wait(lambda: editor.ghost(), "ghost text")
    assert opened(sandbox) == {((sandbox.root / file).as_uri(), language)}
