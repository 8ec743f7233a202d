"""Runs what a model wrote: in a folder of its own, without a network, for a few seconds."""

import os
import re
import resource
import shutil
import signal
import subprocess
import tempfile

# Commands that are refused unread: they reach beyond the folder or the machine.
REFUSED = re.compile(
    r"\b(sudo|mkfs\S*|shutdown|reboot|killall|pkill|chown|umount|mount|crontab|curl|wget|ssh|scp"
    r"|apt-get|npm|systemctl|docker|chroot|ctypes|subprocess|socket|child_process)\b"
    r"|\bdd\s+\w+=|\bos\.(system|popen|fork|kill)\b|/dev/(sd|nvme|tcp|udp)"
    r"|\brm\s[^\n|;&]*\s[\"']?(/|~|\$HOME|\.\.)|>\s*[\"']?(/(etc|usr|var|home|root)|~|\.\./)")


def refused(text):
    """Returns the first part of the text that is not run, or None."""
    found = REFUSED.search(text)
    return found.group(0).strip() if found else None


class Result:
    """What a command did: its exit code (None when it ran out of time), output, and files."""

    def __init__(self, code, output, errors, files):
        self.code, self.output, self.errors, self.files = code, output, errors, files

    @property
    def complaint(self):
        if self.code is None:
            return "runs out of time"
        lines = (self.errors.strip() or self.output.strip() or f"exit code {self.code}").split("\n")
        telling = [line for line in lines if re.search(r"error|assert|want", line, re.I)]
        return (telling or lines)[-1].strip()[:160]


def _isolation():
    """The command that takes network and rights away, as far as this machine allows."""
    prefix = []
    if shutil.which("unshare"):
        command = ["unshare", "-n"] if os.geteuid() == 0 else ["unshare", "-rn"]
        if subprocess.run([*command, "true"], capture_output=True).returncode == 0:
            prefix += command
    if os.geteuid() == 0 and shutil.which("setpriv"):
        prefix += ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--no-new-privs"]
    return prefix


class Sandbox:
    """Makes a folder for each command and removes it again."""

    def __init__(self):
        self.isolation = _isolation()

    def run(self, command, files, seconds=6):
        """Writes the files, runs the command beside them, and returns its `Result`."""
        folder = tempfile.mkdtemp(prefix="acceptance-run-")
        try:
            for name, content in files.items():
                path = os.path.join(folder, name)
                os.makedirs(path if name.endswith("/") else os.path.dirname(path), exist_ok=True)
                if not name.endswith("/"):
                    with open(path, "w", encoding="utf-8", newline="") as out:
                        out.write(content)
            self._hand_over(folder)
            return self._execute(command, folder, seconds)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _hand_over(self, folder):
        if "setpriv" not in self.isolation:
            return
        for place, folders, names in os.walk(folder):
            for path in [place, *(os.path.join(place, name) for name in names)]:
                os.chown(path, 65534, 65534)

    def _execute(self, command, folder, seconds):
        def limits():
            resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
            resource.setrlimit(resource.RLIMIT_FSIZE, (16 << 20, 16 << 20))

        environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": folder, "LANG": "C.UTF-8",
                       "TZ": "UTC", "PYTHONDONTWRITEBYTECODE": "1",
                       "ASAN_OPTIONS": "detect_leaks=0"}
        process = subprocess.Popen(
            [*self.isolation, *command], cwd=folder, env=environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=limits,
            start_new_session=True)
        try:
            output, errors = process.communicate(timeout=seconds)
            code = process.returncode
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            output, errors = process.communicate()
            code = None
        return Result(code, output.decode(errors="replace"), errors.decode(errors="replace"),
                      _contents(folder))


def _contents(folder):
    found = {}
    for place, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(place, name)
            if os.path.isfile(path) and not os.path.islink(path):
                with open(path, "rb") as file:
                    found[os.path.relpath(path, folder)] = file.read()
    return found
