"""A language server over pipes, and the positions of text in UTF-16 units."""

import json
import queue
import subprocess
import threading
import time


class ServerEnded(Exception):
    """The server closed its output; the message says how it ended."""


class Client:
    """Starts a server and sends it requests, one at a time."""

    def __init__(self, command, folder, environment):
        self.process = subprocess.Popen(
            command, cwd=folder, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL)
        self.messages = queue.Queue()
        self.sent = 0
        threading.Thread(target=self._receive, daemon=True).start()

    def _receive(self):
        stream = self.process.stdout
        while True:
            length = 0
            while header := stream.readline().strip():
                name, _, value = header.partition(b":")
                if name.lower() == b"content-length":
                    length = int(value)
            body = stream.read(length) if length else b""
            if not body:
                self.messages.put(None)
                return
            self.messages.put(json.loads(body))

    def _write(self, message):
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        try:
            self.process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
            self.process.stdin.flush()
        except OSError as error:
            raise ServerEnded(f"the server does not read any more: {error}") from error

    def notify(self, method, parameters):
        self._write({"method": method, "params": parameters})

    def request(self, method, parameters, seconds):
        """Returns the result, None for a request that was cancelled or outdated.

        - Raises: `TimeoutError`, `ServerEnded`, or `RuntimeError` for an error of the server.
        """
        self.sent += 1
        number = self.sent
        self._write({"id": number, "method": method, "params": parameters})
        end = time.monotonic() + seconds
        while True:
            try:
                message = self.messages.get(timeout=max(0, end - time.monotonic()))
            except queue.Empty:
                raise TimeoutError(f"no answer to {method} in {seconds:.0f} s") from None
            if message is None:
                raise ServerEnded(f"the server ended, exit code {self.process.poll()}")
            if "method" in message:
                if "id" in message:
                    self._answer(message)
            elif message.get("id") == number:
                if "error" not in message:
                    return message.get("result")
                if message["error"].get("code") in (-32800, -32801, -32802):
                    return None
                raise RuntimeError(f"{method}: {message['error'].get('message')}")

    def _answer(self, message):
        result = None
        if message["method"] == "workspace/configuration":
            result = [None] * len(message["params"]["items"])
        elif message["method"] == "workspace/applyEdit":
            result = {"applied": False}
        self._write({"id": message["id"], "result": result})

    def stop(self):
        try:
            self.request("shutdown", None, 3)
            self.notify("exit", None)
            self.process.wait(3)
        except (TimeoutError, ServerEnded, RuntimeError, subprocess.TimeoutExpired):
            self.process.kill()
            self.process.wait()


def position(text, offset):
    lines = text[:offset].split("\n")
    return {"line": len(lines) - 1, "character": len(lines[-1].encode("utf-16-le")) // 2}


def offset(text, place):
    lines = text.split("\n")
    units = lines[place["line"]].encode("utf-16-le")[:2 * place["character"]]
    return sum(len(line) + 1 for line in lines[:place["line"]]) + len(units.decode("utf-16-le"))
