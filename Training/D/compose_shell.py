"""Composes exemplars of shell commands.

An operation draws names, words and numbers, and gives its wordings, the command, the files it needs,
and what it has to print or leave behind, worked out in Python. The check runs the command in a folder
of its own and compares; files that the instruction does not name have to stay as they were.
Commands that need a network, a terminal or other processes are only parsed.
"""
import os
import random
import re
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

TEXTS = ["harvest.txt", "guests.txt", "letters.txt", "recipes.txt", "tides.txt", "plants.txt",
         "errands.txt", "quotes.txt", "speech.txt", "stations.txt", "menu.txt", "diary.md"]
LOGS = ["server.log", "backup.log", "mail.log", "build.log", "sync.log", "access.log", "cron.log",
        "import.log"]
TABLES = ["salaries.csv", "parts.csv", "rooms.csv", "trips.csv", "prices.csv", "scores.csv",
          "loans.csv", "weather.csv"]
COLUMNS = ["costs.txt", "hours.txt", "stock.txt", "votes.txt", "lengths.txt", "points.dat"]
FOLDERS = ["photos", "reports", "archive", "drafts", "exports", "uploads", "music", "scripts",
           "letters", "samples", "incoming", "assets"]
ENDINGS = ["jpg", "txt", "md", "log", "csv", "tmp", "bak", "html", "json", "png", "xml", "yaml",
           "wav", "conf"]
WORDS = ["lemon", "anchor", "timeout", "ticket", "violet", "failed", "mirror", "warning", "copper",
         "banana", "refused", "meadow", "pending", "urgent", "walnut", "denied"]
HOSTS = ["web1.example.net", "backup.example.com", "files.example.org", "pi.local", "db2.example.net",
         "10.0.0.12", "build.example.com"]
USERS = ["mira", "deploy", "admin", "jo", "backup", "lena"]
NUMBERS = {1: "one", 2: "two", 3: "three", 4: "four", 5: "five", 6: "six", 7: "seven", 8: "eight",
           9: "nine", 10: "ten", 12: "twelve"}
ORDINALS = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth"}


class Shell:
    def __init__(self, texts, answer, files=None, prints=None, after=None, loose=False, run=True,
                 check=None, status=0, arguments=(), setup=""):
        self.texts, self.answer, self.files, self.prints = texts, answer, files or {}, prints
        self.after, self.loose, self.run, self.check = after, loose, run, check
        self.status, self.arguments, self.setup = status, arguments, setup


def amount(r, n):
    return NUMBERS[n] if n in NUMBERS and r.random() < 0.5 else str(n)


def lines(r, n, word=None):
    """Text with n lines; the word stands in some of them, once in capitals."""
    made = []
    for i in range(n):
        made.append(" ".join(r.choice(["sea", "hill", "rain", "wind", "road", "tree", "lamp"])
                             + str(r.randint(1, 9)) for _ in range(4)))
        if word and i % 3 == 1:
            made[-1] += f" {word} x"
    if word:
        made.append(f"Then {word.upper()} came")
    return made


def text(parts):
    return "".join(p + "\n" for p in parts)


def pinned(pattern):
    """A word inside a sed expression."""
    return re.sub(r"([./*\[\]^$])", r"\\\1", pattern)


# Files: find

def tree(folder, ending):
    return {f"{folder}/a.{ending}": "x\n", f"{folder}/deep/b c.{ending}": "yy\n",
            f"{folder}/deep/note{ending}": "z\n", f"{folder}/c.other": "", f"out.{ending}": "q\n"}


def find_ending(r):
    d, e = r.choice(FOLDERS), r.choice(ENDINGS)
    f = tree(d, e)
    hits = [k for k in f if k.startswith(d) and k.endswith("." + e)]
    return Shell([f"list all .{e} files below {d}", f"find all files in {d} that end in .{e}",
                  f"all files with the ending .{e} in {d} and its subfolders", f"which .{e} files are there below {d}?",
                  f"print the paths of the .{e} files anywhere in {d}", f"search {d} for files named *.{e}",
                  f".{e} files in the folder {d}, with all subfolders"],
                 f"find {d} -type f -name '*.{e}'", f, text(hits), loose=True)


def find_count(r):
    d, e = r.choice(FOLDERS), r.choice(ENDINGS)
    f = tree(d, e)
    return Shell([f"count the .{e} files below {d}", f"how many .{e} files are there in {d} and its subfolders?",
                  f"number of files ending in .{e} anywhere below {d}", f"print how many .{e} files {d} holds, subfolders included",
                  f"the number of .{e} files in {d}, recursively", f"count all files in {d} and below whose name ends in .{e}"],
                 f"find {d} -type f -name '*.{e}' | wc -l", f, "2\n")


def find_delete(r):
    d, e = r.choice(FOLDERS), r.choice(["tmp", "bak", "log", "old", "cache", "swp"])
    f = tree(d, e)
    return Shell([f"delete all .{e} files below {d}", f"remove every file that ends in .{e} from {d} and its subfolders",
                  f"delete the files in {d} with the ending .{e}, also in subfolders", f"find the .{e} files below {d} and delete them",
                  f"get rid of all .{e} files anywhere in {d}", f"clean {d}: delete its .{e} files, recursively"],
                 f"find {d} -type f -name '*.{e}' -delete", f, "",
                 {k: v for k, v in f.items() if not (k.startswith(d) and k.endswith("." + e))})


def find_empty(r):
    d = r.choice(FOLDERS)
    f = {f"{d}/a.txt": "", f"{d}/b.txt": "b", f"{d}/sub/c": "", "d.txt": ""}
    if r.random() < 0.4:
        return Shell([f"delete the empty files below {d}", f"remove all empty files from {d} and its subfolders",
                      f"find empty files in {d} and delete them", f"delete every file of size zero below {d}"],
                     f"find {d} -type f -empty -delete", f, "", {f"{d}/b.txt": "b", "d.txt": ""})
    return Shell([f"list the empty files below {d}", f"which files in {d} and its subfolders are empty?",
                  f"find all empty files in {d}", f"empty files anywhere below {d}", f"print the paths of all files in {d} that have no content",
                  f"show the files below {d} whose size is zero"],
                 f"find {d} -type f -empty", f, f"{d}/a.txt\n{d}/sub/c\n", loose=True)


def find_empty_folders(r):
    d = r.choice(FOLDERS)
    f = {f"{d}/a.txt": "a", f"{d}/sub/": None, f"{d}/x/y/": None, "other/": None}
    return Shell([f"list the empty folders below {d}", f"find empty directories in {d}", f"which folders in {d} are empty?",
                  f"all empty folders anywhere in {d}", f"print the empty subfolders of {d}", f"show every empty directory below {d}"],
                 f"find {d} -type d -empty", f, f"{d}/sub\n{d}/x/y\n", loose=True)


def find_size(r):
    d, n = r.choice(FOLDERS), r.choice([1, 2, 5, 10, 20, 50, 100, 500])
    unit, word = r.choice([("k", "kB"), ("M", "MB"), ("M", "MiB")])
    big, small = f"{d}/big.bin", f"{d}/sub/small.bin"
    size = n * (1024 if unit == "k" else 1 << 20)
    # Only lower bounds: find rounds sizes up, so that "-size -5M" is not what people mean.
    says = r.choice(["larger than", "bigger than", "greater than"])
    return Shell([f"find files in {d} that are {says} {n} {word}", f"list all files below {d} {says} {n} {word}",
                  f"files {says} {n} {word} in {d}", f"which files below {d} are {says} {n} {word}?",
                  f"print the paths of the files in {d} {says} {n} {word}", f"search {d} for files {says} {n} {word}"],
                 f"find {d} -type f -size +{n}{unit}", {"out.bin": ""}, big + "\n",
                 setup=f"mkdir -p {d}/sub; truncate -s {size * 2} {big}; truncate -s {size} {small}")


def find_age(r):
    d, n = r.choice(FOLDERS), r.choice([2, 3, 7, 14, 30, 60, 90])
    old = r.random() < 0.6
    e = r.choice(["", "", r.choice(ENDINGS)])
    kind = f".{e} files" if e else "files"
    name = f" -name '*.{e}'" if e else ""
    end = e or "txt"
    hit = f"{d}/old.{end}" if old else f"{d}/sub/new.{end}"
    says = r.choice([f"that were changed more than {n} days ago", f"older than {n} days"]) if old else \
        r.choice([f"changed in the last {n} days", f"modified less than {n} days ago"])
    return Shell([f"list the {kind} in {d} {says}", f"find all {kind} below {d} {says}", f"which {kind} are there in {d} {says}?",
                  f"{kind} below {d} {says}", f"print the {kind} in {d} {says}", f"show the paths of all {kind} in {d} {says}"],
                 f"find {d} -type f{name} -mtime {'+' if old else '-'}{n}",
                 {f"{d}/old.{end}": "a", f"{d}/sub/new.{end}": "b"}, hit + "\n",
                 setup=f"touch -d '{n + 5} days ago' {d}/old.{end}")


def find_age_delete(r):
    d, n, e = r.choice(FOLDERS), r.choice([3, 7, 14, 30, 60, 90]), r.choice(["log", "tmp", "bak", "csv"])
    return Shell([f"delete .{e} files in {d} that are older than {n} days", f"remove the .{e} files below {d} that were changed more than {n} days ago",
                  f"delete all .{e} files older than {n} days from {d}", f"find .{e} files in {d} older than {n} days and delete them",
                  f"clean up {d}: delete .{e} files older than {n} days", f"throw away .{e} files below {d} older than {n} days"],
                 f"find {d} -type f -name '*.{e}' -mtime +{n} -delete",
                 {f"{d}/old.{e}": "a", f"{d}/old.keep": "a", f"{d}/new.{e}": "b"}, "",
                 {f"{d}/old.keep": "a", f"{d}/new.{e}": "b"},
                 setup=f"touch -d '{n + 5} days ago' {d}/old.*")


def find_type(r):
    d = r.choice(FOLDERS)
    kind = r.choice(["d", "l", "x"])
    setup = f"ln -s a.txt {d}/link; chmod +x {d}/run"
    f = {f"{d}/a.txt": "a", f"{d}/run": "b", f"{d}/sub/": None}
    if kind == "d":
        return Shell([f"list all folders directly in {d}", f"the subfolders of {d}, only one level deep", f"print the directories directly in {d}",
                      f"which folders are there directly in {d}?", f"show only the folders in {d}, not those deeper down",
                      f"directories in {d}, without going deeper"],
                     f"find {d} -mindepth 1 -maxdepth 1 -type d", f, f"{d}/sub\n")
    if kind == "l":
        return Shell([f"list the symbolic links below {d}", f"find all symlinks in {d}", f"which symbolic links are there in {d}?",
                      f"all symlinks anywhere below {d}", f"print the paths of the symbolic links in {d}", f"show every symlink in {d}"],
                     f"find {d} -type l", f, f"{d}/link\n", setup=setup)
    return Shell([f"list the executable files below {d}", f"find all files in {d} that are executable", f"which files in {d} can be executed?",
                  f"executable files anywhere in {d}", f"print the paths of all executable files in {d}", f"show the executable files of {d}, recursively"],
                 f"find {d} -type f -executable", f, f"{d}/run\n", setup=setup)


def find_exec(r):
    d, e = r.choice(FOLDERS), r.choice(ENDINGS)
    f = tree(d, e)
    if r.random() < 0.5:
        return Shell([f"count the lines of every .{e} file below {d}", f"run wc -l on all .{e} files in {d} and its subfolders",
                      f"lines of each .{e} file anywhere in {d}", f"print the number of lines of every .{e} file below {d}",
                      f"how many lines does each .{e} file below {d} have?", f"line counts of the .{e} files in {d}, recursively"],
                     f"find {d} -type f -name '*.{e}' -exec wc -l {{}} +", f,
                     f"1 {d}/a.{e}\n1 {d}/deep/b c.{e}\n2 total\n", loose=True)
    mode = r.choice(["644", "600", "640", "664"])
    return Shell([f"set the mode of all .{e} files below {d} to {mode}", f"chmod {mode} for every .{e} file in {d} and its subfolders",
                  f"give the .{e} files anywhere in {d} the permissions {mode}", f"change the permissions of all .{e} files below {d} to {mode}",
                  f"all .{e} files below {d} get mode {mode}", f"make the mode of each .{e} file in {d} {mode}, recursively"],
                 f"find {d} -type f -name '*.{e}' -exec chmod {mode} {{}} +", f, "",
                 check=lambda p: oct((p / d / f"a.{e}").stat().st_mode)[-3:] == mode)


def find_two(r):
    d = r.choice(FOLDERS)
    a, b = r.sample(ENDINGS, 2)
    f = {f"{d}/x.{a}": "1", f"{d}/s/y.{b}": "2", f"{d}/z.zzz": "3", f"w.{a}": "4"}
    return Shell([f"find all .{a} and .{b} files below {d}", f"list the files in {d} that end in .{a} or .{b}, also in subfolders",
                  f".{a} and .{b} files anywhere in {d}", f"which .{a} or .{b} files are there below {d}?",
                  f"print the paths of all files below {d} ending in .{a} or .{b}", f"search {d} for .{a} files and .{b} files"],
                 f"find {d} -type f \\( -name '*.{a}' -o -name '*.{b}' \\)", f, f"{d}/x.{a}\n{d}/s/y.{b}\n", loose=True)


