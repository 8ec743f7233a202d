"""The documented configuration and the extension in a real JupyterLab with jupyterlab-lsp, against the real server and model."""
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


def uris(sandbox):
    return {message["params"]["textDocument"]["uri"] for message in conversation.messages(sandbox.log, "c2s", "textDocument/didOpen")}


def last_offer(sandbox):
    """The suggestion that the server has offered last: its id and its text."""
    for request in reversed(conversation.messages(sandbox.log, "c2s", "textDocument/inlineCompletion")):
        answer = conversation.response(sandbox.log, request["id"])
        if answer and answer.get("result"):
            item = answer["result"][0]
            return item["command"]["arguments"][0], item["insertText"]
    return None, ""


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
    assert uris(sandbox) == {(sandbox.root / "some folder/numbers.ipynb").as_uri()}, "where the project's root is found"


def test_hover_in_a_cell_shows_the_exemplars(lab, sandbox):
    editor = lab("numbers.ipynb", jupyterlab.notebook("import math", f"{INSTRUCTION}\n"))
    editor.point_at(0)
    editor.wait(lambda: conversation.messages(sandbox.log, "c2s", "textDocument/hover"), "the hover request")
    editor.press("", jupyterlab.Keys.CONTROL)
    shown, = editor.wait(lambda: editor.texts(".lsp-hover"), "the hover")
    assert "Write a function that adds two numbers." in shown and "probability" in shown


def test_ghost_text_in_a_cell_is_accepted_and_told(lab, sandbox):
    editor = lab("numbers.ipynb", jupyterlab.notebook("import math", ""))
    editor.keys(INSTRUCTION)
    editor.wait(lambda: editor.ghost(), "ghost text")
    editor.wait(lambda: editor.ghost().strip() == last_offer(sandbox)[1].strip(), "all of the server's text")
    assert editor.text() == INSTRUCTION, "ghost text is not part of the document"
    assert {message["params"]["context"]["triggerKind"]
            for message in conversation.messages(sandbox.log, "c2s", "textDocument/inlineCompletion")} == {2}
    identifier, text = last_offer(sandbox)
    editor.keys(jupyterlab.Keys.TAB)
    editor.wait(lambda: editor.text() == INSTRUCTION + text, "the suggestion in the cell")
    accepted, = editor.wait(lambda: sandbox.feedback("accepted"), "the accept to be stored")
    assert accepted["suggestionID"] == identifier


def test_ghost_text_in_markdown_comes_when_asked_for(lab, sandbox):
    editor = lab("notes.md", "Write a commit message for this change.\n\n")
    editor.go_to_end_of_line(0)
    editor.ask()
    editor.wait(lambda: editor.ghost(), "ghost text")
    request, = conversation.messages(sandbox.log, "c2s", "textDocument/inlineCompletion")
    assert request["params"]["context"]["triggerKind"] == 1
