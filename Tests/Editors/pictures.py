"""Takes the pictures of the documentation: pictures.py FOLDER (see Scripts/make-pictures)."""
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

from conftest import Sandbox
from neovim import Neovim

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


# Write a function that returns the larger of two numbers.
'''


def draw(screen, cursor, target):
    """Renders a screen with its escape sequences by way of a recording with a single frame."""
    with tempfile.TemporaryDirectory() as folder:
        cast, gif = Path(folder) / "screen.cast", Path(folder) / "screen.gif"
        column, row = cursor
        text = screen.rstrip("\n").replace("\n", "\r\n") + f"\x1b[{row + 1};{column + 1}H"
        header = {"version": 2, "width": WIDTH, "height": HEIGHT, "theme": THEME}
        cast.write_text(json.dumps(header) + "\n" + json.dumps([0.0, "o", text]) + "\n", encoding="utf-8")
        agg = Path(sys.executable).with_name("agg")
        subprocess.run([agg, "--font-family=DejaVu Sans Mono",
                        "--font-size=16", "--line-height=1.3", cast, gif], check=True, capture_output=True)
        with Image.open(gif) as picture:
            picture.seek(picture.n_frames - 1)
            picture.convert("RGB").quantize(64).save(target, optimize=True)
    print(f"{target}: {target.stat().st_size // 1024} KB")


def take(neovim, target):
    column, row = map(int, neovim.run("display-message", "-p", "#{cursor_x} #{cursor_y}").split())
    draw(neovim.screen(escapes=True), (column, row), target)


def main():
    images = Path(sys.argv[1])
    images.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="pillow-") as folder:
        sandbox = Sandbox(Path(folder), Path(os.environ["PILLOW_LSP"]).resolve(), MODELS.resolve())
        source = sandbox.file("numbers.py", SOURCE)
        neovim = Neovim(sandbox, source, extras=True, size=(WIDTH, HEIGHT))
        try:
            neovim.attached().keys("GA")
            ghost = neovim.wait_for_ghost()
            last = next(line for line in reversed(ghost.splitlines()) if line.strip())
            neovim.wait(lambda: last.strip() in neovim.screen(), "the ghost text on the screen")
            take(neovim, images / "neovim-ghost-text.png")
            neovim.keys("<C-x><C-o>")
            neovim.wait(lambda: neovim.menu()["pum_visible"], "the menu")
            neovim.keys("<Down>")
            shown = neovim.wait(lambda: "\n".join(neovim.windows()), "the documentation")
            line = next(line for line in shown.splitlines() if "def " in line)
            neovim.wait(lambda: line.strip() in neovim.screen(), "the documentation on the screen")
            take(neovim, images / "neovim-exemplars.png")
        finally:
            neovim.quit()


if __name__ == "__main__":
    main()
