"""A Neovim in a terminal of its own, driven over its socket."""
import os
import shlex
import threading

import pytest

import conversation
from conftest import PACKAGE, TEST_DEADLINE, wait_until
from rpc import Api
from terminal import TmuxServer

CLIENT = PACKAGE / "EditorClients/neovim"
NAMESPACE = "nvim.lsp.inline_completion"


class Neovim(TmuxServer):
    """Neovim with the documented configuration (and `extras`), in a tmux server that belongs to this test alone."""

    def __init__(self, sandbox, file, extras=False, plugin=False, size=(110, 34)):
        self.sandbox = sandbox
        folder = sandbox.folder
        config = folder / "config/nvim"
        config.mkdir(parents=True)
        if plugin:
            (config / "init.lua").write_text(
                f"vim.opt.runtimepath:append('{CLIENT}')\nrequire('pillow').setup()\n"
                "vim.o.statusline = \"%f %{v:lua.require'pillow'.statusline()}\"\nvim.o.laststatus = 2\n")
        else:
            (config / "init.lua").symlink_to(CLIENT / "init.lua")
        if extras:
            (config / "plugin").mkdir()
            (config / "plugin/extras.lua").symlink_to(CLIENT / "extras.lua")
        self.socket = folder / "nvim.sock"
        self.tmux = ["tmux", "-L", f"pillow-{os.getpid()}-{folder.name}", "-f", "/dev/null"]
        self.api = None
        self.processes = set()
        # What nothing else ends: whoever waits for a killed editor gets an error.
        self.watchdog = threading.Timer(TEST_DEADLINE, self.kill)
        self.watchdog.daemon = True
        self.watchdog.start()
        environment = sandbox.environment | {"TERM": "tmux-256color", "COLORTERM": "truecolor"}
        assignments = [f"{name}={value}" for name, value in environment.items()]
        editor = [os.environ["PILLOW_NEOVIM"], "--listen", str(self.socket), str(file)]
        width, height = size
        try:
            self.run("new-session", "-d", "-x", str(width), "-y", str(height), "-c", str(sandbox.root),
                     f"env {shlex.join(assignments)} {shlex.join(editor)}")
            self.processes.add(int(self.run("display-message", "-p", "#{pane_pid}")))
            wait_until(self.socket.exists, "Neovim to listen")
            self.api = Api(self.socket)
            self.processes.add(self.lua("return vim.fn.getpid()"))
        except BaseException:
            self.kill()
            raise

    def lua(self, code, *arguments):
        return self.api.call("nvim_exec_lua", code, arguments)

    def wait(self, condition, what):
        """Waits for the editor; fails at once when it waits for a key itself, and then answers nothing."""

        def checked():
            if self.api.is_blocked():
                self.sandbox.fail_if_refused()
                pytest.fail(f"Neovim waits for a key; its screen shows:\n{self.screen()}")
            return condition()

        return wait_until(checked, lambda: f"{what}; the screen shows:\n{self.screen()}")

    def wait_for_ghost(self):
        """The suggestion on show; fails at once when the server has said that it cannot make one."""

        def shown():
            return self.ghost() or self.sandbox.fail_if_refused()

        return self.wait(shown, "ghost text")

    def attached(self):
        """Waits until the server is initialized and has the buffer."""
        script = "local c = vim.lsp.get_clients({ name = 'pillow-lsp', bufnr = 0 })[1]; return c and c.initialized"
        self.wait(lambda: self.lua(script), "the server to attach")
        return self

    def keys(self, keys):
        """Types, in the notation of Neovim's mappings (`<C-l>`)."""
        self.api.call("nvim_input", keys)

    def lines(self):
        return self.lua("return vim.api.nvim_buf_get_lines(0, 0, -1, false)")

    def text(self):
        return "\n".join(self.lines())

    def ghost(self):
        """The ghost text on show, or an empty string."""
        marks = self.lua("""
          local space = vim.api.nvim_get_namespaces()[...]
          return space and vim.api.nvim_buf_get_extmarks(0, space, 0, -1, { details = true }) or {}""", NAMESPACE)
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
        """Leaves as a user does, so that the server is shut down in order; fails when that takes too long."""
        try:
            if self.api is not None:
                self.api.notify("nvim_input", "<C-\\><C-n>")
                self.api.notify("nvim_command", "qall!")
                wait_until(lambda: not self.socket.exists(), "Neovim to quit", deadline=20)
                # Its socket goes before its servers have answered.
                self.sandbox.wait_for_end()
        finally:
            self.kill()
