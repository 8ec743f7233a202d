"""The documented Lua in a real Neovim, against the real server and the real model."""
import json
import os
import subprocess

import pytest

import conversation
from conftest import INSTRUCTION
from neovim import Neovim


def supports_inline_completion():
    editor = os.environ.get("PILLOW_NEOVIM")
    if not editor:
        return False
    script = "lua io.write(tostring(vim.lsp.inline_completion ~= nil))"
    command = [editor, "--headless", "--clean", "-c", script, "-c", "q"]
    outcome = subprocess.run(command, capture_output=True, text=True, timeout=30)
    return "true" in outcome.stdout + outcome.stderr


pytestmark = pytest.mark.skipif(
    not supports_inline_completion(),
    reason="no Neovim 0.12 here: PILLOW_NEOVIM is not set (Scripts/test-editors fetches one) or is older",
)


@pytest.fixture
def editor(sandbox):
    """Opens Neovims that quit before the recorded conversation is judged."""
    opened = []

    def start(name="main.py", **options):
        opened.append(Neovim(sandbox, sandbox.root / name, **options))
        return opened[-1].attached()

    yield start
    try:
        for neovim in opened:
            neovim.quit()
    finally:
        for neovim in opened:
            neovim.kill()


def show_ghost(neovim):
    """Puts the cursor behind the instruction in insert mode and waits for the suggestion."""
    neovim.keys("A")
    return neovim.wait_for_ghost()


def suggestion_id(neovim, command):
    request = neovim.wait(lambda: neovim.executed(command), f"{command} to be answered")[-1]
    return request["params"]["arguments"][0]


def test_the_documented_lua_is_eight_lines():
    from neovim import CLIENT
    lines = (CLIENT / "init.lua").read_text().splitlines()
    assert len(lines) == 8
    assert "\n".join(lines) in (CLIENT / "README.md").read_text()


def test_ghost_text_appears_and_accept_inserts_and_is_stored(editor, sandbox):
    neovim = editor()
    assert neovim.lua("return vim.bo.filetype") == "python"
    ghost = show_ghost(neovim)
    assert neovim.text() == INSTRUCTION, "ghost text is not part of the document"
    neovim.keys("<C-l>")
    neovim.wait(lambda: neovim.text() != INSTRUCTION, "the suggestion to be inserted")
    inserted = neovim.text()
    assert inserted.startswith(INSTRUCTION)
    assert inserted[len(INSTRUCTION):] == ghost

    identifier = suggestion_id(neovim, "pillow-lsp.accept")
    # A slow machine shows the finished lines of an answer first.
    accepted = sandbox.feedback("accepted") + sandbox.feedback("partlyAccepted")
    assert [row["suggestionID"] for row in accepted] == [identifier], "stored before the response"
    suggestion, = sandbox.rows("SELECT * FROM suggestions WHERE id = ?", identifier)
    assert suggestion["text"].strip() == ghost.strip()
    assert "larger of two numbers" in suggestion["instruction"]
    assert 0 < suggestion["propensity"] <= 1


def test_ghost_text_on_the_line_below_the_instruction(editor, sandbox):
    sandbox.file("below.py", INSTRUCTION + "\n\n")
    neovim = editor("below.py")
    neovim.keys("jA")
    ghost = neovim.wait_for_ghost()
    neovim.keys("<C-l>")
    neovim.wait(lambda: neovim.lines()[1] != "", "the suggestion to be inserted")
    assert neovim.text().rstrip("\n") == f"{INSTRUCTION}\n{ghost}".rstrip("\n")
    assert not neovim.lines()[1].startswith("#")


LUA = [
    {"instruction": "Write a function that returns the smaller of two numbers.", "language": "lua",
     "output": "function smaller(a, b)\n  return math.min(a, b)\nend"},
    {"instruction": "Write a function that returns the larger of three numbers.", "language": "lua",
     "output": "function largest(a, b, c)\n  return math.max(a, b, c)\nend"},
]


