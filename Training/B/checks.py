"""Runs the checks of the exemplars, language by language.

`run(records)` yields (record, message) for each record whose answer is not right. Languages whose
tool is not installed are reported as unchecked, once each.
"""
import contextlib
import io
import json
import math
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path


def run(records):
    checkers = {
        "python": python, "javascript": javascript, "typescript": javascript, "c": c, "go": go,
        "rust": rust, "swift": swift, "java": java, "shellscript": shell, "sql": sql,
        "regex": regex, "docstring": docstring,
    }
    by_checker = {}
    for record in records:
        by_checker.setdefault(checkers[record.language], []).append(record)
    for checker, group in by_checker.items():
        print(f"checking {checker.__name__}: {len(group)}", file=sys.stderr)
        yield from checker(group)


# Python

def raises(error, function, *arguments, **named):
    try:
        function(*arguments, **named)
    except error:
        return True
    return False


def near(a, b):
    return math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-9)


def placed(record):
    """The file with the answer at its end, at the indentation that the last line of input asks."""
    if not record.input:
        return record.output
    if record.settings.get("place") == "method":  # the class is not closed yet
        return record.input + "\n\n" + record.output + "\n}"
    if record.settings.get("place") != "inside":
        return record.input + "\n\n\n" + record.output
    last = record.input.splitlines()[-1]
    opens = last.rstrip().endswith((":", "{"))
    indent = re.match(r"\s*", last)[0]
    inner = indent + ("\t" if record.language == "go" else "    ") if opens else indent
    lines = [inner + line if line else line for line in record.output.splitlines()]
    if last.rstrip().endswith("{"):
        lines.append(indent + "}")
    return "\n".join([record.input, *lines])


def too_slow(*_):
    raise TimeoutError("took more than 10 seconds")


def python(records):
    signal.signal(signal.SIGALRM, too_slow)
    home, sys.argv = os.getcwd(), ["file", "a.txt"]
    for record in records:
        space = {"__name__": "file", "raises": raises, "near": near}
        with tempfile.TemporaryDirectory() as folder:
            os.chdir(folder)
            signal.alarm(10)
            try:
                printed = io.StringIO()
                with contextlib.redirect_stdout(printed), \
                        contextlib.redirect_stderr(io.StringIO()):
                    exec(compile(placed(record), record.place, "exec"), space)
                    for mark, text in record.checks:
                        space["printed"] = printed.getvalue()
                        if mark == "-":  # it needs pytest, which may be missing
                            continue
                        if mark == "!":
                            exec(text, space)
                        elif not eval(text, space):
                            raise AssertionError(text)
            except (Exception, SystemExit) as error:
                yield record, f"{type(error).__name__}: {error}"
            finally:
                signal.alarm(0)
                os.chdir(home)


# JavaScript and TypeScript. The package typescript is looked for where NODE_PATH says, or where
# Debian's node-typescript puts it.

def javascript(records):
    environment = {"NODE_PATH": "/usr/share/nodejs", **os.environ}
    if missing("node"):
        return
    if execute(["node", "-e", 'require("typescript")'], env=environment):
        print("the package typescript is not installed: unchecked", file=sys.stderr)
        return
    by_name = {}
    with tempfile.TemporaryDirectory() as work:
        for number, record in enumerate(records):
            unrun = all(mark == "-" for mark, _ in record.checks)  # only parsed
            name = f"{'p' if unrun else 'r'}{number}"
            name += ".ts" if record.language == "typescript" else ".jsx" if unrun else ".js"
            by_name[name] = record
            code = placed(record).replace("\n\n\n", "\n\n") + "\n"
            (Path(work) / name).write_text(code + "".join(
                f"{text};\n" if mark == "!" else
                f"(globalThis as any).ok(async () => ({text}), {json.dumps(text)});\n"
                if record.language == "typescript" else
                f"globalThis.ok(async () => ({text}), {json.dumps(text)});\n"
                for mark, text in record.checks if mark != "-") + "export {};\n")
        script = Path(work) / "run.cjs"
        script.write_text(NODE)
        done = subprocess.run(["node", str(script), work], capture_output=True, text=True,
                              env=environment, cwd=work)
        if done.returncode:
            raise SystemExit(done.stderr)
        for name, message in json.loads((Path(work) / "problems.json").read_text()):
            yield by_name[name], message


