#!/usr/bin/env python3
"""Compares what the server takes for an instruction with the labels of labels.jsonl.

The labels stand beside hashes of comments and paragraphs of public repositories, so clones of these
repositories are needed: CLONES/owner+name, each a clone or a bare one that has the commit that
labels.jsonl names.

    Scripts/instructions/measure.py .build/release/pillow-lsp CLONES
"""
import collections, hashlib, io, json, os, re, subprocess, sys, tempfile, tokenize

FOLDER = os.path.dirname(os.path.abspath(__file__))


def rows(name):
    with open(os.path.join(FOLDER, name), encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()[:16]


# What counts as one comment or paragraph.

def python_comments(source):
    groups, last = [], None
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type == tokenize.COMMENT and token.line.strip().startswith("#"):
                if last and last == (token.start[0] - 1, token.start[1]):
                    groups[-1].append(token.string)
                else:
                    groups.append([token.string])
                last = token.start
    except (tokenize.TokenError, SyntaxError):
        return []
    return ["\n".join(group) for group in groups]


def line_comments(source, mark):
    groups, current = [], []
    for line in source.split("\n") + [""]:
        if line.strip().startswith(mark):
            current.append(line.strip())
        elif current:
            groups.append("\n".join(current))
            current = []
    return groups


def block_comments(source):
    return [match.group(0) for match in re.finditer(r"(?sm)^[ \t]*/\*.*?\*/[ \t]*$", source)]


def paragraphs(source):
    fenced = [
        part.strip("\n")
        for match in re.finditer(r"(?ms)^```(?:text|markdown|prompt|sql)?\n(.*?)^```", source)
        for part in re.split(r"\n\s*\n", match.group(1))
    ]
    body = re.sub(r"(?s)^---\n.*?\n---\n", "", source)
    return [part.strip("\n") for part in re.split(r"\n\s*\n", body)] + fenced


EXTRACT = {
    "python": python_comments, "markdown": paragraphs,
    "ruby": lambda source: line_comments(source, "#"),
    "yaml": lambda source: line_comments(source, "#"),
    "lua": lambda source: line_comments(source, "--"),
}
ENDINGS = {
    "python": (".py",), "markdown": (".md", ".mdx"), "ruby": (".rb",), "yaml": (".yml", ".yaml"),
    "lua": (".lua",), "rust": (".rs",), "go": (".go",), "javascript": (".js", ".ts"),
    "java": (".java",), "c": (".c", ".h"),
}


def sources(clone, commit, endings):
    git = ["git", "-C", clone]
    names = subprocess.run(
        git + ["ls-tree", "-rz", "--name-only", commit], capture_output=True, check=True).stdout
    for name in names.decode(errors="replace").split("\0"):
        if name.endswith(endings):
            found = subprocess.run(git + ["show", f"{commit}:{name}"], capture_output=True)
            yield found.stdout.decode(errors="ignore")


def labelled(clones):
    """Each labelled text with its row."""
    commits = {row["repository"]: row["commit"] for row in rows("labels.jsonl") if "commit" in row}
    wanted = collections.defaultdict(dict)
    for row in rows("labels.jsonl"):
        if "label" in row:
            wanted[row["repository"], row["language"]][row["sha256"]] = row
    for (repository, language), labels in wanted.items():
        both = lambda source: block_comments(source) + line_comments(source, "//")
        extract = EXTRACT.get(language, both)
        clone = os.path.join(clones, repository.replace("/", "+"))
        clone = clone if not os.path.isdir(clone + "/repo") else clone + "/repo"
        for source in sources(clone, commits[repository], ENDINGS[language]):
            for text in extract(source):
                if (row := labels.pop(digest(text), None)) is not None:
                    yield text, row
        if labels:
            print(f"{len(labels)} texts of {repository} ({language}) were not found")


class Server:
    def __init__(self, binary):
        self.folder = tempfile.mkdtemp()
        self.process = subprocess.Popen(
            [binary, "serve"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            env={**os.environ, "XDG_DATA_HOME": self.folder})
        self.next = 0
        self.request("initialize", {"processId": None, "rootUri": None, "capabilities": {}})
        self.send({"method": "initialized", "params": {}})

    def send(self, message):
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def request(self, method, params):
        self.next += 1
        self.send({"id": self.next, "method": method, "params": params})
        while True:
            length = 0
            while (line := self.process.stdout.readline()) not in (b"\r\n", b""):
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            message = json.loads(self.process.stdout.read(length))
            if message.get("id") == self.next and "method" not in message:
                return message["result"]

    def place(self, language, text):
        uri = f"file://{self.folder}/{self.next}.txt"
        document = {"uri": uri, "languageId": language, "version": 1, "text": text}
        self.send({"method": "textDocument/didOpen", "params": {"textDocument": document}})
        position = {"line": text.count("\n"), "character": 0}
        found = self.request(
            "pillow/status", {"textDocument": {"uri": uri}, "position": position})["place"]
        self.send({"method": "textDocument/didClose", "params": {"textDocument": {"uri": uri}}})
        return found


def main(binary, clones):
    server = Server(binary)
    counts = collections.defaultdict(collections.Counter)
    for text, row in labelled(clones):
        end = "\n\n" if row["language"] == "markdown" else "\n"
        offered = "instruction" in server.place(row["language"], text + end)
        label = "not" if row["label"] == "code" else row["label"]
        for key in (row["language"], f"set {row['set']}", "all"):
            counts[key][label] += 1
            counts[key][label, offered] += 1
    print("| texts of | labelled | ask | recall | ask nothing | false offers |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    for key, count in sorted(counts.items(), key=lambda item: (item[0] == "all", item[0])):
        labels = count["asks"] + count["not"] + count["unsure"]
        recall = 100 * count["asks", True] / max(1, count["asks"])
        false = 100 * count["not", True] / max(1, count["not"])
        print(f"| {key} | {labels} | {count['asks']} | {recall:.1f} % | {count['not']} | {false:.1f} % |")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(os.path.abspath(sys.argv[1]), sys.argv[2])