def find_prefix(r):
    d, w = r.choice(FOLDERS), r.choice(WORDS)
    f = {f"{d}/{w}-1.txt": "1", f"{d}/s/{w}2": "2", f"{d}/my{w}": "3"}
    return Shell([f"find the files below {d} whose name begins with {w}", f"list all files in {d} that start with {w}, also in subfolders",
                  f"files in {d} with a name that starts with {w}, recursively", f"which files below {d} have names beginning with {w}?",
                  f"print all files anywhere in {d} whose name starts with {w}", f"search {d} for files named {w}*"],
                 f"find {d} -type f -name '{w}*'", f, f"{d}/{w}-1.txt\n{d}/s/{w}2\n", loose=True)


# Searching text: grep

def grep_lines(r):
    f, w = r.choice(TEXTS + LOGS), r.choice(WORDS)
    body = lines(r, 9, w)
    kind = r.choice(["plain", "not", "case", "number", "count", "countcase"])
    hits = [x for x in body if w in x]
    if kind == "plain":
        return Shell([f"print the lines of {f} that contain {w}", f"show all lines with {w} in {f}", f"find {w} in {f}",
                      f"lines in {f} that contain {w}", f"which lines of {f} contain \"{w}\"?", f"search {f} for {w}",
                      f"every line of {f} with \"{w}\" in it"], f"grep {w} {f}", {f: text(body)}, text(hits))
    if kind == "not":
        return Shell([f"print the lines of {f} that do not contain {w}", f"show {f} without the lines that contain {w}",
                      f"all lines of {f} except those with {w}", f"{f} without the lines with \"{w}\"", f"which lines of {f} do not contain \"{w}\"?",
                      f"leave out the lines with {w} when printing {f}"], f"grep -v {w} {f}", {f: text(body)},
                     text(x for x in body if w not in x))
    if kind == "case":
        return Shell([f"print the lines of {f} that contain {w}, in upper or lower case", f"search {f} for {w}, ignoring case",
                      f"find {w} in {f} regardless of case", f"lines of {f} with \"{w}\", case does not matter",
                      f"show all lines with {w} in {f}, case-insensitively", f"look for {w} in {f}, no matter whether in capitals"],
                     f"grep -i {w} {f}", {f: text(body)}, text(x for x in body if w in x.lower()))
    if kind == "number":
        return Shell([f"print the lines of {f} that contain {w}, with line numbers", f"find {w} in {f} and show the line numbers",
                      f"lines with {w} in {f}, numbered as in the file", f"on which lines of {f} is \"{w}\"? Show number and line.",
                      f"search {f} for {w} and print each line with its number", f"show lines with {w} in {f} together with their line numbers"],
                     f"grep -n {w} {f}", {f: text(body)}, text(f"{i}:{x}" for i, x in enumerate(body, 1) if w in x))
    if kind == "count":
        return Shell([f"count the lines of {f} that contain {w}", f"how many lines of {f} contain \"{w}\"?", f"number of lines with {w} in {f}",
                      f"print how many lines in {f} have \"{w}\" in them", f"in how many lines of {f} does {w} appear?",
                      f"the number of lines in {f} that contain {w}"], f"grep -c {w} {f}", {f: text(body)}, f"{len(hits)}\n")
    return Shell([f"count the lines of {f} that contain {w}, ignoring case", f"how many lines of {f} contain \"{w}\" in any case?",
                  f"number of lines with {w} in {f}, upper or lower case", f"count lines in {f} with \"{w}\", case-insensitively",
                  f"print how many lines of {f} contain {w}, whatever the case", f"the number of lines in {f} with {w}, regardless of case"],
                 f"grep -ci {w} {f}", {f: text(body)}, f"{len(hits) + 1}\n")


def grep_anchor(r):
    f, w = r.choice(TEXTS + LOGS), r.choice(WORDS)
    body = [w + " one", "two " + w, "three", w + "s", "end " + w]
    if r.random() < 0.5:
        return Shell([f"print the lines of {f} that begin with {w}", f"lines of {f} that start with \"{w}\"", f"show all lines in {f} beginning with {w}",
                      f"which lines of {f} start with {w}?", f"find the lines in {f} that start with {w}",
                      f"every line of {f} with {w} at its start"], f"grep '^{w}' {f}", {f: text(body)},
                     text(x for x in body if x.startswith(w)))
    return Shell([f"print the lines of {f} that end with {w}", f"lines of {f} that end in \"{w}\"", f"show all lines in {f} ending with {w}",
                  f"which lines of {f} end in {w}?", f"find the lines in {f} that end with {w}", f"every line of {f} with {w} at its end"],
                 f"grep '{w}$' {f}", {f: text(body)}, text(x for x in body if x.endswith(w)))


def grep_context(r):
    f, w, n = r.choice(LOGS), r.choice(WORDS), r.choice([1, 2, 3, 4, 5])
    body = [f"row {i}" for i in range(1, 20)]
    body[9] = f"row {w}"
    option, says = r.choice([("A", "after"), ("B", "before"), ("C", "around")])
    a, b = (0 if option == "A" else n), (0 if option == "B" else n)
    m = amount(r, n)
    s = "line" if n == 1 else "lines"
    place = f"the {m} {s} {says} it" if option != "C" else f"{m} {s} before and after it"
    each = f"{m} {s} {says} each" if option != "C" else f"{m} {s} before and after each"
    return Shell([f"print the lines with {w} in {f} and {each}", f"find {w} in {f} and show {place}",
                  f"search {f} for {w}, with {each} match", f"lines of {f} that contain \"{w}\", and {each} of them",
                  f"show {w} in {f} with {place}", f"every line of {f} with {w}, together with {place}"],
                 f"grep -{option} {n} {w} {f}", {f: text(body)}, text(body[9 - a: 10 + b]))


def grep_files(r):
    d, w = r.choice(FOLDERS), r.choice(WORDS)
    f = {f"{d}/a.txt": f"{w}\n", f"{d}/s/b.txt": f"x\n{w} y\n{w}\n", f"{d}/c.txt": "none\n", "d.txt": w}
    kind = r.choice(["l", "L", "r", "rn"])
    if kind == "l":
        return Shell([f"which files below {d} contain {w}?", f"list the files in {d} and its subfolders that contain \"{w}\"",
                      f"only the names of the files below {d} with {w} in them", f"find all files anywhere in {d} that contain the text {w}",
                      f"file names in {d}, recursively, where {w} occurs", f"show which files in {d} mention {w}, subfolders included"],
                     f"grep -rl {w} {d}", f, f"{d}/a.txt\n{d}/s/b.txt\n", loose=True)
    if kind == "L":
        return Shell([f"which files below {d} do not contain {w}?", f"list the files in {d} and its subfolders without \"{w}\"",
                      f"names of the files below {d} that lack the text {w}", f"find all files anywhere in {d} that do not contain {w}",
                      f"files in {d}, recursively, in which {w} does not occur", f"show which files in {d} never mention {w}, subfolders included"],
                     f"grep -rL {w} {d}", f, f"{d}/c.txt\n", loose=True)
    body = [f"{d}/a.txt:1:{w}", f"{d}/s/b.txt:2:{w} y", f"{d}/s/b.txt:3:{w}"]
    if kind == "r":
        return Shell([f"search all files below {d} for {w}", f"find \"{w}\" in all files in {d} and its subfolders", f"lines with {w} in any file below {d}",
                      f"print every line in {d}, recursively, that contains {w}", f"look for {w} in the whole folder {d}", f"all occurrences of {w} in the files of {d}, subfolders too"],
                     f"grep -r {w} {d}", f, text(re.sub(r":\d:", ":", x) for x in body), loose=True)
    return Shell([f"search all files below {d} for {w}, with line numbers", f"find \"{w}\" in {d} recursively and show file and line number",
                  f"lines with {w} in any file below {d}, with their numbers", f"print every line below {d} that contains {w}, with line numbers",
                  f"where below {d} is {w}? Show files and line numbers.", f"look for {w} in the whole folder {d} and print the line numbers"],
                 f"grep -rn {w} {d}", f, text(body), loose=True)


def grep_comment(r):
    f = r.choice(["app.ini", "nginx.conf", "sshd.conf", "mail.cf", "hosts.list", "router.cfg"])
    mark = r.choice(["#", ";"])
    body = [f"{mark} first", "a = 1", "", f"{mark}c", "b = 2"]
    word = {"#": "#", ";": "a semicolon"}[mark]
    if r.random() < 0.5:
        return Shell([f"print {f} without the lines that begin with {word}", f"show {f} without comments; comments start with {word}",
                      f"all lines of {f} that do not start with {word}", f"leave out the lines of {f} that begin with {word}",
                      f"{f} without the comment lines, which start with {word}", f"which lines of {f} do not begin with {word}?"],
                     f"grep -v '^{mark}' {f}", {f: text(body)}, text(x for x in body if not x.startswith(mark)))
    return Shell([f"print {f} without empty lines", f"show {f} but leave out the empty lines", f"all lines of {f} that are not empty",
                  f"{f} without blank lines", f"drop the empty lines when printing {f}", f"print only the non-empty lines of {f}"],
                 f"grep -v '^$' {f}", {f: text(body)}, text(x for x in body if x))


# Changing text: sed

def sed_replace(r):
    f = r.choice(TEXTS)
    a, b = r.sample(WORDS, 2)
    body = [f"{a} and {a}", "nothing", f"x{a}"]
    done = text(body).replace(a, b)
    if r.random() < 0.6:
        return Shell([f"replace {a} by {b} everywhere in {f}", f"change every {a} in {f} to {b}", f"in {f}, replace all occurrences of {a} with {b}",
                      f"substitute {b} for {a} in the file {f}, everywhere", f"edit {f}: every \"{a}\" becomes \"{b}\"",
                      f"replace each {a} with {b} in {f}, in place"], f"sed -i 's/{a}/{b}/g' {f}", {f: text(body)}, "", {f: done})
    return Shell([f"print {f} with every {a} replaced by {b}", f"show {f} with {b} instead of {a}, but do not change the file",
                  f"replace {a} by {b} in {f} and print the result", f"output {f} with all {a} turned into {b}",
                  f"print {f}, replacing each {a} with {b}; the file stays as it is", f"{f} with {a} changed to {b} everywhere, on standard output"],
                 f"sed 's/{a}/{b}/g' {f}", {f: text(body)}, done)


def sed_first(r):
    f = r.choice(TEXTS)
    a, b = r.sample(WORDS, 2)
    body = [f"{a} and {a}", "nothing", f"x{a} {a}"]
    return Shell([f"replace only the first {a} of each line in {f} by {b}", f"in every line of {f}, change the first {a} to {b}",
                  f"edit {f}: the first {a} in each line becomes {b}", f"change the first {a} on each line of {f} to {b}, in place",
                  f"per line of {f}, replace the first occurrence of {a} with {b}", f"replace the first {a} in each line of {f} with {b}"],
                 f"sed -i 's/{a}/{b}/' {f}", {f: text(body)}, "", {f: text(x.replace(a, b, 1) for x in body)})


def sed_delete(r):
    f, w = r.choice(TEXTS), r.choice(WORDS)
    body = lines(r, 8, w)
    kind = r.choice(["word", "number", "range", "empty", "first", "last"])
    n = r.randint(2, 4)
    m = n + r.randint(1, 4)
    if kind == "word":
        return Shell([f"delete the lines that contain {w} from {f}", f"remove all lines with {w} from {f}", f"edit {f}: delete each line with \"{w}\"",
                      f"drop every line that contains {w} in the file {f}", f"in {f}, delete all lines containing {w}", f"take the lines with {w} out of {f}"],
                     f"sed -i '/{w}/d' {f}", {f: text(body)}, "", {f: text(x for x in body if w not in x)})
    if kind == "number":
        return Shell([f"delete line {n} of {f}", f"remove the {ORDINALS[n]} line from {f}", f"edit {f}: drop line {n}", f"take line {n} out of {f}",
                      f"delete the {ORDINALS[n]} line of the file {f}", f"in {f}, remove line number {n}"],
                     f"sed -i '{n}d' {f}", {f: text(body)}, "", {f: text(body[:n - 1] + body[n:])})
    if kind == "range":
        return Shell([f"delete lines {n} to {m} of {f}", f"remove lines {n}-{m} from {f}", f"edit {f}: drop the lines from {n} to {m}",
                      f"take lines {n} through {m} out of {f}", f"in {f}, delete lines {n} to {m}", f"cut lines {n} to {m} out of the file {f}"],
                     f"sed -i '{n},{m}d' {f}", {f: text(body)}, "", {f: text(body[:n - 1] + body[m:])})
    if kind == "empty":
        body.insert(2, "")
        body.insert(5, "")
        return Shell([f"delete the empty lines from {f}", f"remove all empty lines in the file {f}", f"edit {f}: drop empty lines",
                      f"take the blank lines out of {f}", f"in {f}, delete every empty line", f"strip {f} of its empty lines, in place"],
                     f"sed -i '/^$/d' {f}", {f: text(body)}, "", {f: text(x for x in body if x)})
    first = kind == "first"
    return Shell([f"delete the {kind} line of {f}", f"remove the {kind} line from {f}", f"edit {f}: drop the {kind} line", f"take the {kind} line out of {f}",
                  f"in {f}, delete the {kind} line", f"cut off the {kind} line of the file {f}"],
                 f"sed -i '{1 if first else '$'}d' {f}", {f: text(body)}, "", {f: text(body[1:] if first else body[:-1])})


