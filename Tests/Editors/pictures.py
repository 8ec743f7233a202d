"""Takes the pictures of the documentation: pictures.py FOLDER [PICTURE…] (see Scripts/make-pictures)."""
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

from PIL import Image

import conversation
from conftest import DEADLINE, PACKAGE, Sandbox, wait_until
from jupyterlab import JupyterLab, Keys, notebook
from kate import Kate
from monaco import Monaco
from neovim import Neovim
from report_picture import pillow, report
from terminal import Terminal

WIDTH, HEIGHT = 100, 22

# Neovim's own dark colours, so that the parts of the screen it leaves to the terminal look the same.
PALETTE = ("#07080d #ffc0b9 #b3f6c0 #fce094 #a6dbff #ffcaff #8cf8f7 #eef1f8 "
           "#4f5258 #ffc0b9 #b3f6c0 #fce094 #a6dbff #ffcaff #8cf8f7 #eef1f8")
THEME = {"fg": "#e0e2ea", "bg": "#14161b", "palette": PALETTE.replace(" ", ":")}
MODELS = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share") / "pillow-lsp/models"

SOURCE = '''\
"""Small helpers for numbers."""


def double(number):
    return 2 * number


# Write a function that tells whether a number is even.
'''


def animate(frames, gif, height, options=()):
    """Renders screens, each with its second, its escape sequences and its cursor."""
    with tempfile.TemporaryDirectory() as folder:
        cast = Path(folder) / "screen.cast"
        lines = [{"version": 2, "width": WIDTH, "height": height, "theme": THEME}]
        for second, screen, (column, row) in frames:
            text = screen.rstrip("\n").replace("\n", "\r\n") + f"\x1b[{row + 1};{column + 1}H"
            lines.append([second, "o", ("\x1b[m\x1b[2J\x1b[H" if second else "") + text])
        cast.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
        agg = Path(sys.executable).with_name("agg")
        subprocess.run([agg, "--font-family=DejaVu Sans Mono", "--font-size=16", "--line-height=1.3", *options, cast, gif],
                       check=True, capture_output=True)


def draw(screen, cursor, target, height=HEIGHT):
    """Renders a screen by way of a recording with a single frame."""
    with tempfile.TemporaryDirectory() as folder:
        gif = Path(folder) / "screen.gif"
        animate([(0.0, screen, cursor)], gif, height)
        with Image.open(gif) as picture:
            picture.seek(picture.n_frames - 1)
            picture.convert("RGB").quantize(64).save(target, optimize=True)
    print(f"{target}: {target.stat().st_size // 1024} KB")


def seen(editor):
    """The screen, its cursor and its height."""
    column, row, height = map(
        int, editor.run("display-message", "-p", "#{cursor_x} #{cursor_y} #{pane_height}").split())
    return editor.screen(escapes=True), (column, row), height


def take(editor, target):
    screen, cursor, height = seen(editor)
    draw(screen, cursor, target, height)


def neovim(sandbox, source, images):
    editor = Neovim(sandbox, source, extras=True, size=(WIDTH, HEIGHT))
    try:
        editor.attached().keys("GA")
        ghost = editor.wait_for_ghost()
        last = next(line for line in reversed(ghost.splitlines()) if line.strip())
        editor.wait(lambda: last.strip() in editor.screen(), "the ghost text on the screen")
        take(editor, images / "neovim-ghost-text.png")
        editor.keys("<C-x><C-o>")
        editor.wait(lambda: editor.menu()["pum_visible"], "the menu")
        editor.keys("<Down>")
        shown = editor.wait(lambda: "\n".join(editor.windows()), "the documentation")
        line = next(line for line in shown.splitlines() if "def " in line)
        editor.wait(lambda: line.strip() in editor.screen(), "the documentation on the screen")
        take(editor, images / "neovim-exemplars.png")
    finally:
        editor.quit()


