"""Small classes that keep a state, functions on files, decorators and context managers, in Python.

Each has ways to ask for it, code, and scripts that leave what they found out in `result`.
"""


def counting(noun, attr, verb, start):
    name = f"{noun}Counter"
    code = f"class {name}:\n    def __init__(self):\n        self.{attr} = {start}\n\n    def {verb}(self):\n        self.{attr} += 1\n\n    def reset(self):\n        self.{attr} = {start}"
    return ("classes", [f"Write a class {name} with the attribute {attr}, which starts at {start}, and the methods {verb}(), which adds 1, and reset(), which sets it back to {start}.",
                        f"class {name}: {attr} is {start} at first; {verb}() adds one, reset() starts again", f"A class {name} whose method {verb}() adds 1 to {attr} (at first {start}) and whose reset() puts it back to {start}."],
            "", code, [(f"c = {name}(); c.{verb}(); c.{verb}(); result = c.{attr}; c.reset(); result = [result, c.{attr}]", [start + 2, start])])


def account(name, attr, put, take, word):
    code = (f"class {name}:\n    def __init__(self, {attr}=0):\n        self.{attr} = {attr}\n\n    def {put}(self, amount):\n        self.{attr} += amount\n\n"
            f"    def {take}(self, amount):\n        if amount > self.{attr}:\n            raise ValueError(\"not enough {word}\")\n        self.{attr} -= amount")
    return ("classes", [f"Write a class {name} with a {attr} (0 unless given), {put}(amount) and {take}(amount). {take} raises ValueError if there is not enough.",
                        f"class {name}({attr}=0): {put}(amount) adds to the {attr}, {take}(amount) subtracts from it and raises ValueError if the amount is greater than the {attr}",
                        f"A class {name} that keeps a {attr}, which starts at 0 by default: {put}(amount) increases it, {take}(amount) decreases it. Taking more than there is raises a ValueError."],
            "", code, [(f"a = {name}(5); a.{put}(3); a.{take}(6); result = a.{attr}", 2), (f"a = {name}()\ntry:\n    a.{take}(1)\n    result = 'no'\nexcept ValueError:\n    result = a.{attr}", 0)])


def holder(name, items, item, add, last):
    code = (f"class {name}:\n    def __init__(self):\n        self.{items} = []\n\n    def {add}(self, {item}):\n        self.{items}.append({item})\n\n    def {last}(self):\n        return self.{items}[-1] if self.{items} else None\n\n"
            f"    def __len__(self):\n        return len(self.{items})")
    return ("classes", [f"Write a class {name} that holds a list of {items}, with {add}({item}), {last}(), which returns the {item} added last or None, and a length.",
                        f"class {name} with {add}({item}) to append to its {items}, {last}() for the newest one (None if there is none) and __len__"],
            "", code, [(f"h = {name}(); result = [h.{last}()]; h.{add}('a'); h.{add}('b'); result += [h.{last}(), len(h)]", [None, "b", 2])])


def limited(name, value, unit, up, down, low, high):
    code = (f"class {name}:\n    def __init__(self):\n        self.{value} = {low}\n\n    def {up}(self, {unit}):\n        self.{value} = min(self.{value} + {unit}, {high})\n\n    def {down}(self, {unit}):\n        self.{value} = max(self.{value} - {unit}, {low})")
    return ("classes", [f"Write a class {name} whose {value} starts at {low} and stays between {low} and {high}: {up}({unit}) adds to it, {down}({unit}) takes away from it.",
                        f"class {name} with {value} = {low}, {up}({unit}) and {down}({unit}); {value} never goes above {high} or below {low}"],
            "", code, [(f"v = {name}(); v.{up}({high - low + 5}); result = [v.{value}]; v.{down}(2); result.append(v.{value}); v.{down}({high * 2 + 99}); result.append(v.{value})", [high, high - 2, low])])


def switch(name, attr, on, off):
    code = f"class {name}:\n    def __init__(self):\n        self.{attr} = False\n\n    def {on}(self):\n        self.{attr} = True\n\n    def {off}(self):\n        self.{attr} = False"
    return ("classes", [f"Write a class {name} with a flag {attr}, False at first, that {on}() sets and {off}() clears.", f"class {name}: {on}() makes {attr} True, {off}() makes it False; it starts as False"],
            "", code, [(f"s = {name}(); result = [s.{attr}]; s.{on}(); result.append(s.{attr}); s.{off}(); result.append(s.{attr})", [False, True, False])])


