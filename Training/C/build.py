#!/usr/bin/env python3
"""Builds the training exemplars of part C from source/*.txt, and checks each one.

    build.py                  checks everything and writes *.jsonl next to this file
    build.py --check          checks, and fails if the *.jsonl files are not current
    build.py --near FILE…     reports exemplars that share long word runs with JSON Lines files

A source file is plain text (see README.md). Exemplars that fail a check are reported and the
build fails; nothing is dropped silently. Python 3.9 or later; PyYAML is used if installed.
"""

import argparse
import collections
import json
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
POOLS = HERE.parent.parent / "Pools"


class Exemplar:
    def __init__(self, place, instruction, input, output, settings):
        self.place = place
        self.instruction = instruction.strip()
        self.input = input.strip("\n ") if not input.strip() else input.strip("\n")
        self.output = output.strip("\n")
        self.tags = list(settings["tags"])
        self.language = settings["language"]
        self.group = settings["group"]
        self.form = settings["form"]
        self.checks = list(settings["checks"])

    def record(self):
        return {
            "instruction": self.instruction,
            "input": self.input,
            "output": self.output,
            "tags": self.tags,
            "language": self.language,
            "group": self.group,
        }


def parse(path):
    """Reads one source file: directives (`%tags`, `%form` …), one-line and many-line records."""
    settings = {
        "tags": [], "language": "markdown", "group": path.stem, "form": None, "checks": [],
    }
    phrasings, used = [], 0
    exemplars, lines = [], path.read_text(encoding="utf-8").splitlines()
    number = 0

    def instruct(text):
        nonlocal used
        if text != "~":
            return text
        used += 1
        return phrasings[(used * 7) % len(phrasings)]

    while number < len(lines):
        line = lines[number]
        place = f"{path.name}:{number + 1}"
        number += 1
        if line.startswith("% "):
            parts = re.split(r" \|\|(?: |$)", line[2:].replace(" || || ", " ||  || "))
            if len(parts) != 3:
                sys.exit(f"{place}: a one-line record has three parts, this one has {len(parts)}")
            parts = [parts[0]] + [part.replace("⏎", "\n") for part in parts[1:]]
            exemplars.append(Exemplar(place, instruct(parts[0]), parts[1], parts[2], settings))
        elif line.startswith("%% "):
            instruction, body = line[3:].strip(), []
            while number < len(lines) and not re.match(r"%[% a-z]", lines[number]):
                body.append(lines[number])
                number += 1
            if body.count("=>") != 1:
                sys.exit(f"{place}: the record needs exactly one line with =>")
            cut = body.index("=>")
            exemplars.append(Exemplar(
                place, instruct(instruction), "\n".join(body[:cut]), "\n".join(body[cut + 1:]),
                settings))
        elif line.startswith("%phrasing "):
            phrasings.append(line.split(" ", 1)[1])
        elif line.startswith("%group "):
            settings["group"] = line.split(" ", 1)[1]
            settings["form"], settings["checks"] = None, []
            settings["tags"] = settings["tags"][:1]
        elif line.startswith("%"):
            name, _, value = line[1:].partition(" ")
            if name in ("tags", "checks"):
                settings[name] = value.split()
            elif name in ("language", "form"):
                settings[name] = value
            elif name != "note":
                sys.exit(f"{place}: unknown directive %{name}")
        elif line.strip():
            sys.exit(f"{place}: text outside of a record")
    return exemplars


NUMBER_WORDS = {
    "zero": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6",
    "seven": "7", "eight": "8", "nine": "9", "ten": "10", "eleven": "11", "twelve": "12",
    "twenty": "20", "thirty": "30", "forty": "40", "fifty": "50", "sixty": "60", "ninety": "90",
    "hundred": "100", "half": "2", "twice": "2", "double": "2", "dozen": "12",
    "first": "1", "second": "2", "third": "3", "fourth": "4", "fifth": "5",
}
MONTHS = ("january february march april may june july august september october november "
          "december").split()


def words(text):
    return re.findall(r"[^\W_]+(?:['’][^\W_]+)?", text.lower())


def numbers(text):
    found = {n.lstrip("0") or "0" for n in re.findall(r"\d+", text)}
    for word in words(text):
        if word in NUMBER_WORDS:
            found.add(NUMBER_WORDS[word])
        for index, month in enumerate(MONTHS):
            if word == month or word == month[:3]:
                found.add(str(index + 1))
    return found