def sed_print(r):
    f = r.choice(TEXTS + LOGS)
    body = lines(r, 14)
    n = r.randint(2, 5)
    m = n + r.randint(1, 6)
    if r.random() < 0.6:
        return Shell([f"print lines {n} to {m} of {f}", f"show lines {n}-{m} of {f}", f"lines {n} through {m} of the file {f}", f"only lines {n} to {m} of {f}",
                      f"display {f} from line {n} to line {m}", f"output the lines from {n} to {m} in {f}"],
                     f"sed -n '{n},{m}p' {f}", {f: text(body)}, text(body[n - 1:m]))
    return Shell([f"print line {n} of {f}", f"show only the {ORDINALS[n]} line of {f}", f"line {n} of {f}", f"print the {ORDINALS[n]} line in {f}",
                  f"what is in line {n} of {f}?", f"output line number {n} of {f}"],
                 f"sed -n '{n}p' {f}", {f: text(body)}, body[n - 1] + "\n")


def sed_insert(r):
    f, w = r.choice(TEXTS), r.choice(["# draft", "name,count", "-- begin --", "Version 2", "[main]", "// generated"])
    body = lines(r, 4)
    if r.random() < 0.5:
        return Shell([f"insert the line \"{w}\" at the top of {f}", f"add \"{w}\" as the first line of {f}", f"put the line \"{w}\" before everything else in {f}",
                      f"make \"{w}\" the first line of {f}, before the others", f"prepend the line \"{w}\" to {f}", f"write \"{w}\" above the first line of {f}"],
                     f"sed -i '1i {w}' {f}", {f: text(body)}, "", {f: text([w] + body)})
    return Shell([f"append the line \"{w}\" to {f}", f"add \"{w}\" as the last line of {f}", f"put the line \"{w}\" at the end of {f}",
                  f"write \"{w}\" below the last line of {f}", f"add a line \"{w}\" to the end of {f}", f"append \"{w}\" to the file {f}"],
                 f"echo '{w}' >> {f}", {f: text(body)}, "", {f: text(body + [w])})


def sed_edges(r):
    f = r.choice(TEXTS)
    body = ["  one  ", "two", "\tthree ", " four"]
    kind = r.choice(["trail", "lead", "prefix"])
    if kind == "trail":
        return Shell([f"remove trailing spaces and tabs from every line of {f}", f"strip the white space at the end of each line in {f}", f"delete trailing white space in {f}",
                      f"edit {f}: no white space at the ends of lines", f"cut off the white space after the last character of each line of {f}", f"trim the line ends of {f} of white space, in place"],
                     f"sed -i 's/[[:space:]]*$//' {f}", {f: text(body)}, "", {f: text(x.rstrip() for x in body)})
    if kind == "lead":
        return Shell([f"remove leading spaces and tabs from every line of {f}", f"strip the white space at the start of each line in {f}", f"delete leading white space in {f}",
                      f"edit {f}: no white space at the starts of lines", f"cut off the indentation of each line of {f}", f"remove the indentation of all lines in {f}, in place"],
                     f"sed -i 's/^[[:space:]]*//' {f}", {f: text(body)}, "", {f: text(x.lstrip() for x in body)})
    mark = r.choice(["> ", "- ", "# ", "* "])
    return Shell([f"print {f} with \"{mark}\" before every line", f"put \"{mark}\" in front of each line of {f} and print it", f"show {f}, every line prefixed with \"{mark}\"",
                  f"output {f} with each line beginning with \"{mark}\"", f"prefix the lines of {f} with \"{mark}\" on standard output", f"{f} with \"{mark}\" added at the start of all lines, printed"],
                 f"sed 's/^/{mark}/' {f}", {f: text(body)}, text(mark + x for x in body))


# Columns: awk, cut

def number_table(r, n=6):
    return [[r.choice(["oak", "elm", "fir", "ash"]) + str(i), str(r.randint(1, 90)), str(r.randint(1, 90)), r.choice(["x", "y"])] for i in range(n)]


def awk_column(r):
    f, n = r.choice(COLUMNS), r.randint(1, 4)
    rows = number_table(r)
    return Shell([f"print the {ORDINALS[n]} column of {f}", f"only column {n} of {f}", f"show the {ORDINALS[n]} word of each line in {f}",
                  f"column {n} of {f}, columns are separated by spaces", f"the {ORDINALS[n]} field of every line of {f}", f"print field {n} of each line of {f}"],
                 f"awk '{{ print ${n} }}' {f}", {f: text(" ".join(x) for x in rows)}, text(x[n - 1] for x in rows))


def awk_sum(r):
    csv = r.random() < 0.5
    f, n = (r.choice(TABLES), r.choice([2, 3])) if csv else (r.choice(COLUMNS), r.choice([2, 3]))
    rows = number_table(r)
    body = {f: text(("," if csv else " ").join(x) for x in rows)}
    option = "-F, " if csv else ""
    values = [int(x[n - 1]) for x in rows]
    kind = r.choice(["sum", "sum", "average", "max"])
    if kind == "sum":
        return Shell([f"add up the {ORDINALS[n]} column of {f}", f"total of column {n} in {f}", f"sum the numbers in the {ORDINALS[n]} column of {f}",
                      f"what is the sum of column {n} of {f}?", f"calculate the total of the {ORDINALS[n]} column in {f}", f"print the sum over field {n} of {f}"],
                     f"awk {option}'{{ sum += ${n} }} END {{ print sum }}' {f}", body, f"{sum(values)}\n")
    if kind == "average":
        rows[0][n - 1] = str(values[0] + (-sum(values)) % 6)  # an average without decimals
        total = sum(int(x[n - 1]) for x in rows)
        return Shell([f"print the average of the {ORDINALS[n]} column of {f}", f"average of column {n} in {f}", f"the mean of the numbers in column {n} of {f}",
                      f"what is the average of the {ORDINALS[n]} column in {f}?", f"calculate the mean of the {ORDINALS[n]} column of {f}", f"compute the average over field {n} of {f}"],
                     f"awk {option}'{{ sum += ${n} }} END {{ print sum / NR }}' {f}", {f: text(("," if csv else " ").join(x) for x in rows)}, f"{total // 6}\n")
    return Shell([f"print the largest number in the {ORDINALS[n]} column of {f}", f"maximum of column {n} in {f}", f"the highest value in column {n} of {f}",
                  f"what is the greatest number in the {ORDINALS[n]} column of {f}?", f"find the maximum of the {ORDINALS[n]} column in {f}", f"biggest number in field {n} of {f}"],
                 f"awk {option}'NR == 1 || ${n} > max {{ max = ${n} }} END {{ print max }}' {f}", body, f"{max(values)}\n")


def awk_filter(r):
    csv = r.random() < 0.6
    f = r.choice(TABLES if csv else COLUMNS)
    n, limit = r.choice([2, 3]), r.choice([10, 20, 25, 30, 40, 50, 60])
    rows = number_table(r, 9)
    rows[0][n - 1], rows[1][n - 1], rows[2][n - 1] = "5", "88", str(limit)
    more = r.random() < 0.6
    sep = "," if csv else " "
    hits = [x for x in rows if (int(x[n - 1]) > limit if more else int(x[n - 1]) < limit)]
    says = f"greater than {limit}" if more else f"less than {limit}"
    option = "-F, " if csv else ""
    if r.random() < 0.5:
        return Shell([f"print the lines of {f} whose {ORDINALS[n]} column is {says}", f"lines of {f} where column {n} is {says}", f"show only rows of {f} with a {ORDINALS[n]} field {says}",
                      f"which lines of {f} have a number {says} in column {n}?", f"filter {f}: keep rows in which column {n} is {says}", f"all rows of {f} where the {ORDINALS[n]} column is {says}"],
                     f"awk {option}'${n} {'>' if more else '<'} {limit}' {f}", {f: text(sep.join(x) for x in rows)}, text(sep.join(x) for x in hits))
    return Shell([f"print the first column of {f} where column {n} is {says}", f"first field of the rows in {f} whose {ORDINALS[n]} field is {says}",
                  f"show column 1 of {f} for the lines where column {n} is {says}", f"column 1 of those lines of {f} that have a {ORDINALS[n]} column {says}",
                  f"where column {n} of {f} is {says}, print column 1", f"names from the first column of {f} if column {n} is {says}"],
                 f"awk {option}'${n} {'>' if more else '<'} {limit} {{ print $1 }}' {f}", {f: text(sep.join(x) for x in rows)}, text(x[0] for x in hits))


def awk_equal(r):
    f, w = r.choice(TABLES), r.choice(WORDS)
    n = r.choice([2, 3])
    rows = number_table(r, 7)
    rows[2][n - 1] = rows[5][n - 1] = w
    rows[3][n - 1] = w + "s"
    return Shell([f"print the rows of {f} whose {ORDINALS[n]} column is {w}", f"lines of {f} where column {n} is exactly {w}", f"show rows in {f} with \"{w}\" as the {ORDINALS[n]} field",
                  f"filter {f}: keep rows in which column {n} equals {w}", f"all rows of {f} where the {ORDINALS[n]} column equals \"{w}\"", f"which rows of {f} have {w} in column {n}, and nothing else in it?"],
                 f"awk -F, '${n} == \"{w}\"' {f}", {f: text(",".join(x) for x in rows)}, text(",".join(x) for x in rows if x[n - 1] == w))


def awk_swap(r):
    f = r.choice(COLUMNS)
    a, b = r.sample([1, 2, 3, 4], 2)
    rows = number_table(r)
    return Shell([f"print columns {a} and {b} of {f}, in this order", f"the {ORDINALS[a]} and then the {ORDINALS[b]} column of {f}", f"show column {a}, then column {b} of {f}",
                  f"fields {a} and {b} of each line of {f}, in that order", f"from {f} print field {a} followed by field {b}", f"each line of {f} with only columns {a} and {b}, in this order"],
                 f"awk '{{ print ${a}, ${b} }}' {f}", {f: text(" ".join(x) for x in rows)}, text(x[a - 1] + " " + x[b - 1] for x in rows))


def cut_column(r):
    f, n = r.choice(TABLES), r.randint(1, 4)
    sep, word = r.choice([(",", "commas"), (";", "semicolons"), (":", "colons"), ("|", "vertical bars")])
    rows = number_table(r)
    mark = sep if sep in ",:" else f"'{sep}'"
    return Shell([f"print the {ORDINALS[n]} column of {f}, which is separated by {word}", f"column {n} of {f}, columns are separated by {word}",
                  f"only the {ORDINALS[n]} field of each line in {f}; fields are separated by {word}", f"cut column {n} out of {f} and print it (separator {sep})",
                  f"show field {n} of {f}, with {sep} as the separator", f"the {ORDINALS[n]} column of {f} (separated by {word})"],
                 f"cut -d{mark} -f{n} {f}", {f: text(sep.join(x) for x in rows)}, text(x[n - 1] for x in rows))


def cut_two(r):
    f = r.choice(TABLES)
    a, b = sorted(r.sample([1, 2, 3, 4], 2))
    rows = number_table(r)
    return Shell([f"print columns {a} and {b} of {f}, separated by commas", f"the {ORDINALS[a]} and the {ORDINALS[b]} column of the comma-separated file {f}",
                  f"only columns {a} and {b} of {f}; the separator is a comma", f"fields {a} and {b} of every line of {f} (comma-separated)",
                  f"from {f}, which is separated by commas, print columns {a} and {b}", f"cut fields {a} and {b} out of the comma-separated {f}"],
                 f"cut -d, -f{a},{b} {f}", {f: text(",".join(x) for x in rows)}, text(x[a - 1] + "," + x[b - 1] for x in rows))


def cut_chars(r):
    f, n = r.choice(TEXTS + LOGS), r.choice([3, 5, 8, 10, 12])
    body = lines(r, 5)
    return Shell([f"print the first {n} characters of each line of {f}", f"only the first {amount(r, n)} characters of every line in {f}", f"cut each line of {f} after {n} characters and print it",
                  f"characters 1 to {n} of every line of {f}", f"show {f} with each line cut to {n} characters", f"the first {n} characters of all lines of {f}"],
                 f"cut -c1-{n} {f}", {f: text(body)}, text(x[:n] for x in body))


# Sorting and counting

