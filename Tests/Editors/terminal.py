"""A terminal editor in a tmux server that belongs to one test alone, driven by keys and read from the screen."""
import os
import shlex
import signal
import subprocess
import threading

from conftest import TEST_DEADLINE, wait_until


class TmuxServer:
    """A tmux server that belongs to one test alone (`tmux`), with the processes in it and the watchdog that ends them."""

    def run(self, *arguments):
        return subprocess.run([*self.tmux, *arguments], capture_output=True, text=True, check=True, timeout=20).stdout

    def screen(self, escapes=False):
        return self.run("capture-pane", "-p", *(["-e"] if escapes else []))

    def kill(self):
        """Ends whatever is left; never waits."""
        self.watchdog.cancel()
        try:
            self.run("kill-server")
        except (subprocess.SubprocessError, OSError):
            pass
        for process in self.processes:
            try:
                os.kill(process, signal.SIGKILL)
            except OSError:
                pass
        self.processes = set()


class Terminal(TmuxServer):
    def __init__(self, sandbox, command, environment=None, size=(110, 34)):
        self.sandbox = sandbox
        self.tmux = ["tmux", "-L", f"pillow-{os.getpid()}-{sandbox.folder.name}", "-f", "/dev/null"]
        self.processes = set()
        self.watchdog = threading.Timer(TEST_DEADLINE, self.kill)
        self.watchdog.daemon = True
        self.watchdog.start()
        variables = sandbox.environment | {"TERM": "tmux-256color", "COLORTERM": "truecolor"} | (environment or {})
        assignments = [f"{name}={value}" for name, value in variables.items()]
        width, height = size
        self.run("new-session", "-d", "-x", str(width), "-y", str(height), "-c", str(sandbox.root),
                 f"env {shlex.join(assignments)} {shlex.join(command)}")
        # Escape is a key of its own, not the beginning of one.
        self.run("set-option", "-s", "escape-time", "0")
        self.processes.add(int(self.run("display-message", "-p", "#{pane_pid}")))

    def keys(self, *names):
        """Keys by tmux's names (`Escape`, `C-x`)."""
        self.run("send-keys", *names)

    def type(self, text):
        self.run("send-keys", "-l", text)

    def wait(self, condition, what):
        return wait_until(condition, lambda: f"{what}; the screen shows:\n{self.screen()}")

    def wait_for(self, text):
        return self.wait(lambda: text in self.screen() or self.sandbox.fail_if_refused(), f"“{text}”")

    def is_running(self):
        return subprocess.run([*self.tmux, "has-session"], capture_output=True, timeout=20).returncode == 0

    def wait_for_end(self):
        wait_until(lambda: not self.is_running(), lambda: f"the editor to quit; it shows:\n{self.screen()}", deadline=20)