def value_class(name, a, b, prop, formula, phrase, expected):
    code = f"from dataclasses import dataclass\n\n\n@dataclass\nclass {name}:\n    {a}: float\n    {b}: float\n\n    @property\n    def {prop}(self):\n        return {formula}"
    return ("classes", [f"Write a dataclass {name} with the numbers {a} and {b} and a property {prop}: {phrase}.", f"dataclass {name}({a}, {b}), both float, with the property {prop}, which is {phrase}"],
            "", code, [(f"result = {name}(6, 3).{prop}", expected)])


CLASSES = ([counting(*a) for a in [("Lap", "laps", "add_lap", 0), ("Visitor", "visitors", "enter", 0), ("Page", "page", "turn", 1), ("Error", "errors", "report", 0), ("Round", "round", "advance", 1), ("Stitch", "stitches", "knit", 0)]] +
           [account(*a) for a in [("Purse", "balance", "deposit", "withdraw", "money"), ("WaterTank", "level", "fill", "drain", "water"), ("Pantry", "stock", "store", "use", "stock"), ("Battery", "charge", "load", "draw", "charge"), ("GiftCard", "credit", "top_up", "spend", "credit"), ("Silo", "grain", "pour", "remove", "grain")]] +
           [holder(*a) for a in [("Playlist", "songs", "song", "append", "newest"), ("Diary", "entries", "entry", "write", "latest"), ("Logbook", "voyages", "voyage", "enter", "last"), ("Herbarium", "plants", "plant", "press", "most_recent"), ("Queue", "visitors", "visitor", "join", "last_in_line")]] +
           [limited(*a) for a in [("Volume", "level", "step", "raise_by", "lower_by", 0, 10), ("Throttle", "percent", "amount", "open", "close", 0, 100), ("Lift", "floor", "floors", "up", "down", 0, 12), ("Thermostat", "target", "degrees", "warmer", "cooler", 5, 30), ("Dimmer", "brightness", "amount", "brighten", "darken", 1, 255)]] +
           [switch(*a) for a in [("Lamp", "lit", "turn_on", "turn_off"), ("Gate", "open", "unlock", "lock"), ("Alarm", "armed", "arm", "disarm"), ("Pump", "running", "start", "stop"), ("Telescope", "covered", "cover", "uncover")]] +
           [value_class(*a) for a in [("Rectangle", "width", "height", "area", "self.width * self.height", "the width times the height", 18), ("Trip", "distance", "hours", "speed", "self.distance / self.hours", "the distance divided by the hours", 2), ("Sale", "price", "cost", "profit", "self.price - self.cost", "the price minus the cost", 3),
                                      ("Span", "end", "start", "length", "self.end - self.start", "the end minus the start", 3), ("Frame", "width", "height", "perimeter", "2 * (self.width + self.height)", "twice the sum of width and height", 18), ("Dose", "mass", "volume", "concentration", "self.mass / self.volume", "the mass divided by the volume", 2)]])

FILE = "import tempfile, pathlib; p = pathlib.Path(tempfile.mkdtemp()) / 'f'; "


def file_row(asks, imports, code, content, call, expected):
    script = FILE + (f"p.write_text({content!r}); " if content is not None else "") + call
    return [("files", asks, "", f"{imports}\n\n\n{code}" if imports else code, [(script, expected)]), ("files", asks[::-1], imports, code, [(script, expected)])] if imports else [("files", asks, "", code, [(script, expected)])]


