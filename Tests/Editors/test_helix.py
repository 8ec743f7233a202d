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
        terminal.keys("Escape")
        terminal.type(":q!")
        terminal.keys("Enter")
        terminal.wait_for_end()
    finally:
        terminal.kill()


def answered(sandbox, method):
    requests = conversation.messages(sandbox.log, "c2s", method)
    return [conversation.response(sandbox.log, request["id"]) for request in requests
            if conversation.response(sandbox.log, request["id"])]


def test_the_menu_offers_exemplars_and_choosing_one_inserts_it(helix, sandbox):
    helix.keys("A")
    helix.keys("C-x")
    helix.wait_for("adds two numbers")
    for _ in range(6):
        helix.keys("Down")
        if "def add(a, b)" in helix.screen():
            break
    helix.keys("Enter", "Escape")
    helix.type(":w")
    helix.keys("Enter")
    file = sandbox.root / "main.py"
    helix.wait(lambda: "def " in file.read_text(), "the exemplar's output in the file")
    assert file.read_text().startswith(INSTRUCTION)


def test_hover_and_code_actions(helix, sandbox):
    helix.keys("Space")
    helix.type("k")
    helix.wait_for("probability")
    helix.keys("Escape")
    helix.keys("A", "Escape")
    helix.keys("Space")
    helix.type("a")
    helix.wait_for("Insert exemplar")
    helix.type("j")
    # A selection is never empty in Helix; one character is no exemplar.
    titles = [action["title"] for action in answered(sandbox, "textDocument/codeAction")[-1]["result"]]
    assert titles[0] == "Complete with exemplars"
    helix.keys("Escape")