def sort_lines(r):
    f = r.choice(TEXTS)
    kind = r.choice(["", "r", "u", "n", "rn", "f"])
    body = [str(r.randint(1, 400)) for _ in range(9)] if "n" in kind else [r.choice(WORDS) for _ in range(9)]
    if kind == "f":
        return Shell([f"sort {f} and save the result in the same file", f"sort the lines of {f} in place", f"sort {f} itself, not just the output",
                      f"bring the lines of the file {f} into alphabetical order, in place", f"overwrite {f} with its sorted lines", f"sort {f} and write it back"],
                     f"sort -o {f} {f}", {f: text(body)}, "", {f: text(sorted(body))})
    says = {"": [f"print {f} sorted", f"sort the lines of {f}", f"lines of {f} in alphabetical order", f"show {f} in sorted order", f"output the lines of {f}, sorted from A to Z", f"{f}, sorted"],
            "r": [f"print {f} sorted in reverse", f"sort the lines of {f} in descending order", f"lines of {f} from Z to A", f"show {f} in reverse alphabetical order", f"sort {f} backwards", f"{f} sorted, last in the alphabet first"],
            "u": [f"print the distinct lines of {f}, sorted", f"sort {f} and drop duplicate lines", f"all different lines of {f} in alphabetical order", f"sort {f} so that every line appears just once", f"{f} sorted without duplicates", f"sorted lines of {f}, with no line twice"],
            "n": [f"sort the numbers in {f}", f"print {f} sorted by number, smallest first", f"numbers of {f} in ascending order", f"sort {f} numerically", f"show the numbers in {f}, lowest first", f"{f} in numerical order"],
            "rn": [f"sort the numbers in {f}, largest first", f"print {f} sorted by number, highest first", f"numbers of {f} in descending order", f"sort {f} numerically in reverse", f"show the numbers in {f} from high to low", f"{f} in descending numerical order"]}[kind]
    done = sorted(set(body)) if kind == "u" else sorted(body, key=int, reverse=kind == "rn") if "n" in kind else sorted(body, reverse=kind == "r")
    return Shell(says, f"sort {'-' + kind + ' ' if kind else ''}{f}", {f: text(body)}, text(done))


def sort_column(r):
    csv = r.random() < 0.6
    f, n = r.choice(TABLES if csv else COLUMNS), r.choice([2, 3])
    rows = number_table(r)
    for i, x in enumerate(r.sample(range(3, 120), 6)):
        rows[i][n - 1] = str(x)
    down = r.random() < 0.5
    sep = "," if csv else " "
    done = sorted(rows, key=lambda x: int(x[n - 1]), reverse=down)
    way = "largest first" if down else "smallest first"
    return Shell([f"sort {f} by the number in column {n}, {way}", f"lines of {f} ordered by the number in the {ORDINALS[n]} column, {way}", f"print {f} sorted numerically by column {n}, {way}",
                  f"order {f} by its {ORDINALS[n]} column as numbers, {way}", f"show the rows of {f} by the number in field {n}, {way}", f"{f}, sorted numerically by the {ORDINALS[n]} field, {way}"],
                 f"sort {'-t, ' if csv else ''}-k{n},{n}n{'r' if down else ''} {f}", {f: text(sep.join(x) for x in rows)}, text(sep.join(x) for x in done))


def frequency(r):
    f, n = r.choice(TEXTS + LOGS), r.choice([3, 5, 10])
    body = ["ant"] * 5 + ["bee"] * 4 + ["cat"] * 3 + ["dog"] * 2 + ["eel"]
    r.shuffle(body)
    counts = [f"{k} {v}" for v, k in (("ant", 5), ("bee", 4), ("cat", 3), ("dog", 2), ("eel", 1))]
    if r.random() < 0.5:
        return Shell([f"count how often each line occurs in {f}, most frequent first", f"how often does each line of {f} occur? Most frequent first.", f"frequency of the lines in {f}, highest first",
                      f"each different line of {f} with its count, largest count first", f"count equal lines in {f} and sort by count, descending", f"show every line of {f} once with its number of occurrences, most frequent first"],
                     f"sort {f} | uniq -c | sort -rn", {f: text(body)}, text(counts))
    return Shell([f"the {amount(r, n)} most frequent lines of {f} with their counts", f"print the {amount(r, n)} lines that occur most often in {f}, with counts", f"top {n} of the lines in {f} by frequency, with the counts",
                  f"which {amount(r, n)} lines are the most frequent in {f}? Show the counts too.", f"show the {n} commonest lines of {f} and how often they occur", f"count equal lines in {f} and print the {n} most frequent with their counts"],
                 f"sort {f} | uniq -c | sort -rn | head -n {n}", {f: text(body)}, text(counts[:n]))


def duplicates(r):
    f = r.choice(TEXTS + LOGS)
    body = ["b", "a", "c", "a", "b", "d"]
    if r.random() < 0.5:
        return Shell([f"print the lines that occur more than once in {f}", f"duplicate lines of {f}", f"which lines appear twice or more in {f}?", f"find lines in {f} that are repeated, anywhere in the file",
                      f"show each repeated line of {f} a single time", f"list the duplicates among the lines of {f}"], f"sort {f} | uniq -d", {f: text(body)}, "a\nb\n")
    return Shell([f"count the different lines of {f}", f"how many distinct lines does {f} have?", f"number of different lines in {f}", f"print how many different lines {f} contains",
                  f"how many lines does {f} have if duplicates count once?", f"the number of distinct lines of {f}"], f"sort -u {f} | wc -l", {f: text(body)}, "4\n")


def head_tail(r):
    f, n = r.choice(TEXTS + LOGS), r.choice([1, 2, 3, 4, 5, 6, 7, 8, 12, 15, 20, 25])
    body = lines(r, 40)
    first = r.random() < 0.5
    word = "first" if first else "last"
    m = amount(r, n)
    if n == 1:
        says = [f"print the {word} line of {f}", f"show only the {word} line of {f}", f"the {word} line of the file {f}", f"{word} line of {f}", f"display just the {word} line of {f}", f"what is the {word} line of {f}?"]
    else:
        says = [f"print the {word} {m} lines of {f}", f"show the {word} {m} lines of {f}", f"the {word} {m} lines of the file {f}", f"{word} {m} lines of {f}", f"display just the {word} {m} lines of {f}", f"only the {word} {n} lines in {f}"]
    return Shell(says, f"{'head' if first else 'tail'} -n {n} {f}", {f: text(body)}, text(body[:n] if first else body[-n:]))


def skip_lines(r):
    f, n = r.choice(TABLES), r.choice([1, 2, 3, 4])
    body = lines(r, 9)
    kind = r.choice(["head", "tail"])
    m = amount(r, n) + (" line" if n == 1 else " lines")
    if kind == "head":
        return Shell([f"print {f} without the first {m}" if n > 1 else f"print {f} without its first line", f"skip the first {m} of {f}" if n > 1 else f"skip the header line of {f}", f"all lines of {f} from line {n + 1} on",
                      f"show {f} starting at line {n + 1}", f"{f} from line {n + 1} to the end", f"everything in {f} after line {n}"], f"tail -n +{n + 1} {f}", {f: text(body)}, text(body[n:]))
    return Shell([f"print {f} without the last {m}" if n > 1 else f"print {f} without its last line", f"all of {f} except the last {m}" if n > 1 else f"all of {f} except the last line", f"leave out the last {m} of {f} when printing it" if n > 1 else f"leave out the last line of {f} when printing it",
                  f"show {f} up to the last {m}, without them" if n > 1 else f"show {f} up to but not including its last line", f"{f} without the {m} at its end" if n > 1 else f"{f} without the line at its end", f"everything in {f} but the last {m}" if n > 1 else f"everything in {f} but its last line"],
                 f"head -n -{n} {f}", {f: text(body)}, text(body[:-n]))


def word_count(r):
    f = r.choice(TEXTS)
    body = lines(r, r.randint(4, 9))
    kind, option = r.choice([("words", "w"), ("lines", "l"), ("bytes", "c"), ("characters", "m")])
    n = {"w": len(" ".join(body).split()), "l": len(body), "c": len(text(body)), "m": len(text(body))}[option]
    return Shell([f"count the {kind} of {f}; print only the number", f"how many {kind} does {f} have? Only the number.", f"{kind} in {f}, just the number", f"only the number of {kind} in {f}, without the file name",
                  f"count {kind} in {f} and do not show the name", f"give the {kind} count of {f} as a bare number"], f"wc -{option} < {f}", {f: text(body)}, f"{n}\n")


def translate(r):
    f = r.choice(TEXTS)
    body = ["Ab, c;d", "eF g;H"]
    a, b, x, y, says = r.choice([
        ("A-Z", "a-z", "", "", "in lower case"), ("a-z", "A-Z", "", "", "in capitals"),
        (",", ";", ",", ";", "with semicolons instead of commas"), (";", ",", ";", ",", "with commas instead of semicolons"),
        (" ", "_", " ", "_", "with underscores instead of spaces")])
    done = text(body).lower() if b == "a-z" else text(body).upper() if b == "A-Z" else text(body).replace(x, y)
    return Shell([f"print {f} {says}", f"show the content of {f} {says}", f"{f} {says}, on standard output", f"output {f} {says} and leave the file as it is", f"the text of {f} {says}", f"display {f} {says}"],
                 f"tr '{a}' '{b}' < {f}", {f: text(body)}, done)


# Archives

def archive(r):
    d = r.choice(FOLDERS)
    f = {f"{d}/a.txt": "a\n", f"{d}/s/b.txt": "b\n"}
    name = r.choice([d, "backup", "old-" + d, d + "-2024", "delivery", "copy"])
    kind = r.choice(["tgz", "tar", "xz", "zip"])
    if kind == "zip":
        z = name + ".zip"
        return Shell([f"pack the folder {d} into {z}", f"zip {d} as {z}", f"create the zip archive {z} of the folder {d}", f"put {d} with all its subfolders into {z}", f"make {z} from the folder {d}", f"compress {d} into the archive {z}"],
                     f"zip -r {z} {d}", f, check=lambda p: holds(p, f"unzip -Z1 {z}", f"{d}/s/b.txt"))
    ending, option = {"tgz": (r.choice([".tar.gz", ".tgz"]), "czf"), "tar": (".tar", "cf"), "xz": (".tar.xz", "cJf")}[kind]
    z = name + ending
    return Shell([f"pack the folder {d} into {z}", f"create the archive {z} from {d}", f"put the folder {d} into the tar archive {z}", f"make {z} out of the folder {d}", f"save {d} with all its subfolders as {z}", f"archive the folder {d} as {z}"],
                 f"tar -{option} {z} {d}", f, check=lambda p: holds(p, f"tar -tf {z}", f"{d}/s/b.txt"))


def holds(p, command, line):
    return line in subprocess.run(command, shell=True, cwd=p, capture_output=True, text=True).stdout.split("\n")


def extract(r):
    d, name = r.choice(FOLDERS), r.choice(["backup", "delivery", "site", "data", "fonts", "release"])
    target = r.choice(["", "", r.choice(["restored", "unpacked", "work"])])
    kind = r.choice(["gz", "tar", "zip", "list", "listzip"])
    z = name + {"gz": ".tar.gz", "tar": ".tar", "zip": ".zip", "list": ".tar.gz", "listzip": ".zip"}[kind]
    make = f"mkdir {d}; echo hi > {d}/a.txt; " + (f"zip -qr {z} {d}" if "zip" in kind else f"tar -c{'z' if 'gz' in z else ''}f {z} {d}") + f"; rm -r {d}"
    if target:
        make += f"; mkdir {target}"
    if kind in ("list", "listzip"):
        return Shell([f"list the content of {z}", f"what is in {z}?", f"show the files in the archive {z} without unpacking it", f"which files does {z} contain?", f"print the table of contents of {z}", f"names of the files in {z}"],
                     f"tar -tzf {z}" if kind == "list" else f"unzip -l {z}", {}, f"{d}/\n{d}/a.txt\n" if kind == "list" else None, setup=make, check=lambda p: not (p / d).exists())
    where = f" into the folder {target}" if target else ""
    answer = {"gz": f"tar -xzf {z}", "tar": f"tar -xf {z}", "zip": f"unzip {z}"}[kind]
    if target:
        answer += f" -d {target}" if kind == "zip" else f" -C {target}"
    return Shell([f"unpack {z}{where}", f"extract {z}{where}", f"extract the archive {z}{where}", f"unpack the archive {z}{where}", f"extract all files of {z}{where}", f"restore the content of {z}{where}"],
                 answer, {}, None, setup=make, check=lambda p: (p / target / d / "a.txt").exists())


def gzip_file(r):
    f = r.choice(TEXTS + LOGS)
    kind = r.choice(["zip", "keep", "unzip", "show"])
    body = text(lines(r, 3))
    if kind == "zip":
        return Shell([f"compress {f} with gzip", f"gzip the file {f}", f"turn {f} into {f}.gz", f"make {f}.gz out of {f}, without keeping the original", f"compress {f} to {f}.gz", f"replace {f} by a gzipped version"],
                     f"gzip {f}", {f: body}, "", check=lambda p: (p / (f + ".gz")).exists() and not (p / f).exists())
    if kind == "keep":
        return Shell([f"compress {f} with gzip but keep the original", f"gzip {f} and keep {f} too", f"make {f}.gz and leave {f} where it is", f"gzip the file {f} without removing it", f"create {f}.gz next to {f}", f"a gzipped copy of {f}; the original stays"],
                     f"gzip -k {f}", {f: body}, "", check=lambda p: (p / (f + ".gz")).exists() and (p / f).exists())
    setup = f"gzip {f}"
    if kind == "unzip":
        return Shell([f"decompress {f}.gz", f"unpack {f}.gz", f"turn {f}.gz back into {f}", f"gunzip the file {f}.gz", f"uncompress {f}.gz to {f}", f"restore {f} from {f}.gz"],
                     f"gunzip {f}.gz", {f: body}, "", setup=setup, check=lambda p: (p / f).exists() and not (p / (f + ".gz")).exists())
    return Shell([f"print the content of {f}.gz without unpacking it", f"show {f}.gz uncompressed on standard output", f"what is in the compressed file {f}.gz?", f"view the text of {f}.gz, the file stays compressed", f"output the decompressed content of {f}.gz", f"print {f}.gz decompressed"],
                 f"zcat {f}.gz", {f: body}, body, setup=setup, check=lambda p: (p / (f + ".gz")).exists())


