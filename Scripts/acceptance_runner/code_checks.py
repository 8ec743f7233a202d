"""Checks of code: the file as the editor would have it is loaded, and assertions are run."""

import ast
import json
import re

from .cases import CURSOR

RUN_ASSERTIONS = '''
import contextlib, io, json, sys
sys.path.insert(0, ".")
task = json.load(open("task.json"))
printed = io.StringIO()
with contextlib.redirect_stdout(printed):
    import answer_file
if printed.getvalue().strip():
    sys.exit("error: prints when it is loaded")
space = vars(answer_file)
if task["name"]:
    if task["name"] not in space:
        sys.exit("error: does not define " + task["name"])
    space["F"] = space[task["name"]]
with contextlib.redirect_stdout(io.StringIO()):
    exec(compile(task["asserts"], "assertions", "exec"), space)
print("passed")
'''

RUN_TESTS = '''
import importlib, json, sys
sys.path.insert(0, ".")
module = importlib.import_module("test_answer")
for name in json.load(open("task.json")):
    vars(module)[name]()
print("passed")
'''

# Enough of pytest for the tests of the cases, so that none has to be installed.
PYTEST = '''
import contextlib, re
class _Info:
    value = None
@contextlib.contextmanager
def raises(kind, match=None):
    info = _Info()
    try:
        yield info
    except kind as error:
        info.value = error
        assert match is None or re.search(match, str(error)), "another message"
    else:
        raise AssertionError("nothing was raised")
class approx:
    def __init__(self, value, rel=1e-6, abs=1e-12): self.value, self.slack = value, max(rel, abs)
    def __eq__(self, other): return -self.slack <= other - self.value <= self.slack
class mark:
    @staticmethod
    def parametrize(names, values, ids=None):
        keys = [key.strip() for key in names.split(",")] if isinstance(names, str) else names
        def wrap(test):
            def run():
                for value in values:
                    test(**dict(zip(keys, value if len(keys) > 1 else [value])))
            return run
        return wrap
def fixture(function=None, **options): return function or (lambda given: given)
'''


def _statements(tree):
    plain = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)
    return [node for node in tree.body if not isinstance(node, plain)]


def _python_additions(case, document):
    """Returns (complaint, names that the document defines and the case's text does not)."""
    try:
        tree = ast.parse(document)
    except (SyntaxError, ValueError) as error:
        return f"not Python: {error}", []
    known = set(re.findall(r"^(?:async )?(?:def|class) (\w+)", case["text"], re.M))
    defined = [node.name for node in tree.body if hasattr(node, "name")]
    if len(set(defined)) < len(defined):
        return "defines a name twice", []
    for filler in ("pass", ""):
        try:
            original = ast.parse(case["text"].replace(CURSOR, filler))
            break
        except SyntaxError:
            original = None
    if original is not None:
        old = [ast.dump(node) for node in _statements(original)]
        for node in _statements(tree):
            if ast.dump(node) in old:
                old.remove(ast.dump(node))
            elif not isinstance(node, (ast.Assign, ast.AnnAssign)) or isinstance(
                    node.value, ast.Call):
                return f"does more than define: {ast.unparse(node)[:60]}", []
    for node in ast.walk(tree):
        for block in (getattr(node, part, None) for part in ("body", "orelse", "finalbody")):
            if isinstance(block, list) and any(
                    isinstance(step, (ast.Return, ast.Raise)) for step in block[:-1]):
                return "has lines behind a return", []
    lambdas = [node.targets[0].id for node in tree.body
               if isinstance(node, ast.Assign) and isinstance(node.value, ast.Lambda)
               and isinstance(node.targets[0], ast.Name)]
    return None, [name for name in defined + lambdas if name not in known
                  and f"\n{name} = lambda" not in case["text"]]


def python(case, check, answer, document, sandbox):
    complaint, new = _python_additions(case, document)
    if complaint:
        return complaint
    public = [name for name in new if not name.startswith("_")] or new
    wanted = check.get("name")
    if wanted == "":
        if new:
            return f"defines {new[0]} beside the body"
    elif len(public) != 1:
        return f"defines {len(public)} things"
    name = wanted if wanted is not None else public[0]
    result = sandbox.run(["python3", "run.py"], {
        **check.get("files", {}), "answer_file.py": document, "run.py": RUN_ASSERTIONS,
        "task.json": json.dumps({"name": name, "asserts": check["asserts"]})})
    return None if result.output.strip().endswith("passed") else result.complaint


