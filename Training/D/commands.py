#!/usr/bin/env python3
"""Composes the exemplars of SQL, shell commands and regular expressions, and checks each by running it.

Writes sql.jsonl, shell.jsonl and regex.jsonl next to itself, with the same bytes every time. If a
check fails, it names the exemplar, writes nothing and exits with status 1.
"""
import json
import sys
from pathlib import Path

import compose_regex
import compose_shell
import compose_sql


def main():
    folder = Path(__file__).resolve().parent
    parts = {"sql": compose_sql, "shell": compose_shell, "regex": compose_regex}
    files, failed = {}, False
    for name, part in parts.items():
        rows, faults = part.compose()
        for fault in faults:
            print(f"{name}: {fault}", file=sys.stderr)
        failed = failed or bool(faults)
        keys = {(row["instruction"], row["input"]) for row in rows}
        if len(keys) < len(rows):
            print(f"{name}: duplicates", file=sys.stderr)
            failed = True
        files[name] = rows
    if failed:
        return 1
    for name, rows in files.items():
        lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in rows]
        (folder / f"{name}.jsonl").write_text("".join(lines), encoding="utf-8")
        print(f"{name}.jsonl: {len(rows)} exemplars, {sum(len(row['output']) for row in rows)} characters of answers")
    return 0


if __name__ == "__main__":
    sys.exit(main())