# Copying, moving, making

def copy(r):
    f, d = r.choice(TEXTS + TABLES), r.choice(FOLDERS)
    a, b = r.sample(FOLDERS, 2)
    e = r.choice(ENDINGS)
    kind = r.choice(["into", "name", "folder", "ending", "bak"])
    if kind == "into":
        return Shell([f"copy {f} into the folder {d}", f"put a copy of {f} into {d}/", f"copy the file {f} to the folder {d}", f"{f} is to be copied into the folder {d}", f"make a copy of {f} in the folder {d}", f"copy {f} to {d}/"],
                     f"cp {f} {d}/", {f: "a", f"{d}/x": "x"}, "", {f: "a", f"{d}/x": "x", f"{d}/{f}": "a"})
    if kind == "name":
        new = r.choice(["copy-of-", "new-", "second-"]) + f
        return Shell([f"copy {f} as {new}", f"make a copy of {f} named {new}", f"copy the file {f} under the name {new}", f"duplicate {f} as {new}", f"create {new} as a copy of {f}", f"save a copy of {f} as {new}"],
                     f"cp {f} {new}", {f: "a"}, "", {f: "a", new: "a"})
    if kind == "bak":
        return Shell([f"make a backup copy {f}.bak of {f}", f"back up {f} as {f}.bak", f"save a copy of {f} with .bak at the end of its name", f"keep a backup of {f} in {f}.bak", f"copy {f} as a backup to {f}.bak", f"backup of {f}, named {f}.bak"],
                     f"cp {f} {f}.bak", {f: "a"}, "", {f: "a", f + ".bak": "a"})
    if kind == "folder":
        new = r.choice([a + "-copy", a + "-backup", "old-" + a, "second-" + a])
        return Shell([f"copy the folder {a} with everything in it to {new}", f"make a copy of the folder {a} named {new}", f"copy {a} recursively to {new}", f"duplicate the whole folder {a} as {new}", f"copy the directory {a} and its subfolders to {new}", f"create {new} as a full copy of the folder {a}"],
                     f"cp -r {a} {new}", {f"{a}/s/x": "x"}, "", {f"{a}/s/x": "x", f"{new}/s/x": "x"})
    return Shell([f"copy all .{e} files from {a} to {b}", f"copy every .{e} file in {a} into the folder {b}", f"put copies of the .{e} files of {a} into {b}", f"copy {a}'s .{e} files to the folder {b}", f"copy the files ending in .{e} from the folder {a} into {b}", f"all .{e} files of {a} are to be copied to {b}"],
                 f"cp {a}/*.{e} {b}/", {f"{a}/x.{e}": "x", f"{a}/z.zz": "z", f"{b}/q": "q"}, "", {f"{a}/x.{e}": "x", f"{a}/z.zz": "z", f"{b}/q": "q", f"{b}/x.{e}": "x"})


def move(r):
    f, d = r.choice(TEXTS + TABLES), r.choice(FOLDERS)
    a, b = r.sample(FOLDERS, 2)
    e = r.choice(ENDINGS)
    kind = r.choice(["into", "name", "ending", "folder"])
    if kind == "into":
        return Shell([f"move {f} into the folder {d}", f"move the file {f} to {d}/", f"put {f} into the folder {d}, do not leave it here", f"{f} belongs in the folder {d}; move it", f"shift {f} to the folder {d}", f"move {f} into {d}/"],
                     f"mv {f} {d}/", {f: "a", f"{d}/x": "x"}, "", {f"{d}/x": "x", f"{d}/{f}": "a"})
    if kind == "name":
        new = r.choice(["old-", "final-", "checked-", "2024-"]) + f
        return Shell([f"rename {f} to {new}", f"give {f} the new name {new}", f"change the name of {f} to {new}", f"call {f} {new} from now on", f"{f} is to be named {new}", f"rename the file {f} as {new}"],
                     f"mv {f} {new}", {f: "a"}, "", {new: "a"})
    if kind == "folder":
        return Shell([f"rename the folder {a} to {b}", f"give the folder {a} the name {b}", f"change the name of the directory {a} to {b}", f"call the folder {a} {b} from now on", f"the folder {a} is to be named {b}", f"rename the directory {a} as {b}"],
                     f"mv {a} {b}", {f"{a}/x": "x"}, "", {f"{b}/x": "x"})
    return Shell([f"move all .{e} files from {a} to {b}", f"move every .{e} file in {a} into the folder {b}", f"move the .{e} files of {a} into {b}", f"shift {a}'s .{e} files to the folder {b}", f"move the files ending in .{e} from the folder {a} into {b}", f"all .{e} files of {a} are to be moved to {b}"],
                 f"mv {a}/*.{e} {b}/", {f"{a}/x.{e}": "x", f"{a}/z.zz": "z", f"{b}/q": "q"}, "", {f"{a}/z.zz": "z", f"{b}/q": "q", f"{b}/x.{e}": "x"})


def make(r):
    a, b = r.sample(FOLDERS, 2)
    f = r.choice(TEXTS)
    kind = r.choice(["deep", "two", "link", "touch", "rm"])
    if kind == "deep":
        y = r.choice(["2023", "2024", "raw", "final"])
        return Shell([f"create the folder {a}/{b}/{y} with its parents", f"make the directory {a}/{b}/{y}, parents included", f"create {a}/{b}/{y} even if {a} does not exist yet", f"make the nested folder {a}/{b}/{y}", f"folder {a}/{b}/{y}, with all parent folders", f"create the path {a}/{b}/{y} of folders"],
                     f"mkdir -p {a}/{b}/{y}", {}, "", check=lambda p: (p / a / b / y).is_dir())
    if kind == "two":
        return Shell([f"create the folders {a} and {b}", f"make two directories, {a} and {b}", f"new folders: {a} and {b}", f"make the directories {a} and {b}", f"create two folders named {a} and {b}", f"we need the folders {a} and {b}; create them"],
                     f"mkdir {a} {b}", {}, "", check=lambda p: (p / a).is_dir() and (p / b).is_dir())
    if kind == "link":
        n = r.choice(["latest", "current", "today", "default"])
        return Shell([f"create a symbolic link {n} to {f}", f"make {n} a symlink to {f}", f"link {f} as {n}, symbolically", f"symbolic link named {n} that points to {f}", f"let the symlink {n} point to {f}", f"add a symlink called {n} for {f}"],
                     f"ln -s {f} {n}", {f: "a"}, "", check=lambda p: os.readlink(p / n) == f)
    if kind == "touch":
        return Shell([f"create the empty file {f}", f"make an empty file named {f}", f"new empty file {f}", f"create {f}, with nothing in it", f"create a file {f} without content", f"add an empty file {f} to this folder"],
                     f"touch {f}", {}, "", {f: ""})
    return Shell([f"delete the folder {a} with everything in it", f"remove the directory {a} and its content", f"delete {a} and all its subfolders", f"remove the folder {a}, even if it is not empty", f"delete the whole directory {a}", f"the folder {a} is to be deleted with all its files"],
                 f"rm -r {a}", {f"{a}/x/y": "x", f"{b}/z": "z"}, "", {f"{b}/z": "z"})


def chmod(r):
    f = r.choice(["install.sh", "deploy.sh", "run.sh", "check.py", "backup.sh", "hook.sh", "start.sh"])
    kind = r.choice(["x", "u", "mode", "w"])
    get = lambda p: oct((p / f).stat().st_mode)[-3:]
    if kind == "x":
        return Shell([f"make {f} executable", f"give {f} execute permission", f"{f} is to be executable", f"set the executable bit of {f}", f"mark the script {f} as executable", f"allow executing {f}"],
                     f"chmod +x {f}", {f: "a"}, "", setup=f"chmod 644 {f}", check=lambda p: get(p) == "755")
    if kind == "u":
        return Shell([f"make {f} executable for its owner only", f"let only the owner execute {f}", f"add execute permission for the owner to {f}", f"the owner may execute {f} from now on, others not", f"give the owner of {f} the right to execute it", f"executable bit of {f} for the owner"],
                     f"chmod u+x {f}", {f: "a"}, "", setup=f"chmod 644 {f}", check=lambda p: get(p) == "744")
    if kind == "w":
        return Shell([f"take away the write permission of {f} from everyone", f"make {f} read-only for all", f"nobody may write to {f} any more", f"remove write permission on {f} for everyone", f"protect {f} against writing by anyone", f"forbid writing to {f} for all users"],
                     f"chmod a-w {f}", {f: "a"}, "", setup=f"chmod 664 {f}", check=lambda p: get(p) == "444")
    m = r.choice(["600", "640", "700", "750", "755", "444"])
    return Shell([f"set the permissions of {f} to {m}", f"change the mode of {f} to {m}", f"give {f} the mode {m}", f"chmod {f} to {m}", f"permissions {m} for {f}", f"{f} gets the permissions {m}"],
                 f"chmod {m} {f}", {f: "a"}, "", check=lambda p: get(p) == m)


# Loops

def loop_rename(r):
    a, b = r.sample(ENDINGS, 2)
    d = r.choice(["", r.choice(FOLDERS)])
    p = d + "/" if d else ""
    where = f" in {d}" if d else ""
    return Shell([f"rename all .{a} files{where} to .{b}", f"change the ending of every .{a} file{where} to .{b}", f"give all .{a} files{where} the ending .{b} instead",
                  f"turn each name{where} that ends in .{a} into one that ends in .{b}", f"for every .{a} file{where}, rename it so that it ends in .{b}", f"files{where} ending in .{a} are to end in .{b}; rename them"],
                 f"for file in {p}*.{a}; do\n  mv \"$file\" \"${{file%.{a}}}.{b}\"\ndone", {f"{p}x y.{a}": "1", f"{p}z.{a}": "2", f"{p}q.qq": "3"}, "",
                 {f"{p}x y.{b}": "1", f"{p}z.{b}": "2", f"{p}q.qq": "3"})


def loop_prefix(r):
    e = r.choice(ENDINGS)
    w = r.choice(["old-", "draft-", "2024-", "copy-", "done_"])
    kind = r.choice(["add", "add", "remove", "backup"])
    if kind == "add":
        return Shell([f"put {w} in front of the names of all .{e} files", f"add the prefix {w} to every .{e} file", f"rename all .{e} files so that their names begin with {w}", f"prefix each .{e} file's name with {w}", f"for every .{e} file, put {w} before its name", f"all .{e} files get {w} at the start of their names"],
                     f"for file in *.{e}; do\n  mv \"$file\" \"{w}$file\"\ndone", {f"a b.{e}": "1", "z": "2"}, "", {f"{w}a b.{e}": "1", "z": "2"})
    if kind == "remove":
        return Shell([f"remove the prefix {w} from all file names that have it", f"rename all files that begin with {w} so that the prefix is gone", f"drop {w} from the start of the file names", f"strip the prefix {w} from every file name", f"take {w} off the names of the files that begin with it", f"file names that start with {w} lose this prefix"],
                     f"for file in {w}*; do\n  mv \"$file\" \"${{file#{w}}}\"\ndone", {f"{w}a b.{e}": "1", "z": "2"}, "", {f"a b.{e}": "1", "z": "2"})
    return Shell([f"make a .bak copy of every .{e} file", f"copy each .{e} file to the same name with .bak at the end", f"back up all .{e} files by adding .bak to the names of the copies", f"for each .{e} file, create a copy ending in .{e}.bak", f"every .{e} file gets a backup copy with .bak appended", f"save all .{e} files as .{e}.bak, too"],
                 f"for file in *.{e}; do\n  cp \"$file\" \"$file.bak\"\ndone", {f"a b.{e}": "1", "z": "2"}, "", {f"a b.{e}": "1", f"a b.{e}.bak": "1", "z": "2"})


def loop_count(r):
    a, b = r.choice([(1, 5), (1, 10), (3, 8), (0, 4), (10, 15), (1, 3)])
    w = r.choice(["round", "part", "row", "step", "test", "page"])
    return Shell([f"print {w} {a} to {w} {b}, one per line", f"loop from {a} to {b} and print \"{w}\" and the number", f"for the numbers {a} to {b}, echo \"{w}\" and the number", f"print \"{w} {a}\", and so on up to \"{w} {b}\"", f"count from {a} to {b} and print each number after the word {w}", f"a loop that prints {w} {a} through {w} {b}"],
                 f"for i in {{{a}..{b}}}; do\n  echo \"{w} $i\"\ndone", {}, text(f"{w} {i}" for i in range(a, b + 1)))


