"""The extension for VS Code, against a stand-in for the editor and the real server: the tests in the folder vscode."""
import json
import os
import shutil
import subprocess
import sys
import zipfile
from xml.etree import ElementTree

import pytest

from conftest import HERE, PACKAGE

NODE = shutil.which("node") or shutil.which("nodejs")
EXTENSION = PACKAGE / "EditorClients/vscode"
TESTS = sorted((HERE / "vscode").glob("*.test.js"))

needs_node = pytest.mark.skipif(not NODE, reason="no Node.js here (Scripts/test-editors installs Debian's)")


@needs_node
@pytest.mark.parametrize("test", TESTS, ids=lambda path: path.name.removesuffix(".test.js"))
def test_the_extension(test, binary, models):
    environment = os.environ | {"PILLOW_LSP_PROGRAM": str(binary)}
    outcome = subprocess.run(
        [NODE, "--test", str(test)], capture_output=True, text=True, timeout=170, env=environment)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr


def run(script, *arguments):
    return subprocess.run(
        [sys.executable, str(PACKAGE / "Scripts" / script), *map(str, arguments)], capture_output=True, text=True, timeout=60)


def test_the_settings_of_the_extension_are_those_of_the_server():
    outcome = run("make-vscode-settings", "--check")
    assert outcome.returncode == 0, outcome.stderr


def test_the_package_says_what_it_lacks(tmp_path):
    if (EXTENSION / "node_modules").exists():
        pytest.skip("the packages are installed here")
    outcome = run("package-vscode", tmp_path / "out.vsix")
    assert outcome.returncode == 2
    assert "Missing in EditorClients/vscode/node_modules: vscode-languageclient." in outcome.stderr


def test_the_package_holds_what_its_manifest_names(tmp_path):
    run("package-vscode", tmp_path / "out.vsix")
    with zipfile.ZipFile(tmp_path / "out.vsix") as archive:
        names = archive.namelist()
        ElementTree.fromstring(archive.read("[Content_Types].xml"))
        described = ElementTree.fromstring(archive.read("extension.vsixmanifest"))
        manifest = json.loads(archive.read("extension/package.json"))
    space = {"v": "http://schemas.microsoft.com/developer/vsx-schema/2011"}
    identity = described.find("v:Metadata/v:Identity", space)
    assert [identity.get(key) for key in ("Id", "Version", "Publisher")] == [
        manifest["name"], manifest["version"], manifest["publisher"]]
    assets = [asset.get("Path") for asset in described.findall("v:Assets/v:Asset", space)]
    assert assets and set(assets) <= set(names)
    assert f"extension/{manifest['main'].removeprefix('./')}" in names
    assert {f"extension/src/{path.name}" for path in EXTENSION.glob("src/*.js")} <= set(names)


def test_the_package_takes_the_packages_that_are_needed(tmp_path):
    """With a checkout of its own: packages within packages, and one that nobody needs."""
    for part in ("Scripts/package-vscode", "Sources/pillow-lsp/PillowLSP.swift"):
        (tmp_path / part).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(PACKAGE / part, tmp_path / part)
    extension = tmp_path / "EditorClients/vscode"
    shutil.copytree(EXTENSION, extension, ignore=shutil.ignore_patterns("node_modules"))

    def package(place, **dependencies):
        folder = extension / "node_modules" / place
        folder.mkdir(parents=True)
        (folder / "package.json").write_text(json.dumps({"dependencies": dependencies}), encoding="utf-8")
        (folder / "main.js").write_text("", encoding="utf-8")

    package("vscode-languageclient", semver="^7", minimatch="^5")
    package("vscode-languageclient/node_modules/minimatch")
    package("semver")
    package("minimatch", nowhere="^1")
    package("mocha")
    script = [sys.executable, str(tmp_path / "Scripts/package-vscode"), str(tmp_path / "out.vsix")]
    outcome = subprocess.run(script, capture_output=True, text=True, timeout=60)
    assert outcome.returncode == 0, outcome.stderr
    with zipfile.ZipFile(tmp_path / "out.vsix") as archive:
        taken = {name.removeprefix("extension/node_modules/") for name in archive.namelist() if "main.js" in name}
    assert taken == {"vscode-languageclient/main.js", "vscode-languageclient/node_modules/minimatch/main.js", "semver/main.js"}
