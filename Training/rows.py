#!/usr/bin/env python3
"""Gathers the rows that the default adapter learns from.

    Training/rows.py OUT.jsonl

All exemplars of `B`, `C` and `D`, but for documentation comments, whose place in a file the trainer does not know, and for
what comes near an acceptance case: half of an instruction's runs of four words, or more, stand in the case. The same
sources give the same bytes.
"""
import json
import re
import sys
from pathlib import Path

HERE = Path(__file__).parent
FIELDS = ("instruction", "input", "output", "language")
RUN = 4


def rows_of(path):
    with open(path, encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def runs(text):
    words = re.findall(r"[a-z0-9_]+", text.lower())
    return set(zip(*(words[start:] for start in range(RUN))))


def main():
    cases = [runs(case["text"]) for path in sorted((HERE.parent / "Tests/Acceptance").glob("*.jsonl"))
             for case in rows_of(path)]
    kept = dropped = 0
    with open(sys.argv[1], "w", encoding="utf-8") as out:
        for path in sorted(HERE.glob("[BCD]/*.jsonl")):
            for row in rows_of(path):
                if row["group"].startswith("docstrings"):
                    continue
                own = runs(row["instruction"])
                if len(own) >= 3 and any(2 * len(own & case) >= len(own) for case in cases):
                    dropped += 1
                    continue
                kept += 1
                out.write(json.dumps({name: row[name] for name in FIELDS}, ensure_ascii=False) + "\n")
    print(f"{kept} rows, {dropped} near an acceptance case", file=sys.stderr)


if __name__ == "__main__":
    main()
