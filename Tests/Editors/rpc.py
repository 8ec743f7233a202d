"""A client of Neovim's API over its socket in which no call can wait for ever."""
import socket
import time

import msgpack

# Neovim answers an API call at once, or not before somebody presses a key.
CALL_DEADLINE = 20.0


class EditorError(Exception):
    """The editor refused a call."""


class EditorBlocked(Exception):
    """The editor does not answer, or is gone."""


class Api:
    """One connection; a call returns its result, or raises within its deadline."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(CALL_DEADLINE)
        self.socket.connect(str(path))
        # Buffers and windows come as extension types that hold their number.
        self.unpacker = msgpack.Unpacker(
            raw=False, unicode_errors="replace", strict_map_key=False,
            ext_hook=lambda _, data: msgpack.unpackb(data))
        self.last = 0

    def call(self, method, *arguments, deadline=CALL_DEADLINE):
        self.last += 1
        number, end = self.last, time.monotonic() + deadline
        try:
            self.socket.settimeout(deadline)
            self.socket.sendall(msgpack.packb([0, number, method, arguments]))
            return self.answer(number, end)
        except TimeoutError:
            raise EditorBlocked(f"no answer to {method} within {deadline:.0f} s") from None
        except OSError as error:
            raise EditorBlocked(f"the editor is gone: {error}") from None

    def notify(self, method, *arguments):
        """Sends a call without waiting for what comes of it."""
        try:
            self.socket.sendall(msgpack.packb([2, method, arguments]))
        except OSError:
            pass

    def answer(self, number, end):
        while True:
            for message in self.unpacker:
                # Answers to calls that were given up, and the editor's own notifications, are not waited for.
                if message[0] == 1 and message[1] == number:
                    if message[2] is not None:
                        raise EditorError(message[2][1] if isinstance(message[2], list) else message[2])
                    return message[3]
            remaining = end - time.monotonic()
            if remaining <= 0:
                raise TimeoutError
            self.socket.settimeout(remaining)
            data = self.socket.recv(65536)
            if not data:
                raise EditorBlocked("the editor is gone: it closed its socket")
            self.unpacker.feed(data)

    def is_blocked(self):
        """Whether the editor waits for a key, as it does when a message is too long for its line."""
        return self.call("nvim_get_mode")["blocking"]

    def close(self):
        self.socket.close()