def check_common(e):
    if not e.instruction or not e.output:
        yield "instruction or output is empty"
    if "```" in e.output or "```" in e.input:
        yield "a fence"
    if re.match(r"(?i)(sure|certainly|here (is|are)|of course|commit message:|summary:)", e.output):
        if "form" not in e.checks and e.form is None:
            yield "a preface"
    if e.instruction.lower() in e.output.lower():
        yield "the instruction is repeated"
    if e.output.strip() == e.input.strip():
        yield "the output is the input"
    if any(line != line.rstrip() for line in e.output.split("\n")):
        yield "trailing spaces"
    if len(e.output) > 700 or len(e.input) > 1500:
        yield "too long"
    if "\t" in e.output:
        yield "a tab"
    if "no-numbers" not in e.checks:
        output = re.sub(r"(?m)^\d+\. ", "", e.output) if "numbered" in e.checks else e.output
        extra = numbers_written(output) - numbers(e.instruction + "\n" + e.input)
        if "next-number" in e.checks:
            given = numbers(e.instruction + "\n" + e.input)
            extra = {n for n in extra if str(int(n) - 1) not in given}
        if extra:
            yield f"numbers that were not given: {sorted(extra)}"
    if e.form and not re.fullmatch(e.form, e.output):
        yield f"the form does not match: {e.form}"


def numbers_written(text):
    return {n.lstrip("0") or "0" for n in re.findall(r"\d+", text)}


def load_verbs():
    return set((HERE / "source" / "verbs.list").read_text().split())


def check_commit(e):
    subject, _, body = e.output.partition("\n")
    if len(subject) > 72:
        yield f"subject of {len(subject)} characters"
    if subject.endswith("."):
        yield "subject ends with a full stop"
    if subject.split()[0] not in load_verbs():
        yield f"not a known imperative: {subject.split()[0]}"
    if body and not body.startswith("\n"):
        yield "no empty line after the subject"
    if any(len(line) > 72 for line in body.split("\n")):
        yield "body line of over 72 characters"
    common = stems(e.output) & stems(e.input + " " + e.instruction)
    if not common:
        yield "subject shares no word with the change"


def stems(text):
    split = re.sub(r"([a-z])([A-Z])", r"\1 \2", text).replace("_", " ")
    return {w[:5] for w in words(split) if len(w) > 2}


ABBREVIATIONS = re.compile(r"\b(e\.g|i\.e|etc|vs|no|St|Dr|approx|a\.m|p\.m)\.|\d\.\d")


def sentences(text):
    plain = ABBREVIATIONS.sub("x", text)
    return len(re.findall(r"[.!?]+(?=[\s\"”)]|$)", plain))


def check_one_sentence(e):
    if sentences(e.output) != 1:
        yield f"{sentences(e.output)} sentences"
    if "\n" in e.output:
        yield "more than one line"


def check_shorter(e):
    if len(e.output) >= 0.8 * len(e.input):
        yield f"{len(e.output)} characters out of {len(e.input)}"


def check_faithful(e):
    """Names in the output stand in the input, and most of its words too."""
    given = stems(e.input + " " + e.instruction)
    plain = re.sub(r"(?m)^ *([-*•]|\d+\.) (\[.\] )?(\*\*)?", "", e.output)
    for name in re.findall(r"(?<![.!?:] )(?<!^)(?<!\n)(?<!\")\b[A-Z][a-z]{2,}", plain):
        if name[:5].lower() not in given:
            yield f"a name that was not given: {name}"
    said = [w[:5] for w in words(e.output) if len(w) > 3]
    if said and sum(w in given for w in said) < 0.4 * len(said):
        yield "fewer than two in five words come from the input"


def check_bullets(e):
    mark = e.output[:2]
    if mark not in ("- ", "* ", "• ", "1."):
        yield "not a list"
    lines = [l for l in e.output.split("\n") if l]
    if mark == "1.":
        if [l.split()[0] for l in lines] != [f"{n}." for n in range(1, len(lines) + 1)]:
            yield "not numbered in order"
    elif any(not re.match(r"( {2,4})?" + re.escape(mark), l) for l in lines):
        yield "a line without the mark"
    if len(lines) < 2:
        yield "fewer than two points"


def check_json(e):
    try:
        json.loads(e.output)
    except ValueError as error:
        yield f"not JSON: {error}"


def check_yaml(e):
    try:
        import yaml
    except ImportError:
        return
    try:
        if not isinstance(yaml.safe_load(e.output), (dict, list)):
            yield "YAML, but neither a mapping nor a list"
    except yaml.YAMLError as error:
        yield f"not YAML: {error}"


def check_toml(e):
    try:
        import tomllib
    except ImportError:
        return
    try:
        tomllib.loads(e.output)
    except tomllib.TOMLDecodeError as error:
        yield f"not TOML: {error}"


