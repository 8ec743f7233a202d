"""A server on the loopback interface that behaves like the model hub, and misbehaves on request.

    python3 hub.py FOLDER        prints the ports of the hub and of its store of large files, and serves until its input ends

FOLDER/state.json, read anew for each request:

    repository    OWNER/NAME
    commit        the commit of its branch main
    files         path: {"content": a file in FOLDER, "lfs": whether it is in the store, "size", "oid": lies about them}
    token         what Authorization has to say; missing for a public repository
    page          the most entries of a page of the list
    faults        what happens to downloads, one after the other: {"status": 503}, {"reset": bytes}, {"short": bytes},
                  {"whole": true} (ignores ranges), {"shifted": true} (another range), {"corrupt": true}, {"longer": true},
                  {"elsewhere": address}
    list_faults   the same for the list: {"status": …}, {"text": "…"}

FOLDER/log gets one line per request: server, path, range and authorization as JSON.
"""
import hashlib
import json
import socket
import struct
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

FOLDER = Path(sys.argv[1])
lock = threading.Lock()
taken = {"faults": 0, "list_faults": 0}


def state():
    return json.loads((FOLDER / "state.json").read_text())


def next_fault(kind):
    with lock:
        faults = state().get(kind, [])
        index = taken[kind]
        taken[kind] += 1
        return faults[index] if index < len(faults) else {}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        with lock, open(FOLDER / "log", "a") as log:
            log.write(json.dumps({"server": self.server.name, "path": self.path, "range": self.headers.get("Range"),
                                  "authorization": self.headers.get("Authorization")}) + "\n")
        url = urlsplit(self.path)
        path, query = unquote(url.path), parse_qs(url.query)
        if self.server.name == "store":
            return self.content(path.removeprefix("/store/"))
        now = state()
        api = f"/api/models/{now['repository']}/"
        resolve = f"/{now['repository']}/resolve/{now['commit']}/"
        if not path.startswith((api, resolve)):
            return self.reply(404, b'{"error":"Repository not found"}')
        if "token" in now and self.headers.get("Authorization") != f"Bearer {now['token']}":
            return self.reply(403 if self.headers.get("Authorization") else 401, b"{}")
        if path.startswith(resolve):
            return self.resolve(now, path.removeprefix(resolve))
        fault = next_fault("list_faults")
        if "status" in fault:
            return self.reply(fault["status"], b"")
        if "text" in fault:
            return self.reply(200, fault["text"].encode())
        if path == api + "refs":
            return self.reply(200, json.dumps({"branches": [{"name": "other", "targetCommit": "f" * 40},
                                                            {"name": "main", "targetCommit": now["commit"]}]}).encode())
        if path == api + "tree/" + now["commit"] and query.get("recursive") == ["true"]:
            return self.tree(now, int(query.get("cursor", ["0"])[0]))
        self.reply(404, b"{}")

    def tree(self, now, start):
        entries = [{"type": "directory", "oid": "0" * 40, "size": 0, "path": "folder"}]
        for path, file in now["files"].items():
            content = (FOLDER / file["content"]).read_bytes()
            size = file.get("size", len(content))
            oid = hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()
            entry = {"type": "file", "oid": oid, "size": size, "path": path}
            if file.get("lfs", True):
                entry["lfs"] = {"oid": file.get("oid", hashlib.sha256(content).hexdigest()), "size": size, "pointerSize": 134}
            entries.append(entry)
        page = now.get("page", 1000)
        headers = {}
        if start + page < len(entries):
            headers["Link"] = f'<{self.path.split("&cursor")[0]}&cursor={start + page}>; rel="next"'
        self.reply(200, json.dumps(entries[start:start + page]).encode(), headers)

    def resolve(self, now, path):
        if path not in now["files"]:
            return self.reply(404, b"Entry not found")
        if not now["files"][path].get("lfs", True):
            return self.content(path)
        self.reply(302, b"", {"Location": f"http://127.0.0.1:{self.server.store}/store/{path}?signature=x"})

    def content(self, path):
        fault = next_fault("faults")
        if "status" in fault:
            return self.reply(fault["status"], b"", {"Retry-After": "7"} if fault["status"] == 429 else {})
        if "elsewhere" in fault:
            return self.reply(302, b"", {"Location": fault["elsewhere"]})
        content = (FOLDER / state()["files"][path]["content"]).read_bytes()
        if fault.get("corrupt"):
            content = bytes([content[0] ^ 1]) + content[1:]
        if fault.get("longer"):
            content += b"more"
        start = 0
        wanted = self.headers.get("Range")
        if wanted and not fault.get("whole"):
            start = int(wanted.removeprefix("bytes=").removesuffix("-"))
            if start >= len(content):
                return self.reply(416, b"", {"Content-Range": f"bytes */{len(content)}"})
            start -= 1 if fault.get("shifted") else 0
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(content) - start))
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        self.end_headers()
        end = fault.get("reset", fault.get("short"))
        body = content[start:] if end is None else content[start:start + end]
        self.wfile.write(body)
        self.wfile.flush()
        if "reset" in fault:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        if end is not None:
            self.close_connection = True
            if "short" in fault:
                self.connection.shutdown(socket.SHUT_RDWR)

    def reply(self, status, body, headers={}):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, name):
        super().__init__(("127.0.0.1", 0), Handler)
        self.name = name

    def handle_error(self, *_):
        pass


hub, store = Server("hub"), Server("store")
hub.store = store.server_port
for server in (hub, store):
    threading.Thread(target=server.serve_forever, daemon=True).start()
print(hub.server_port, store.server_port, flush=True)
sys.stdin.read()