def neovim_recording(sandbox, source, images):
    """Somebody types an instruction, gets its answer and takes it; then another one."""
    source.write_text(SOURCE.rsplit("#", 1)[0])
    for name in ["functions-python", "docstrings-python", "unit-tests"]:
        pillow(sandbox, "pool", "import", PACKAGE / "Pools" / f"{name}.jsonl")
    pillow(sandbox, "pool", "embed")
    editor = Neovim(sandbox, source, plugin=True, size=(WIDTH, 20))
    frames, start = [], time.monotonic()

    def frame():
        screen, cursor, _ = seen(editor)
        if not frames or frames[-1][1:] != (screen, cursor):
            frames.append((round(time.monotonic() - start, 2) if frames else 0.0, screen, cursor))

    def watch(seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            frame()
            time.sleep(0.04)

    try:
        editor.attached().keys("Gi")
        for instruction in RECORDED:
            for letter in instruction:
                editor.keys("<lt>" if letter == "<" else letter)
                watch(0.07)
            wait_until(lambda: (watch(0.1), editor.ghost())[1], "the ghost text")
            watch(2)
            editor.keys("<C-l>")
            watch(1)
            editor.keys("<Esc>Go<CR><CR><C-u>")
            watch(0.5)
        watch(1)
        target = images / "neovim-recording.gif"
        animate(frames, target, 20, ["--last-frame-duration=3", "--fps-cap=20"])
        print(f"{target}: {target.stat().st_size // 1024} KB")
    finally:
        editor.quit()


RECORDED = [
    "# Write a function that tells whether a number is even.",
    "# Write a function that returns the squares of a list of numbers.",
]

# A commit of this project whose change fits on a screen.
COMMIT, COMMIT_HEIGHT = "067575c3f2bb2018cc684205770e50e7441c1124", 28


def neovim_commit(sandbox, source, images):
    """The commit is about to be made again, in a clone that knows only what was there before."""
    sandbox.root = sandbox.folder / "pillow-lsp"

    settings = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_EDITOR": "true"}
    name = ["-c", "user.name=Picture", "-c", "user.email=picture@localhost"]

    def git(*arguments, check=True):
        subprocess.run(["git", "-C", sandbox.root, *name, *arguments], env=os.environ | settings, check=check,
                       stdout=subprocess.DEVNULL)

    sandbox.root.mkdir()
    git("clone", "--quiet", "--no-tags", PACKAGE, ".")
    git("checkout", "--quiet", "--force", "-B", "main", COMMIT)
    git("remote", "remove", "origin")
    git("reset", "--quiet", "--soft", "HEAD~1")
    pillow(sandbox, "pool", "mine")
    pillow(sandbox, "pool", "embed")
    # Without a message there is no commit, but its draft stays.
    git("commit", "--verbose", check=False)
    editor = Neovim(sandbox, sandbox.root / ".git/COMMIT_EDITMSG", extras=True, size=(WIDTH, COMMIT_HEIGHT))
    try:
        editor.attached().keys("i")
        ghost = editor.wait_for_ghost()
        editor.wait(lambda: ghost.strip() in editor.screen(), "the ghost text on the screen")
        take(editor, images / "neovim-commit.png")
    finally:
        editor.quit()


def terminal(sandbox, command, environment=None):
    """An editor in a terminal that has opened its document with the server."""
    editor = Terminal(sandbox, command, environment, size=(WIDTH, HEIGHT))
    editor.wait(lambda: conversation.messages(sandbox.log, "c2s", "textDocument/didOpen"), "the document to be opened")
    return editor


def helix(sandbox, source, images):
    folder = sandbox.folder / "config/helix"
    folder.mkdir(parents=True)
    (folder / "languages.toml").symlink_to(PACKAGE / "EditorClients/helix/languages.toml")
    (folder / "config.toml").write_text('theme = "base16_transparent"\n[editor]\nauto-completion = false\ntrue-color = true\n')
    (sandbox.root / ".git").mkdir()
    editor = terminal(sandbox, [os.environ["PILLOW_HELIX"], f"{source}:9"])
    try:
        editor.keys("A", "C-x")
        editor.wait_for("adds two numbers")
        editor.keys("Down")
        editor.wait_for("def add")
        take(editor, images / "helix-exemplars.png")
    finally:
        editor.kill()


def vim_ale(sandbox, source, images):
    command = [shutil.which("vim"), "-u", str(PACKAGE / "EditorClients/vim-ale/vimrc"), "-i", "NONE", "-n",
               "-c", "syntax on | set background=dark", "+8", str(source)]
    editor = terminal(sandbox, command)
    try:
        # Below the instruction, without the comment's mark.
        editor.type("o")
        editor.keys("C-u", "C-x", "C-o")
        editor.wait_for("sample: python, maths")
        take(editor, images / "vim-ale-exemplars.png")
    finally:
        editor.kill()


LSP_MODE = """
(setq lsp-auto-guess-root nil lsp-enable-snippet nil lsp-restart 'ignore lsp-enable-file-watchers nil
      lsp-lens-enable t lsp-headerline-breadcrumb-enable nil lsp-session-file "FOLDER/lsp-session")
(lsp-workspace-folders-add "ROOT")
(add-hook 'python-mode-hook #'lsp)"""


@contextmanager
def open_emacs(binary, client, start, sandbox, source):
    """Emacs with the configuration of a client; `start` is what a user has in his own."""
    (sandbox.folder / "cache").mkdir(exist_ok=True)
    init = sandbox.folder / "init.el"
    init.write_text(f"""
(package-initialize)
(setq make-backup-files nil inhibit-startup-screen t create-lockfiles nil auto-save-default nil
      warning-minimum-level :emergency native-comp-async-report-warnings-errors nil)
(menu-bar-mode 0)
(load-theme 'wombat t)
(load "{PACKAGE}/EditorClients/{client}/init.el")
{start.replace("FOLDER", str(sandbox.folder)).replace("ROOT", str(sandbox.root))}
(find-file "{source}")
(goto-line 8)
""", encoding="utf-8")
    editor = terminal(sandbox, [binary, "-nw", "-q", "-l", str(init)], {"HOME": str(sandbox.folder)})
    try:
        if client == "lsp-mode":
            editor.wait_for("3 exemplars")
        yield editor
    finally:
        editor.kill()


def emacs(client, start, keys, shown):
    """The keys let it be shown."""

    def pictures(sandbox, source, images):
        with open_emacs("emacs", client, start, sandbox, source) as editor:
            editor.wait(lambda: conversation.messages(sandbox.log, "c2s", "textDocument/hover"), "the first hover")
            editor.keys("M-x")
            for key in keys:
                editor.keys(key) if key in ("Enter", "Tab") else editor.type(key)
            editor.wait_for(shown)
            take(editor, images / f"{client}-exemplars.png")

    return pictures


def vscode(sandbox, source, images):
    editor, target = Monaco(sandbox, source), images / "vscode-ghost-text.png"
    try:
        editor.press("ArrowLeft", "alt+\\")
        editor.wait_for_ghost()
        editor.do("screenshot", str(target))
        editor.quit()
    finally:
        editor.kill()
    with Image.open(target) as picture:
        picture.convert("RGB").quantize(64).save(target, optimize=True)
    print(f"{target}: {target.stat().st_size // 1024} KB")


def jupyterlab(sandbox, source, images):
    sandbox.file("numbers.ipynb", notebook(SOURCE.split("\n\n\n")[1] + "\n\n[double(number) for number in range(5)]", ""))
    panel = {"@jupyterlab/completer-extension/manager": {"providerTimeout": 1000 * DEADLINE, "showDocumentationPanel": True}}
    editor = JupyterLab(sandbox, "numbers.ipynb", size=(1160, 520), settings=panel)

    def save(name):
        with Image.open(io.BytesIO(editor.page.get_screenshot_as_png())) as picture:
            picture.convert("RGB").quantize(128).save(images / name, optimize=True)
        print(f"{images / name}: {(images / name).stat().st_size // 1024} KB")

    try:
        editor.hide_files()
        editor.keys("# Write a function that tells whether a number is even.")
        editor.wait(lambda: "def " in editor.ghost(), "ghost text")
        editor.wait(editor.is_still, "all of it")
        save("jupyterlab-ghost-text.png")
        editor.page.set_window_size(1160, 640)
        editor.keys(Keys.ESCAPE, Keys.ENTER)
        editor.go_to_end_of_line(0)
        editor.keys(Keys.TAB)
        editor.wait(lambda: any("def " in text for text in editor.texts(".jp-Completer-docpanel")), "the documentation")
        editor.wait(editor.is_still, "all of it")
        save("jupyterlab-exemplars.png")
    finally:
        editor.kill()


def lsp_mode_ghost_text(sandbox, source, images):
    source.write_text(SOURCE.rstrip(".\n") + "\n")
    start = LSP_MODE + "(setq lsp-lens-place-position 'above-line lsp-diagnostics-provider :none)"
    with open_emacs(os.environ["PILLOW_EMACS"], "lsp-mode", start, sandbox, source) as editor:
        editor.keys("C-e")
        editor.type(".")
        editor.wait_for("def is_even")
        take(editor, images / "lsp-mode-ghost-text.png")


def kate(sandbox, source, images):
    source.write_text(SOURCE.rstrip(".\n") + "\n")
    editor = Kate(sandbox, source, size=(1280, 400))
    try:
        wait_until(lambda: conversation.messages(sandbox.log, "c2s", "textDocument/didOpen"), "the document to be opened")
        editor.keys("ctrl+End", "Left")
        editor.type(".")
        wait_until(editor.has_popup, "the menu")
        target = images / "kate-exemplars.png"
        editor.picture(target)
        with Image.open(target) as picture:
            picture.convert("RGB").quantize(64).save(target, optimize=True)
        print(f"{target}: {target.stat().st_size // 1024} KB")
    finally:
        editor.kill()


def pytest_lsp(sandbox, source, images):
    # Its name is that of a module of Python's, and tests begin in this folder.
    source.unlink()
    shutil.copy(PACKAGE / "EditorClients/pytest-lsp/test_pool.py", sandbox.root)
    pytest = f"{sys.executable} -m pytest -v --color=yes -p no:cacheprovider -p no:timeout -o asyncio_mode=auto test_pool.py"
    editor = Terminal(sandbox, ["sh", "-c", f"{pytest}; read line"], size=(WIDTH, HEIGHT))
    try:
        editor.wait_for("2 passed")
        take(editor, images / "pytest-lsp-exemplars.png")
    finally:
        editor.kill()


PICTURES = {
    "report": report,
    "neovim": neovim, "neovim-recording": neovim_recording, "neovim-commit": neovim_commit, "helix": helix, "vim-ale": vim_ale, "kate": kate, "vscode": vscode,
    "jupyterlab": jupyterlab,
    "pytest-lsp": pytest_lsp,
    "eglot": emacs("eglot", "(add-hook 'python-mode-hook #'eglot-ensure)",
                   ["eglot-code-actions", "Enter", "Tab"], "Insert exemplar"),
    "lsp-mode": emacs("lsp-mode", LSP_MODE, ["lsp-describe-thing-at-point", "Enter"], "1. Write a function"),
    "lsp-mode-ghost-text": lsp_mode_ghost_text,
}


def main():
    images = Path(sys.argv[1])
    images.mkdir(parents=True, exist_ok=True)
    for name in sys.argv[2:] or PICTURES:
        with tempfile.TemporaryDirectory(prefix="pillow-") as folder:
            sandbox = Sandbox(Path(folder), Path(os.environ["PILLOW_LSP"]).resolve(), MODELS.resolve())
            try:
                PICTURES[name](sandbox, sandbox.file("numbers.py", SOURCE), images)
                sandbox.wait_for_end()
            finally:
                sandbox.kill()


if __name__ == "__main__":
    main()
