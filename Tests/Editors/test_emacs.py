"""The documented configurations in a real Emacs, with eglot and with lsp-mode, against the real server and model."""
import json
import os
import shutil
import subprocess

import pytest

import conversation
from conftest import HERE, INSTRUCTION, PACKAGE, TEST_DEADLINE
from terminal import Terminal

EMACS = shutil.which("emacs")
# The one with ghost text.
EMACS_30 = os.environ.get("PILLOW_EMACS")


def has(feature):
    if EMACS is None:
        return False
    outcome = subprocess.run([EMACS, "--batch", "--eval", f"(require '{feature})"], capture_output=True, timeout=60)
    return outcome.returncode == 0


needs_eglot = pytest.mark.skipif(
    not has("eglot"), reason="no Emacs with eglot here: apt-get install emacs-nox elpa-eglot")
needs_lsp_mode = pytest.mark.skipif(
    not has("lsp-mode"), reason="no Emacs with lsp-mode here: apt-get install emacs-nox elpa-lsp-mode")
needs_ghost_text = pytest.mark.skipif(
    not EMACS_30, reason="no Emacs with lsp-mode 10 here: PILLOW_EMACS is not set (Scripts/test-editors fetches one)")


def environment(sandbox, client):
    (sandbox.folder / "cache").mkdir(exist_ok=True)
    return sandbox.environment | {
        "HOME": str(sandbox.folder), "PILLOW_INIT": str(PACKAGE / "EditorClients" / client / "init.el"),
        "PILLOW_FILE": str(sandbox.root / "main.py"), "PILLOW_INSTRUCTION": INSTRUCTION,
    }


@pytest.fixture
def run(sandbox):
    """Runs the script of a client in a batch Emacs and returns what it noted."""

    def start(client, script=None, emacs=EMACS):
        result = sandbox.folder / "result.json"
        outcome = subprocess.run(
            [emacs, "--batch", "-l", str(HERE / "emacs" / f"{script or client}-test.el")],
            env=os.environ | environment(sandbox, client) | {"PILLOW_RESULT": str(result)},
            cwd=sandbox.root, capture_output=True, text=True, timeout=TEST_DEADLINE, stdin=subprocess.DEVNULL)
        said = outcome.stderr
        assert outcome.returncode == 0 and result.exists(), said[said.find("Debugger entered"):][:3000] or said
        return json.loads(result.read_text())

    return start


def check(noted):
    assert any("adds two numbers" in label for label in noted["labels"]), noted["labels"]
    assert "def add(a, b):\n    return a + b" in noted["chosen"], "all of the exemplar's output"
    assert "probability" in noted["hover"] and "similarity" in noted["hover"]
    for title in ("Complete with exemplars", "Insert exemplar: ", "Pin exemplar: ", "Never complete in this file"):
        assert any(each.startswith(title) for each in noted["titles"]), noted["titles"]
    assert noted["completed"].startswith(INSTRUCTION + "\n")
    assert len(noted["completed"].strip()) > len(INSTRUCTION), "the model's answer is in the document"


@needs_eglot
def test_eglot(run, sandbox):
    check(run("eglot"))
    accepted, = sandbox.feedback("accepted")
    assert accepted["reason"] == "inserted on request"


@pytest.mark.parametrize("emacs", [pytest.param(EMACS, marks=needs_lsp_mode, id="emacs"),
                                   pytest.param(EMACS_30, marks=needs_ghost_text, id="emacs-30")])
def test_lsp_mode(run, sandbox, emacs):
    # It adds this to the items that it has resolved, and gets back what it sent.
    sandbox.echoed = {"_emacsStartPoint"}
    noted = run("lsp-mode", emacs=emacs)
    check(noted)
    assert noted["lenses"] == ["3 exemplars", "complete", "why"]


def items(sandbox):
    """The items of the last answer to a request for ghost text that had any."""
    answers = [conversation.response(sandbox.log, request["id"])
               for request in conversation.messages(sandbox.log, "c2s", "textDocument/inlineCompletion")]
    return next((answer["result"] for answer in reversed(answers) if answer and answer.get("result")), [])


@needs_ghost_text
def test_lsp_mode_shows_ghost_text_and_accepts_it(run, sandbox):
    noted = run("lsp-mode", "ghost-text", EMACS_30)
    assert noted["mode"], "it asks by itself"
    assert noted["before"] == INSTRUCTION + "\n", "nothing is in the document yet"
    texts = noted["texts"]
    assert "def " in texts[0]
    # It shows the text behind the last character of the line.
    assert noted["shown"] == INSTRUCTION[-1] + texts[0]
    assert noted["second"] == INSTRUCTION[-1] + texts[1 % len(texts)]
    assert noted["after"] == INSTRUCTION + texts[0] + "\n"
    accepted, = sandbox.feedback("accepted")
    assert accepted["suggestionID"] == items(sandbox)[0]["command"]["arguments"][0]


@pytest.fixture
def emacs(sandbox):
    """Emacs in a terminal, with what a user has beside the documented lines."""
    init = sandbox.folder / "init.el"
    init.write_text(f"""
(package-initialize)
(setq inhibit-startup-screen t make-backup-files nil create-lockfiles nil auto-save-default nil
      lsp-auto-guess-root nil lsp-enable-snippet nil lsp-restart 'ignore lsp-enable-file-watchers nil
      lsp-session-file "{sandbox.folder}/lsp-session")
(load "{PACKAGE}/EditorClients/lsp-mode/init.el")
(require 'lsp-mode)
(lsp-workspace-folders-add "{sandbox.root}")
(add-hook 'python-mode-hook #'lsp)
""", encoding="utf-8")
    (sandbox.root / "main.py").write_text("")
    terminal = Terminal(sandbox, [EMACS_30, "-nw", "-q", "-l", str(init), str(sandbox.root / "main.py")],
                        environment(sandbox, "lsp-mode"))
    terminal.wait(lambda: conversation.messages(sandbox.log, "c2s", "textDocument/didOpen"), "the document to be opened")
    yield terminal
    try:
        terminal.keys("C-x", "C-c")
        terminal.wait_for_end()
    finally:
        terminal.kill()


@needs_ghost_text
def test_lsp_mode_shows_ghost_text_after_typing(emacs, sandbox):
    emacs.type(INSTRUCTION)
    emacs.wait_for("def ")
    text = items(sandbox)[0]["insertText"]
    file = sandbox.root / "main.py"
    emacs.keys("M-Enter")
    emacs.wait(lambda: sandbox.feedback("accepted"), "the accept")
    emacs.keys("C-x", "C-s")
    emacs.wait(lambda: "def " in file.read_text(), "the file to be saved")
    assert file.read_text().rstrip("\n") == INSTRUCTION + text