def loop_lines(r):
    f, w = r.choice(TEXTS), r.choice(["Hello", "Checking", "Next:", "Found", "Dear", "Item:"])
    body = ["a b", " c", "d\\e"]
    return Shell([f"read {f} line by line and print each line after \"{w}\"", f"for each line of {f}, echo \"{w}\" and the line", f"loop over the lines of {f} and print \"{w}\" before each", f"go through {f} line by line; print \"{w}\" followed by the line", f"while reading {f}, print every line with \"{w}\" in front", f"a loop over the lines of {f} that prints \"{w}\" and the line"],
                 f"while IFS= read -r line; do\n  echo \"{w} $line\"\ndone < {f}", {f: text(body)}, text(f"{w} {x}" for x in body))


def loop_convert(r):
    tool, a, b = r.choice([("convert", "png", "jpg"), ("convert", "bmp", "png"), ("convert", "jpg", "webp"), ("ffmpeg -i", "wav", "mp3"), ("ffmpeg -i", "avi", "mp4"), ("ffmpeg -i", "flac", "ogg"), ("ffmpeg -i", "mov", "mp4")])
    name = "ImageMagick" if tool == "convert" else "ffmpeg"
    d = r.choice(["", r.choice(FOLDERS)])
    p, where = (d + "/", f" in {d}") if d else ("", "")
    return Shell([f"convert all .{a} files{where} to .{b} with {name}", f"make a .{b} file from every .{a} file{where}, using {name}", f"use {name} to convert each .{a} file{where} to {b}", f"for every {a} file{where}, create a {b} version with {name}", f"turn the .{a} files{where} into .{b} files with {name}", f"{name}: convert the {a} files{where} to {b}"],
                 f"for file in {p}*.{a}; do\n  {tool} \"$file\" \"${{file%.{a}}}.{b}\"\ndone", run=False)


# The system

def disk(r):
    d, n = r.choice(FOLDERS), r.choice([5, 10, 15, 20])
    kind = r.choice(["du", "top", "df", "dfpath"])
    if kind == "du":
        return Shell([f"total size of the folder {d}, human readable", f"how much space does {d} take? Human readable.", f"show the size of {d} in readable units", f"print the disk usage of the folder {d}, only the total, human readable", f"size of {d} with everything in it, in readable units", f"how big is the folder {d}, in readable units?"], f"du -sh {d}", run=False)
    if kind == "top":
        return Shell([f"the {amount(r, n)} largest entries in {d}, human readable", f"which {n} entries of {d} take the most space? Readable sizes.", f"sizes of everything in {d}, largest first, only {n}, readable", f"show the {n} biggest files and folders in {d}, human readable", f"disk usage of the entries in {d}, human readable, top {n}", f"list the {n} largest things in {d} with readable sizes"],
                     f"du -sh {d}/* | sort -rh | head -n {n}", run=False)
    if kind == "df":
        return Shell(["free space on all file systems, human readable", "how full are the disks? Readable units.", "show the disk usage of all file systems in readable units", "disk space of every mounted file system, human readable", "free disk space, in readable units", "print how much space is left on each file system, human readable"], "df -h", run=False)
    m = r.choice(["/", "/home", "/var", "/mnt/data", "/srv", "/boot"])
    return Shell([f"free space on the file system of {m}, human readable", f"how much space is left on {m}? Readable units.", f"disk usage of the file system that holds {m}, in readable units", f"show how full {m} is, human readable", f"df of {m} in readable units", f"print the free disk space at {m}, human readable"], f"df -h {m}", run=False)


def processes(r):
    w, u = r.choice(["nginx", "python3", "node", "firefox", "postgres", "rsync", "vlc", "redis-server"]), r.choice(USERS)
    port = r.choice(["3000", "5432", "8000", "8080", "9090", "443"])
    n = r.choice([5, 10, 15])
    kind = r.choice(["list", "kill", "user", "cpu", "mem", "port", "count", "running"])
    if kind == "list":
        return Shell([f"show the processes named {w}", f"list all running {w} processes with their ids", f"ids and names of the processes that are called {w}", f"which {w} processes are running? Show id and name.", f"find processes by the name {w} and print id and name", f"process ids of {w}, with the name"], f"pgrep -l {w}", run=False)
    if kind == "kill":
        return Shell([f"kill all processes named {w}", f"end every {w} process", f"stop the processes with the name {w}", f"terminate {w} by name", f"kill {w}", f"end all processes that are called {w}"], f"pkill {w}", run=False)
    if kind == "user":
        return Shell([f"all processes of the user {u}", f"list what {u} is running", f"show the processes of {u}", f"which processes does the user {u} have?", f"processes that belong to {u}", f"print all processes owned by {u}"], f"ps -u {u}", run=False)
    if kind in ("cpu", "mem"):
        says = "processor time" if kind == "cpu" else "memory"
        return Shell([f"the {amount(r, n)} processes that use the most {says}", f"top {n} processes by {says}", f"which {n} processes use the most {says}?", f"show the {n} processes with the highest use of {says}", f"list processes by {says}, highest first, only {n}", f"processes sorted by {says}, the first {n}"],
                     f"ps aux --sort=-%{kind} | head -n {n + 1}", run=False)
    if kind == "port":
        return Shell([f"which process uses port {port}?", f"show what uses port {port}", f"find the process that occupies port {port}", f"which program has port {port} open?", f"process on port {port}", f"print the program behind port {port}"], f"lsof -i :{port}", run=False)
    if kind == "count":
        return Shell([f"count the processes named {w}", f"how many {w} processes are running?", f"number of running {w} processes", f"print how many processes are called {w}", f"how often is {w} running?", f"the number of processes with the name {w}"], f"pgrep -c {w}", run=False)
    return Shell([f"check whether {w} is running and print yes or no", f"is {w} running? Print yes or no.", f"print yes if a process {w} exists, else no", f"say yes if {w} is running, otherwise no", f"print yes or no: is there a process {w}?", f"test if {w} runs; echo yes or no"], f"if pgrep {w} > /dev/null; then\n  echo yes\nelse\n  echo no\nfi", run=False)


def download(r):
    url, f = r.choice([("https://example.org/data/latest.csv", "today.csv"), ("https://example.com/logo.png", "header.png"), ("https://example.net/feed.xml", "news.xml"), ("https://example.org/v2/items.json", "items.json"), ("https://example.com/book.pdf", "manual.pdf")])
    kind = r.choice(["to", "same", "status", "head", "json"])
    if kind == "to":
        return Shell([f"download {url} to {f}", f"fetch {url} and save it as {f}", f"save {url} under the name {f}", f"get {url} with curl into the file {f}", f"curl {url} into {f}", f"load {url} and write it to {f}"], f"curl -L -o {f} {url}", run=False)
    if kind == "same":
        return Shell([f"download {url} under its own name", f"fetch {url} and keep the file name", f"save {url} with the name it has on the server", f"curl {url} to a file of the same name", f"get {url} and name the file as in the address", f"download {url} without renaming it"], f"curl -L -O {url}", run=False)
    if kind == "status":
        return Shell([f"print only the status code of {url}", f"which HTTP status does {url} give? Only the code.", f"HTTP status code of {url}", f"request {url} and show just the status code", f"check {url}: print its HTTP status", f"status code that {url} answers with"], f"curl -s -o /dev/null -w '%{{http_code}}\\n' {url}", run=False)
    if kind == "head":
        return Shell([f"show the response headers of {url}", f"only the HTTP headers of {url}", f"print the headers that {url} answers with", f"send a HEAD request to {url}", f"which headers does {url} send?", f"HTTP headers of {url}"], f"curl -I {url}", run=False)
    n = r.choice([5, 10, 20, 30])
    return Shell([f"fetch {url} silently, with a timeout of {n} seconds", f"get {url} without progress output, giving up after {n} seconds", f"curl {url} quietly; at most {n} seconds", f"print {url} with no progress bar and a limit of {n} seconds", f"request {url} silently and stop after {n} seconds", f"silent curl of {url} with a maximum time of {n} seconds"], f"curl -s --max-time {n} {url}", run=False)


def remote(r):
    h, u, f, d = r.choice(HOSTS), r.choice(USERS), r.choice(TEXTS + TABLES), r.choice(FOLDERS)
    there = r.choice(["/srv/data", "/var/www", "/home/shared", "/opt/in", "/backup"])
    c = r.choice(["uptime", "df -h", "whoami", "free -m", "hostname"])
    kind = r.choice(["cmd", "login", "up", "down", "sync", "syncdel", "port"])
    if kind == "cmd":
        return Shell([f"run {c} on {h} as {u}", f"execute {c} on the host {h}, user {u}", f"ssh to {h} as {u} and run {c}", f"run the command {c} as {u} on {h}", f"as {u}, run {c} on the server {h}", f"what does {c} say on {h}? The user is {u}."], f"ssh {u}@{h} {c}" if " " not in c else f"ssh {u}@{h} '{c}'", run=False)
    if kind == "login":
        return Shell([f"log in to {h} as {u}", f"open a shell on {h} as {u}", f"ssh to {h} with the user {u}", f"connect to {h} as {u} with ssh", f"ssh login on {h}, user {u}", f"log in as {u} on the server {h}"], f"ssh {u}@{h}", run=False)
    if kind == "port":
        n = r.choice(["2222", "2200", "22022", "8022"])
        return Shell([f"log in to {h} as {u} on port {n}", f"ssh to {h}, port {n}, as {u}", f"connect to port {n} of {h} with ssh as {u}", f"open a shell on {h} as {u}; ssh listens on port {n}", f"ssh as {u} to {h} through port {n}", f"log in as {u} on {h} with the ssh port {n}"], f"ssh -p {n} {u}@{h}", run=False)
    if kind == "up":
        return Shell([f"copy {f} to {there} on {h} as {u}", f"upload {f} to {h}, folder {there}, as {u}", f"scp {f} to {u}@{h} into {there}", f"send {f} to the folder {there} on {h} as {u}", f"put {f} into {there} on the host {h}, user {u}", f"transfer {f} as {u} to {there} on {h}"], f"scp {f} {u}@{h}:{there}/", run=False)
    if kind == "down":
        return Shell([f"copy {there}/{f} from {h} into this folder, as {u}", f"download {there}/{f} from {h} as {u}", f"get {there}/{f} from the host {h} into the current folder, user {u}", f"scp {there}/{f} from {u}@{h} to here", f"fetch {there}/{f} as {u} from {h} with scp", f"bring {there}/{f} from {h} into the current folder as {u}"], f"scp {u}@{h}:{there}/{f} .", run=False)
    extra = " --delete" if kind == "syncdel" else ""
    more = r.choice([", and delete there what is gone here", "; delete files there that are missing here"]) if extra else ""
    return Shell([f"synchronise the folder {d} with {there}/{d} on {h} as {u}{more}", f"rsync {d} to {h}, folder {there}/{d}, as {u}{more}", f"mirror the content of {d} to {there}/{d} on {h} as {u}{more}", f"use rsync to copy the content of {d} to {u}@{h}, {there}/{d}{more}", f"bring {there}/{d} on {h} up to date with the local folder {d}, user {u}{more}", f"sync {d} to {u}@{h} under {there}/{d}{more}"],
                 f"rsync -av{extra} {d}/ {u}@{h}:{there}/{d}/", run=False)


BRANCHES = ["fix-menu", "new-parser", "search-bar", "release-3", "dark-mode", "try-cache", "login-form"]


