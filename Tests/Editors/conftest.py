"""What every editor test needs: the real binary, the real models, a project of its own, the recorded conversation."""
import os
import shlex
import signal
import sqlite3
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

import conversation

HERE = Path(__file__).resolve().parent
PACKAGE = HERE.parents[1]

# A cold start reads the models and 2 busy cores decode slowly: the deadline is generous, the waiting ends at once.
DEADLINE = float(os.environ.get("PILLOW_TEST_DEADLINE", "60"))
# After it the processes of a test are killed; pytest-timeout comes a little later (pytest.ini).
TEST_DEADLINE = 2 * DEADLINE

POOL = """\
{"instruction": "Write a function that reverses a string.", "input": "", "output": "def reverse(text):\\n    \
return text[::-1]", "tags": ["python", "strings"], "language": "python"}
{"instruction": "Write a function that returns the factorial of a number.", "input": "", "output": "def factorial(n):\
\\n    return 1 if n < 2 else n * factorial(n - 1)", "tags": ["python", "maths"], "language": "python"}
{"instruction": "Write a function that adds two numbers.", "input": "", "output": "def add(a, b):\\n    return a + b", \
"tags": ["python", "maths"], "language": "python"}
{"instruction": "Write a commit message for this change.", "input": "Fix crash on empty input", "output": "Do not \
crash when the input is empty", "tags": ["git"]}
{"instruction": "Rewrite the sentence so that it is clearer.", "input": "It is the case that it rains.", "output": "It \
is raining.", "tags": ["prose"]}
{"instruction": "Write a SQL query that counts the rows of a table.", "input": "orders", "output": "SELECT COUNT(*) \
FROM orders;", "tags": ["sql"], "language": "sql"}
"""

INSTRUCTION = "# Write a function that returns the larger of two numbers."


def wait_until(condition, what, deadline=None):
    """Returns the first value of `condition` that is true; fails with `what` when there is none in time."""
    end = time.monotonic() + (deadline or DEADLINE)
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            pytest.fail(f"waited {deadline or DEADLINE:.0f} s for {what() if callable(what) else what}")
        time.sleep(0.05)


class Sandbox:
    """A project and a data folder of one test, and the server that writes down what it hears and says."""

    def __init__(self, folder, binary, models):
        self.root = folder / "sample project"
        self.data = folder / "data"
        self.log = folder / "conversation.jsonl"
        self.bin = folder / "bin"
        self.folder = folder
        self.binary = binary
        # What of the conversation is the client's own way: members that it adds and gets back, and whether it leaves
        # without waiting for the answer to `shutdown`.
        self.echoed = set()
        self.is_hasty = False
        # Whether the test kills servers: only the conversation with the last one is judged then.
        self.is_killed = False
        (self.root / ".pillow/pools").mkdir(parents=True)
        (self.root / ".pillow/pools/sample.jsonl").write_text(POOL, encoding="utf-8")
        self.file("main.py", INSTRUCTION + "\n")
        # Editors are tested here, not whether an answer of the small model is good enough to be shown.
        self.file(".pillow/config.json", '{"inlineCompletion": {"eagerness": "eager"}}\n')
        (self.data / "pillow-lsp").mkdir(parents=True, mode=0o700)
        if models.is_dir():
            (self.data / "pillow-lsp/models").symlink_to(models)
        self.bin.mkdir()
        server = self.bin / "pillow-lsp"
        words = [sys.executable, str(HERE / "tee.py"), str(self.log), str(binary)]
        # What other commands print is no conversation.
        server.write_text(
            f'#!/bin/sh\n[ "$1" = serve ] || exec {shlex.quote(str(binary))} "$@"\n'
            f'exec {shlex.join(words)} "$@" 2>>{shlex.quote(str(folder / "stderr.txt"))}\n')
        server.chmod(0o755)

    def file(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    @property
    def command(self):
        return [str(self.bin / "pillow-lsp"), "serve"]

    @property
    def environment(self):
        """Variables for a process that starts the server, apart from those that it inherits."""
        return {
            "PATH": f"{self.bin}:{os.environ['PATH']}",
            "XDG_DATA_HOME": str(self.data),
            "XDG_CONFIG_HOME": str(self.folder / "config"),
            "XDG_STATE_HOME": str(self.folder / "state"),
            "XDG_CACHE_HOME": str(self.folder / "cache"),
        }

    def rows(self, query, *values):
        """The rows that a query finds in the project's database; none while there is no database."""
        for database in self.data.glob("pillow-lsp/projects/*/pool.sqlite"):
            with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
                connection.row_factory = sqlite3.Row
                try:
                    return [dict(row) for row in connection.execute(query, values)]
                except sqlite3.OperationalError as error:
                    if "locked" not in str(error):
                        raise
        return []

    def feedback(self, event):
        return self.rows("SELECT * FROM feedback WHERE event = ?", event)

    def fail_if_refused(self):
        """Fails when the server has told the user that something does not work: waiting would not help."""
        for method in ("window/showMessage", "window/logMessage"):
            for message in conversation.messages(self.log, "s2c", method):
                if message["params"]["type"] <= 2:
                    pytest.fail(f"the server says: {message['params']['message']}")

    def servers(self):
        """The process ids of this test's servers that are still there."""
        pids = self.log.with_suffix(".pids")
        running = []
        for pid in pids.read_text().split() if pids.exists() else []:
            try:
                # A number that has come to be another process's is left alone.
                if str(self.log).encode() in Path(f"/proc/{pid}/environ").read_bytes():
                    running.append(int(pid))
            except OSError:
                pass
        return running

    def wait_for_end(self):
        """A server ends by itself when its client leaves; what it says last is a part of the conversation."""
        wait_until(lambda: not self.servers(), "the server to end after its client", deadline=10)

    def kill(self):
        """Ends the servers of this test that are still there."""
        for pid in self.servers():
            try:
                os.kill(pid, signal.SIGKILL)
            except OSError:
                pass

    def said(self):
        """What went wrong is mostly on standard error or in the last messages."""
        errors = self.folder / "stderr.txt"
        tail = self.log.read_text(encoding="utf-8").splitlines()[-12:] if self.log.exists() else []
        return "\n".join([errors.read_text()[-3000:] if errors.exists() else "", *(line[:600] for line in tail)])


@pytest.fixture(scope="session")
def binary():
    path = Path(os.environ.get("PILLOW_LSP") or PACKAGE / ".build/release/pillow-lsp").resolve()
    if not os.access(path, os.X_OK):
        pytest.fail(f"{path} is not there: run `swift build -c release`, or set PILLOW_LSP")
    return path


@pytest.fixture(scope="session")
def models():
    home = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share")
    return (home / "pillow-lsp/models").resolve()


@pytest.fixture
def sandbox(tmp_path, binary, models, request):
    """The test's sandbox; when the test is through, its conversation has to fit the protocol."""
    sandbox = Sandbox(tmp_path, binary, models)
    yield sandbox
    report = getattr(request.node, "report", None)
    try:
        if not (report and report.failed):
            sandbox.wait_for_end()
    finally:
        sandbox.kill()
    if report and report.failed:
        print(sandbox.said())
    elif sandbox.log.exists():
        log = conversation.last(sandbox.log) if sandbox.is_killed else sandbox.log
        conversation.assert_valid(log, sandbox.echoed, sandbox.is_hasty)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item):
    outcome = yield
    report = outcome.get_result()
    if report.when == "call":
        item.report = report
