"""A Neovim in a terminal of its own, driven over its socket."""
import os
import shlex
import subprocess
from pathlib import Path

import pynvim

import conversation
from conftest import PACKAGE, wait_until

CLIENT = PACKAGE / "EditorClients/neovim"
NAMESPACE = "nvim.lsp.inline_completion"


class Neovim:
    """Neovim with the documented configuration (and `extras`), in a tmux server that belongs to this test alone."""

    def __init__(self, sandbox, file, extras=False, size=(110, 34)):
        self.sandbox = sandbox
        folder = sandbox.folder
        config = folder / "config/nvim"
        config.mkdir(parents=True)
        (config / "init.lua").symlink_to(CLIENT / "init.lua")
        if extras:
            (config / "plugin").mkdir()
            (config / "plugin/extras.lua").symlink_to(CLIENT / "extras.lua")
        self.socket = folder / "nvim.sock"
        self.tmux = ["tmux", "-L", f"pillow-{os.getpid()}-{folder.name}", "-f", "/dev/null"]
        self.api = None
        environment = sandbox.environment | {"TERM": "tmux-256color", "COLORTERM": "truecolor"}
        assignments = [f"{name}={value}" for name, value in environment.items()]
        editor = [os.environ["PILLOW_NEOVIM"], "--listen", str(self.socket), str(file)]
        width, height = size
        self.run("new-session", "-d", "-x", str(width), "-y", str(height), "-c", str(sandbox.root),
                 f"env {shlex.join(assignments)} {shlex.join(editor)}")
        wait_until(self.socket.exists, "Neovim to listen")
        self.api = pynvim.attach("socket", path=str(self.socket))

    def run(self, *arguments):
        outcome = subprocess.run([*self.tmux, *arguments], capture_output=True, text=True, check=True)
        return outcome.stdout

    def screen(self, escapes=False):
        return self.run("capture-pane", "-p", *(["-e"] if escapes else []))

    def lua(self, code, *arguments):
        return self.api.exec_lua(code, *arguments)

    def wait(self, condition, what):
        return wait_until(condition, lambda: f"{what}; the screen shows:\n{self.screen()}")

    def attached(self):
        """Waits until the server is initialized and has the buffer."""
        script = "local c = vim.lsp.get_clients({ name = 'pillow-lsp', bufnr = 0 })[1]; return c and c.initialized"
        self.wait(lambda: self.lua(script), "the server to attach")
        return self

    def keys(self, keys):
        """Types, in the notation of Neovim's mappings (`<C-l>`)."""
        self.api.input(keys)

    def lines(self):
        return self.api.current.buffer[:]

    def text(self):
        return "\n".join(self.lines())

    def ghost(self):
        """The ghost text on show, or an empty string."""
        space = self.api.api.get_namespaces().get(NAMESPACE)
        if space is None:
            return ""
        marks = self.api.api.buf_get_extmarks(0, space, 0, -1, {"details": True})
        shown = []
        for _, _, _, details in marks:
            rows = [details.get("virt_text", []), *details.get("virt_lines", [])]
            shown += ["".join(chunk[0] for chunk in row) for row in rows]
        return "\n".join(shown)

    def menu(self):
        """The completion menu's items while it is open."""
        return self.lua("return vim.fn.complete_info({ 'items', 'pum_visible', 'selected' })")

    def windows(self):
        """The texts of the floating windows: a selected item's documentation."""
        return self.lua("""
          return vim.iter(vim.api.nvim_list_wins())
            :filter(function(w) return vim.api.nvim_win_get_config(w).relative ~= '' end)
            :map(function(w)
              local lines = vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(w), 0, -1, false)
              return table.concat(lines, '\\n')
            end):totable()""")

    def executed(self, command):
        """The requests of that command which the server has answered."""
        log = self.sandbox.log
        requests = conversation.messages(log, "c2s", "workspace/executeCommand")
        return [r for r in requests if r["params"]["command"] == command and conversation.response(log, r["id"])]

    def quit(self):
        """Leaves as a user does, so that the server is shut down in order."""
        if self.api is not None:
            try:
                self.api.command("stopinsert")
                self.api.command("qall!", async_=True)
            except (OSError, EOFError, pynvim.NvimError):
                pass
            wait_until(lambda: not Path(self.socket).exists(), "Neovim to quit", deadline=20)
            self.api.close()
        subprocess.run([*self.tmux, "kill-server"], capture_output=True)
