#!/usr/bin/env python3
"""Makes a wheel from the folder of a release, so that `pip install pillow-lsp` gives the program.

    Scripts/make_wheel.py FOLDER VERSION OUTPUT_FOLDER

The program goes to the environment's bin, the rest to where the program looks for it beside that: lib and share. Nothing of
it is Python, and one wheel serves every version of Python. The format is PEP 427's; the tag says which C library it needs.
"""
import base64
import hashlib
import platform
import sys
import zipfile
from pathlib import Path

SUMMARY = "A language server that completes instructions with a project's exemplars, on your own CPU"


def tag():
    name, version = platform.libc_ver()
    if name != "glibc":
        sys.exit("wheels are made on Linux with the GNU C library")
    major, minor = version.split(".")[:2]
    return f"py3-none-manylinux_{major}_{minor}_{platform.machine()}"


def main():
    folder, version, output = Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3])
    stem = f"pillow_lsp-{version}"
    readme = (folder / "share/doc/pillow-lsp/README.md").read_text()
    metadata = (f"Metadata-Version: 2.1\nName: pillow-lsp\nVersion: {version}\nSummary: {SUMMARY}\n"
                "License: Apache-2.0\nRequires-Python: >=3.8\nClassifier: Operating System :: POSIX :: Linux\n"
                f"Description-Content-Type: text/markdown\n\n{readme}")
    wheel = f"Wheel-Version: 1.0\nGenerator: make_wheel.py\nRoot-Is-Purelib: false\nTag: {tag()}\n"
    files = {f"{stem}.dist-info/METADATA": metadata.encode(), f"{stem}.dist-info/WHEEL": wheel.encode(),
             f"{stem}.dist-info/LICENSE": (folder / "share/doc/pillow-lsp/LICENSE").read_bytes()}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            name = path.relative_to(folder).as_posix()
            place = f"scripts/{path.name}" if name.startswith("bin/") else f"data/{name}"
            files[f"{stem}.data/{place}"] = path.read_bytes()
    record = f"{stem}.dist-info/RECORD"
    lines = [f"{name},sha256={base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b'=').decode()},{len(data)}"
             for name, data in files.items()]
    files[record] = "\n".join([*lines, f"{record},,", ""]).encode()
    target = output / f"{stem}-{tag()}.whl"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, data in files.items():
            info = zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = (0o100755 if "/scripts/" in name else 0o100644) << 16
            archive.writestr(info, data)
    print(target)


if __name__ == "__main__":
    main()
