"""The documented settings in a real Kate, against the real server."""
import pytest

import conversation
from conftest import INSTRUCTION, wait_until
from kate import Kate, missing

pytestmark = pytest.mark.skipif(
    bool(missing()), reason=f"{', '.join(missing())} missing: apt-get install kate xvfb xdotool openbox dbus-daemon")


@pytest.fixture
def kate(sandbox):
    file = sandbox.file("main.py", "")
    kate = Kate(sandbox, file)
    try:
        wait_until(lambda: conversation.messages(sandbox.log, "c2s", "textDocument/didOpen"), "the document to be opened")
        # The menu opens by itself.
        kate.type(INSTRUCTION)
        wait_until(lambda: kate.has_popup() or sandbox.fail_if_refused(), "the menu")
        yield kate
        kate.keys("Escape", "ctrl+s", "ctrl+q")
        kate.wait_for_end()
    finally:
        kate.kill()


def answer(sandbox, method):
    """The result of the last request of that method, once there is one."""
    def found():
        requests = conversation.messages(sandbox.log, "c2s", method)
        return requests and conversation.response(sandbox.log, requests[-1]["id"])

    return wait_until(found, f"the answer to {method}")["result"]


def saved(sandbox, kate):
    """What is in the file once it holds more than the instruction."""
    kate.keys("ctrl+s")
    file = sandbox.root / "main.py"
    wait_until(lambda: "def " in file.read_text(), "an exemplar's output in the file")
    return file.read_text().rstrip("\n")


def test_the_menu_offers_exemplars_and_choosing_one_inserts_it(kate, sandbox):
    items = answer(sandbox, "textDocument/completion")["items"]
    assert "adds two numbers" in items[0]["label"]
    kate.keys("Down", "Return")
    assert saved(sandbox, kate) == INSTRUCTION + items[1]["textEdit"]["newText"]


def test_hover(kate, sandbox):
    kate.keys("Escape")
    wait_until(lambda: not kate.has_popup(), "the menu to close")
    # It asks about words alone.
    kate.keys("ctrl+Home", "ctrl+Right", "alt+l")
    wait_until(kate.has_popup, "the menu of the client")
    before = set(kate.windows())
    kate.keys("y")
    assert "probability" in answer(sandbox, "textDocument/hover")["contents"]["value"]
    wait_until(lambda: set(kate.windows()) - before, "the tooltip")
    kate.keys("Escape")


def test_a_code_action_inserts_an_exemplar(kate, sandbox):
    kate.keys("Escape")
    wait_until(lambda: not kate.has_popup(), "the menu to close")
    kate.keys("alt+Return")
    actions = answer(sandbox, "textDocument/codeAction")
    wait_until(kate.has_popup, "the menu of actions")
    titles = [action["title"] for action in actions]
    assert titles[0] == "Insert exemplar: Write a function that adds two numbers."
    assert "Complete with exemplars" not in titles, "it could not be applied"
    kate.keys("Down", "Return")
    edit, = actions[0]["edit"]["changes"].values()
    assert saved(sandbox, kate) == INSTRUCTION + edit[0]["newText"]
