#!/usr/bin/env python3
"""Builds the training exemplars in this folder from the files in source/.

    ./build.py                      parse, run every check, write *.jsonl
    ./build.py --only python sql    only these languages
    ./build.py --against FILE ...   also drop what is near the rows of these JSON Lines files

A record in a source file is an instruction, an optional input, the output, and its checks:

    @ Write a function area(width, height) that returns the area of a rectangle.
    <
    import math
    >
    def area(width, height):
        return width * height
    ? area(2, 3) == 6

Lines that start with `%` set language and group for the records after them. The lines from `<` to
`>` are the input. Lines that start with `?` are checks; they are run here and never exported.
"""
import argparse
import json
import re
import sys
import textwrap
from dataclasses import dataclass, field
from pathlib import Path

import checks

HERE = Path(__file__).parent
LIMITS = {"instruction": 300, "input": 1500, "output": 1200}


@dataclass
class Record:
    place: str
    language: str
    group: str
    instruction: str = ""
    input: str = ""
    output: str = ""
    checks: list = field(default_factory=list)  # (mark, text), the mark without its "?"
    settings: dict = field(default_factory=dict)

    def exported(self):
        kind = self.settings.get("kind", self.language)
        topic = self.group.removeprefix(kind + "-")
        return {
            "instruction": self.instruction,
            "input": self.input,
            "output": textwrap.dedent(self.output),  # editors indent what they insert
            "tags": list(dict.fromkeys([kind, topic])),
            "language": self.settings.get("export", self.language),
            "group": self.group,
        }


def parse(path):
    """Yield the records of one source file."""
    settings, record, part, blocks = {}, None, None, {}

    def finish():
        record.input = record.input.strip("\n")
        record.output = record.output.strip("\n")
        return record

    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("%block "):  # text that several records share, such as a schema
            if record:
                yield finish()
                record = None
            name = line.split()[1]
            blocks[name] = ""
            part = ("block", name)
        elif line.startswith("%") and re.match(r"%\w+( |$)", line):
            if record:
                yield finish()
                record = None
            key, _, value = line[1:].partition(" ")
            settings[key] = value
            part = None
        elif line.startswith("@ "):
            if record:
                yield finish()
            record = Record(
                f"{path.name}:{number}",
                settings["language"],
                settings["group"],
                line[2:],
                settings={**settings, "blocks": dict(blocks)},
            )
            part = "output"
        elif isinstance(part, tuple):
            blocks[part[1]] += line + "\n"
        elif record is None:
            if line.strip():
                raise SystemExit(f"{path.name}:{number}: text outside of a record: {line}")
        elif line == "<":
            part = "input"
        elif line == ">" and part == "input":
            part = "output"
        elif part == "output" and (match := re.match(r"\?(\S*)(?: (.*)|$)", line)):
            record.checks.append((match[1], match[2] or ""))
        else:
            setattr(record, part, getattr(record, part) + line + "\n")
    if record:
        yield finish()


def normalised(text):
    return " ".join(re.findall(r"\w+|[^\w\s]", text.lower()))


def shingles(text, size=5):
    words = normalised(text).split()
    return {tuple(words[i : i + size]) for i in range(max(1, len(words) - size + 1))}


def near(record, others):
    """Tell whether another row asks for the same, or has most of the answer."""
    mine = shingles(record.output)
    instruction = normalised(record.instruction)
    asked = normalised(f"{record.instruction} {record.input}")
    for question, answer, is_text in others:
        if asked == question or is_text and instruction in question and " " in instruction:
            return True
        if len(mine) >= 8 and len(mine & answer) >= 0.7 * len(mine):
            return True
    return False


def strings(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)


def rows_of(paths):
    for path in paths:
        for line in Path(path).read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if "output" in row:
                question = f"{row['instruction']} {row.get('input', '')}"
                yield normalised(question), shingles(row["output"]), False
            else:
                for text in strings(row):
                    yield normalised(text), shingles(text), True


def faults(record):
    for name, limit in LIMITS.items():
        if len(getattr(record, name)) > limit:
            yield f"{name} is longer than {limit} characters"
    if not record.instruction or not record.output:
        yield "instruction or output is empty"
    if "```" in record.output:
        yield "output has a fence"
    if not record.checks:
        yield "no check"


def main():
    parser = argparse.ArgumentParser(description="Build and check the exemplars.")
    parser.add_argument("--only", nargs="*", help="languages to build")
    parser.add_argument("--against", nargs="*", default=[], help="JSON Lines to keep apart from")
    arguments = parser.parse_args()
    records = [r for path in sorted((HERE / "source").glob("*.txt")) for r in parse(path)]
    if arguments.only:
        records = [r for r in records if r.settings.get("kind", r.language) in arguments.only]
    problems = {}
    seen, answers = {}, {}
    for record in records:
        blocks = record.settings["blocks"]
        if not record.input and record.settings.get("context"):
            record.input = blocks[record.settings["context"]].strip("\n")
        record.input = re.sub(r"^\{\{(\w+)\}\}$", lambda m: blocks[m[1]].strip("\n"), record.input)
        record.input = textwrap.dedent(record.input)
        for fault in faults(record):
            problems[record.place] = fault
        key = (record.language, normalised(record.instruction), normalised(record.input))
        if key in seen:
            problems[record.place] = f"same instruction and input as {seen[key]}"
        seen.setdefault(key, record.place)
        answer = (record.language, re.sub(r"\s+", "", record.output), key[2])
        if answer in answers:
            problems[record.place] = f"same answer as {answers[answer]}"
        answers.setdefault(answer, record.place)
    for record, message in checks.run(records):
        problems.setdefault(record.place, message)
    if arguments.against:
        others = list(rows_of(arguments.against))
        for record in records:
            if near(record, others):
                problems.setdefault(record.place, "near a row of another file")
    kinds = {}
    for record in records:
        kind = record.settings.get("kind", record.language)
        kinds.setdefault(kind, [])
        if record.place in problems:
            print(f"{record.place}: {problems[record.place]}", file=sys.stderr)
        else:
            kinds[kind].append(record.exported())
    for kind, rows in sorted(kinds.items()):
        with open(HERE / f"{kind}.jsonl", "w", encoding="utf-8") as file:
            for row in rows:
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
        print(f"{kind:12} {len(rows):5}")
    print(f"{'all':12} {sum(map(len, kinds.values())):5}   dropped {len(problems)}")


if __name__ == "__main__":
    main()
