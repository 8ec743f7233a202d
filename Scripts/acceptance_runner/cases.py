"""Acceptance cases: reading them, and finding an answer in the text that an editor ended with."""

import json
import re
import sys
from collections import Counter

KINDS = ["code-python", "code-other", "sql", "shell", "regex", "commit", "prose",
         "house-format", "silent"]
CURSOR = "¦"
COMMENT_MARKS = re.compile(
    r"^\s*(#+|//+|--+|/\*+|\*|<!--|>|\"\"\"|''')?\s*|\s*(\*/|-->|\"\"\")?\s*$")


def read(paths):
    """Returns the cases of all files; stops the program at one that is malformed."""
    cases = []
    for path in paths:
        with open(path, encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                case = json.loads(line)
                if case["text"].count(CURSOR) != 1 or case["kind"] not in KINDS:
                    sys.exit(f"{path}:{number}: not a case: {case.get('id')}")
                cases.append(case)
    repeated = [name for name, times in Counter(case["id"] for case in cases).items() if times > 1]
    if repeated:
        sys.exit(f"cases with the same id: {', '.join(repeated)}")
    return cases


def select(cases, only, limit):
    """Keeps cases whose kind or id begins with one of `only`, at most `limit`, kinds in turn."""
    kept = [case for case in cases
            if not only or any(case[key].startswith(start) for start in only
                               for key in ("kind", "id"))]
    turns = Counter()
    order = {}
    for case in kept:
        order[case["id"]] = (turns[case["kind"]], KINDS.index(case["kind"]))
        turns[case["kind"]] += 1
    chosen = sorted(kept, key=lambda case: order[case["id"]])[:limit]
    return sorted(chosen, key=lambda case: KINDS.index(case["kind"]))


def instruction(case):
    """Returns the last line with words before the cursor, without the marks of a comment."""
    before = case["text"].split(CURSOR)[0]
    for line in reversed(before.split("\n")):
        bare = COMMENT_MARKS.sub("", line)
        if bare:
            return bare
    return ""


def answer(case, document):
    """Returns what is new in the document, or None if anything else was changed.

    White space around the cursor may be replaced along with it.
    """
    before, after = case["text"].split(CURSOR)
    for head, tail in ((before, after), (before.rstrip(" \t"), after.lstrip(" \t"))):
        fits = document.startswith(head) and document.endswith(tail)
        if fits and len(document) >= len(head) + len(tail):
            return document[len(head):len(document) - len(tail)]
    return None
