"""The list of what can be kept, in a real Neovim."""
import sqlite3
import time
from contextlib import closing

from conftest import INSTRUCTION
from test_neovim import editor, pytestmark, show_ghost, suggestion_id  # noqa: F401


def keep(sandbox, identifier):
    """Stores what the server would store when two minutes have passed."""
    database, = sandbox.data.glob("pillow-lsp/projects/*/pool.sqlite")
    with closing(sqlite3.connect(database, timeout=20)) as connection, connection:
        for event, share, seconds in (("accepted", None, None), ("kept", 1.0, 120.0)):
            connection.execute(
                "INSERT INTO feedback (suggestionID, event, at, keptShare, secondsAfterAccept) VALUES (?, ?, ?, ?, ?)",
                (identifier, event, time.time(), share, seconds))


def accept(neovim, sandbox):
    ghost = show_ghost(neovim)
    neovim.keys("<C-l>")
    neovim.wait(lambda: neovim.text() != INSTRUCTION, "the suggestion to be inserted")
    keep(sandbox, suggestion_id(neovim, "pillow-lsp.accept"))
    neovim.keys("<Esc>")
    return ghost


def is_listed(neovim):
    return neovim.lua("return vim.fs.basename(vim.api.nvim_buf_get_name(0))") == "harvest"


def messages(neovim):
    return neovim.lua("return vim.fn.execute('messages')")


def test_what_can_be_kept_is_listed_with_its_answer_and_taken(editor, sandbox):  # noqa: F811
    neovim = editor(plugin=True)
    ghost = accept(neovim, sandbox)
    neovim.keys(":Pillow harvest<CR>")
    neovim.wait(lambda: is_listed(neovim), "the list")
    listed = neovim.text()
    assert "larger of two numbers" in listed
    assert all(line.strip() in listed for line in ghost.strip().split("\n"))
    status = "local w = vim.fn.win_getid(1); return vim.api.nvim_win_call(w, require('pillow').statusline)"
    neovim.wait(lambda: neovim.lua(status) == "pillow (1 to keep)", "the count in the status line")
    neovim.keys("a")
    neovim.wait(lambda: "kept as exemplar" in messages(neovim), "the exemplar")
    neovim.wait(lambda: not is_listed(neovim), "the empty list to close")
    exemplar, = sandbox.rows("SELECT * FROM exemplars WHERE pool = 'harvested'")
    assert exemplar["output"].strip() == ghost.strip()
    neovim.wait(lambda: neovim.lua(status) == "pillow", "the status line without a count")


def test_what_is_declined_is_not_listed_again(editor, sandbox):  # noqa: F811
    neovim = editor(plugin=True)
    accept(neovim, sandbox)
    neovim.keys(":Pillow harvest<CR>")
    neovim.wait(lambda: is_listed(neovim), "the list")
    neovim.keys("d")
    neovim.wait(lambda: not is_listed(neovim), "the empty list to close")
    neovim.keys(":Pillow harvest<CR>")
    neovim.wait(lambda: "no completion to keep" in messages(neovim), "the message")
    assert not sandbox.rows("SELECT * FROM exemplars WHERE pool = 'harvested'")
