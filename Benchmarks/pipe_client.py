"""A client of the language server over its pipes, for measurements: it notes when each answer came."""
import json
import os
import subprocess
import threading
import time
from pathlib import Path

# What a client answers to requests that only ask for leave.
ANSWERS = {"workspace/configuration": lambda params: [None for _ in params["items"]],
           "workspace/applyEdit": lambda params: {"applied": True}}

CAPABILITIES = {
    "general": {"positionEncodings": ["utf-8"]},
    "window": {"workDoneProgress": True},
    "workspace": {"configuration": True, "applyEdit": True, "workspaceFolders": True},
    "textDocument": {"completion": {"completionItem": {"labelDetailsSupport": True}}},
}


class Gone(Exception):
    """The server has ended."""


class Client:
    """One server process and one conversation with it."""

    def __init__(self, command, environment=None, cwd=None, errors=subprocess.DEVNULL):
        """`errors`: where its standard error goes, as `subprocess` takes it."""
        self.started = time.perf_counter()
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors,
            env=os.environ | (environment or {}), cwd=cwd, bufsize=0)
        self.lock = threading.Condition()
        self.sending = threading.Lock()
        self.answers, self.notifications, self.last = {}, [], 0
        self.unasked = 0
        self.ended = False
        threading.Thread(target=self._read, daemon=True).start()

    # Sending

    def write(self, data):
        with self.sending:
            try:
                view = memoryview(data)
                while view:
                    view = view[self.process.stdin.write(view):]
            except OSError as error:
                raise Gone(f"the server is gone: {error}, exit code {self.process.poll()}") from None

    def send(self, message):
        body = json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
        self.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))

    def notify(self, method, params):
        self.send({"jsonrpc": "2.0", "method": method, "params": params})

    def ask(self, method, params=None):
        """Sends a request and returns its id."""
        self.last += 1
        self.send({"jsonrpc": "2.0", "id": self.last, "method": method, "params": params or {}})
        return self.last

    # Receiving

    def _read(self):
        stream = os.fdopen(os.dup(self.process.stdout.fileno()), "rb")
        while True:
            length = None
            while (line := stream.readline().strip()):
                name, _, value = line.partition(b":")
                if name.lower() == b"content-length":
                    length = int(value)
            if length is None:
                break
            body = stream.read(length)
            now = time.perf_counter()
            if len(body) < length:
                break
            self._take(json.loads(body), now)
        with self.lock:
            self.ended = True
            self.lock.notify_all()

    def _take(self, message, now):
        if "method" in message and "id" in message:
            answer = ANSWERS.get(message["method"], lambda params: None)(message.get("params") or {})
            try:
                self.send({"jsonrpc": "2.0", "id": message["id"], "result": answer})
            except Gone:
                pass
            return
        with self.lock:
            if "method" in message:
                self.notifications.append(message)
                del self.notifications[:-1000]
            elif message.get("id") is None:
                self.unasked += 1
            else:
                self.answers.setdefault(message["id"], []).append((now, message))
            self.lock.notify_all()

    def answer(self, identifier, deadline=60):
        """The answer to a request with the time at which it came."""
        end = time.monotonic() + deadline
        with self.lock:
            while identifier not in self.answers:
                if self.ended:
                    raise Gone(f"the server ended before it answered {identifier!r}: {self.process.poll()}")
                if time.monotonic() > end:
                    raise TimeoutError(f"no answer to {identifier!r} within {deadline} s")
                self.lock.wait(max(0.0, end - time.monotonic()))
            return self.answers.pop(identifier)[0]

    def request(self, method, params=None, deadline=60):
        """The result, and how long it took in seconds."""
        start = time.perf_counter()
        now, message = self.answer(self.ask(method, params), deadline)
        return message.get("result"), now - start

    # The session

    def initialize(self, root, options=None):
        """Returns the seconds from the start of the process to the answer."""
        uri = Path(root).as_uri()
        now, _ = self.answer(self.ask("initialize", {
            "processId": os.getpid(), "rootUri": uri, "capabilities": CAPABILITIES,
            "workspaceFolders": [{"uri": uri, "name": "project"}], "initializationOptions": options or {}}))
        self.notify("initialized", {})
        return now - self.started

    def open(self, uri, text, language="python", version=1):
        self.notify("textDocument/didOpen", {
            "textDocument": {"uri": uri, "languageId": language, "version": version, "text": text}})

    def change(self, uri, version, start, end, text):
        span = {"start": dict(zip(("line", "character"), start)), "end": dict(zip(("line", "character"), end))}
        self.notify("textDocument/didChange", {
            "textDocument": {"uri": uri, "version": version}, "contentChanges": [{"range": span, "text": text}]})

    def memory(self):
        """Bytes of memory that the server holds: its own, and pages of mapped files."""
        status = Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        fields = dict(line.split(":", 1) for line in status)
        return tuple(int(fields[name].split()[0]) * 1024 for name in ("RssAnon", "RssFile"))

    def resident(self):
        """Bytes of memory that the server holds."""
        return sum(self.memory())

    def processor_seconds(self):
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def leave(self):
        self.request("shutdown", deadline=20)
        self.notify("exit", {})
        return self.process.wait(20)

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
