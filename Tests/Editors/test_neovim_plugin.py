"""The plugin in a real Neovim, against the real server and the real model."""
import re
import shutil

import conversation
from conftest import INSTRUCTION
from neovim import CLIENT
from test_neovim import editor, pytestmark, show_ghost, suggestion_id  # noqa: F401


def sent(sandbox, method):
    return [message["params"] for message in conversation.messages(sandbox.log, "c2s", method)]


def test_a_suggestion_is_accepted_by_word_and_by_line(editor, sandbox):  # noqa: F811
    neovim = editor(plugin=True)
    ghost = show_ghost(neovim)
    neovim.keys("<M-w>")
    neovim.wait(lambda: neovim.text() != INSTRUCTION, "the first word")
    word = neovim.text()[len(INSTRUCTION):]
    assert word.strip() == ghost.split()[0] and ghost.startswith(word)
    # A slow machine shows the finished lines of an answer first, and more of it now.
    neovim.wait(lambda: (word + neovim.ghost()).startswith(ghost), "the rest to be on show")
    neovim.keys("<M-l>")
    neovim.wait(lambda: len(neovim.lines()) >= 2 and neovim.text() != INSTRUCTION + word, "the rest of the line")
    line = neovim.text()[len(INSTRUCTION):]
    assert line == "\n" + ghost.strip("\n").split("\n")[0]
    parts = sent(sandbox, "textDocument/didPartiallyAcceptCompletion")
    assert parts[0]["acceptedLength"] == len(word)
    # Of the same suggestion, or of the rest of it that came as another.
    assert [part["acceptedLength"] for part in parts[1:2]] in ([len(line)], [len(line) - len(word)], [])
    neovim.wait(lambda: sandbox.feedback("partlyAccepted"), "the part to be stored")


def test_commands_complete_explain_and_count(editor, sandbox):  # noqa: F811
    neovim = editor(plugin=True)
    neovim.keys("A<Esc>")
    neovim.keys(":Pillow complete<CR>")
    neovim.wait(lambda: len(neovim.lines()) > 1, "the completion")
    assert neovim.text().startswith(INSTRUCTION + "\n")
    neovim.wait(lambda: sandbox.feedback("accepted"), "the insertion to be stored")
    neovim.keys("gg:Pillow why<CR>")
    neovim.wait(lambda: sent(sandbox, "workspace/executeCommand")[-1]["command"] == "pillow-lsp.explain", "why")
    neovim.keys(":Pillow stats<CR>")
    neovim.wait(lambda: "6 exemplars" in neovim.lua("return vim.fn.execute('messages')"), "the counts")
    names = neovim.lua("return vim.fn.getcompletion('Pillow ', 'cmdline')")
    assert {"complete", "insert", "never", "save"} <= set(names)


def test_going_through_the_suggestions_changes_no_text(editor):  # noqa: F811
    neovim = editor(plugin=True)
    ghost = show_ghost(neovim)
    for key in ("<M-n>", "<M-p>"):
        neovim.keys(key)
        # There is but one, so it comes round; Neovim counts them.
        neovim.wait(lambda: neovim.ghost() == ghost + " (1/1)", "the next suggestion")
        assert neovim.text() == INSTRUCTION


def test_the_help_opens_without_any_preparation(editor):  # noqa: F811
    neovim = editor(plugin=True)
    neovim.lua("vim.cmd.help('pillow')")
    assert neovim.lua("return vim.fs.basename(vim.api.nvim_buf_get_name(0))") == "pillow.txt"


def test_every_tag_of_the_help_file_resolves(editor, sandbox):  # noqa: F811
    neovim = editor(plugin=True)
    copy = sandbox.folder / "help"
    shutil.copytree(CLIENT / "doc", copy / "doc")
    tags = re.findall(r"\*(\S+)\*", (copy / "doc/pillow.txt").read_text(encoding="utf-8"))
    assert {"pillow.txt", ":Pillow", "pillow-functions", "pillow-health"} <= set(tags)
    neovim.lua("vim.cmd.helptags(... .. '/doc'); vim.opt.runtimepath:append(...)", str(copy))
    assert (copy / "doc/tags").read_text() == (CLIENT / "doc/tags").read_text(), "run :helptags on the plugin's doc"
    for tag in ["pillow", *tags]:
        neovim.lua("vim.cmd.help(...)", tag)
        assert neovim.lua("return vim.fs.basename(vim.api.nvim_buf_get_name(0))") == "pillow.txt", tag
        assert tag == "pillow" or f"*{tag}*" in neovim.lua("return vim.api.nvim_get_current_line()")


def test_the_help_names_every_command_and_no_other(editor):  # noqa: F811
    neovim = editor(plugin=True)
    names = set(neovim.lua("return vim.fn.getcompletion('Pillow ', 'cmdline')"))
    documented = re.findall(r"^:(?:\[range\])?Pillow (\w+)", (CLIENT / "doc/pillow.txt").read_text(encoding="utf-8"), re.M)
    assert names - {"status"} == set(documented)


def test_reject_goes_to_the_database(editor, sandbox):  # noqa: F811
    neovim = editor(plugin=True)
    show_ghost(neovim)
    neovim.keys("<C-]>")
    row, = neovim.wait(lambda: sandbox.feedback("rejected"), "the reject to be stored")
    assert row["suggestionID"] == sent(sandbox, "pillow/didReject")[0]["id"]


def test_health_and_status_line(editor):  # noqa: F811
    neovim = editor(plugin=True)
    neovim.wait(lambda: neovim.lua("return require('pillow').statusline()").startswith("pillow"), "the status line")
    neovim.keys("<Esc>:checkhealth pillow<CR>")
    neovim.wait(lambda: "a server runs in" in neovim.text(), "the health")
    assert "ERROR" not in neovim.text()
