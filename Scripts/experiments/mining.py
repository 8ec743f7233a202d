#!/usr/bin/env python3
"""What a pool that was mined from a repository's past is worth for its future.

Splits a repository by time: the newest 15 % of its commits are the test, everything before may be mined. Measures the
likelihood of the subjects to come (or of documentation written later) with the nearest shots, as the server chooses and writes them on
day zero: of documentation three, of commits seven with their subjects and files, the nearest with its diff. Compared
with no shots, with three of the starter pools, and for commits with three mined ones as they are and nine brief ones.

    python3 mining.py --program .build/release/pillow-lsp --repository ~/src/peft --out /tmp/peft --limit 100
    python3 mining.py … --from docs        # documentation of functions that came later
    python3 mining.py … --generate 60      # also greedy subjects: conventions and chrF
    python3 mining.py … --adapter FOLDER   # with this adapter

Needs git and the default models. Prints one JSON object.
"""

import argparse
import json
import os
import random
import re
import subprocess
import time
from collections import Counter
from pathlib import Path

SYSTEM = "You are a helpful AI assistant named SmolLM, trained by Hugging Face"
LONGEST_PROMPT = 4800
STARTERS = {
    "commits": ["commit-messages", "commit-subjects"],
    "docs": ["docstrings-python", "docstrings-swift", "docstrings-typescript"],
}


def run(*arguments, **options):
    return subprocess.run(arguments, check=True, capture_output=True, text=True, **options).stdout


def git(folder, *arguments):
    return run("git", "-C", str(folder), *arguments)


class Program:
    def __init__(self, path, data):
        self.path, self.environment = str(path), {**os.environ, "XDG_DATA_HOME": str(data)}
        models = Path(os.environ.get("XDG_DATA_HOME", Path.home() / ".local/share")) / "pillow-lsp/models"
        (data / "pillow-lsp").mkdir(parents=True, exist_ok=True)
        if not (data / "pillow-lsp/models").exists():
            (data / "pillow-lsp/models").symlink_to(models)

    def __call__(self, *arguments, input=None):
        return run(self.path, *arguments, env=self.environment, input=input)

    def mine(self, project, source, *more):
        start = time.time()
        report = json.loads(self("pool", "mine", "--project", str(project), "--from", source, "--json", *more))
        rows = self("pool", "export", "--project", str(project), "--pool", f"mined-{source}")
        return report, [json.loads(line) for line in rows.splitlines()], time.time() - start

    def remembered(self, command, lines, memo, portion, *more):
        """What a command prints for each line; a run that was stopped goes on where it was."""
        known = json.loads(memo.read_text()) if memo.exists() else {}
        missing = [line for line in lines if line not in known]
        for start in range(0, len(missing), portion):
            part = missing[start : start + portion]
            printed = self(command, "--json", *more, input="\n".join(part) + "\n").splitlines()
            known.update((line, json.loads(answer)) for line, answer in zip(part, printed))
            memo.write_text(json.dumps(known))
        return [known[line] for line in lines]

    def embed(self, texts, memo):
        # One text a line.
        return self.remembered("embed", [" ".join(text.split()) for text in texts], memo, 100)

    def score(self, rows, memo, adapter):
        more = ["--adapter", adapter] if adapter else []
        return self.remembered("score", [json.dumps(row) for row in rows], memo, 10, *more)


def split(repository, out, share):
    """The whole repository, and a copy of it as it was before the test began."""
    everything, past = out / "all", out / "past"
    if not everything.exists():
        run("git", "clone", "--quiet", "--no-local", str(repository), str(everything))
    commits = git(everything, "log", "--no-merges", "--format=%H %ct").split("\n")
    commits = [line.split() for line in commits if line]
    commits.sort(key=lambda commit: -int(commit[1]))
    boundary = int(commits[int(len(commits) * share)][1])
    base = git(everything, "rev-list", "-1", f"--before={boundary}", "--first-parent", "HEAD").strip()
    if not past.exists():
        run("git", "clone", "--quiet", "--no-local", str(repository), str(past))
        git(past, "checkout", "--quiet", "--detach", base)
        git(past, "remote", "remove", "origin")
        for branch in git(past, "for-each-ref", "--format=%(refname)").split():
            git(past, "update-ref", "-d", branch)
    known = set(git(past, "rev-list", "HEAD").split())
    return everything, past, known


def prompt(shots, query):
    text = f"<|im_start|>system\n{SYSTEM}<|im_end|>\n"
    for shot in shots:
        text += f"<|im_start|>user\n{message(shot)}<|im_end|>\n<|im_start|>assistant\n{shot['output']}<|im_end|>\n"
    return text + f"<|im_start|>user\n{message(query)}<|im_end|>\n<|im_start|>assistant\n"