FILES = [row for rows in [
    file_row(["Write a function line_count(path) that returns the number of lines in a file.", "line_count(path): how many lines the file has"], "", "def line_count(path):\n    with open(path, encoding=\"utf-8\") as file:\n        return sum(1 for _ in file)", "a\nb\nc\n", "result = line_count(p)", 3),
    file_row(["Write a function longest_line_in(path) that returns the longest line of the file without its line break, an empty string for an empty file.", "longest_line_in(path) returns the longest line in the file, without the line break; \"\" if the file is empty"], "", "def longest_line_in(path):\n    with open(path, encoding=\"utf-8\") as file:\n        return max((line.rstrip(\"\\n\") for line in file), key=len, default=\"\")", "a\nlonger\nb\n", "result = longest_line_in(p)", "longer"),
    file_row(["Write a function read_words(path) that returns the words of a text file as a list.", "read_words(path): all words in the file, split at white space"], "", "def read_words(path):\n    with open(path, encoding=\"utf-8\") as file:\n        return file.read().split()", "a b\n c", "result = read_words(p)", ["a", "b", "c"]),
    file_row(["Write a function append_line(path, line) that adds a line to the end of a file.", "append_line(path, line): append the line and a line break to the file"], "", "def append_line(path, line):\n    with open(path, \"a\", encoding=\"utf-8\") as file:\n        file.write(line + \"\\n\")", "a\n", "append_line(p, 'b'); result = p.read_text()", "a\nb\n"),
    file_row(["Write a function write_lines(path, lines) that writes the lines to a file, each with a line break.", "write_lines(path, lines) saves each of the lines on a line of its own"], "", "def write_lines(path, lines):\n    with open(path, \"w\", encoding=\"utf-8\") as file:\n        for line in lines:\n            file.write(line + \"\\n\")", None, "write_lines(p, ['a', 'b']); result = p.read_text()", "a\nb\n"),
    file_row(["Write a function sum_of_column(path, column) that adds up the numbers in the named column of a CSV file with a header.", "sum_of_column(path, column): the sum of the numbers of that column in the CSV file, which has a header line"], "import csv", "def sum_of_column(path, column):\n    with open(path, newline=\"\", encoding=\"utf-8\") as file:\n        return sum(float(row[column]) for row in csv.DictReader(file))", "a,b\n1,2\n3,4\n", "result = sum_of_column(p, 'b')", 6.0),
    file_row(["Write a function csv_rows(path) that returns the rows of a CSV file as dictionaries by the names in its header.", "csv_rows(path): the rows of the CSV file as a list of dictionaries"], "import csv", "def csv_rows(path):\n    with open(path, newline=\"\", encoding=\"utf-8\") as file:\n        return list(csv.DictReader(file))", "a,b\n1,2\n", "result = csv_rows(p)", [{"a": "1", "b": "2"}]),
    file_row(["Write a function save_csv(path, header, rows) that writes the header and the rows to a CSV file.", "save_csv(path, header, rows): write a CSV file with the header line and then the rows"], "import csv", "def save_csv(path, header, rows):\n    with open(path, \"w\", newline=\"\", encoding=\"utf-8\") as file:\n        writer = csv.writer(file)\n        writer.writerow(header)\n        writer.writerows(rows)", None, "save_csv(p, ['a', 'b'], [[1, 2]]); result = p.read_text()", "a,b\n1,2\n"),
    file_row(["Write a function load_settings(path) that reads a JSON file and returns its content, or an empty dictionary if the file does not exist.", "load_settings(path): the content of the JSON file, {} if there is no such file"], "import json\nfrom pathlib import Path", "def load_settings(path):\n    path = Path(path)\n    if not path.exists():\n        return {}\n    return json.loads(path.read_text(encoding=\"utf-8\"))", None, "result = [load_settings(p)]; p.write_text('{\"a\": 1}'); result.append(load_settings(p))", [{}, {"a": 1}]),
    file_row(["Write a function store_json(path, data) that writes data to a JSON file, indented by 2.", "store_json(path, data): save data as JSON with an indentation of two blanks"], "import json", "def store_json(path, data):\n    with open(path, \"w\", encoding=\"utf-8\") as file:\n        json.dump(data, file, indent=2)", None, "store_json(p, {'a': 1}); result = p.read_text()", "{\n  \"a\": 1\n}"),
    file_row(["Write a function files_with_suffix(folder, suffix) that returns the names of the files in the folder with that suffix, sorted.", "files_with_suffix(folder, suffix): sorted names of the files in folder whose suffix, such as \".txt\", is the given one"], "from pathlib import Path", "def files_with_suffix(folder, suffix):\n    paths = Path(folder).iterdir()\n    return sorted(path.name for path in paths if path.is_file() and path.suffix == suffix)", None, "[(p.parent / n).touch() for n in ('b.txt', 'a.txt', 'c.md')]; result = files_with_suffix(p.parent, '.txt')", ["a.txt", "b.txt"]),
    file_row(["Write a function folder_size(folder) that returns the total size in bytes of all files in the folder and its subfolders.", "folder_size(folder): add up the sizes in bytes of all files below the folder"], "from pathlib import Path", "def folder_size(folder):\n    return sum(path.stat().st_size for path in Path(folder).rglob(\"*\") if path.is_file())", "abc", "(p.parent / 'x').mkdir(); (p.parent / 'x' / 'y').write_text('de'); result = folder_size(p.parent)", 5),
    file_row(["Write a function count_matches(path, word) that counts the lines of the file in which word occurs, ignoring case.", "count_matches(path, word): the number of lines in the file that contain word in any case"], "", "def count_matches(path, word):\n    with open(path, encoding=\"utf-8\") as file:\n        return sum(1 for line in file if word.lower() in line.lower())", "Tea\nno\nsteam", "result = count_matches(p, 'TEA')", 2),
    file_row(["Write a function first_lines(path, n) that returns the first n lines of a file without line breaks.", "first_lines(path, n): the first n lines of the file as a list, line breaks removed"], "from itertools import islice", "def first_lines(path, n):\n    with open(path, encoding=\"utf-8\") as file:\n        return [line.rstrip(\"\\n\") for line in islice(file, n)]", "a\nb\nc\n", "result = first_lines(p, 2)", ["a", "b"]),
] for row in rows]

