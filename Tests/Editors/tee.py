#!/usr/bin/env python3
"""Stands between an editor and a language server and writes down what they say.

    tee.py LOG COMMAND [ARGUMENT…]

Every byte is passed on as it comes. Each message is also appended to LOG as one line of JSON,
{"dir": "c2s" | "s2c", "msg": …}; what is no message (a stray print) becomes {"dir": …, "stray": …}.
The server's process id is added to LOG with the extension `pids`. Exits as the server does.
"""
import json
import os
import signal
import subprocess
import sys
import threading


class Recorder:
    """Cuts one direction's bytes into messages and writes them down, in the order in which they arrived."""

    def __init__(self, direction, log, lock):
        self.direction, self.log, self.lock, self.buffer = direction, log, lock, b""

    def write(self, entry):
        with self.lock:
            self.log.write(json.dumps({"dir": self.direction, **entry}, ensure_ascii=False) + "\n")
            self.log.flush()

    def feed(self, data):
        self.buffer += data
        while (end := self.buffer.find(b"\r\n\r\n")) >= 0:
            header = self.buffer[:end].decode("ascii", "replace")
            fields = dict(line.split(":", 1) for line in header.split("\r\n") if ":" in line)
            fields = {name.strip().lower(): value.strip() for name, value in fields.items()}
            if not fields.get("content-length", "").isdigit():
                self.write({"stray": header})
                self.buffer = self.buffer[end + 4:]
                continue
            start, length = end + 4, int(fields["content-length"])
            if len(self.buffer) < start + length:
                return
            body, self.buffer = self.buffer[start:start + length], self.buffer[start + length:]
            try:
                self.write({"msg": json.loads(body)})
            except ValueError:
                self.write({"stray": body.decode("utf-8", "replace")})

    def finish(self):
        if self.buffer:
            self.write({"stray": self.buffer.decode("utf-8", "replace")})


def pump(source, destination, recorder):
    # An editor that leaves does not wait for the last answers, which are to be written down all the same.
    is_read = True
    while data := os.read(source, 65536):
        recorder.feed(data)
        try:
            while data and is_read:
                data = data[os.write(destination, data):]
        except BrokenPipeError:
            is_read = False
    recorder.finish()


def main():
    log, command = open(sys.argv[1], "a", encoding="utf-8"), sys.argv[2:]
    environment = os.environ | {"PILLOW_TEST_LOG": sys.argv[1]}
    server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)
    with open(os.path.splitext(sys.argv[1])[0] + ".pids", "a", encoding="ascii") as pids:
        pids.write(f"{server.pid}\n")
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, _: server.send_signal(number))
    lock = threading.Lock()

    def listen():
        pump(0, server.stdin.fileno(), Recorder("c2s", log, lock))
        server.stdin.close()

    threading.Thread(target=listen, daemon=True).start()
    pump(server.stdout.fileno(), 1, Recorder("s2c", log, lock))
    os._exit(server.wait() & 0xFF)


if __name__ == "__main__":
    main()