def git(r):
    b, f, n = r.choice(BRANCHES), r.choice(TEXTS + TABLES), r.choice([2, 3, 5, 8, 12])
    m = r.choice(["Fix the menu", "Add a search field", "Update the notes", "Remove old files", "Speed up the import"])
    tag = r.choice(["v1.2", "v2.0.1", "v0.9", "v3.4.0"])
    w = r.choice(WORDS)
    table = [
        ([f"create the branch {b} and switch to it", f"new branch {b}, and switch to it", f"start a branch named {b} and check it out", f"make a branch {b} and go to it", f"switch to a new branch {b}", f"begin a new branch called {b}"], f"git switch -c {b}"),
        ([f"switch to the branch {b}", f"check out the branch {b}", f"go to the existing branch {b}", f"change to the branch {b}", f"make {b} the current branch", f"leave this branch for {b}"], f"git switch {b}"),
        ([f"delete the local branch {b}, which is merged", f"delete the merged branch {b}", f"remove the branch {b} locally; it is merged", f"the merged local branch {b} can go", f"get rid of the merged branch {b}", f"delete the branch {b} if it is merged"], f"git branch -d {b}"),
        ([f"merge the branch {b} into the current one", f"merge {b}", f"bring the changes of {b} into this branch with a merge", f"merge the branch {b} here", f"take the commits of {b} into the current branch by merging", f"join {b} into the current branch"], f"git merge {b}"),
        ([f"the last {amount(r, n)} commits, one line each", f"show the last {n} commits in one line each", f"log of the last {amount(r, n)} commits, one per line", f"one-line log, only {n} commits", f"print the newest {n} commits on one line each", f"what were the last {n} commits? One line each."], f"git log --oneline -n {n}"),
        ([f"commit the staged changes with the message \"{m}\"", f"commit with the message \"{m}\"", f"make a commit named \"{m}\"", f"record the staged changes as \"{m}\"", f"commit what is staged; message \"{m}\"", f"new commit with the message \"{m}\""], f"git commit -m \"{m}\""),
        ([f"stage {f} and commit it with the message \"{m}\"", f"add {f} and commit with the message \"{m}\"", f"commit the file {f} as \"{m}\", staging it first", f"stage {f}, then commit with \"{m}\"", f"add the file {f} to the index and commit it: \"{m}\"", f"put {f} into a commit with the message \"{m}\""], f"git add {f} && git commit -m \"{m}\""),
        ([f"discard the changes to {f} that are not staged", f"throw away my unstaged changes in {f}", f"restore {f} from the index", f"undo the unstaged edits of {f}", f"drop unstaged changes in {f}", f"reset {f} in the working tree to the staged version"], f"git restore {f}"),
        ([f"unstage {f} but keep its changes", f"take {f} out of the index and keep its changes", f"remove {f} from the staging area, not from disk", f"{f} is not to be staged any more; keep the edits", f"undo git add for {f}", f"unstage the file {f}"], f"git restore --staged {f}"),
        ([f"what changed in {f} since the last commit?", f"diff of {f} against the last commit", f"show all changes of {f} compared with HEAD", f"compare {f} with its version in the last commit", f"changes in {f} since HEAD", f"print the difference between {f} and HEAD"], f"git diff HEAD -- {f}"),
        ([f"tag the current commit as {tag}", f"create the tag {tag} here", f"set a tag {tag} on HEAD", f"give this commit the tag {tag}", f"add the lightweight tag {tag}", f"mark the current commit with the tag {tag}"], f"git tag {tag}"),
        ([f"push the tag {tag} to origin", f"publish the tag {tag} on origin", f"send {tag} to the remote origin", f"push only the tag {tag} to origin", f"upload the tag {tag} to origin", f"make the tag {tag} known to origin"], f"git push origin {tag}"),
        ([f"push the branch {b} to origin and track it", f"push {b} to origin and set it as upstream", f"publish the branch {b} on origin with tracking", f"first push of {b} to origin, set upstream", f"send the branch {b} to origin and make it its upstream", f"push {b} and let it follow origin's branch"], f"git push -u origin {b}"),
        ([f"commits whose message contains {w}, one line each", f"search the commit messages for {w}; one line each", f"find commits that mention {w} in the message, on one line each", f"one-line log of commits with {w} in their message", f"which commit messages contain \"{w}\"? One line each.", f"list commits about {w} by their message, one per line"], f"git log --oneline --grep={w}"),
        ([f"the history of {f}, one line per commit", f"which commits changed {f}? One line each.", f"log of {f} in one-line form", f"commits that touched {f}, one per line", f"show the one-line log for the file {f}", f"list each commit for {f} on one line"], f"git log --oneline -- {f}"),
        ([f"who wrote each line of {f}?", f"show the author of every line in {f}", f"blame {f}", f"for each line of {f}, the last commit and author", f"annotate {f} with authors and commits", f"print who last changed each line of {f}"], f"git blame {f}"),
        ([f"stash the changes with the note \"{w}\"", f"put my changes away under the name \"{w}\"", f"stash everything with the message {w}", f"save the changes in a stash named {w}", f"stash with the message \"{w}\"", f"set my changes aside as a stash called {w}"], f"git stash push -m {w}"),
        ([f"commits on {b} that are not on main, one line each", f"what does {b} have that main does not? One line per commit.", f"one-line log of the commits in {b} but not in main", f"list commits of {b} missing from main, one per line", f"show the commits by which {b} is ahead of main, one line each", f"commits that {b} has and main lacks, in one-line form"], f"git log --oneline main..{b}"),
        ([f"names of the files that differ between main and {b}", f"which files differ between main and {b}? Only names.", f"list only file names changed from main to {b}", f"file names in the diff of main and {b}", f"show just the names of files that differ from main to {b}", f"compare main with {b} and print only file names"], f"git diff --name-only main {b}"),
        ([f"undo the last {amount(r, n)} commits but keep the changes staged", f"take back {n} commits and leave the changes in the index", f"move HEAD back by {n} commits, changes stay staged", f"remove the last {n} commits softly", f"soft reset by {n} commits", f"uncommit the last {n} commits, keeping everything staged"], f"git reset --soft HEAD~{n}"),
    ]
    says, answer = r.choice(table)
    return Shell(says, answer, run=False)


def dates(r):
    n = r.choice([2, 3, 5, 7, 10, 14, 30])
    day = f"202{r.randint(2, 6)}-{r.randint(1, 12):02}-{r.randint(10, 28)}"
    import datetime
    date = datetime.date.fromisoformat(day)
    kind = r.choice(["iso", "dmy", "stamp", "ago", "in", "weekday", "after", "epoch", "file"])
    if kind == "iso":
        return Shell(["print today's date as year-month-day", "today's date in the form 2024-12-31", "the current date, ISO format", "today as YYYY-MM-DD", "show the date of today like 2024-12-31", "current date with year, month and day, joined by hyphens"], "date +%F", run=False)
    if kind == "dmy":
        return Shell(["print today's date as day.month.year", "today's date in the form 31.12.2024", "the current date as 31.12.2024", "today as DD.MM.YYYY", "show the date of today like 31.12.2024", "current date with day, month and year, joined by dots"], "date +%d.%m.%Y", run=False)
    if kind == "stamp":
        w = r.choice(["backup", "report", "dump", "export"])
        return Shell([f"a variable name with {w}-, today's date as 2024-12-31, and .txt", f"set name to {w}-DATE.txt with today's date as DATE, year first with hyphens", f"name={w}- plus the date of today (YYYY-MM-DD) plus .txt", f"put {w}-, the current ISO date and .txt into the variable name", f"the variable name holds {w}-, today as YYYY-MM-DD, then .txt", f"store a file name such as {w}-2024-12-31.txt, with today's date, in name"], f"name={w}-$(date +%F).txt", run=False)
    if kind in ("ago", "in"):
        says = f"{n} days ago" if kind == "ago" else f"in {n} days"
        return Shell([f"print the date {says} as YYYY-MM-DD", f"which date {'was it' if kind == 'ago' else 'is it'} {says}? As year-month-day.", f"the date {says} in ISO format", f"ISO date of the day {says}", f"show the date {says} like 2024-12-31", f"date {says}, year first, with hyphens"], f"date -d '{n} days{' ago' if kind == 'ago' else ''}' +%F", run=False)
    if kind == "weekday":
        return Shell([f"weekday of {day}", f"which day of the week is {day}?", f"print the name of the weekday of {day}", f"on which weekday does {day} fall?", f"day of the week for the date {day}, in full", f"full weekday name of {day}"], f"date -d {day} +%A", {}, date.strftime("%A") + "\n")
    if kind == "after":
        late = date + datetime.timedelta(days=n)
        return Shell([f"print the date {n} days after {day} as YYYY-MM-DD", f"which date is {n} days after {day}? ISO format.", f"{day} plus {n} days, as year-month-day", f"add {n} days to {day} and print the ISO date", f"ISO date {n} days later than {day}", f"the day {n} days after {day}, in the same format"], f"date -d '{day} +{n} days' +%F", {}, late.isoformat() + "\n")
    if kind == "epoch":
        return Shell(["seconds since 1970", "current time as a Unix timestamp", "print the Unix time", "the number of seconds since the epoch", "Unix timestamp of now", "show the present moment in epoch seconds"], "date +%s", run=False)
    f = r.choice(TEXTS)
    return Shell([f"when was {f} last changed? As YYYY-MM-DD.", f"date of the last change of {f}, ISO format", f"print the modification date of {f} as year-month-day", f"modification day of {f} like 2024-12-31", f"ISO date on which {f} was modified", f"show the day {f} was last changed, as YYYY-MM-DD"], f"date -r {f} +%F", {f: "a"}, day + "\n", setup=f"touch -d {day} {f}")


# Scripts

def default(r):
    v, value = r.choice([("PORT", "8080"), ("HOST", "localhost"), ("LEVEL", "info"), ("OUT", "result.txt"), ("LIMIT", "50"), ("MODE", "fast"), ("THEME", "dark"), ("RETRIES", "3"), ("REGION", "north")])
    n = r.choice([1, 2, 3])
    if r.random() < 0.5:
        return Shell(
            [f"set {v} to {value} unless it has a value", f"{v} is {value} by default", f"give {v} the default {value}", f"use {value} for {v} if it is not set or empty", f"default value {value} for the variable {v}", f"if {v} is unset or empty, make it {value}"],
            f"{v}=${{{v}:-{value}}}", {}, "", check=lambda p: bash(p, f"{v}=${{{v}:-{value}}}; echo ${v}") == value + "\n")
    low = v.lower()
    return Shell([f"put argument {n} into {low}, with the default {value}", f"{low} is the {ORDINALS[n]} argument, or {value} if there is none", f"set {low} from the {ORDINALS[n]} argument; default {value}", f"take {low} from argument {n}, {value} if it is missing", f"read the {ORDINALS[n]} argument into {low}, falling back to {value}", f"variable {low}: the {ORDINALS[n]} argument, {value} by default"],
                 f"{low}=${{{n}:-{value}}}", {}, "", check=lambda p: bash(p, f"{low}=${{{n}:-{value}}}; echo ${low}") == value + "\n")


def bash(folder, script, *arguments):
    return subprocess.run(["bash", "-c", script, "script", *arguments], cwd=folder, capture_output=True, text=True).stdout


def require(r):
    f, d, v = r.choice(TEXTS + TABLES + ["settings.ini", "key.pem"]), r.choice(FOLDERS), r.choice(["TOKEN", "API_KEY", "DB_NAME", "TARGET", "BACKUP_DIR"])
    c = r.choice(["jq", "rsync", "ffmpeg", "node", "pandoc", "psql"])
    status = r.choice([1, 1, 2, 3])
    ends = r.choice([f"exit with status {status}", f"stop with status {status}", f"exit with {status}"])
    kind = r.choice(["file", "folder", "command", "variable", "args", "writable"])
    n = r.choice([1, 2, 3])
    what, test, message = {
        "file": (f"the file {f} does not exist", f"[ ! -f {f} ]", f"{f} does not exist"),
        "folder": (f"the folder {d} does not exist", f"[ ! -d {d} ]", f"{d} does not exist"),
        "command": (f"the command {c} is not installed", f"! command -v {c} > /dev/null", f"{c} is not installed"),
        "variable": (f"the variable {v} is empty or not set", f"[ -z \"${{{v}:-}}\" ]", f"{v} is not set"),
        "args": (f"there are fewer than {amount(r, n)} arguments" if n > 1 else "there is no argument", f"[ $# -lt {n} ]" if n > 1 else "[ $# -eq 0 ]", f"expected {n} arguments" if n > 1 else "expected an argument"),
        "writable": (f"the folder {d} is not writable", f"[ ! -w {d} ]", f"{d} is not writable"),
    }[kind]
    say = r.choice([f"print \"{message}\" to standard error", f"write \"{message}\" to standard error", f"print the error message \"{message}\" to stderr"])
    run = kind != "command"
    return Shell([f"if {what}, {say} and {ends}", f"when {what}: {say}, then {ends}", f"{ends} if {what}, after the message \"{message}\" on standard error", f"check: if {what}, {say} and {ends}", f"{say} and {ends} if {what}", f"in case {what}, {say} and {ends}"],
                 f"if {test}; then\n  echo \"{message}\" >&2\n  exit {status}\nfi", {"z.txt": "z"} if run else {}, "" if run else None, run=run, status=status)


def guards(r):
    f, d, w = r.choice(TEXTS), r.choice(FOLDERS), r.choice(WORDS)
    kind = r.choice(["mkdir", "exists", "rm", "contains"])
    if kind == "mkdir":
        return Shell([f"create the folder {d} if it does not exist", f"make sure that the folder {d} exists", f"make the directory {d} unless it is there", f"the folder {d} must exist; create it if needed", f"create {d} as a folder, no error if it is there already", f"folder {d}: create it when it is missing"], f"mkdir -p {d}", {"z": "z"}, "", check=lambda p: (p / d).is_dir())
    if kind == "exists":
        return Shell([f"print \"{w}\" if the file {f} exists", f"if {f} exists, echo {w}", f"echo {w} when there is a file {f}", f"say {w} in case the file {f} is there", f"check for the file {f} and print {w} if it exists", f"if there is a file {f}, print {w}"], f"if [ -f {f} ]; then\n  echo {w}\nfi", {f: "a"}, w + "\n")
    if kind == "rm":
        return Shell([f"delete {f} if it exists, without an error if not", f"remove {f}; it is no error if it is missing", f"delete the file {f} whether or not it exists", f"remove the file {f} if there is one, silently", f"make sure that {f} is gone", f"delete {f}, no complaint if it is not there"], f"rm -f {f}", {f: "a", "z": "z"}, "", {"z": "z"})
    return Shell([f"print yes if {f} contains {w}, else no", f"does {f} contain \"{w}\"? Print yes or no.", f"echo yes when {w} occurs in {f}, otherwise no", f"check whether {w} is in {f} and print yes or no", f"yes if the text {w} is found in {f}, no otherwise; print it", f"print yes or no: is {w} in {f}?"],
                 f"if grep -q {w} {f}; then\n  echo yes\nelse\n  echo no\nfi", {f: f"a {w}\n"}, "yes\n")