def test_ghost_text_after_enter_at_the_end_of_the_comment(editor, sandbox):
    """Enter makes Neovim go on with the comment; the suggestion takes the place of the empty comment line."""
    instruction = INSTRUCTION.replace("#", "--")
    # Without exemplars, what the small model writes in Lua does not pass the checks.
    sandbox.file(".pillow/pools/lua.jsonl", "".join(json.dumps(row) + "\n" for row in LUA))
    sandbox.file("enter.lua", instruction + "\n")
    neovim = editor("enter.lua")
    neovim.keys("A<CR>")
    neovim.wait(lambda: neovim.lines()[1:] == ["-- "], "the comment to be continued")
    ghost = neovim.wait_for_ghost()
    neovim.keys("<C-l>")
    neovim.wait(lambda: neovim.lines()[1:] != ["-- "], "the suggestion to be inserted")
    lines = neovim.lines()
    assert lines[0] == instruction
    assert not lines[1].startswith("--"), "what was suggested is code, not more comment"
    # Neovim hides as many characters of the ghost text's first line as stand before the cursor, so that one is empty.
    assert ghost.strip("\n") == "\n".join(lines[1:]).strip("\n"), "what is shown is what is inserted"


def test_typing_goes_on_while_a_suggestion_is_made(editor, sandbox):
    sandbox.file("typed.py", "")
    neovim = editor("typed.py")
    neovim.keys("i# Write a function that doubles a number.")
    neovim.wait(lambda: neovim.text().endswith("number."), "the typed text")
    neovim.wait_for_ghost()
    assert neovim.text() == "# Write a function that doubles a number."


def test_reject_hides_the_ghost_text_and_is_stored(editor, sandbox):
    neovim = editor(extras=True)
    show_ghost(neovim)
    neovim.keys("<C-]>")
    identifier = suggestion_id(neovim, "pillow-lsp.reject")
    assert [row["suggestionID"] for row in sandbox.feedback("rejected")] == [identifier]
    assert neovim.text() == INSTRUCTION
    assert neovim.ghost() == ""
    assert sandbox.feedback("accepted") == []


def test_the_menu_shows_exemplars_with_their_documentation(editor):
    neovim = editor(extras=True)
    neovim.keys("A<C-x><C-o>")
    neovim.wait(lambda: neovim.menu()["pum_visible"], "the completion menu")
    items = neovim.menu()["items"]
    labels = " ".join(item["abbr"] for item in items)
    assert "adds two numbers" in labels or "factorial" in labels, labels
    neovim.keys("<Down>")
    neovim.wait(lambda: neovim.menu()["selected"] == 0, "the first item to be selected")
    shown = neovim.wait(lambda: "\n".join(neovim.windows()), "the documentation")
    assert "def " in shown, "the documentation holds the exemplar's output"


@pytest.mark.parametrize("indentation", ["", "    "])
def test_choosing_an_exemplar_inserts_all_of_its_output(editor, sandbox, indentation):
    """Of a plain text edit Neovim inserts the first line only; the whole takes a snippet (and it indents that)."""
    instruction = indentation + "# Write a function that adds two numbers."
    sandbox.file("chosen.py", instruction + "\n")
    neovim = editor("chosen.py", extras=True)
    neovim.keys("A<C-x><C-o>")
    neovim.wait(lambda: neovim.menu()["pum_visible"], "the completion menu")
    labels = [item["abbr"] for item in neovim.menu()["items"]]
    wanted = next(index for index, label in enumerate(labels) if "adds two numbers" in label)
    neovim.keys("<Down>" * (wanted + 1))
    neovim.wait(lambda: neovim.menu()["selected"] == wanted, "the exemplar to be selected")
    neovim.keys("<C-y>")
    expected = [instruction, indentation + "def add(a, b):", indentation + "    return a + b"]
    neovim.wait(lambda: neovim.lines() == expected, f"the document to be {expected}")


def test_the_server_is_shut_down_in_order(editor, sandbox):
    neovim = editor()
    show_ghost(neovim)
    neovim.quit()
    neovim.api = None
    sandbox.wait_for_end()
    sent = [message.get("method") for message in conversation.messages(sandbox.log, "c2s")]
    # An editor that is in a hurry leaves before the answer, and then says no more.
    assert sent[sent.index("shutdown"):] in (["shutdown", "exit"], ["shutdown"])
    assert not [m for m in conversation.messages(sandbox.log, "s2c") if "error" in m]
