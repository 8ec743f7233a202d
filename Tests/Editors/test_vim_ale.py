"""The documented configuration in a real Vim with ALE, against the real server."""
import shutil
import subprocess

import pytest

import conversation
from conftest import INSTRUCTION, PACKAGE
from terminal import Terminal

VIM = shutil.which("vim")
VIMRC = PACKAGE / "EditorClients/vim-ale/vimrc"


def has_ale():
    if VIM is None:
        return False
    command = [VIM, "-es", "-u", "NONE", "-i", "NONE", "-c", "set nocompatible | packadd ale | call ale#linter#Get('python') | qa!"]
    return subprocess.run(command, capture_output=True, timeout=30, stdin=subprocess.DEVNULL).returncode == 0


pytestmark = pytest.mark.skipif(not has_ale(), reason="no Vim with ALE here: apt-get install vim-nox vim-ale")


@pytest.fixture
def vim(sandbox):
    terminal = Terminal(sandbox, [VIM, "-u", str(VIMRC), "-i", "NONE", "-n", str(sandbox.root / "main.py")])
    terminal.wait(lambda: conversation.messages(sandbox.log, "c2s", "textDocument/didOpen"), "the document to be opened")
    yield terminal
    try:
        terminal.keys("Escape")
        terminal.type(":qa!")
        terminal.keys("Enter")
        terminal.wait_for_end()
    finally:
        terminal.kill()


def test_the_menu_offers_exemplars(vim, sandbox):
    vim.type("A")
    vim.keys("C-x", "C-o")
    vim.wait_for("sample: python, maths")
    vim.keys("C-e", "Escape")
    request = conversation.messages(sandbox.log, "c2s", "textDocument/completion")[-1]
    items = conversation.response(sandbox.log, request["id"])["result"]["items"]
    assert items[0]["insertTextFormat"] == 1, "ALE has no snippets"


def test_hover(vim, sandbox):
    vim.type(":ALEHover")
    vim.keys("Enter")
    vim.wait_for("probability")


def test_a_code_action_inserts_an_exemplar(vim, sandbox):
    vim.type("$:ALECodeAction")
    vim.keys("Enter")
    vim.wait_for("Insert exemplar")
    shown = [line for line in vim.screen().splitlines() if "Insert exemplar" in line]
    number = "".join(character for character in shown[0].split()[0] if character.isdigit())
    vim.type(number)
    vim.keys("Enter")
    vim.wait_for("def ")
    assert INSTRUCTION in vim.screen()
    assert "Complete with exemplars" not in vim.screen(), "it could not be applied"
