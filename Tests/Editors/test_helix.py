"""The documented configuration in a real Helix, against the real server and model."""
import os

import pytest

import conversation
from conftest import INSTRUCTION, PACKAGE
from terminal import Terminal

HELIX = os.environ.get("PILLOW_HELIX")

pytestmark = pytest.mark.skipif(
    not HELIX, reason="no Helix here: PILLOW_HELIX is not set (Scripts/test-editors fetches one)")


@pytest.fixture
def helix(sandbox):
    folder = sandbox.folder / "config/helix"
    folder.mkdir(parents=True)
    (folder / "languages.toml").symlink_to(PACKAGE / "EditorClients/helix/languages.toml")
    (folder / "config.toml").write_text("[editor]\nauto-completion = false\n")
    (sandbox.root / ".git").mkdir()
    # It kills its servers when it quits.
    sandbox.is_hasty = True
    terminal = Terminal(sandbox, [HELIX, str(sandbox.root / "main.py")])
    terminal.wait(lambda: conversation.messages(sandbox.log, "c2s", "textDocument/didOpen"), "the document to be opened")
    yield terminal
    try:
        leave_insert_mode(terminal)
        terminal.type(":q!")
        terminal.keys("Enter")
        terminal.wait_for_end()
    finally:
        terminal.kill()


def leave_insert_mode(helix):
    """Waits for it: Escape and the next key, read together, would be Alt and that key."""
    helix.keys("Escape")
    helix.wait_for("NOR")


def answered(sandbox, method):
    requests = conversation.messages(sandbox.log, "c2s", method)
    return [conversation.response(sandbox.log, request["id"]) for request in requests
            if conversation.response(sandbox.log, request["id"])]


def test_the_menu_offers_exemplars_and_choosing_one_inserts_it(helix, sandbox):
    helix.keys("A")
    helix.keys("C-x")
    helix.wait_for("adds two numbers")
    helix.keys("Down")
    helix.wait_for("def ")
    helix.keys("Enter")
    leave_insert_mode(helix)
    helix.type(":w")
    helix.keys("Enter")
    file = sandbox.root / "main.py"

    def saved():
        # It writes another file and puts that in the place of this one.
        try:
            return file.read_text()
        except FileNotFoundError:
            return ""

    text = helix.wait(lambda: "def " in saved() and saved(), "the exemplar's output in the file")
    assert text.startswith(INSTRUCTION)


def test_hover_and_code_actions(helix, sandbox):
    helix.keys("Space")
    helix.type("k")
    helix.wait_for("probability")
    helix.keys("Escape")
    helix.keys("A")
    leave_insert_mode(helix)
    helix.keys("Space")
    helix.type("a")
    helix.wait_for("Insert exemplar")
    helix.type("j")
    # A selection is never empty in Helix; one character is no exemplar.
    titles = [action["title"] for action in answered(sandbox, "textDocument/codeAction")[-1]["result"]]
    assert titles[0] == "Complete with exemplars"
    helix.keys("Escape")