def pytest(case, check, answer, document, sandbox):
    complaint, new = _python_additions(case, document)
    if complaint:
        return complaint
    if not new or not all(name.startswith("test") for name in new) or len(new) > 2:
        return f"defines {', '.join(new) or 'nothing'}"

    def passes(files):
        result = sandbox.run(["python3", "run.py"], {
            **files, "pytest.py": PYTEST, "test_answer.py": document, "run.py": RUN_TESTS,
            "task.json": json.dumps(new)})
        return None if result.output.strip() == "passed" else result.complaint

    if complaint := passes(check["files"]):
        return f"the test fails: {complaint}"
    for mutant in check["mutants"]:
        source = check["files"][mutant["file"]]
        changed = source.replace(mutant["old"], mutant["new"])
        if passes({**check["files"], mutant["file"]: changed}) is None:
            return f"passes although the code says {mutant['new']!r}"
    return None


def javascript(case, check, answer, document, sandbox):
    declared = re.compile(
        r"^(?:export (?:default )?)?(?:async )?(?:function\*? (\w+)|class (\w+)"
        r"|(?:const|let|var) (\w+) = (?:async )?(?:function|\([^()]*\) =>|\w+ =>))", re.M)

    def names(text):
        return ["".join(groups) for groups in declared.findall(text)]

    found, new = names(document), [n for n in names(document) if n not in names(case["text"])]
    if len(set(found)) < len(found):
        return "defines a name twice"
    wanted = check.get("name")
    if wanted == "" and new:
        return f"defines {new[0]} beside the body"
    if wanted != "" and (len(new) != 1 or wanted and new != [wanted]):
        return f"defines {', '.join(new) or 'nothing'}"
    source = re.sub(r"^export (default )?(?=async |function|class|const|let|var)", "", document,
                    flags=re.M)
    script = (f"{source}\n;(() => {{ const assert = require('assert');"
              f" const F = {new[0] if new else 'undefined'};\n{check['asserts']}\n"
              "process.stdout.write('passed'); })();\n")
    result = sandbox.run(["node", "case.cjs"], {**check.get("files", {}), "case.cjs": script})
    return None if result.code == 0 and result.output == "passed" else result.complaint


def c(case, check, answer, document, sandbox):
    headers = "".join(f"#include <{name}.h>\n" for name in ("assert", "stdio", "string"))
    source = f'{document}\n{headers}int main(void) {{\n{check["asserts"]}\nputs("passed");\n}}\n'
    build = ("cc -std=gnu11 -O1 -Werror=implicit-function-declaration -Werror=return-type"
             " -Werror=int-conversion -Werror=incompatible-pointer-types"
             " -fsanitize=address,undefined -fno-sanitize-recover -o case case.c -lm"
             " && timeout 4 ./case")
    result = sandbox.run(["bash", "-c", build], {**check.get("files", {}), "case.c": source}, 15)
    return None if result.code == 0 and result.output == "passed\n" else result.complaint


def bash(case, check, answer, document, sandbox):
    script = '''exec 3>&1
eq() { [ "$1" = "$2" ] || { echo "want [$2], got [$1]" >&3; exit 9; }; }
sleep() { :; }
source ./functions.sh > .printed 2>&1
[ ! -s .printed ] || { echo "error: prints when it is loaded" >&3; exit 8; }
set +eu
''' + check["asserts"] + "\necho passed >&3\n"
    result = sandbox.run(["bash", "case.sh"], {
        **check.get("files", {}), "functions.sh": document, "case.sh": script})
    passed = result.code == 0 and result.output.endswith("passed\n")
    return None if passed else result.complaint


def shell(case, check, answer, document, sandbox):
    result = sandbox.run(["bash", ".script"], {**check["files"], ".script": answer})
    if result.code != 0:
        return result.complaint
    lines = [" ".join(line.split()) for line in result.output.split("\n") if line.strip()]
    if complaint := _output_complaint(check.get("stdout", {}), lines):
        return complaint
    expected = {name: text.encode() for name, text in check["files"].items()
                if not name.endswith("/")}
    for name, text in check.get("after", {}).items():
        if text is None:
            expected.pop(name, None)
        else:
            expected[name] = text.encode()
    result.files.pop(".script", None)
    for name in sorted(expected.keys() | result.files.keys()):
        allowed = any(re.fullmatch(pattern, name) for pattern in check.get("may", []))
        if not allowed and expected.get(name) != result.files.get(name):
            return f"{name} is not as it should be"
    if "then" in check:
        again = sandbox.run(["bash", ".script"], {
            **check["files"], ".script": f"{answer}\n{check['then']}"})
        if again.output.split() != check["then_prints"]:
            return f"afterwards: {again.complaint}"
    return None


def _output_complaint(want, lines):
    shown = f"prints {' / '.join(lines)[:120]!r}"
    if "number" in want and not (
            len(lines) == 1 and re.match(rf"0*{want['number']}(\.0+)?(?![\w.])", lines[0])):
        return shown
    if "lines" in want:
        plain = [line.removeprefix("./") for line in lines]
        order = list if want.get("ordered") else sorted
        if order(plain) != order(want["lines"]):
            return shown
    if "patterns" in want and not (
            len(lines) == len(want["patterns"])
            and all(re.fullmatch(p, line) for p, line in zip(want["patterns"], lines))):
        return shown
    return None
