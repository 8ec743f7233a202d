"""Checks of SQL, regular expressions, commit messages, prose, and house formats."""

import difflib
import json
import re
import sqlite3
import time

from .cases import CURSOR

VERBS = frozenset("""
    accept adapt add adjust align allow annotate append apply ask assign attach avoid back bind
    break build bump cache call cancel cap change check clamp clarify clean clear close collect
    combine compare compile complete compute configure connect convert copy correct count cover
    create cut declare decode decrease deduplicate default defer define delay delete deny
    deprecate describe detect disable disallow display do document downgrade drop emit enable
    encode enforce ensure escape exclude execute explain export expose extend extract fail fetch
    fill filter find finish fix flush follow format gather generate get give group guard handle
    hide hoist honour ignore implement import improve include increase indent index inform
    initialise initialize inline insert install introduce join keep label let lift limit link
    lint list listen load lock log lower make map mark match measure mention merge migrate mock
    modernise move name normalise normalize note offer omit open optimise optimize order
    override parse pass permit pin place prefer prepare prevent print process prohibit promote
    propagate protect provide prune put quote raise read rebuild record recover reduce refactor
    refresh refuse register reject release reload remove rename render reorder repair repeat
    replace report request require rerun reset resize resolve respect restore restrict
    restructure retain retry return reuse revert reverse rewrite round run save scale schedule
    search secure select send separate serve set shorten show shrink silence simplify skip sort
    specify speed split start state stop store stream strip support suppress swap switch
    synchronise take tell test throw tidy tighten time trim truncate try tune turn type unify
    update upgrade use validate verify wait warn widen work wrap write
""".split())
CODE_IN_SUBJECT = re.compile(
    r"[{}]|;\s*$|==|:=|=>|\+=| = |^\s*[-+@<>]|^diff |^index |^return [\w.]+$|^import \w+$"
    r"|^(export )?(function|def|class|const|let|var) \w+")


def has(pattern, text):
    return re.search(pattern, text, re.I) is not None


def _facts(check, text):
    for pattern in check["must"]:
        if not has(pattern, text):
            return f"lacks {pattern}"
    for pattern in check.get("not", []):
        if has(pattern, text):
            return f"has {pattern}"
    return None


# SQL

def sql(case, check, answer, document, sandbox):
    statements, rest = [], ""
    for piece in re.split(r"(?<=;)", answer):
        rest += piece
        if sqlite3.complete_statement(rest):
            statements.append(rest)
            rest = ""
    bare = [re.sub(r"--[^\n]*|/\*.*?\*/", "", text, flags=re.S).strip(" \n\t;")
            for text in [*statements, rest]]
    written = [text for text in bare if text]
    if len(written) != 1:
        return f"{len(written)} statements"
    database = sqlite3.connect(":memory:")
    database.executescript(check["setup"])
    end = time.monotonic() + 4
    database.set_progress_handler(lambda: time.monotonic() > end, 10_000)
    denied = (sqlite3.SQLITE_ATTACH, sqlite3.SQLITE_DETACH)
    database.set_authorizer(
        lambda action, *_: sqlite3.SQLITE_DENY if action in denied else sqlite3.SQLITE_OK)
    try:
        rows = database.execute(written[0]).fetchmany(1000)
        if "rows" in check and not _same_rows(check, rows):
            return f"finds {rows[:3]}"
        for query, expected in check.get("state", []):
            found = [list(row) for row in database.execute(query)]
            if found != expected:
                return f"afterwards {query} finds {found[:3]}"
    except (sqlite3.Error, sqlite3.Warning) as error:
        return f"SQLite: {error}"
    return None


def _same_rows(check, rows):
    """Whether every wanted column is among those found, with at most `extra` (1) others."""
    wanted = [tuple(map(_value, row)) for row in check["rows"]]
    found = [tuple(map(_value, row)) for row in rows]
    if len(wanted) != len(found):
        return False
    width, have = len(wanted[0]), len(found[0])
    if not width <= have <= width + check.get("extra", 1):
        return False
    order = list if check.get("ordered") else sorted
    columns = [[]]
    for place in range(width):
        columns = [chosen + [column] for chosen in columns
                   for column in range(have) if column not in chosen
                   and order(row[column] for row in found) == order(row[place] for row in wanted)]
    return any(order(tuple(row[c] for c in chosen) for row in found) == order(wanted)
               for chosen in columns)


def _value(value):
    if isinstance(value, (int, float)):
        return ("number", round(float(value), 4))
    return ("text", str(value))


# Regular expressions

TRY_PATTERN = '''
import json, re, sys
task = json.load(open("task.json"))
if task["name"]:
    sys.path.insert(0, ".")
    import answer_file
    pattern = re.compile(vars(answer_file)[task["name"]])
else:
    pattern = re.compile(task["pattern"])
for text in task.get("match", []):
    assert pattern.fullmatch(text), "does not match " + text
for text in task.get("no", []):
    assert not pattern.fullmatch(text), "matches " + text
for text, want in task.get("find", []):
    found = [match.group(0) for match in pattern.finditer(text)]
    inner = [match.group(1) if pattern.groups else None for match in pattern.finditer(text)]
    assert want in (found, inner), "finds %r in %s" % (found, text)
print("passed")
'''
TRY_PATTERN_JS = '''
const task = JSON.parse(require("fs").readFileSync("task.json", "utf8"));
const assert = require("assert");
const whole = new RegExp(`^(?:${F.source})$`, F.flags.replace("g", ""));
for (const text of task.match ?? []) assert.ok(whole.test(text), `does not match ${text}`);
for (const text of task.no ?? []) assert.ok(!whole.test(text), `matches ${text}`);
for (const [text, want] of task.find ?? []) {
  const all = new RegExp(F.source, F.flags.includes("g") ? F.flags : F.flags + "g");
  assert.deepStrictEqual([...text.matchAll(all)].map((match) => match[0]), want);
}
process.stdout.write("passed");
'''


