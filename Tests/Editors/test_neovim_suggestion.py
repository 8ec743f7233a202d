"""What the plugin does with a suggestion while the text changes below it, in a real Neovim with the real server."""
from conftest import INSTRUCTION
from test_neovim import editor, pytestmark, show_ghost  # noqa: F401
from test_neovim_plugin import sent


def test_a_suggestion_that_was_typed_over_is_not_inserted(editor, sandbox):  # noqa: F811
    neovim = editor(plugin=True)
    show_ghost(neovim)
    asked = len(sent(sandbox, "textDocument/inlineCompletion"))
    # In one go, so that the keys are faster than any answer of the server.
    neovim.keys(" Not zero.<C-l>")
    neovim.wait(lambda: len(sent(sandbox, "textDocument/inlineCompletion")) > asked, "the next request")
    assert neovim.text() == INSTRUCTION + " Not zero."
    assert not sandbox.feedback("accepted")


def test_a_suggestion_that_was_typed_over_is_hidden_at_once(editor):  # noqa: F811
    neovim = editor(plugin=True)
    show_ghost(neovim)
    # Whenever the text has changed, what is on show fits it: nothing, until the server has answered.
    neovim.lua("""
      vim.api.nvim_create_autocmd('CursorMovedI', { callback = function()
        local space = vim.api.nvim_get_namespaces()['nvim.lsp.inline_completion']
        vim.g.left = #vim.api.nvim_buf_get_extmarks(0, space, 0, -1, {})
      end })""")
    neovim.keys("x")
    neovim.wait(lambda: neovim.lua("return vim.g.left ~= nil"), "the cursor to move")
    assert neovim.lua("return vim.g.left") == 0


def test_a_suggestion_that_is_typed_along_is_inserted_once(editor, sandbox):  # noqa: F811
    sandbox.file("below.py", INSTRUCTION + "\n\n")
    neovim = editor("below.py", plugin=True)
    neovim.keys("jA")
    ghost = neovim.wait_for_ghost()
    neovim.keys(ghost[:3] + "<C-l>")
    neovim.wait(lambda: len(neovim.text()) > len(INSTRUCTION) + 5, "the suggestion to be inserted")
    assert neovim.text().rstrip("\n") == f"{INSTRUCTION}\n{ghost}".rstrip("\n")
    neovim.wait(lambda: sandbox.feedback("accepted") + sandbox.feedback("partlyAccepted"), "the accept to be stored")


def test_a_suggestion_is_left_behind_by_the_cursor(editor, sandbox):  # noqa: F811
    sandbox.file("moved.py", f"first = 1\n\n{INSTRUCTION}\n")
    neovim = editor("moved.py", plugin=True)
    neovim.keys("2j")
    show_ghost(neovim)
    before = neovim.text()
    asked = len(sent(sandbox, "textDocument/inlineCompletion"))
    neovim.keys("<Up><Up><C-l><Left>")
    neovim.wait(lambda: len(sent(sandbox, "textDocument/inlineCompletion")) > asked, "the next request")
    assert neovim.text() == before


def test_ghost_text_below_the_last_line_of_the_window_is_scrolled_into_view(editor, sandbox):  # noqa: F811
    above = "".join(f"value_{number} = {number}\n" for number in range(60))
    sandbox.file("long.py", above + INSTRUCTION + "\n")
    neovim = editor("long.py", plugin=True)
    neovim.keys("G")
    ghost = show_ghost(neovim)
    last = ghost.strip().split("\n")[-1].strip()
    assert last
    neovim.wait(lambda: last in neovim.screen().split(INSTRUCTION)[-1], "all of the ghost text on the screen")
    assert neovim.lua("return vim.fn.line('.')") == 61