WRAPPERS = [
    ("functions", ["Write a decorator shout that turns the text a function returns into upper case.", "decorator shout: the result of the function in upper case"], "from functools import wraps", "def shout(function):\n    @wraps(function)\n    def wrapper(*args, **kwargs):\n        return function(*args, **kwargs).upper()\n\n    return wrapper", [("result = shout(lambda: 'a')()", "A")]),
    ("functions", ["Write a decorator never_none(default) that returns default when the function returns None.", "decorator never_none(default): replace a result of None by default"], "from functools import wraps", "def never_none(default):\n    def decorate(function):\n        @wraps(function)\n        def wrapper(*args, **kwargs):\n            result = function(*args, **kwargs)\n            return default if result is None else result\n\n        return wrapper\n\n    return decorate", [("result = [never_none(3)(lambda: None)(), never_none(3)(lambda: 0)()]", [3, 0])]),
    ("functions", ["Write a decorator count_calls that counts the calls of a function in its attribute calls.", "decorator count_calls: the wrapper has an attribute calls with the number of calls so far"], "from functools import wraps", "def count_calls(function):\n    @wraps(function)\n    def wrapper(*args, **kwargs):\n        wrapper.calls += 1\n        return function(*args, **kwargs)\n\n    wrapper.calls = 0\n    return wrapper", [("f = count_calls(lambda x: x); f(1); f(2); result = f.calls", 2)]),
    ("functions", ["Write a context manager temporary_value(mapping, key, value) that sets mapping[key] and puts the old value back at the end.", "context manager temporary_value(mapping, key, value): mapping[key] is value inside, and the old one again afterwards"], "from contextlib import contextmanager", "@contextmanager\ndef temporary_value(mapping, key, value):\n    old = mapping[key]\n    mapping[key] = value\n    try:\n        yield\n    finally:\n        mapping[key] = old", [("m = {'a': 1}; result = []\nwith temporary_value(m, 'a', 2): result.append(m['a'])\nresult.append(m['a'])", [2, 1])]),
    ("functions", ["Write a function apply_all(functions, value) that passes value through the functions, one after the other, and returns the result.", "apply_all(functions, value): call each function with the result of the one before, the first with value"], "", "def apply_all(functions, value):\n    for function in functions:\n        value = function(value)\n    return value", [("result = apply_all([lambda x: x + 1, lambda x: x * 2], 3)", 8)]),
    ("functions", ["Write a function try_each(functions, value) that returns the result of the first function that does not raise ValueError, or None.", "try_each(functions, value): call the functions with value until one raises no ValueError and return its result; None if all fail"], "", "def try_each(functions, value):\n    for function in functions:\n        try:\n            return function(value)\n        except ValueError:\n            continue\n    return None", [("result = [try_each([int, float], '1.5'), try_each([int], 'x')]", [1.5, None])]),
    ("functions", ["Write a function make_adder(amount) that returns a function which adds amount to its argument.", "make_adder(amount): a function that returns its argument plus amount"], "", "def make_adder(amount):\n    def add(number):\n        return number + amount\n\n    return add", [("result = make_adder(3)(4)", 7)]),
]


def specs(rng):
    found = []
    for group, asks, context, code, tests in CLASSES + FILES + WRAPPERS:
        # The ways to ask differ enough that each makes a row, but for those whose code is the same in two places.
        for ask in asks if group == "classes" else asks[:1] if group == "files" else [rng.choice(asks)]:
            found.append({"raw": True, "group": group, "instruction": ask, "input": context, "output": code, "tests": tests})
    return found
