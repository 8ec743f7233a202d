#!/usr/bin/env python3
"""Composes exemplars of small functions in Python and JavaScript, and runs each of them.

    Training/D/code.py

An exemplar is an operation on records of a domain (`domains.txt`) with a condition, or one of the pieces of
`pieces.py`. What each must return is said by a reference that knows nothing of the emitted code. The same sources
give the same bytes. Exits with 1 and names the exemplar if one does not do what its reference says.
"""
import json
import re
import subprocess
import sys
from pathlib import Path
from random import Random

sys.dont_write_bytecode = True
HERE = Path(__file__).parent
sys.path.append(str(HERE))
import pieces  # noqa: E402
import records  # noqa: E402
from wording import camel, frame, javascript_words  # noqa: E402

ALIKE = 6  # rows that differ only in names
WANTED = {"python": 1700, "javascript": 350}
KEYWORDS = set("def return for in if else not and or is None True False lambda yield from import class self with as while "
               "raise try except break continue function const let of new null true false this len sum min max sorted "
               "any all next set dict list tuple range zip enumerate reversed round abs int str float key reverse default "
               "items get append join split strip lower upper map filter reduce some every find length sort".split())


def skeleton(code):
    """The code without its names and texts."""
    code = re.sub(r'"[^"]*"', '""', code)
    names = {}

    def rename(match):
        word = match.group()
        return word if word in KEYWORDS else names.setdefault(word, f"v{len(names)}")

    return re.sub(r"[A-Za-z_]\w*", rename, code)


def asked_names():
    """The functions that acceptance cases ask for; no exemplar may have such a name."""
    names = set()
    for path in sorted((HERE.parent.parent / "Tests/Acceptance").glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            before = json.loads(line)["text"].split("¦")[0].rstrip().splitlines()[-3:]
            names |= set(re.findall(r"(\w+)\(", "\n".join(before)))
    return names


def indented(code, by):
    return "\n".join(by + line if line else line for line in code.split("\n"))


def built(rng, spec, language):
    """The row of a specification, and how to check it; None if the specification has no such language."""
    python = language == "python"
    if spec.get("raw"):
        row = {"instruction": spec["instruction"], "input": spec["input"], "output": spec["output"],
               "tags": [language, spec["group"]], "language": language, "group": f"{language}-{spec['group']}"}
        source = (spec["input"] + "\n\n\n" if spec["input"] else "") + spec["output"]
        found = re.search(r"(?:class|def) (\w+)", spec["output"])
        return row, {"source": source, "name": found.group(1), "spec": spec}
    body = spec.get("py" if python else "js")
    if body is None:
        return None
    name = spec["name"] if python else camel(spec["name"])
    method = spec.get("method", False)
    params = spec["params"] if python else [(camel(p), t) for p, t in spec["params"]]
    as_body = spec.get("body_only", False)
    spec["bare"] = not method and not as_body and rng.random() < 0.09
    # Without a signature in the instruction there is nothing that asks for types.
    typed = python and spec.get("typed", False) and spec.get("ret") and not spec["bare"]
    shown = ", ".join(f"{p}: {t}" if typed else p for p, t in params)
    arrow = f" -> {spec['ret']}" if typed else ""
    signature = f"{name}({shown}){arrow}"
    inner = ", ".join((["self"] if method and python else []) + ([shown] if shown else []))
    if python:
        head, end = f"def {name}({inner}){arrow}:", ""
    else:
        head, end = (f"{name}({inner}) {{" if method else f"function {name}({inner}) {{"), "\n}"
    tab = "    " if python else "  "
    context = spec.get("input", "") if python else spec.get("js_input", "")
    imports = spec.get("imports", "") if python else ""
    own_imports = ""
    if imports and imports not in context:
        if as_body or method or context or rng.random() < 0.5:
            context = imports + ("\n\n" if context.startswith(("import", "from")) else "\n\n\n" if context else "") + context
            context = re.sub(r"\n\n(from|import)", r"\n\1", context) if context.startswith(imports + "\n\n") else context
        else:
            own_imports = imports + "\n\n\n"
    code = head + "\n" + indented(body, tab) + end
    output = body if as_body else own_imports + code
    gap = "\n\n\n" if python else "\n\n"
    given = context + (gap if context else "") + head if as_body else context
    instruction = frame(rng, spec, signature, "body" if as_body else "method" if method else "function", language)
    if not python:
        instruction = javascript_words(instruction, spec)
    topic = "bodies" if as_body else spec["group"]
    row = {"instruction": instruction, "input": given, "output": output, "tags": [language, topic],
           "language": language, "group": f"{language}-{topic}"}
    if method:
        closed = context.rstrip()
        source = (closed[:-1].rstrip() if not python else closed) + "\n\n" + indented(code, tab) + ("" if python else "\n}")
    else:
        source = (context + "\n\n\n" if context else "") + own_imports + code
    return row, {"source": source, "name": name, "spec": spec}


def plain(value):
    """A result as plain lists and dictionaries, so that it can be compared with the reference."""
    if hasattr(value, "_asdict"):
        return plain(value._asdict())
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (str, bytes, int, float, type(None), type)):
        return value
    if isinstance(value, (set, frozenset)):
        return sorted((plain(item) for item in value), key=repr)
    if isinstance(value, BaseException):
        return type(value).__name__
    if hasattr(value, "__iter__"):
        return [plain(item) for item in value]
    return plain(vars(value)) if hasattr(value, "__dict__") else value


