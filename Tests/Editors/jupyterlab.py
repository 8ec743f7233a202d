"""A JupyterLab of one test with its page in a headless Chromium, driven by keys and the mouse and read from the page."""
import json
import os
import shutil
import signal
import subprocess
from urllib.parse import quote

import conversation
from conftest import DEADLINE, PACKAGE, wait_until

JUPYTERLAB = os.environ.get("PILLOW_JUPYTERLAB")
CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
CLIENT = PACKAGE / "EditorClients/jupyterlab"
EDITORS = ".jp-FileEditor .cm-content, .jp-Notebook .jp-CodeCell .cm-content"

try:
    from selenium.common.exceptions import StaleElementReferenceException
    from selenium.webdriver import ActionChains, Chrome, ChromeOptions, ChromeService
    from selenium.webdriver.common.by import By
    from selenium.webdriver.common.keys import Keys
except ImportError:
    Chrome = Keys = None


def missing():
    """What is not here, as a sentence; empty where nothing is missing."""
    if not JUPYTERLAB:
        return "no JupyterLab here: PILLOW_JUPYTERLAB is not set (Scripts/test-editors fetches one)"
    if not CHROMIUM or not DRIVER:
        return "no Chromium here: apt-get install chromium chromium-driver"
    return "" if Chrome else "no Selenium here: pip install selenium"


def notebook(*cells):
    """The text of a notebook with these cells of Python."""
    return json.dumps({
        "cells": [{"cell_type": "code", "id": f"cell-{number}", "metadata": {}, "outputs": [], "execution_count": None,
                   "source": source} for number, source in enumerate(cells)],
        "metadata": {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
                     "language_info": {"name": "python"}},
        "nbformat": 4, "nbformat_minor": 5})