def regex(case, check, answer, document, sandbox):
    task = {key: check[key] for key in ("match", "no", "find") if key in check}
    original = case["text"].replace(CURSOR, "")
    assigned = {
        "python": r"^(\w+)(?:\s*:[^=\n]+)?\s*=(?!=)",
        "javascript": r"^(?:export\s+)?(?:const|let|var)\s+(\w+)\s*=",
    }.get(check["form"])
    if assigned is None:
        lines = answer.strip().split("\n")
        if len(lines) > 1:
            return "has more than a line"
        quoted = re.fullmatch(r"([`/\"'])(.+)\1", lines[0])
        task.update(name=None, pattern=quoted.group(2) if quoted else lines[0])
        return _passed(sandbox.run(["python3", "try.py"], {
            "try.py": TRY_PATTERN, "task.json": json.dumps(task)}))
    new = [name for name in re.findall(assigned, document, re.M)
           if name not in re.findall(assigned, original, re.M)]
    if len(new) != 1 or re.search(r"^\s*(def|class|function)\b", answer, re.M):
        return f"assigns {', '.join(new) or 'nothing'}"
    task["name"] = new[0]
    files = {"task.json": json.dumps(task)}
    if check["form"] == "python":
        files.update({"answer_file.py": document, "try.py": TRY_PATTERN})
        return _passed(sandbox.run(["python3", "try.py"], files))
    source = re.sub(r"^export\s+", "", document, flags=re.M)
    files["try.cjs"] = f"{source}\n;{{ const F = {new[0]};\n{TRY_PATTERN_JS} }}\n"
    return _passed(sandbox.run(["node", "try.cjs"], files))


def _passed(result):
    return None if result.code == 0 and result.output.strip() == "passed" else result.complaint


# Commit messages

def commit(case, check, answer, document, sandbox):
    subject, *body = answer.strip().split("\n")
    if not 8 <= len(subject) <= 72 or " " not in subject:
        return f"a subject of {len(subject)} characters"
    if CODE_IN_SUBJECT.search(subject) or subject[0] in "\"'`*#[(":
        return "code or marks in the subject"
    if body and (body[0].strip() or len(body) > 7 or any(len(line) > 80 for line in body)):
        return "the body is too long or not set apart"
    if any(CODE_IN_SUBJECT.search(line) for line in body):
        return "code in the body"
    words = re.sub(r"^[\w./-]+(\([^)]*\))?!?: ", "", subject).lower().split()
    if words[0].split("-")[0] not in VERBS:
        return f"does not begin with an imperative: {words[0]}"
    for group in check["must"]:
        if not any(has(pattern, subject) for pattern in group):
            return f"names none of {', '.join(group)}"
    return _facts({"must": [], "not": check.get("not", [])}, answer)


# Prose and house formats

def prose(case, check, answer, document, sandbox):
    text = answer.strip().translate(str.maketrans("’‘“”–", "''\"\"-"))
    if check.get("list"):
        text = re.sub(r"^[-*] ", "", text)
    if re.search(r"\n\s*\n|^\s*([-*+] |\d+[.)] |#+ )", text, re.M) and not re.match(r"\w", text):
        return "has a form of its own"
    if "\n\n" in text:
        return "has more than a paragraph"
    words = re.findall(r"\w[\w'-]*", text.lower())
    least, most = check["words"]
    if not least <= len(words) <= most:
        return f"has {len(words)} words"
    if check.get("ends", True) and not re.search(r"[.!?][\"')]*$", text):
        return "does not end"
    if re.search(r"\[[^\]\n]+\](?!\()|\{\w+\}|\bTODO\b", text):
        return "leaves a blank to fill in"
    if "sentences" in check:
        count = len(re.findall(r"[.!?][\"')]*(?=\s+[A-Z\"'(0-9]|$)", text))
        if not check["sentences"][0] <= count <= check["sentences"][1]:
            return f"has {count} sentences"
    if "lines" in check and text.count("\n") >= check["lines"]:
        return "has too many lines"
    return _facts(check, text) or _echo(case, check, words) or _inventions(case, check, text)


def _echo(case, check, words):
    source = re.findall(r"\w[\w'-]*", check.get("source", case["text"]).lower())
    matcher = difflib.SequenceMatcher(None, source, words, autojunk=False)
    longest = matcher.find_longest_match().size
    if longest >= 5 and longest > check.get("echo", 0.8) * len(words):
        return "echoes the text"
    return None


def _inventions(case, check, text):
    known = case["text"].lower()
    spelled = "zero one two three four five six seven eight nine ten eleven twelve".split()
    for number in re.findall(r"\d+(?:[.,:]\d+)*", text):
        words = spelled[int(number)] if number.isdigit() and int(number) < 13 else number
        allowed = number in known or number in check.get("numbers", [])
        if not allowed and not has(rf"\b{words}\b", known):
            return f"invents the number {number}"
    if not check.get("title"):
        for name in re.findall(r"(?<=[a-z,;] )[A-Z][a-z]{2,}\b", text):
            if name.lower() not in known:
                return f"invents the name {name}"
    return None


def house(case, check, answer, document, sandbox):
    text = answer.strip("\n").rstrip().lstrip(" \t")
    if not re.fullmatch(check["format"], text):
        return f"another format: {text[:60]!r}"
    return _facts(check, text)