NODE = r"""
const ts = require("typescript"), fs = require("fs"), path = require("path"), vm = require("vm");
const folder = process.argv[2], problems = [];
const names = fs.readdirSync(folder).filter((n) => /^[pr]\d+\./.test(n));
const options = {
  module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022, strict: true, noEmit: true,
  skipLibCheck: true, types: [], lib: ["lib.es2022.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts"],
};
const program = ts.createProgram(
  names.filter((n) => n.endsWith(".ts")).map((n) => path.join(folder, n)), options);
for (const d of ts.getPreEmitDiagnostics(program)) {
  const text = ts.flattenDiagnosticMessageText(d.messageText, " ");
  if (d.file) problems.push([path.basename(d.file.fileName), text]);
}
(async () => {
  for (const name of names) {
    const tests = [];
    globalThis.ok = (test, text) => tests.push([test, text]);
    try {
      const { outputText: code, diagnostics } = ts.transpileModule(
        fs.readFileSync(path.join(folder, name), "utf8"), { fileName: name, reportDiagnostics: true,
          compilerOptions: { ...options, noEmit: false, jsx: ts.JsxEmit.React } });
      for (const d of diagnostics) throw new Error(String(d.messageText));
      if (name.startsWith("p")) continue;
      new Function("require", "exports", "module", code)(require, {}, {});
      for (const [test, text] of tests)
        if (!(await test())) throw new Error("false: " + text);
    } catch (error) { problems.push([name, String(error)]); }
  }
  fs.writeFileSync(path.join(folder, "problems.json"), JSON.stringify(problems));
  process.exit(0);
})();
"""


