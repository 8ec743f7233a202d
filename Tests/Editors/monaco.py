"""The extension for VS Code in Node.js, with Monaco in Chromium as its editor (see monaco/host.js)."""
import json
import os
import shutil
import signal
import subprocess
import threading

from conftest import HERE, TEST_DEADLINE, wait_until

NODE = shutil.which("node") or shutil.which("nodejs")
CHROMIUM = shutil.which("chromium")
HOME = os.environ.get("PILLOW_MONACO", "")


def missing():
    """What is missing for these tests, or an empty string."""
    if not NODE:
        return "no Node.js here (Scripts/test-editors installs Debian's)"
    if not CHROMIUM:
        return "no Chromium here: apt-get install chromium"
    if not os.path.isdir(HOME):
        return "no Monaco here: export PILLOW_MONACO=$(Scripts/fetch-monaco)"
    return ""


class Monaco:
    def __init__(self, sandbox, file):
        self.sandbox = sandbox
        environment = os.environ | sandbox.environment | {
            "HOME": str(sandbox.folder), "NODE_PATH": f"{HOME}/node_modules", "PILLOW_CHROMIUM": CHROMIUM}
        self.process = subprocess.Popen(
            [NODE, HERE / "monaco/host.js", sandbox.root, file, sandbox.folder / "chromium"], env=environment, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=open(sandbox.folder / "host.txt", "w"),
            start_new_session=True)
        # Ends the host and the browser when nothing else does: whoever waits for them gets an error.
        self.watchdog = threading.Timer(TEST_DEADLINE, self.kill)
        self.watchdog.daemon = True
        self.watchdog.start()
        try:
            self.wait(lambda: self.do("isRunning"), "the extension to start its server")
        except BaseException:
            self.kill()
            raise

    def do(self, name, *arguments):
        try:
            self.process.stdin.write(json.dumps({"do": name, "with": arguments}) + "\n")
            self.process.stdin.flush()
            answer = self.process.stdout.readline()
        except BrokenPipeError:
            answer = ""
        assert answer, f"the host has ended: {(self.sandbox.folder / 'host.txt').read_text()[-3000:]}"
        answer = json.loads(answer)
        assert "error" not in answer, answer["error"]
        return answer.get("value")

    def press(self, *keys):
        self.do("press", *keys)

    def type(self, text):
        self.do("type", text)

    def text(self):
        return self.do("evaluate", "editor.getValue()")

    def ghost(self):
        """The ghost text on the screen, or an empty string."""
        return self.do("evaluate", "ghost()")

    def wait(self, condition, what):
        def shown():
            return f"{what}; the editor shows:\n{self.text()}\nwith the ghost text:\n{self.ghost()}\n{self.do('said')}"

        return wait_until(lambda: condition() or self.sandbox.fail_if_refused(), shown)

    def wait_for_ghost(self):
        return self.wait(self.ghost, "ghost text")

    def quit(self):
        said = self.do("said")
        self.do("quit")
        self.process.wait(timeout=20)
        assert not said["errors"], said["errors"]

    def kill(self):
        self.watchdog.cancel()
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()