def check_xml(e):
    import xml.etree.ElementTree
    try:
        xml.etree.ElementTree.fromstring(f"<x>{e.output}</x>")
    except xml.etree.ElementTree.ParseError as error:
        yield f"not XML: {error}"


def check_values(e):
    """Every value of an extraction stands in the input, words in any order and inflection."""
    given = stems(e.input + " " + e.instruction)
    text = words(e.input + " " + e.instruction)
    for word in words(e.output):
        if len(word) > 2 and word[:5] not in given and word not in text:
            if word not in MONTHS and word not in ("none", "null", "true", "false", "and"):
                yield f"a word that was not given: {word}"


CHECKS = {
    "commit": check_commit, "one-sentence": check_one_sentence, "shorter": check_shorter,
    "faithful": check_faithful, "bullets": check_bullets, "json": check_json, "yaml": check_yaml,
    "toml": check_toml, "xml": check_xml, "values": check_values,
    "no-numbers": lambda e: (), "numbered": lambda e: (), "next-number": lambda e: (), "form": lambda e: (),
}


def runs(text, length=8):
    w = words(text)
    return {tuple(w[i:i + length]) for i in range(len(w) - length + 1)}


def rows(paths):
    for path in paths:
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.strip():
                yield path.name, json.loads(line)


def strings(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from strings(item)


def near(exemplars, paths):
    """Exemplars that share a run of eight words, or a whole short field, with given files."""
    known_runs, known_texts = set(), set()
    for _, row in rows(paths):
        for text in strings(row):
            known_runs |= runs(text)
            known_texts.add(" ".join(words(text)))
    for e in exemplars:
        for text in (e.input, e.output):
            short = " ".join(words(text))
            if runs(text) & known_runs or (len(short) > 12 and short in known_texts):
                yield f"{e.place}: near a given text: {text[:60]!r}"


def check_forms(exemplars):
    """Within a form, what is not fixed comes from the instruction and its input."""
    groups = collections.defaultdict(list)
    for e in exemplars:
        if e.form:
            groups[e.group].append(e)
    for name, members in groups.items():
        count = collections.Counter(w for e in members for w in stems(e.output))
        fixed = {w for w, n in count.items() if n >= 0.4 * len(members)}
        for e in members:
            said = [w[:5] for w in words(e.output) if len(w) > 3 and w[:5] not in fixed]
            given = stems(e.instruction + " " + e.input)
            given |= {w[:5] for w in words(e.instruction + " " + e.input)}
            if said and sum(w in given for w in said) < 0.6 * len(said):
                missing = sorted({w for w in said if w not in given})
                yield f"{e.place}: {name}: too much that was not given: {missing}"
        if not 6 <= len(members) <= 10:
            yield f"group {name}: {len(members)} exemplars, not 6 to 10"


def problems(exemplars):
    seen = {}
    for e in exemplars:
        for problem in check_common(e):
            yield f"{e.place}: {problem}"
        for name in e.checks:
            for problem in CHECKS[name](e):
                yield f"{e.place}: {problem}"
        for key in ((" ".join(words(e.instruction)), e.input), ("out", e.output)):
            if key in seen and (key[0] != "out" or len(e.output) > 12):
                yield f"{e.place}: the same as {seen[key]}"
            seen.setdefault(key, e.place)
    yield from check_forms(exemplars)
    if POOLS.is_dir():
        yield from near(exemplars, sorted(POOLS.glob("*.jsonl")))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--near", nargs="+", type=pathlib.Path, metavar="FILE")
    arguments = parser.parse_args()
    sources = sorted((HERE / "source").glob("*.txt"))
    by_file = {path.stem: parse(path) for path in sources}
    everything = [e for exemplars in by_file.values() for e in exemplars]
    if arguments.near:
        found = list(near(everything, arguments.near))
        print("\n".join(found) or "nothing near")
        return 1 if found else 0
    found = list(problems(everything))
    print("\n".join(found), end="\n" if found else "")
    stale = []
    for name, exemplars in by_file.items():
        text = "".join(json.dumps(e.record(), ensure_ascii=False) + "\n" for e in exemplars)
        target = HERE / f"{name}.jsonl"
        if arguments.check:
            if not target.exists() or target.read_text(encoding="utf-8") != text:
                stale.append(f"{target.name} is not current: run build.py")
        elif not found:
            target.write_text(text, encoding="utf-8")
        groups = len({e.group for e in exemplars})
        print(f"{name}: {len(exemplars)} exemplars, {groups} group(s)")
    print(f"{len(everything)} exemplars, {len(found)} problem(s)")
    print("\n".join(stale), end="\n" if stale else "")
    return 1 if found or stale else 0


if __name__ == "__main__":
    sys.exit(main())