def execute(command, **options):
    """Run a command; return its output if it fails or takes too long, else None."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=600, **options)
    except subprocess.TimeoutExpired:
        return "took too long"
    return None if done.returncode == 0 else (done.stderr or done.stdout or "failed")


def missing(tool):
    if shutil.which(tool):
        return False
    print(f"{tool} is not installed: unchecked", file=sys.stderr)
    return True


def c(records):
    if missing("gcc"):
        return
    headers = ["assert.h", "ctype.h", "math.h", "stdbool.h", "stddef.h", "stdint.h", "stdio.h",
               "stdlib.h", "string.h"]
    for record in records:
        with tempfile.TemporaryDirectory() as folder:
            body = "".join(f"    {t};\n" if m == "!" else f"    assert({t});\n"
                           for m, t in record.checks)
            code = "".join(f"#include <{h}>\n" for h in headers)
            code += f"{placed(record)}\n\nint main(void) {{\n{body}    return 0;\n}}\n"
            source = Path(folder) / "a.c"
            source.write_text(code)
            message = execute(["gcc", "-std=c11", "-Wall", "-Wextra", "-Werror", "-g",
                               "-fsanitize=address,undefined", "-o", f"{folder}/a", str(source),
                               "-lm"]) or execute([f"{folder}/a"])
            if message:
                yield record, message.strip()[:500]


def go(records):
    if missing("go"):
        return
    packages = ["bufio", "bytes", "errors", "fmt", "io", "math", "os", "path/filepath", "regexp",
                "sort", "strconv", "strings", "sync", "time", "unicode", "reflect"]

    def imports(text, given):
        needed = [p for p in packages
                  if re.search(rf"\b{p.split('/')[-1]}\.[A-Z]", text) and f'"{p}"' not in given]
        return "".join(f'import "{p}"\n' for p in needed)

    with tempfile.TemporaryDirectory() as work:
        (Path(work) / "go.mod").write_text("module exemplars\n\ngo 1.19\n")
        by_name = {}
        for number, record in enumerate(records):
            name = f"r{number}"
            by_name[name] = record
            folder = Path(work) / name
            folder.mkdir()
            code = re.sub(r"\Apackage \w+\n", "", placed(record))
            given = "".join(re.findall(r"^import .*?(?:\(.*?\)|$)", code, re.M | re.S))
            (folder / "a.go").write_text(
                f"package {name}\n\n{imports(code, given)}\n{code}\n")
            body = "".join(f"\t{t}\n" if m == "!" else
                           f"\tif !({t}) {{\n\t\tt.Fatal({json.dumps(t)})\n\t}}\n"
                           for m, t in record.checks)
            (folder / "a_test.go").write_text(
                f'package {name}\n\nimport "testing"\n{imports(body, "")}\n'
                f"func TestAnswer(t *testing.T) {{\n{body}}}\n")
        done = subprocess.run(["go", "test", "-p", "2", "./..."], cwd=work, text=True,
                              capture_output=True, env={**os.environ, "GOTOOLCHAIN": "local",
                                                        "GOMAXPROCS": "2", "GOFLAGS": "-mod=mod"})
        text = done.stdout + done.stderr
        for name, record in by_name.items():
            if not re.search(rf"^ok\s+exemplars/{name}\s", text, re.M):
                found = re.findall(rf"^.*\b{name}\b.*$|^\s+a_test.go.*$", text, re.M)
                yield record, "\n".join(found[:4]) or text[:500]
    # Formatting counts in Go; gofmt takes declarations and statements alike.
    for record in records:
        text = record.output.rstrip("\n") + "\n"
        done = subprocess.run(["gofmt"], input=text, text=True, capture_output=True)
        if done.stdout != text:
            yield record, "gofmt changes it " + done.stderr


def rust(records):
    if missing("rustc"):
        return
    with tempfile.TemporaryDirectory() as work:
        def test(batch):
            code = "#![allow(dead_code, unused)]\n"
            for number, record in batch:
                code += f"mod r{number} {{\n{placed(record)}\n"
                if "use std::collections::HashMap" not in record.input:
                    code += "use std::collections::HashMap;\n"
                code += "#[test]\nfn answer() {\n"
                code += "".join(f"    {t};\n" if m == "!" else f"    assert!({t});\n"
                                for m, t in record.checks)
                code += "}\n}\n"
            source = Path(work) / "a.rs"
            source.write_text(code)
            return execute(["rustc", "--edition", "2021", "--test", "-o", f"{work}/a", str(source)]
                           ) or execute([f"{work}/a"])
        numbered = list(enumerate(records))
        if test(numbered):
            for pair in numbered:
                if message := test([pair]):
                    yield pair[1], message.strip()[:600]


def swift(records):
    if missing("swiftc"):
        return
    with tempfile.TemporaryDirectory() as work:
        def test(batch):
            code, calls = "import Foundation\n", ""
            for number, record in batch:
                body = placed(record).replace("import Foundation\n", "")
                outside = bool(re.search(r"^(public )?(extension|protocol|enum|struct|final class|class|actor) ",
                                         body, re.M))
                tests = "".join(f"    {t}\n" if m == "!" else
                                f"    guard {t} else {{ fatalError({json.dumps(t, ensure_ascii=False)}) }}\n"
                                for m, t in record.checks)
                if outside:
                    code += body + f"\nfunc r{number}() throws {{\n{tests}}}\n"
                else:
                    code += f"func r{number}() throws {{\n{body}\n{tests}}}\n"
                calls += f"try r{number}()\n"
            source = Path(work) / "main.swift"
            source.write_text(code + calls)
            return execute(["swiftc", "-swift-version", "6", "-o", f"{work}/a", str(source)]
                           ) or execute([f"{work}/a"])
        numbered = list(enumerate(records))
        if test(numbered):
            for pair in numbered:
                if message := test([pair]):
                    yield pair[1], message.strip()[:600]


def java(records):
    if missing("javac"):
        return
    with tempfile.TemporaryDirectory() as work:
        by_name, names = {}, []
        for number, record in enumerate(records):
            name = f"R{number}"
            names.append(name)
            by_name[name] = record
            body = placed(record)
            given = "\n".join(re.findall(r"^import .*;$", body, re.M))
            body = re.sub(r"^import .*;\n?", "", body, flags=re.M)
            tests = "".join(f"        {t};\n" if m == "!" else
                            f"        if (!({t})) throw new AssertionError({json.dumps(t)});\n"
                            for m, t in record.checks)
            (Path(work) / f"{name}.java").write_text(
                f"{given}\nimport java.util.*;\nimport java.util.function.*;\n"
                f"import java.util.stream.*;\nclass {name} {{\n{body}\n"
                f"    static boolean raises(Runnable r) {{\n        try {{ r.run(); }} catch "
                f"(RuntimeException e) {{ return true; }}\n        return false;\n    }}\n"
                f"    public static void main(String[] arguments) throws Exception {{\n{tests}    }}\n}}\n")
        message = execute(["javac", "-Xlint:all,-unchecked", *[f"{n}.java" for n in names]], cwd=work)
        if message:
            for name in names:
                if found := re.findall(rf"^{name}\.java:.*error.*$", message, re.M):
                    yield by_name[name], "; ".join(found)
        for name in names:
            if (Path(work) / f"{name}.class").exists():
                if message := execute(["java", "-XX:TieredStopAtLevel=1", "-Xshare:auto", name],
                                      cwd=work):
                    yield by_name[name], message.strip()[:300]
            elif not message:
                yield by_name[name], "was not compiled"


# Shell: "?+" prepares the folder, "?" is a command that has to succeed after the answer ran,
# "?=" is what the answer prints ("?~" in any order of lines), "?-" only parses it (what it needs is not there).

def shell(records):
    for record in records:
        if message := shell_fault(record):
            yield record, message.strip()[:400]


def shell_fault(record):
    code = record.input + "\n" + record.output if record.settings.get("source") else record.output
    message = execute(["bash", "-n", "-c", code])
    if message or all(mark == "-" for mark, _ in record.checks):
        return message
    prepare = "\n".join(t for m, t in record.checks if m == "+")
    expected = [t for m, t in record.checks if m in "=~" and m]
    in_any_order = any(mark == "~" for mark, _ in record.checks)
    tests = [t for m, t in record.checks if m == ""]
    block = record.settings["blocks"].get(record.settings.get("fixture", ""), "")
    with tempfile.TemporaryDirectory() as folder:
        base = {"PATH": os.environ["PATH"], "HOME": folder, "LC_ALL": "C.UTF-8", "TZ": "UTC"}
        options = {"cwd": folder, "env": base, "capture_output": True, "text": True, "timeout": 30}
        done = subprocess.run(["bash", "-c", block + prepare], **options)
        if done.returncode:
            return "preparation failed: " + done.stderr
        if expected:
            done = subprocess.run(["bash", "-c", code], **options)
            wanted = "\n".join(expected).replace("\\n", "\n").replace("\\t", "\t")
            order = sorted if in_any_order else list
            if order(done.stdout.rstrip("\n").split("\n")) != order(wanted.rstrip("\n").split("\n")):
                return f"printed {done.stdout!r} {done.stderr!r}, not {wanted!r}"
        if tests:
            script = code + "\n" + "\n".join(
                f"{t} || {{ echo 'failed: {t.translate({39: 34})}' >&2; exit 9; }}" for t in tests)
            done = subprocess.run(["bash", "-c", script], **options)
            if done.returncode:
                return (done.stderr or done.stdout) + f" exit {done.returncode}"
    return None


# SQL: the block named in "%data" or "?+" gives rows; "?: name=value" a parameter; "?=" is the expected result, "?" a query that has to
# give 1 afterwards.

def sql(records):
    for record in records:
        schema = record.settings["blocks"].get(record.settings.get("schema", ""), record.input)
        data = record.settings["blocks"].get(record.settings.get("data", ""), "")
        with contextlib.closing(sqlite3.connect(":memory:")) as connection:
            try:
                connection.executescript(schema + data)
                for mark, text in record.checks:
                    if mark == "+":
                        connection.execute(text)
                rows = []
                for statement in statements(record.output):
                    parameters = {k: v for m, t in record.checks if m == ":"
                                  for k, v in [t.split("=", 1)]}
                    cursor = connection.execute(statement, parameters)
                    rows = cursor.fetchall() if cursor.description else rows
                for mark, text in record.checks:
                    if mark == "=" and rows != eval("[" + text + "]"):
                        raise AssertionError(f"gave {rows}")
                    if mark == "" and connection.execute(text).fetchone()[0] != 1:
                        raise AssertionError(text)
            except (sqlite3.Error, AssertionError) as error:
                yield record, f"{type(error).__name__}: {error}"


def statements(text):
    part = ""
    for line in text.splitlines():
        part += line + "\n"
        if sqlite3.complete_statement(part):
            yield part
            part = ""
    if part.strip():
        yield part


# Regular expressions: "?y" texts that match, "?n" texts that do not, "?c text => groups",
# "?a text => all matches". Texts are separated by " | ".

def regex(records):
    for record in records:
        try:
            pattern = re.compile(record.output)
            for mark, text in record.checks:
                text = text.replace("\\n", "\n").replace("\\t", "\t")
                if mark in ("y", "n"):
                    for one in text.split(" | "):
                        if bool(pattern.search(one)) != (mark == "y"):
                            raise AssertionError(f"{mark} {one!r}")
                elif mark in ("c", "a"):
                    subject, _, wanted = text.partition(" => ")
                    found = pattern.search(subject)
                    got = list(found.groups()) if mark == "c" and found else None
                    if mark == "a":
                        got = [m[0] for m in pattern.finditer(subject)]
                    if got != [None if w == "None" else w for w in wanted.split(" ; ")]:
                        raise AssertionError(f"{subject!r} gave {got}")
        except (re.error, AssertionError) as error:
            yield record, f"{type(error).__name__}: {error}"


# Docstrings: in Python the code is parsed with the answer in its place; elsewhere the form counts.

def docstring(records):
    for record in records:
        language = record.settings["export"]
        if language == "python":
            lines = record.input.splitlines()
            head = next(i for i, l in enumerate(lines) if re.match(r"\s*(async def|def|class)\b", l))
            while not lines[head].rstrip().endswith(":"):
                head += 1
            indent = re.match(r"\s*", lines[head])[0] + "    "
            text = "\n".join(indent + l if l else l for l in record.output.splitlines())
            try:
                compile("\n".join(lines[: head + 1] + [text] + lines[head + 1 :]), "doc", "exec")
            except SyntaxError as error:
                yield record, str(error)
            if not (record.output.startswith('"""') and record.output.endswith('"""')):
                yield record, "is no docstring"
        else:
            marks = {"javascript": "/**", "typescript": "/**", "java": "/**", "swift": "///",
                     "rust": "///", "go": "//", "c": "/**"}
            if not record.output.startswith(marks[language]):
                yield record, "is no doc comment"