def same(left, right):
    if isinstance(left, float) or isinstance(right, float):
        return isinstance(left, (int, float)) and isinstance(right, (int, float)) and abs(left - right) < 1e-9
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, dict) and isinstance(right, dict):
        return list(left) == list(right) and all(same(left[key], right[key]) for key in left)
    return type(left) is type(right) and left == right


def check_python(check):
    spec, space = check["spec"], {"__name__": "exemplar"}
    exec(check["source"], space)  # noqa: S102: the code is our own
    if spec.get("raw"):
        for script, expected in spec["tests"]:
            exec(script, space)
            if not same(plain(space["result"]), plain(expected)):
                return f"{script} gives {space['result']}, not {expected}"
        return None
    make = records.maker(spec.get("record"), space)
    for args, expected in spec["tests"]:
        given = [make(arg) for arg in args]
        try:
            if spec.get("check"):
                got = spec["check"](space, *given)
            elif spec.get("method"):
                owner = space[spec["owner"]]()
                setattr(owner, spec["holds"], given[0])
                got = getattr(owner, check["name"])(*given[1:])
            else:
                got = space[check["name"]](*given)
            got = plain(got)
        except Exception as error:  # noqa: BLE001: the reference says which error is right
            got = type(error).__name__
        if not same(got, plain(expected)):
            return f"{args} gives {got}, not {expected}"
        if not spec.get("changes") and plain(given) != plain(list(args)):
            return f"{args} were changed"
    return None


NODE = """
const assert = require("node:assert");
const vm = require("node:vm");
const cases = JSON.parse(require("node:fs").readFileSync(0, "utf-8"));
const problems = [];
for (const [index, { source, call, tests, owner, holds, changes }] of cases.entries()) {
  for (const [args, expected] of tests) {
    try {
      const before = JSON.stringify(args);
      const make = new Function(source + "; return " + (owner ?? call));
      let got;
      if (owner) {
        const it = new (make())();
        it[holds] = args[0];
        got = it[call](...args.slice(1));
      } else {
        try { got = make()(...args); } catch (error) {
          if (expected !== "ValueError" && expected !== "KeyError") throw error;
          got = expected;
        }
      }
      if (got instanceof Map) got = Object.fromEntries(got);
      else if (got && typeof got !== "string" && got[Symbol.iterator]) got = [...got];
      if (got === undefined) throw new Error("undefined");
      if (typeof got === "number" && typeof expected === "number") assert.ok(Math.abs(got - expected) < 1e-9, `${got} is not ${expected}`);
      else assert.deepStrictEqual(JSON.parse(JSON.stringify(got)), expected);
      if (!changes) assert.strictEqual(JSON.stringify(args), before);
    } catch (error) {
      problems.push([index, `${JSON.stringify(args)}: ${error.message}`]);
      break;
    }
  }
}
console.log(JSON.stringify(problems));
"""


def check_javascript(checks):
    cases = [{"source": check["source"], "call": check["name"], "owner": check["spec"].get("owner"),
              "holds": check["spec"].get("holds"), "changes": check["spec"].get("changes", False),
              "tests": [[records.camel_keys(list(args)), records.camel_keys(plain(expected))]
                        for args, expected in check["spec"]["tests"]]} for check in checks]
    done = subprocess.run(["node", "-e", NODE], input=json.dumps(cases), capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout))


def main():
    asked = asked_names()
    problems = []
    for language, wanted in WANTED.items():
        rng = Random(f"{language} exemplars")
        rows, checks, seen, alike = [], [], set(), {}
        source = pieces.all_specs(rng, language)
        tries = 0
        while len(rows) < wanted and tries < 60000:
            tries += 1
            spec = source.pop() if source else records.spec(rng, language)
            if spec is None:
                continue
            pair = built(rng, spec, language)
            if pair is None:
                continue
            row, check = pair
            shape = skeleton(row["output"])
            if check["name"] in asked or row["instruction"] in seen or alike.get(shape, 0) >= ALIKE:
                continue
            if len(check["name"]) > 42 or len(row["instruction"]) > 330:
                continue
            seen.add(row["instruction"])
            alike[shape] = alike.get(shape, 0) + 1
            rows.append(row)
            checks.append(check)
        if language == "python":
            bad = {}
            for index, check in enumerate(checks):
                try:
                    problem = check_python(check)
                except Exception as error:  # noqa: BLE001: reported with the exemplar
                    problem = f"{type(error).__name__}: {error}"
                if problem:
                    bad[index] = problem
        else:
            bad = check_javascript(checks)
        for index, problem in bad.items():
            problems.append(f"{rows[index]['instruction']}\n{checks[index]['source']}\n  {problem}")
        rows.sort(key=lambda row: (row["group"], row["instruction"]))
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (HERE / f"{language}.jsonl").write_text(text, encoding="utf-8")
        print(f"{language}: {len(rows)} rows, {sum(len(row['output']) for row in rows)} characters of outputs")
    if problems:
        sys.exit("\n\n".join(problems[:12]) + f"\n\n{len(problems)} exemplars do not do what they say")


if __name__ == "__main__":
    main()
