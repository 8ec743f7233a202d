"""Kate on a screen of its own (Xvfb), with the documented settings, driven by keys."""
import os
import shutil
import signal
import subprocess
import threading

from conftest import PACKAGE, TEST_DEADLINE, wait_until

TOOLS = ("kate", "Xvfb", "openbox", "xdotool", "dbus-run-session")

# Its own words in the menu would hide when the server's are there.
SETTINGS = """\
[General]
Show Url Nav Bar=false

[KTextEditor View]
Word Completion=false
Keyword Completion=false
Auto Brackets=false
Scroll Bar MiniMap=false

[KTextEditor Renderer]
Font=DejaVu Sans Mono,10,-1,5,50,0,0,0,0,0

[lspclient]
AllowedServerCommandLines={server} serve
"""

# Its window fills the screen.
WINDOWS = """\
<openbox_config xmlns="http://openbox.org/3.4/rc"><applications>
<application class="kate" type="normal"><decor>no</decor><maximized>yes</maximized></application>
</applications></openbox_config>
"""


def missing():
    """The programs that are not there."""
    return [tool for tool in TOOLS if shutil.which(tool) is None]


class Kate:
    def __init__(self, sandbox, file, size=(900, 560)):
        self.sandbox = sandbox
        self.processes = []
        self.watchdog = threading.Timer(TEST_DEADLINE, self.kill)
        self.watchdog.daemon = True
        self.watchdog.start()
        settings = sandbox.folder / "config/kate/lspclient/settings.json"
        settings.parent.mkdir(parents=True)
        shutil.copy(PACKAGE / "EditorClients/kate/settings.json", settings)
        # It asks before it starts a server for the first time.
        (sandbox.folder / "config/katerc").write_text(SETTINGS.format(server=sandbox.bin / "pillow-lsp"))
        (sandbox.folder / "config/openbox").mkdir()
        (sandbox.folder / "config/openbox/rc.xml").write_text(WINDOWS)
        runtime = sandbox.folder / "runtime"
        runtime.mkdir(mode=0o700)
        self.environment = os.environ | sandbox.environment | {
            "HOME": str(sandbox.folder), "XDG_RUNTIME_DIR": str(runtime), "LC_ALL": "C.UTF-8"}
        self.output = open(sandbox.folder / "kate.txt", "w", encoding="utf-8")
        try:
            self.environment["DISPLAY"] = self.screen(size)
            # The screen has a name a moment before it takes what connects to it.
            wait_until(lambda: self.xdotool("getdisplaygeometry"), "the screen")
            self.start("openbox")
            wait_until(lambda: self.xdotool("get_num_desktops") not in ([], ["0"]), "the window manager")
            self.application = self.start("dbus-run-session", "--", "kate", "--startanon", str(file))
            self.window = wait_until(self.active_window, "Kate's window")
        except BaseException:
            self.kill()
            raise

    def start(self, *command, **options):
        # Each is the leader of a group, so that what it starts ends with it.
        process = subprocess.Popen(command, env=self.environment, cwd=self.sandbox.root, stdin=subprocess.DEVNULL,
                                   stdout=self.output, stderr=self.output, start_new_session=True, **options)
        self.processes.append(process)
        return process

    def screen(self, size):
        """Starts the screen and returns its name."""
        reader, writer = os.pipe()
        try:
            self.start("Xvfb", "-displayfd", str(writer), "-screen", "0", "{}x{}x24".format(*size), "-nolisten", "tcp",
                       "-noreset", pass_fds=[writer])
        finally:
            os.close(writer)
        with open(reader, encoding="ascii") as name:
            return f":{name.readline().strip()}"

    def xdotool(self, *arguments):
        return subprocess.run(["xdotool", *arguments], env=self.environment, capture_output=True, text=True,
                              timeout=20).stdout.split()

    def active_window(self):
        """The window that has the keyboard, if it is one of Kate's."""
        active = self.xdotool("getactivewindow")
        return active and active[0] in self.windows() and active[0]

    def windows(self):
        """Its own window and the menus and tooltips, which are windows of their own."""
        return self.xdotool("search", "--onlyvisible", "--class", "kate")

    def keys(self, *names):
        """Keys by xdotool's names (`Return`, `ctrl+s`)."""
        self.xdotool("key", "--clearmodifiers", *names)

    def type(self, text):
        self.xdotool("type", "--clearmodifiers", text)

    def has_popup(self):
        """Whether a menu or a tooltip is shown."""
        return len(self.windows()) > 1

    def picture(self, path):
        subprocess.run(["import", "-window", "root", str(path)], env=self.environment, check=True, timeout=20)

    def wait_for_end(self):
        wait_until(lambda: self.application.poll() is not None, "Kate to quit", deadline=20)

    def kill(self):
        """Ends whatever is left, the screen last."""
        self.watchdog.cancel()
        for process in reversed(self.processes):
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except OSError:
                pass
            process.wait()
        self.processes = []
        self.output.close()
