"""The documented configurations in a real Emacs, with eglot and with lsp-mode, against the real server and model."""
import json
import os
import shutil
import subprocess

import pytest

from conftest import HERE, INSTRUCTION, PACKAGE, TEST_DEADLINE

EMACS = shutil.which("emacs")


def has(feature):
    if EMACS is None:
        return False
    outcome = subprocess.run([EMACS, "--batch", "--eval", f"(require '{feature})"], capture_output=True, timeout=60)
    return outcome.returncode == 0


@pytest.fixture
def run(sandbox):
    """Runs the script of a client in a batch Emacs and returns what it noted."""

    def start(client):
        result = sandbox.folder / "result.json"
        environment = os.environ | sandbox.environment | {
            "HOME": str(sandbox.folder), "PILLOW_INIT": str(PACKAGE / "EditorClients" / client / "init.el"),
            "PILLOW_FILE": str(sandbox.root / "main.py"), "PILLOW_RESULT": str(result),
            "PILLOW_INSTRUCTION": INSTRUCTION,
        }
        (sandbox.folder / "cache").mkdir(exist_ok=True)
        outcome = subprocess.run(
            [EMACS, "--batch", "-l", str(HERE / "emacs" / f"{client}-test.el")], env=environment,
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


@pytest.mark.skipif(not has("eglot"), reason="no Emacs with eglot here: apt-get install emacs-nox elpa-eglot")
def test_eglot(run, sandbox):
    check(run("eglot"))
    accepted, = sandbox.feedback("accepted")
    assert accepted["reason"] == "inserted on request"


@pytest.mark.skipif(not has("lsp-mode"), reason="no Emacs with lsp-mode here: apt-get install emacs-nox elpa-lsp-mode")
def test_lsp_mode(run, sandbox):
    # It adds this to the items that it has resolved, and gets back what it sent.
    sandbox.echoed = {"_emacsStartPoint"}
    noted = run("lsp-mode")
    check(noted)
    assert noted["lenses"] == ["3 exemplars", "complete", "why"]