def arguments(r):
    a, b = r.sample(["source", "target", "city", "amount", "folder", "user", "title", "width"], 2)
    w = r.choice(["Hello", "Working on", "File:", "Got", "Next:", "Reading"])
    kind = r.choice(["two", "each", "count", "flag", "all"])
    if kind == "two":
        return Shell([f"put the first argument into {a} and the second into {b}", f"{a} is the first argument, {b} the second", f"read two arguments: {a} and {b}", f"store arguments 1 and 2 in {a} and {b}", f"take {a} and {b} from the first two arguments", f"variables {a} and {b} from the arguments, in this order"], f"{a}=$1\n{b}=$2", {}, "", check=lambda p: bash(p, f"{a}=$1\n{b}=$2\necho ${b}-${a}", "p q", "r") == "r-p q\n")
    if kind == "each":
        return Shell([f"print \"{w}\" and the argument for each argument", f"loop over the arguments and print each after \"{w}\"", f"for every argument, echo \"{w}\" and the argument", f"go through all arguments; print \"{w}\" and then the argument", f"print each argument with \"{w}\" before it", f"for each argument of the script print \"{w}\" followed by it"], f"for argument in \"$@\"; do\n  echo \"{w} $argument\"\ndone", {}, f"{w} p q\n{w} r\n", arguments=("p q", "r"))
    if kind == "count":
        return Shell(["print the number of arguments", "how many arguments does the script have?", "echo the argument count", "show how many arguments were given", "number of arguments of this script", "print how many arguments there are"], "echo \"$#\"", {}, "2\n", arguments=("p q", "r"))
    if kind == "all":
        return Shell(["print each argument on its own line", "all arguments, one per line", "echo every argument on a line of its own", "show the arguments of the script, each on one line", "list the arguments, a line for each", "print the arguments one below the other"], "printf '%s\\n' \"$@\"", {}, "p q\nr\n", arguments=("p q", "r"))
    name = r.choice(["verbose", "force", "quiet", "debug", "all", "recursive"])
    return Shell([f"set {name} to 1 if the first argument is --{name}", f"{name} becomes 1 when the script is called with --{name} first", f"if argument 1 is --{name}, let {name} be 1", f"check the first argument for --{name} and set {name}=1 if so", f"when the first argument equals --{name}, set the variable {name} to 1", f"the option --{name}, as first argument, sets {name} to 1"], f"if [ \"$1\" = --{name} ]; then\n  {name}=1\nfi", {}, "", arguments=("--" + name,))


def xargs(r):
    f, n = r.choice(["list.txt", "files.txt", "names.txt", "todo.list"]), r.choice([2, 3, 4, 8])
    e, d = r.choice(ENDINGS), r.choice(FOLDERS)
    kind = r.choice(["delete", "copy", "lines", "parallel"])
    base = {f: "p.a\nq.a\n", "p.a": "1\n2\n", "q.a": "3\n", "z": "z"}
    if kind == "delete":
        return Shell([f"delete the files that are listed in {f}", f"remove every file whose name stands in {f}, one per line", f"read file names from {f} and delete these files", f"delete all files named in {f}", f"use {f} as a list of files to delete", f"the files in the list {f} are to be deleted"], f"xargs rm < {f}", base, "", {f: base[f], "z": "z"})
    if kind == "copy":
        return Shell([f"copy the files that are listed in {f} to {d}", f"copy every file whose name stands in {f}, one per line, into {d}", f"read file names from {f} and copy these files to the folder {d}", f"copy all files named in {f} into the folder {d}", f"use {f} as a list of files to copy to {d}", f"the files in the list {f} are to be copied to {d}"],
                     f"xargs cp -t {d} < {f}", {**base, f"{d}/k": "k"}, "", {**base, f"{d}/k": "k", f"{d}/p.a": base["p.a"], f"{d}/q.a": base["q.a"]})
    if kind == "lines":
        return Shell([f"count the lines of all files that are listed in {f}", f"run wc -l on the files named in {f}", f"line counts of the files whose names stand in {f}", f"read file names from {f} and count their lines", f"how many lines do the files listed in {f} have?", f"use {f} as a list of files and count the lines of each"], f"xargs wc -l < {f}", base, "2 p.a\n1 q.a\n3 total\n")
    return Shell([f"compress all .{e} files below {d} with gzip, {n} at a time", f"gzip the .{e} files in {d} and its subfolders, {n} processes in parallel", f"run gzip on every .{e} file below {d}, {n} in parallel", f"gzip each .{e} file anywhere in {d}, using {n} processes", f"find the .{e} files below {d} and gzip them, {n} at once", f"with {n} parallel processes, gzip all .{e} files below {d}"],
                 f"find {d} -type f -name '*.{e}' -print0 | xargs -0 -P {n} -n 1 gzip", {f"{d}/a b.{e}": "a", f"{d}/s/c.{e}": "c", "z": "z"}, "", check=lambda p: (p / d / f"a b.{e}.gz").exists() and (p / d / "s" / f"c.{e}.gz").exists())


def compare(r):
    a, b = r.sample(TEXTS, 2)
    one, two = ["a", "b", "d"], ["b", "c", "d"]
    kind = r.choice(["only1", "only2", "both", "join", "paste"])
    files = {a: text(one), b: text(two)}
    if kind in ("only1", "only2", "both"):
        option = {"only1": "-23", "only2": "-13", "both": "-12"}[kind]
        hits = {"only1": ["a"], "only2": ["c"], "both": ["b", "d"]}[kind]
        x, y = (a, b) if kind == "only1" else (b, a)
        if kind == "both":
            says = [f"lines that {a} and {b} have in common, both are sorted", f"print the lines that are in both of the sorted files {a} and {b}", f"common lines of the sorted files {a} and {b}", f"which lines are in {a} as well as in {b}? Both are sorted.", f"show the lines shared by {a} and {b} (sorted files)", f"intersection of the sorted files {a} and {b}"]
        else:
            says = [f"lines that are only in {x} and not in {y}; {a} and {b} are sorted", f"print the lines of {x} that {y} lacks, comparing {a} with {b}, both sorted", f"compare the sorted files {a} and {b}: lines only in {x}", f"with {a} and {b} both sorted, show lines that only {x} has", f"of the sorted files {a} and {b}, the lines found only in {x}", f"which lines are only in {x}? Compare the sorted files {a} and {b}."]
        return Shell(says, f"comm {option} {a} {b}", files, text(hits))
    if kind == "join":
        c = r.choice(["both.txt", "all.txt", "joined.txt", "total.txt"])
        return Shell([f"join {a} and {b} into {c}, one after the other", f"put {a} and then {b} into one file, {c}", f"write the content of {a} followed by that of {b} to {c}", f"concatenate {a} and {b} as {c}", f"make {c} from {a} and {b}, in this order", f"{c} is to hold {a} and after it {b}"], f"cat {a} {b} > {c}", files, "", {**files, c: text(one + two)})
    return Shell([f"print {a} and {b} side by side, separated by a tab", f"lines of {a} and {b} next to each other with a tab between them", f"put each line of {b} after the same line of {a}, with a tab", f"join {a} and {b} line by line with tabs", f"show {a} and {b} in two columns separated by a tab", f"merge the lines of {a} and {b} pairwise, tab between"], f"paste {a} {b}", files, text(f"{x}\t{y}" for x, y in zip(one, two)))


OPERATIONS = [
    (find_ending, 6), (find_count, 4), (find_delete, 4), (find_empty, 6), (find_empty_folders, 4), (find_size, 6), (find_age, 7),
    (find_age_delete, 4), (find_type, 7), (find_exec, 6), (find_two, 4), (find_prefix, 4), (grep_lines, 19), (grep_anchor, 7),
    (grep_context, 7), (grep_files, 10), (grep_comment, 5), (sed_replace, 8), (sed_first, 4), (sed_delete, 15), (sed_print, 7),
    (sed_insert, 6), (sed_edges, 7), (awk_column, 5), (awk_sum, 10), (awk_filter, 9), (awk_equal, 4), (awk_swap, 4), (cut_column, 5),
    (cut_two, 4), (cut_chars, 4), (sort_lines, 13), (sort_column, 6), (frequency, 6), (duplicates, 4), (head_tail, 9),
    (skip_lines, 6), (word_count, 6), (translate, 6), (archive, 9), (extract, 10), (gzip_file, 7), (copy, 10), (move, 9),
    (make, 10), (chmod, 8), (loop_rename, 5), (loop_prefix, 7), (loop_count, 4), (loop_lines, 4), (loop_convert, 4), (disk, 7),
    (processes, 12), (download, 8), (remote, 15), (git, 27), (dates, 12), (default, 7), (require, 13), (guards, 7),
    (arguments, 7), (xargs, 7), (compare, 8)]

AREAS = {"find": "files", "grep": "text", "sed": "text", "awk": "text", "cut": "text", "sort": "text", "loop": "scripts",
         "frequency": "text", "duplicates": "text", "head": "text", "skip": "text", "word": "text", "translate": "text",
         "archive": "archives", "extract": "archives", "gzip": "archives", "copy": "files", "move": "files", "make": "files",
         "chmod": "files", "disk": "system", "processes": "system", "download": "network", "remote": "network", "git": "git",
         "dates": "system", "default": "scripts", "require": "scripts", "guards": "scripts", "arguments": "scripts",
         "xargs": "oneliners", "compare": "text"}


def snapshot(folder):
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file() and not p.is_symlink()}


def fault(row):
    """What is wrong with a composed row, or None."""
    parsed = subprocess.run(["bash", "-n", "-c", row.answer], capture_output=True, text=True)
    if parsed.returncode or not row.run:
        return parsed.stderr or None
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environment = {"PATH": os.environ["PATH"], "HOME": name, "LC_ALL": "C.UTF-8", "TZ": "UTC"}
        for path, content in row.files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            if content is None:
                (folder / path).mkdir(parents=True, exist_ok=True)
            else:
                (folder / path).write_text(content)
        if row.setup:
            subprocess.run(["bash", "-c", row.setup], cwd=name, env=environment, check=True)
        before = snapshot(folder)
        done = subprocess.run(["bash", "-c", row.answer, "script", *row.arguments], cwd=name, env=environment,
                              capture_output=True, text=True, timeout=20)
        if done.returncode != row.status:
            return f"status {done.returncode}: {done.stderr}"
        if row.prints is not None:
            squeeze = lambda s: [re.sub(r"^ +", "", x) for x in s.split("\n")]
            order = sorted if row.loose else list
            if order(squeeze(done.stdout)) != order(squeeze(row.prints)):
                return f"printed {done.stdout!r}, not {row.prints!r}"
        if row.check:
            return None if row.check(folder) else "is not as it should be afterwards"
        wanted = before if row.after is None else {k: v.encode() for k, v in row.after.items()}
        if snapshot(folder) != wanted:
            return f"left {snapshot(folder)}, not {wanted}"
    return None


LITERAL = set("""ssh scp rsync curl chmod gzip gunzip df git zip xargs source target city amount folder user title
width verbose force quiet debug all recursive port host level out limit mode theme retries region
ffmpeg nginx""".split()) - {"all", "folder"}


def sentence(r, text_):
    """As people write: mostly a sentence, often without a final stop or a capital."""
    if text_.endswith(("?", ".")):
        return text_[0].upper() + text_[1:]
    first = text_.split()[0].rstrip(":")
    # File names, options, commands and variables keep their case.
    named = not first.isalpha() or first in FOLDERS or first in LITERAL
    form = r.random()
    if form < 0.5 and not named:
        return text_[0].upper() + text_[1:] + "."
    if form < 0.65 and not named:
        return text_[0].upper() + text_[1:]
    return text_


def compose():
    r = random.Random("shell")
    seen, forms, used, made, faults = set(), {}, {}, [], []
    for operation, wanted in OPERATIONS:
        count = tries = 0
        while count < wanted and tries < wanted * 40:
            tries += 1
            row = operation(r)
            # The wording that was used least comes next, so that all wordings appear.
            key = lambda t: (used.get((operation.__name__, row.texts.index(t)), 0), row.texts.index(t))
            said = min(row.texts, key=lambda t: (key(t)[0], r.random()))
            form = re.sub(r"\S*[./]\S*|\d+", "_", said)
            for word in sorted(FOLDERS + WORDS + BRANCHES + USERS, key=len, reverse=True):
                form = re.sub(rf"\b{word}\b", "_", form)
            if said.lower() in seen or (row.answer in seen and forms.get(row.answer, 0) >= 2) or forms.get(form, 0) >= 4:
                continue
            seen.update([said.lower(), row.answer])
            forms[form] = forms.get(form, 0) + 1
            forms[row.answer] = forms.get(row.answer, 0) + 1
            used[(operation.__name__, row.texts.index(said))] = used.get((operation.__name__, row.texts.index(said)), 0) + 1
            made.append((operation.__name__, sentence(r, said), row))
            count += 1
        if count < wanted:
            faults.append(f"{operation.__name__}: only {count} of {wanted}")
    with ThreadPoolExecutor(2) as pool:
        for (name, said, row), message in zip(made, pool.map(lambda m: fault(m[2]), made)):
            if message:
                faults.append(f"{name}: {said}\n{row.answer}\n{message}")
    rows = []
    for name, said, row in made:
        area = AREAS[name.split("_")[0]]
        rows.append({"instruction": said, "input": "", "output": row.answer, "tags": ["shell", area],
                     "language": "shellscript", "group": f"shell-{area}"})
    return rows, faults