class JupyterLab:
    """Has the file open, with the documented configuration and the extension, and the cursor in its last editor."""

    def __init__(self, sandbox, file, size=(1000, 600), settings=None):
        self.sandbox = sandbox
        self.folder = sandbox.folder / "jupyter"
        self.page = self.process = None
        configuration, extensions = self.folder / "config/jupyter_server_config.d", self.folder / "data/labextensions"
        for folder, source in ((configuration, CLIENT / "pillow-lsp.json"), (extensions, CLIENT / "extension")):
            folder.mkdir(parents=True)
            (folder / ("pillow-lsp" + source.suffix)).symlink_to(source)
        # It would look for news, and a busy machine needs more than a second for the first menu.
        calm = {"@jupyterlab/apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
                "@jupyterlab/completer-extension/manager": {"providerTimeout": 1000 * DEADLINE}}
        for name, values in (calm | (settings or {})).items():
            path = self.folder / f"settings/{name}.jupyterlab-settings"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(values), encoding="utf-8")
        folders = {"JUPYTER_CONFIG_DIR": "config", "JUPYTER_DATA_DIR": "data", "JUPYTER_RUNTIME_DIR": "runtime",
                   "JUPYTERLAB_SETTINGS_DIR": "settings", "JUPYTERLAB_WORKSPACES_DIR": "workspaces", "IPYTHONDIR": "ipython"}
        self.environment = os.environ | sandbox.environment | {"HOME": str(sandbox.folder)} | {
            name: str(self.folder / folder) for name, folder in folders.items()}
        try:
            address = self.start()
            self.open(f"{address['url']}lab/tree/{quote(file)}?token={address['token']}", size)
        except BaseException:
            self.kill()
            raise

    def start(self):
        command = [JUPYTERLAB, "--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1", "--ServerApp.port=0",
                   f"--ServerApp.root_dir={self.sandbox.root}"]
        with open(self.folder / "output.txt", "w", encoding="utf-8") as output:
            self.process = subprocess.Popen(command, env=self.environment, cwd=self.sandbox.root, stdout=output,
                                            stderr=output, stdin=subprocess.DEVNULL, start_new_session=True)

        def address():
            # It may still be being written.
            try:
                return json.loads((self.folder / f"runtime/jpserver-{self.process.pid}.json").read_text())
            except (OSError, ValueError):
                return None

        return wait_until(address, lambda: f"JupyterLab to listen; it says:\n{self.output()}")

    def open(self, url, size):
        options = ChromeOptions()
        options.binary_location = CHROMIUM
        width, height = size
        for argument in ("headless=new", "no-sandbox", "disable-dev-shm-usage", f"window-size={width},{height}",
                         f"user-data-dir={self.folder / 'chromium'}"):
            options.add_argument(f"--{argument}")
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.page = Chrome(options, ChromeService(DRIVER, env=self.environment))
        self.page.get(url)
        self.wait(lambda: self.page.find_elements(By.CSS_SELECTOR, EDITORS), "an editor")
        log = self.sandbox.log
        self.wait(lambda: conversation.messages(log, "c2s", "textDocument/didOpen"), "the document to be opened")
        self.wait(lambda: "nitialized" in self.page.find_element(By.ID, "jp-main-statusbar").text, "the server to be ready")
        self.editor.click()

    @property
    def editor(self):
        return self.page.find_elements(By.CSS_SELECTOR, EDITORS)[-1]

    def keys(self, *keys):
        """Presses keys, each alone: Selenium's, or texts."""
        for key in keys:
            ActionChains(self.page).send_keys(key).perform()

    def press(self, key, held):
        ActionChains(self.page).key_down(held).send_keys(key).key_up(held).perform()

    def press_with_alt(self, key):
        """A key of Alt, for which Selenium would type the character, too."""
        code, number = {"\\": ("Backslash", 220), "]": ("BracketRight", 221)}[key]
        for event in ("rawKeyDown", "keyUp"):
            self.page.execute_cdp_cmd("Input.dispatchKeyEvent", {
                "type": event, "key": key, "code": code, "windowsVirtualKeyCode": number, "modifiers": 1})

    def go_to_end_of_line(self, line):
        self.press(Keys.HOME, Keys.CONTROL)
        self.keys(*[Keys.DOWN] * line, Keys.END)

    def texts(self, selector):
        """What is shown in these places of the page."""
        try:
            return [place.text for place in self.page.find_elements(By.CSS_SELECTOR, selector) if place.is_displayed()]
        except StaleElementReferenceException:
            return []

    def text(self):
        """The document, or the notebook's last cell, without ghost text."""
        return self.page.execute_script("""
          const lines = [...arguments[0].querySelectorAll('.cm-line')].map((line) => {
            const copy = line.cloneNode(true);
            for (const ghost of copy.querySelectorAll('[class*=jp-GhostText]')) ghost.remove();
            return copy.textContent;
          });
          return lines.join('\\n');""", self.editor)

    def ghost(self):
        return "".join(self.texts(".jp-GhostText"))

    def menu(self):
        """The items of the completer, while it is open."""
        return self.texts(".jp-Completer .jp-Completer-item")

    def hide_files(self):
        self.page.find_element(By.CSS_SELECTOR, ".jp-SideBar.jp-mod-left .lm-mod-current").click()
        self.editor.click()

    def is_still(self):
        """Whether two looks at the page show the same."""
        first = self.page.get_screenshot_as_png()
        return first == self.page.get_screenshot_as_png()

    def point_at(self, line):
        """Moves the mouse to a line of the editor, onto its text."""
        place = self.editor.find_elements(By.CSS_SELECTOR, ".cm-line")[line]
        left = -place.size["width"] // 2
        for step in (40, 44, 48):
            ActionChains(self.page).move_to_element_with_offset(place, left + step, 0).perform()

    def output(self):
        return (self.folder / "output.txt").read_text(encoding="utf-8")[-2000:]

    def state(self):
        """What a failed wait shows."""
        said = [entry["message"] for entry in self.page.get_log("browser") if entry["level"] == "SEVERE"]
        return "\n".join([self.page.find_element(By.TAG_NAME, "body").text[-1500:], *said[-5:], self.output()])

    def wait(self, condition, what):
        return wait_until(lambda: condition() or self.sandbox.fail_if_refused(),
                          lambda: f"{what}; the page shows:\n{self.state()}")

    def quit(self):
        """Closes the page, at which JupyterLab ends the server, and ends JupyterLab."""
        self.page.quit()
        self.page = None
        self.process.terminate()
        self.process.wait(timeout=20)

    def kill(self):
        """Ends whatever is left."""
        if self.page:
            self.page.quit()
            self.page = None
        if self.process:
            try:
                # With its kernels.
                os.killpg(self.process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            self.process.wait()
