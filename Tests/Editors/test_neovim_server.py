"""What the plugin does when the server dies, in a real Neovim."""
import os
import signal

import pytest

from test_neovim import editor, pytestmark, show_ghost  # noqa: F401

# Neovim's own message about a dead server names its log, and one that is too long for its line waits for a key.
WIDE = (240, 34)


@pytest.fixture(autouse=True)
def killed(sandbox):
    sandbox.is_killed = True


def status(neovim):
    return neovim.lua("return require('pillow').statusline()")


def kill(neovim, sandbox):
    """Kills the server and waits until the editor knows."""
    client = neovim.lua("return vim.lsp.get_clients({ name = 'pillow-lsp' })[1].id")
    server, = sandbox.servers()
    os.kill(server, signal.SIGKILL)
    neovim.wait(lambda: not neovim.lua(f"return vim.lsp.get_client_by_id({client}) ~= nil"), "the client to end")


def test_the_server_is_started_again_after_it_died(editor, sandbox):  # noqa: F811
    neovim = editor(plugin=True, size=WIDE)
    neovim.lua("""
      _G.said = {}
      vim.api.nvim_create_autocmd('LspDetach', { callback = function()
        vim.schedule(function() vim.schedule(function() table.insert(_G.said, require('pillow').statusline()) end) end)
      end })""")
    show_ghost(neovim)
    kill(neovim, sandbox)
    neovim.attached()
    said = neovim.lua("return _G.said")
    assert said and "the server died" in said[-1], said
    neovim.keys("<Esc>")
    show_ghost(neovim)
    assert status(neovim).startswith("pillow") and "died" not in status(neovim)


def test_a_server_that_keeps_dying_is_left_until_the_user_restarts_it(editor, sandbox):  # noqa: F811
    neovim = editor(plugin=True, size=WIDE)
    for _ in range(3):
        kill(neovim, sandbox)
        neovim.attached()
    kill(neovim, sandbox)
    neovim.wait(lambda: ":Pillow restart" in status(neovim), "the status line to say what to do")
    neovim.keys(":Pillow<CR>")
    neovim.wait(lambda: "the server died" in neovim.lua("return vim.fn.execute('messages')"), "the message")
    neovim.keys(":Pillow restart<CR>")
    neovim.attached()
    show_ghost(neovim)
    assert "died" not in status(neovim)


def test_a_server_that_runs_is_restarted_on_request(editor, sandbox):  # noqa: F811
    neovim = editor(plugin=True, size=WIDE)
    before = neovim.lua("return require('pillow').client().id")
    neovim.keys(":Pillow restart<CR>")
    neovim.wait(lambda: neovim.lua("local c = require('pillow').client(); return c and c.id or 0") > before, "a new one")
    neovim.attached()
    show_ghost(neovim)


def test_a_server_that_was_stopped_stays_stopped(editor):  # noqa: F811
    neovim = editor(plugin=True, size=WIDE)
    neovim.lua("require('pillow').client():stop()")
    neovim.wait(lambda: "stopped" in status(neovim), "the status line to say so")
    assert neovim.lua("return #vim.lsp.get_clients({ name = 'pillow-lsp' })") == 0