def message(row):
    return row["instruction"] + ("\n\n" + row["input"] if row.get("input") else "")


def subject_only(row):
    return {**row, "output": row["output"].split("\n")[0]}


def brief(row):
    """A mined commit without its diff: which files changed, and the subject."""
    lines = row["input"].split("\n")
    count = next((place for place, line in enumerate(lines) if line[:2] in ("@ ", "+ ", "- ")), len(lines))
    return subject_only({**row, "input": "\n".join(lines[:count])})


def embedded(row):
    return row["instruction"] + ("\n" + row["input"] if row.get("input") else "")


def nearest(queries, pool, vectors, query_vectors, count):
    chosen = []
    for vector in query_vectors:
        scores = [sum(a * b for a, b in zip(vector, other)) for other in vectors]
        best = sorted(range(len(pool)), key=lambda place: -scores[place])[:count]
        # The best one stands next to the query.
        chosen.append([pool[place] for place in reversed(best)])
    return chosen


def interval(values, draws=2000, seed=0):
    source = random.Random(seed)
    means = sorted(sum(source.choices(values, k=len(values))) / len(values) for _ in range(draws))
    return {"mean": sum(values) / len(values), "low": means[draws // 40], "high": means[-draws // 40]}


# Conventions of subjects, found from the training part.

TYPES = r"(feat|fix|docs?|style|refactor|perf|tests?|build|ci|chore|revert)"
FEATURES = {
    "type prefix": lambda s: re.match(TYPES + r"(\([^)]*\))?!?: ", s) is not None,
    "upper-case prefix": lambda s: re.match(r"[A-Z]{2,}:? ", s) is not None,
    "bracket prefix": lambda s: s.startswith("["),
    "area prefix": lambda s: re.match(r"[\w./-]+(\([^)]*\))?: ", s) is not None,
    "capital": lambda s: re.sub(r"^[\w./\[\]()-]+: ", "", s)[:1].isupper(),
    "no full stop": lambda s: not s.rstrip().endswith("."),
    "at most 72": lambda s: len(s) <= 72,
}


def conventions(training, actual, generated):
    strip = lambda s: re.sub(r"\s*\(#\d+\)$", "", s)
    training, actual, generated = ([strip(s) for s in subjects] for subjects in (training, actual, generated))
    table, whole = {}, []
    for name, test in FEATURES.items():
        share = sum(map(test, training)) / len(training)
        if 0.25 < share < 0.75:
            continue
        wanted = share >= 0.5
        rate = lambda subjects: sum(test(s) == wanted for s in subjects) / len(subjects)
        whole.append((test, wanted))
        table[name if wanted else f"no {name}"] = {"training": share if wanted else 1 - share, "actual": rate(actual), "generated": rate(generated)}
    follows = lambda subjects: sum(all(test(s) == wanted for test, wanted in whole) for s in subjects) / len(subjects)
    table["all of them"] = {"training": follows(training), "actual": follows(actual), "generated": follows(generated)}
    return table


def chrf(hypothesis, reference, order=6, beta=2):
    """Popović 2015: character n-grams without white space, averaged over orders."""
    hypothesis, reference = ("".join(text.split()) for text in (hypothesis, reference))
    scores = []
    for n in range(1, order + 1):
        a = Counter(hypothesis[i : i + n] for i in range(len(hypothesis) - n + 1))
        b = Counter(reference[i : i + n] for i in range(len(reference) - n + 1))
        if not a or not b:
            continue
        common = sum((a & b).values())
        precision, recall = common / sum(a.values()), common / sum(b.values())
        scores.append(0 if not common else (1 + beta**2) * precision * recall / (beta**2 * precision + recall))
    return 100 * sum(scores) / len(scores) if scores else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True)
    parser.add_argument("--repository", required=True)
    parser.add_argument("--out", required=True, type=Path)
    parser.add_argument("--from", dest="source", default="commits", choices=list(STARTERS))
    parser.add_argument("--limit", type=int, default=100)
    parser.add_argument("--shots", type=int, default=3)
    parser.add_argument("--adapter", help="a LoRA adapter for the model")
    parser.add_argument("--share", type=float, default=0.15)
    parser.add_argument("--generate", type=int, default=0)
    parser.add_argument("--keep-numbers", action="store_true", help="also score `(#123)` at the end of a subject")
    options = parser.parse_args()
    # A relative data folder would not be taken.
    out = options.out.resolve()
    out.mkdir(parents=True, exist_ok=True)
    everything, past, known = split(options.repository, out, options.share)
    program = Program(Path(options.program).resolve(), out / "data")
    report, pool, seconds = program.mine(past, options.source)
    _, rows, _ = program.mine(everything, options.source)
    if options.source == "commits":
        queries = [row for row in rows if row["origin"][4:] not in known]
    else:
        old = {(row["input"].split("\n")[0], row["output"]) for row in pool}
        names = {row["input"].split("\n")[0] for row in pool}
        queries = [row for row in rows if row["input"].split("\n")[0] not in names and (row["input"].split("\n")[0], row["output"]) not in old]
    queries.sort(key=lambda row: row["origin"])
    random.Random(0).shuffle(queries)
    queries = queries[: options.limit]
    for row in queries:
        if options.source == "commits":
            row["gold"] = row["output"].split("\n")[0]
            if not options.keep_numbers:
                row["gold"] = re.sub(r"\s*\(#\d+\)$", "", row["gold"])
        else:
            row["gold"] = row["output"]
    folder = Path(__file__).resolve().parents[2] / "Pools"
    starter = [json.loads(line) for name in STARTERS[options.source] for line in open(folder / f"{name}.jsonl")]
    vectors = program.embed([embedded(row) for row in queries], out / "vectors.json")
    result = {
        "repository": Path(options.repository).name, "mined": len(pool), "queries": len(queries),
        "miningSeconds": round(seconds, 2), "report": {key: report[key] for key in ("skipped", "seconds")},
    }
    prompts = {"no shots": [[] for _ in queries]}

    def choose(exemplars, count):
        known = program.embed([embedded(row) for row in exemplars], out / "vectors.json")
        return nearest(queries, exemplars, known, vectors, count)

    prompts["starter"] = choose(starter, options.shots)
    if options.source == "commits":
        prompts["mined, whole"] = choose(pool, options.shots)
        prompts["mined, brief"] = [[brief(row) for row in shots] for shots in choose(pool, 3 * options.shots)]
        prompts["mined"] = [
            [*map(brief, shots[:-1]), subject_only(shots[-1])] for shots in choose(pool, 2 * options.shots + 1)
        ]
    else:
        prompts["mined"] = choose(pool, options.shots)
    for shots in prompts.values():
        for number, query in enumerate(queries):
            # What finds no room in 2,048 tokens is left out, the least similar first.
            while len(prompt(shots[number], query)) > LONGEST_PROMPT:
                shots[number] = shots[number][1:]
    nll = {}
    memo = out / f"scores{'-' + Path(options.adapter).name if options.adapter else ''}.json"
    for name, shots in prompts.items():
        rows = [{"prompt": prompt(s, q), "completion": q["gold"]} for s, q in zip(shots, queries)]
        nll[name] = [row["nll"] / row["tokens"] for row in program.score(rows, memo, options.adapter)]
        result[f"nll {name}"] = interval(nll[name])
    change = [m / s - 1 for m, s in zip(nll["mined"], nll["starter"])]
    result["mined - starter"] = interval([m - s for m, s in zip(nll["mined"], nll["starter"])])
    result["relative"] = sum(nll["mined"]) / sum(nll["starter"]) - 1
    result["better"] = sum(value < 0 for value in change) / len(change)
    if options.generate:
        generate(program, out, past, queries[: options.generate], pool, options.adapter, result)
    print(json.dumps(result, indent=1))


def generate(program, out, past, queries, pool, adapter, result):
    """Greedy subjects as the program writes them: in the mined project, and in a folder with the starter pools alone."""
    training = [row["output"].split("\n")[0] for row in pool]
    actual = [row["gold"] for row in queries]
    plain = out / "plain"
    plain.mkdir(exist_ok=True)
    more = ["--adapter", adapter] if adapter else []
    for name, folder in (("starter", plain), ("mined", past)):
        subjects = []
        for query in queries:
            text = program(
                "complete", "--project", str(folder), "--input", query["input"], "--max-tokens", "40", *more, query["instruction"])
            lines = [line for line in text.split("\n") if line.strip()]
            subjects.append(re.sub(r"\s*\(#\d+\)$", "", lines[0].strip()) if lines else "")
        result[f"chrF {name}"] = interval([chrf(subject, row) for subject, row in zip(subjects, actual)])
        result[f"conventions {name}"] = conventions(training, actual, subjects)
        with open(out / f"subjects-{name}.txt", "w") as file:
            for subject, row in zip(subjects, actual):
                file.write(f"{subject}\t{row}\n")


if __name__ == "__main__":
    main()
