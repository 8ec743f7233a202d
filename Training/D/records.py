"""Functions on lists of records: an operation, a condition and a domain, and what the function must return.

The reference of an operation reads dictionaries; the code reads attributes or keys.
"""
import re
from pathlib import Path
from types import SimpleNamespace

from wording import article, camel

NAMES = ["ash", "birch", "cedar", "elm", "fir", "hazel", "larch", "maple", "oak", "rowan"]
DAYS = ["2021-03-14", "2021-11-02", "2022-01-30", "2022-07-19", "2023-05-05", "2023-12-24", "2024-02-29", "2024-08-01"]


def plural_of(noun):
    if noun.endswith(("ss", "ch", "sh", "x")):
        return noun + "es"
    if noun.endswith("y") and noun[-2] not in "aeiou":
        return noun[:-1] + "ies"
    return noun if noun.endswith("s") else noun + "s"


class Domain:
    def __init__(self, line):
        head, self.id, numbers, self.flag, kind, date, many = line.split("|")
        self.one, self.many = head.split()
        self.type = self.one.capitalize()
        self.numbers = []
        for part in numbers.split(", "):
            attr, most, least, adds, span = part.split("/")
            low, high = span.rsplit("-", 1)
            noun = attr.replace("_", " ")
            self.numbers.append(SimpleNamespace(
                attr=attr, noun=noun, plural=plural_of(noun), adds=adds == "+", low=int(low), high=int(high),
                most=None if most == "~" else most, least=None if least == "~" else least))
        self.kind, values = kind.split("=")
        self.values = values.split(",")
        self.date, self.date_noun = date.split(":")
        self.list, rest = many.split(":")
        self.item, values = rest.split("=")
        self.items = values.split(",")


DOMAINS = [Domain(line) for line in (Path(__file__).parent / "domains.txt").read_text(encoding="utf-8").splitlines()
           if line and not line.startswith("#")]


def maker(record, space):
    """How a record of a test is made for the code: by its class, as a dictionary, or as something with attributes."""
    def make(value):
        if record and isinstance(value, list) and value and isinstance(value[0], dict):
            return [make(item) for item in value]
        if record and isinstance(value, dict) and set(record["fields"]) == set(value):
            if record["type"] in space:
                return space[record["type"]](**value)
            return dict(value) if record["keys"] else SimpleNamespace(**value)
        return list(value) if isinstance(value, list) else dict(value) if isinstance(value, dict) else value
    return make


def camel_keys(value):
    """Records for JavaScript: keys in camel case. Keys with blanks or capitals are values of records and stay."""
    if isinstance(value, dict):
        return {camel(key): camel_keys(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [camel_keys(item) for item in value]
    return value


class Site:
    """A domain as one exemplar meets it: the language, how attributes are read, and which ones were used."""

    def __init__(self, rng, language):
        self.rng, self.python = rng, language == "python"
        self.domain = rng.choice(DOMAINS)
        self.keys = self.python and rng.random() < 0.4
        self.one, self.many = self.domain.one, self.domain.many
        self.used, self.extras, self.constant, self.helper = [], [], None, None
        self.number = rng.choice(self.domain.numbers)
        self.edges = {}  # by attribute, the numbers that conditions compare with
        self.list = self.many

    def at(self, attr, one=None):
        if attr not in self.used:
            self.used.append(attr)
        one = one or self.one
        return f'{one}["{attr}"]' if self.keys else f"{one}.{attr if self.python else camel(attr)}"

    def extra(self, name, kind, draw):
        self.extras.append((name, kind, draw))
        return name if self.python else camel(name)

    def fields(self):
        d = self.domain
        order = [d.id, *[n.attr for n in d.numbers], d.flag, d.kind, d.date, d.list]
        more = self.rng.sample([f for f in order if f not in self.used], k=self.rng.choice([0, 0, 1, 1, 2]))
        chosen = [f for f in order if f in self.used or f in more]
        if len(chosen) < 2:
            chosen = [f for f in order if f in chosen or f in (d.id, d.kind)]
        return chosen

    def draw(self, rng, fields, index, e=None):
        d = self.domain
        values = {d.id: NAMES[index], d.flag: rng.random() < 0.5, d.kind: rng.choice(d.values), d.date: rng.choice(DAYS),
                  d.list: rng.sample(d.items, k=rng.choice([0, 1, 1, 2, 2, 3]))}
        for number in d.numbers:
            values[number.attr] = rng.randint(number.low, min(number.high, number.low + rng.choice([6, 40, 4000])))
            # At a limit "above" and "at least" differ, so tests need such values.
            if e is not None and number.attr in self.edges and rng.random() < 0.5:
                values[number.attr] = self.edges[number.attr](e) + rng.choice([0, 0, 1, -1])
        return {field: values[field] for field in fields}

    def type_of(self, field):
        d = self.domain
        if field in [n.attr for n in d.numbers]:
            return "int"
        return "bool" if field == d.flag else "list[str]" if field == d.list else "str"


class Condition:
    """`pl` and `sg` follow the noun ("that are fragile"); `pre` and `post` go into the function's name."""

    def __init__(self, pl, sg, py, js, test, pre="", post=""):
        self.pl, self.sg, self.py, self.js, self.test, self.pre, self.post = pl, sg, py, js, test, pre, post


def flag_condition(s):
    flag = s.domain.flag
    x = s.at(flag)
    if s.rng.random() < 0.7:
        return Condition(f"that are {flag}", f"that is {flag}", x, x, lambda r, e: r[flag], pre=f"{flag}_")
    return Condition(f"that are not {flag}", f"that is not {flag}", f"not {x}", f"!{x}", lambda r, e: not r[flag],
                     post=f"_not_{flag}")


def number_condition(s):
    rng, n = s.rng, s.rng.choice(s.domain.numbers)
    x, a, noun = s.at(n.attr), n.attr, n.noun
    step = max(1, (n.high - n.low) // 8)
    k = n.low + step * rng.randint(1, 5)
    how = rng.choice(["constant", "constant", "param", "param", "named"])
    sign = rng.choice([">", ">", ">=", ">=", "<", "<", "<=", "<="] + (["between"] if how == "param" else []))
    if sign == "between":
        s.extra("low", "int", lambda g: n.low + step)
        s.extra("high", "int", lambda g: n.low + step * 4)
        tail = rng.choice(["both included", "inclusive", "including both"])
        s.edges[a] = lambda e: n.low + step * (1 + 3 * (e["high"] % 2))
        return Condition(*[f"whose {noun} is between low and high, {tail}"] * 2, f"low <= {x} <= high",
                         f"{x} >= low && {x} <= high", lambda r, e: not (r[a] < e["low"] or r[a] > e["high"]),
                         post=f"_by_{a}")
    post = f"_{ {'>': 'above', '>=': 'from', '<': 'below', '<=': 'up_to'}[sign] }"
    if how == "constant":
        name = str(k)
        value = lambda e: k  # noqa: E731
        post = post + f"_{k}" if k >= 0 else ""
    elif how == "param":
        name = rng.choice([["limit", "minimum", "threshold"], ["limit", "maximum", "threshold"]]["<" in sign])
        word = name
        s.extra(name, "int", lambda g: g.randint(n.low, min(n.high, n.low + 40)))
        value = lambda e: e[word]  # noqa: E731
        post += f"_{name}"
    else:
        name = f"{rng.choice(['MIN', 'LEAST'] if '>' in sign else ['MAX', 'LARGEST'])}_{a.upper()}"
        if rng.random() < 0.3:
            name = f"{a.upper()}_LIMIT"
        s.constant = (name, str(k))
        value = lambda e: k  # noqa: E731
        post += "_limit"
    s.edges[a] = value
    words = {">": ["above {}", "of more than {}", "over {}", "greater than {}"], ">=": ["of at least {}", "of {} or more", "not below {}"],
             "<": ["below {}", "under {}", "of less than {}", "smaller than {}"], "<=": ["of at most {}", "of no more than {}", "not above {}"]}
    clause = {">": ["is above {}", "is greater than {}", "is more than {}", "exceeds {}"],
              ">=": ["is at least {}", "is {} or more", "is greater than or equal to {}"],
              "<": ["is below {}", "is less than {}", "is under {}"],
              "<=": ["is at most {}", "does not exceed {}", "is {} or less"]}
    several = noun.endswith("s") and not noun.endswith("ss")  # "hours", but not "brightness"
    art = "" if several else article(noun)
    if rng.random() < 0.5:
        phrase = f"with {art} {noun} {rng.choice(words[sign])}".replace("  ", " ").format(name)
    else:
        phrase = f"whose {noun} {rng.choice(clause[sign])}".format(name)
        if several:
            phrase = phrase.replace(" is ", " are ", 1).replace("exceeds", "exceed").replace("does not", "do not")
    tests = {">": lambda v, w: v > w, ">=": lambda v, w: not v < w, "<": lambda v, w: v < w, "<=": lambda v, w: not v > w}
    test = tests[sign]
    return Condition(phrase, phrase, f"{x} {sign} {name}", f"{x} {sign} {name}", lambda r, e: test(r[a], value(e)), post=post)


def kind_condition(s):
    rng, d = s.rng, s.domain
    x, a = s.at(d.kind), d.kind
    how = rng.choice(["param", "param", "param", "value", "value", "other", "set", "either"])
    if how == "param":
        s.extra(a, "str", lambda g: g.choice(d.values))
        word = rng.choice([f"of the given {a}", f"with the given {a}", f"whose {a} is the given one"])
        return Condition(word, word, f"{x} == {a}", f"{x} === {a}", lambda r, e: r[a] == e[a], post=f"_of_{a}")
    if how == "either":
        first, second = rng.sample(d.values, k=2)
        word = f'whose {a} is "{first}" or "{second}"'
        return Condition(word, word, f'{x} in ("{first}", "{second}")', f'["{first}", "{second}"].includes({x})',
                         lambda r, e: r[a] == first or r[a] == second, post=f"_of_two_{plural_of(a)}")
    if how == "set":
        chosen = sorted(rng.sample(d.values, k=2))
        name = f"{rng.choice(['OPEN', 'CHOSEN', 'WATCHED', 'MAIN', 'LOCAL'])}_{plural_of(a).upper()}"
        text = ", ".join(f'"{v}"' for v in chosen)
        s.constant = (name, f"{{{text}}}" if s.python else f"[{text}]")
        word = f"whose {a} is in {name}"
        if rng.random() < 0.3:
            word = word.replace("is in", "is not in")
            return Condition(word, word, f"{x} not in {name}", f"!{name}.includes({x})", lambda r, e: r[a] not in chosen,
                             pre="other_")
        return Condition(word, word, f"{x} in {name}", f"{name}.includes({x})", lambda r, e: r[a] in chosen,
                         pre=name.split("_")[0].lower() + "_")
    value = rng.choice(d.values)
    short = value.lower().replace(" ", "_").replace("-", "_")
    if how == "value":
        word = rng.choice([f'whose {a} is "{value}"', f'with the {a} "{value}"', f'whose {a} is {value}'])
        return Condition(word, word, f'{x} == "{value}"', f'{x} === "{value}"', lambda r, e: r[a] == value, pre=f"{short}_")
    word = rng.choice([f'whose {a} is not "{value}"', f'with {article(a)} {a} other than "{value}"'])
    return Condition(word, word, f'{x} != "{value}"', f'{x} !== "{value}"', lambda r, e: r[a] != value, pre=f"non_{short}_")


def date_condition(s):
    rng, d = s.rng, s.domain
    x, a, noun = s.at(d.date), d.date, d.date_noun
    how = rng.choice(["before", "after", "since", "until", "year", "between"])
    draw = lambda g: g.choice(DAYS)  # noqa: E731
    if how == "year":
        s.extra("year", "int", lambda g: g.choice([2021, 2022, 2023, 2024]))
        word = f"whose {noun}, an ISO string, is in the given year"
        return Condition(word, word, f'{x}.startswith(f"{{year}}-")', f"{x}.startsWith(`${{year}}-`)",
                         lambda r, e: int(r[a][:4]) == e["year"], post="_of_year")
    if how == "between":
        first, last = rng.choice([("first", "last"), ("start", "end"), ("since", "until")])
        s.extra(first, "str", lambda g: "2021-11-02")
        s.extra(last, "str", lambda g: "2023-12-24")
        word = f"whose {noun} is between {first} and {last}, both included"
        return Condition(word, word, f"{first} <= {x} <= {last}", f"{x} >= {first} && {x} <= {last}",
                         lambda r, e: "2021-11-02" <= r[a] <= "2023-12-24", post="_between")
    other = "day" if a != "day" else "limit"
    s.extra(other, "str", draw)
    text = {"before": "before {}", "after": "after {}", "since": "on or after {}", "until": "on or before {}"}[how].format(other)
    sign = {"before": "<", "after": ">", "since": ">=", "until": "<="}[how]
    word = f"whose {noun} is {text}"
    test = {"before": lambda v, w: v < w, "after": lambda v, w: v > w, "since": lambda v, w: v >= w, "until": lambda v, w: v <= w}[how]
    return Condition(word, word, f"{x} {sign} {other}", f"{x} {sign} {other}", lambda r, e: test(r[a], e[other]), post=f"_{how}")


def text_condition(s):
    rng, d = s.rng, s.domain
    x, a = s.at(d.id), d.id
    how = rng.choice(["prefix", "prefix", "suffix", "contains", "search", "longer"])
    if how in ("prefix", "suffix"):
        s.extra(how, "str", (lambda g: g.choice(["a", "b", "e", "o"])) if how == "prefix" else (lambda g: g.choice(["r", "h", "k"])))
        verb, py, js = ("starts", "startswith", "startsWith") if how == "prefix" else ("ends", "endswith", "endsWith")
        word = f"whose {a} {verb} with the {how}" if rng.random() < 0.6 else f"whose {a} {verb} with {how}"
        return Condition(word, word, f"{x}.{py}({how})", f"{x}.{js}({how})",
                         lambda r, e: (r[a][:len(e[how])] if how == "prefix" else r[a][-len(e[how]):]) == e[how], post=f"_by_{how}")
    if how == "contains":
        s.extra("part", "str", lambda g: g.choice(["a", "ch", "r"]))
        word = f"whose {a} contains part"
        return Condition(word, word, f"part in {x}", f"{x}.includes(part)", lambda r, e: r[a].find(e["part"]) >= 0, post="_containing")
    if how == "search":
        word_name = rng.choice(["query", "text", "term"])
        s.extra(word_name, "str", lambda g: g.choice(["A", "Ch", "R", "e"]))
        word = f"whose {a} contains the {word_name}" + rng.choice([", ignoring case", " in any case", ", regardless of case"])
        return Condition(word, word, f"{word_name}.lower() in {x}.lower()", f"{x}.toLowerCase().includes({word_name}.toLowerCase())",
                         lambda r, e: r[a].lower().find(e[word_name].lower()) >= 0, pre="matching_")
    k = rng.choice([3, 4])
    word = f"whose {a} is longer than {k} characters"
    return Condition(word, word, f"len({x}) > {k}", f"{x}.length > {k}", lambda r, e: len(r[a]) > k, post=f"_with_long_{a}")


def list_condition(s):
    rng, d = s.rng, s.domain
    x, a, item = s.at(d.list), d.list, d.item
    how = rng.choice(["has", "has", "value", "none", "some", "many"])
    if " " in item:
        how = rng.choice(["none", "some", "many"])
    if how == "has":
        s.extra(item, "str", lambda g: g.choice(d.items))
        word = rng.choice([f"that have the given {item}", f"whose {a} include the given {item}", f"with the given {item}"])
        single = word.replace("that have", "that has")
        return Condition(word, single, f"{item} in {x}", f"{x}.includes({item})", lambda r, e: e[item] in r[a], post=f"_with_{item}")
    if how == "value":
        value = rng.choice(d.items)
        word = rng.choice([f'with the {item} "{value}"', f'whose {a} include "{value}"'])
        return Condition(word, word, f'"{value}" in {x}', f'{x}.includes("{value}")', lambda r, e: value in r[a], post=f"_with_{value.lower()}")
    if how == "none":
        word = rng.choice([f"without any {a}", f"without {a}", f"whose list of {a} is empty"])
        return Condition(word, word, f"not {x}", f"{x}.length === 0", lambda r, e: len(r[a]) == 0, post=f"_without_{a}")
    if how == "some":
        word = rng.choice([f"with at least one {item}", f"whose list of {a} is not empty"])
        return Condition(word, word, x, f"{x}.length > 0", lambda r, e: len(r[a]) > 0, post=f"_with_{a}")
    k = rng.choice([2, 2, 3])
    word = f"with at least {['two', 'three'][k - 2]} {a}" if " " not in item else f"with at least {['two', 'three'][k - 2]} kinds of fish"
    return Condition(word, word, f"len({x}) >= {k}", f"{x}.length >= {k}", lambda r, e: len(r[a]) >= k, post=f"_with_many_{a}")


SIMPLE = [flag_condition] * 5 + [number_condition] * 6 + [kind_condition] * 5 + [date_condition] * 2 + [text_condition] * 3 + [list_condition] * 2


def helper_condition(s):
    """A condition that a function of the file states; the answer has to call it."""
    inner = number_condition(s)
    if s.extras or s.constant:
        s.extras.clear()
        s.edges.clear()
        s.constant = None
        inner = flag_condition(s)
        name = f"is_{s.domain.flag}" if "not " not in inner.py else f"needs_{s.rng.choice(['work', 'care', 'review'])}"
    else:
        name = s.rng.choice(["is_special", "is_large", "is_notable", "stands_out", "is_relevant", "matters", "counts", "qualifies"])
    shown = name if s.python else camel(name)
    s.helper = (shown, inner)
    word = s.rng.choice([f"for which {name} is true", f"that pass {name}", f"that satisfy {name}"])
    single = word.replace("that pass", "that passes").replace("that satisfy", "that satisfies")
    s.ident = name
    return Condition(word, single, f"{shown}({s.one})", f"{shown}({s.one})", inner.test, pre="chosen_")


def condition(s):
    rng = s.rng
    if rng.random() < 0.1:
        return helper_condition(s)
    if rng.random() < 0.14:
        first = flag_condition(s)
        known = (list(s.used), list(s.extras), s.constant)
        second = rng.choice([number_condition, kind_condition])(s)
        while not second.pl.startswith("whose"):  # "that are open and with …" is no English
            s.used, s.extras, s.constant, s.edges = list(known[0]), list(known[1]), known[2], {}
            second = rng.choice([number_condition, kind_condition])(s)
        if s.rng.random() < 0.8:
            py, js, link = f"{first.py} and {second.py}", f"{first.js} && {second.js}", "and"
            test = lambda r, e: first.test(r, e) and second.test(r, e)  # noqa: E731
        else:
            py, js, link = f"{first.py} or {second.py}", f"{first.js} || {second.js}", "or"
            test = lambda r, e: first.test(r, e) or second.test(r, e)  # noqa: E731
        if " && " in second.js and link == "or":
            js = f"{first.js} || ({second.js})"
        return Condition(f"{first.pl} {link} {second.pl}", f"{first.sg} {link} {second.sg}", py, js, test, pre=first.pre + second.pre, post=first.post + second.post)
    return rng.choice(SIMPLE)(s)


def maybe(s, chance):
    return condition(s) if s.rng.random() < chance else None


def where(s, c, one=None, plural=True, the="the "):
    """The noun with its condition."""
    noun = s.many if plural else s.one
    return f"{the}{noun}" + (f" {c.pl if plural else c.sg}" if c else "")


def named(s, c, name):
    """A function's name; `{}` is where the records stand."""
    return name.format((c.pre if c else "") + s.many + (c.post if c else ""))


def comp(s, c, value):
    tail = f" if {c.py}" if c else ""
    return f"{value} for {s.one} in {s.list}{tail}"


def jsf(s, c):
    """The records, filtered, in JavaScript."""
    return s.list + (f".filter(({s.one}) => {c.js})" if c else "")


def kept(rows, c, e):
    result = []
    for row in rows:
        if c is None or c.test(row, e):
            result.append(row)
    return result


# Operations. Each returns a name, wordings, code and a reference of the records and the other arguments by name.

def op_total(s):
    n = s.number
    if not n.adds:
        return None
    x, c = s.at(n.attr), maybe(s, 0.75)
    w = where(s, c)
    return dict(name=named(s, c, f"total_{n.attr}" + ("_of_{}" if c or s.rng.random() < 0.4 else "")),
                np=[f"the total {n.noun} of {w}", f"the sum of the {n.plural} of {w}", f"the {n.plural} of {w}, added up",
                    f"the sum of {n.noun} over {w}"],
                do=[f"add up the {n.plural} of {w}", f"sum the {n.plural} of {w}", f"compute the total {n.noun} of {w}"],
                py=f"return sum({comp(s, c, x)})", js=f"return {jsf(s, c)}.reduce((sum, {s.one}) => sum + {x}, 0);",
                ret="int", ref=lambda rows, e: sum([r[n.attr] for r in kept(rows, c, e)]))


def op_mean(s):
    n = s.number
    x, c = s.at(n.attr), maybe(s, 0.6)
    w, v = where(s, c), n.plural.split()[-1]
    how = s.rng.choice(["zero", "zero", "none", "raise"])
    tail, py, js, empty = {
        "zero": (s.rng.choice(["; 0 if there are none", ", or 0 if there are none", "; 0 without any"]), "return 0", "return 0;", 0),
        "none": (s.rng.choice([", or None if there are none", "; None if there are none"]), "return None", "return null;", None),
        "raise": (s.rng.choice([", and raises ValueError if there are none", "; ValueError if there are none"]), None, None, "ValueError")}[how]
    if how == "raise":
        tail = "; raise ValueError if there are none"
        py, js = f'raise ValueError("no {s.many}")', None
    if c:
        head = f"{v} = [{comp(s, c, x)}]\n"
        test, total, size = v, f"sum({v})", f"len({v})"
        jhead = f"const {v} = {jsf(s, c)}.map(({s.one}) => {x});\n"
        jbody = f"{jhead}if ({v}.length === 0) {js}\nreturn {v}.reduce((sum, value) => sum + value, 0) / {v}.length;"
    else:
        head, test, total, size = "", s.list, f"sum({comp(s, None, x)})", f"len({s.list})"
        jbody = f"if ({s.list}.length === 0) {js}\nreturn {s.list}.reduce((sum, {s.one}) => sum + {x}, 0) / {s.list}.length;"
    values = lambda rows, e: [r[n.attr] for r in kept(rows, c, e)]  # noqa: E731
    return dict(name=named(s, c, s.rng.choice([f"average_{n.attr}", f"mean_{n.attr}"]) + ("_of_{}" if c else "")),
                np=[f"the average {n.noun} of {w}", f"the mean {n.noun} of {w}", f"the mean of the {n.plural} of {w}"],
                do=[f"compute the average {n.noun} of {w}", f"calculate the mean {n.noun} of {w}"],
                tail=tail, py=f"{head}if not {test}:\n    {py}\nreturn {total} / {size}", js=jbody if js else None, ret="float" if how != "none" else "float | None",
                ref=lambda rows, e: sum(values(rows, e)) / len(values(rows, e)) if values(rows, e) else empty)


def extreme(rows, attr, most):
    best = None
    for row in rows:
        if best is None or (row[attr] > best[attr] if most else row[attr] < best[attr]):
            best = row
    return best


def op_extreme(s):
    n, most = s.number, s.rng.random() < 0.55
    x, c = s.at(n.attr), maybe(s, 0.6)
    word = n.most if most else n.least
    side = s.rng.choice(["largest", "highest", "greatest"] if most else ["smallest", "lowest", "least"])
    if side == "least":
        side = "lowest"
    f = "max" if most else "min"
    wants_name = s.rng.random() < 0.25
    w = s.one + (f" {c.sg}" if c else "")
    lead = f"the {s.domain.id} of " if wants_name else ""
    nps = [f"{lead}the {s.one} with the {side} {n.noun}" + (f" among {where(s, c)}" if c else "")]
    if word:
        nps += [f"{lead}the {word} {w}"] * 3
    default = c is not None or wants_name or s.rng.random() < 0.7
    key = f"key=lambda {s.one}: {x}"
    if wants_name:
        idn = s.at(s.domain.id, "best")
        source = s.list if not c else f"({comp(s, c, s.one)})"
        py = f"best = {f}({source}, {key}, default=None)\nreturn {idn} if best else None"
        js = None
    else:
        source = s.list if not c else f"({comp(s, c, s.one)})"
        py = f"return {f}({source}, {key}{', default=None' if default else ''})"
        sign = ">" if most else "<"
        js = (f"return {jsf(s, c)}.reduce((best, {s.one}) => (!best || {x} {sign} {s.at(n.attr, 'best')} ? {s.one} : best), null);"
              if default else None)

    def ref(rows, e):
        best = extreme(kept(rows, c, e), n.attr, most)
        return best[s.domain.id] if wants_name and best else best
    base = (word or f"{side}").replace(" ", "_").replace("-", "_")
    name = f"{base}_{(c.pre if c else '')}{s.one}{(c.post if c else '')}" if word else f"{s.one}_with_{side}_{n.attr}"
    if wants_name:
        name = f"{s.domain.id}_of_{name}"
    return dict(name=name, np=nps, do=["find " + p for p in nps[-2:] if not wants_name],
                tail=s.rng.choice([", or None if there is none", "; None if there is none"]) if default else "",
                py=py, js=js, ret=(("dict" if s.keys else s.domain.type) if not wants_name else "str") + (" | None" if default else ""),
                ref=ref, nonempty=not default)


def op_extreme_value(s):
    n, most = s.number, s.rng.random() < 0.55
    x, c = s.at(n.attr), maybe(s, 0.6)
    side = s.rng.choice(["largest", "highest", "greatest"] if most else ["smallest", "lowest"])
    f, empty = "max" if most else "min", s.rng.choice([0, 0, None])
    w = where(s, c)
    tail = s.rng.choice(["; {} if there are none", ", or {} if there are none", " ({} if there are none)"]).format(empty)
    js = f"const {n.plural.split()[-1]} = {jsf(s, c)}.map(({s.one}) => {x});\nreturn {n.plural.split()[-1]}.length ? Math.{f}(...{n.plural.split()[-1]}) : {'null' if empty is None else 0};"

    def ref(rows, e):
        best = extreme(kept(rows, c, e), n.attr, most)
        return best[n.attr] if best else empty
    return dict(name=named(s, c, f"{side}_{n.attr}" + ("_of_{}" if c else "")),
                np=[f"the {side} {n.noun} of {w}", f"the {side} {n.noun} among {w}", f"the {'maximum' if most else 'minimum'} {n.noun} of {w}"],
                do=[f"find the {side} {n.noun} of {w}"], tail=tail,
                py=f"return {f}(({comp(s, c, x)}), default={empty})", js=js, ret="int" if empty == 0 else "int | None", ref=ref)


def op_filter(s):
    c = condition(s)
    w = where(s, c)
    tail = s.rng.choice(["", "", "", ", in the same order", ", in their order"])
    return dict(name=named(s, c, s.rng.choice(["{}", "{}", "find_{}", "select_{}"])),
                np=[w, f"all {where(s, c, the='')}", f"a list of {w}", f"only {w}"],
                do=[f"select {w}", f"keep only {w}", f"find all {where(s, c, the='')}", f"pick {w}"], tail=tail,
                py=f"return [{comp(s, c, s.one)}]", js=f"return {jsf(s, c)};",
                ret=f"list[{'dict' if s.keys else s.domain.type}]", ref=lambda rows, e: kept(rows, c, e))


def op_names(s):
    c, a = maybe(s, 0.85), None
    d = s.domain
    a, noun = s.rng.choice([(d.id, d.id)] * 3 + [(n.attr, n.noun) for n in d.numbers] + [(d.kind, d.kind), (d.date, d.date_noun)])
    x, w = s.at(a), where(s, c)
    if c and a == d.kind and x in c.py:
        return None
    nouns = plural_of(noun)
    order = s.rng.choice(["", "", "sorted", "reverse", "unique"])
    if order == "unique" and a == d.id:
        order = ""
    tail = {"": s.rng.choice(["", "", ", in the same order"]), "sorted": s.rng.choice([", sorted", ", in ascending order", " in sorted order"]),
            "reverse": ", in descending order",
            "unique": s.rng.choice([", sorted and without duplicates", ", each once, sorted"])}[order]
    if a in [n.attr for n in d.numbers]:
        by = ".sort((a, b) => a - b)" if order != "reverse" else ".sort((a, b) => b - a)"
    else:
        by = ".sort()" if order != "reverse" else ".sort().reverse()"
    mapped = f"{jsf(s, c)}.map(({s.one}) => {x})"
    js = f"return {mapped}{by if order else ''};"
    if order == "unique":
        js = f"const values = {mapped};\nreturn [...new Set(values)]{by};" if c else f"return [...new Set({mapped})]{by};"
    py = {"": f"return [{comp(s, c, x)}]", "sorted": f"return sorted({comp(s, c, x)})",
          "reverse": f"return sorted(({comp(s, c, x)}), reverse=True)", "unique": f"return sorted({{{comp(s, c, x)}}})"}[order]

    def ref(rows, e):
        values = [r[a] for r in kept(rows, c, e)]
        if order == "unique":
            values = list(dict.fromkeys(values))
        if order:
            values.sort()
        return values[::-1] if order == "reverse" else values
    return dict(name=named(s, c, f"{nouns.replace(' ', '_')}" + ("_of_{}" if c or s.rng.random() < 0.5 else "")),
                np=[f"the {nouns} of {w}", f"a list of the {nouns} of {w}", f"the {nouns} of all {where(s, c, the='')}"],
                do=[f"list the {nouns} of {w}", f"collect the {nouns} of {w}"], tail=tail, py=py, js=js,
                ret=f"list[{s.type_of(a)}]", ref=ref)


def op_count(s):
    c = condition(s)
    w = where(s, c, the="")
    return dict(name=named(s, c, s.rng.choice(["count_{}", "number_of_{}"])),
                np=[f"the number of {w}", f"how many {s.many} there are {c.pl}" if c.pl.startswith("with") else f"the count of {w}",
                    f"the number of {w}"],
                do=[f"count the {w}", f"count {w}"],
                py=f"return sum({comp(s, None, c.py)})" if c.py.count(" ") == 2 and s.rng.random() < 0.4 and not c.py.startswith("not")
                else f"return sum(1 for {s.one} in {s.list} if {c.py})",
                js=f"return {jsf(s, c)}.length;", ret="int", ref=lambda rows, e: len(kept(rows, c, e)))


def op_any(s):
    d = s.domain
    c, every = condition(s), s.rng.random() < 0.45
    if c.pl.startswith("that are"):
        adj = c.pl[len("that are "):]
        if " and " in adj or " or " in adj or "whose" in adj:
            return None
        yes = ([f"all {s.many} are {adj}", f"every {s.one} is {adj}", f"each {s.one} is {adj}"] if every and not adj.startswith("not ")
               else [f"at least one {s.one} is {adj}", f"any {s.one} is {adj}", f"there is {article(s.one)} {s.one} that is {adj}"])
        every = every and not adj.startswith("not ")
    elif c.pl.startswith("whose"):
        rest = c.pl[len("whose "):]
        yes = ([f"every {s.one} is one {c.sg}", f"all {s.many} are ones {c.pl}"] if every
               else [f"at least one {s.one} is one {c.sg}", f"there is {article(s.one)} {s.one} {c.sg}"])
        noun = next((n for n in sorted([d.id, d.kind, d.date_noun, *[n.noun for n in d.numbers]], key=len, reverse=True)
                     if rest.startswith(n + " ")), None)
        if every and noun and "ISO" not in rest and " and whose" not in rest:
            yes = [f"the {noun} of every {s.one} {rest[len(noun) + 1:]}"]
        else:
            every = False
            yes = [f"at least one of the {s.many} is one {c.sg}", f"there is {article(s.one)} {s.one} {c.sg}", f"there is at least one {s.one} {c.sg}"]
    else:
        every = False
        yes = [f"there is {article(s.one)} {s.one} {c.sg}", f"there is at least one {s.one} {c.sg}", f"the {s.many} include one {c.sg}"]
    if not every:
        yes = [y for y in yes if "is one" not in y] or yes
    f = "all" if every else "any"
    bare = (c.pre + c.post).strip("_")
    name = f"all_{bare}" if every else s.rng.choice([f"any_{bare}", f"has_{c.pre}{s.one}{c.post}"])
    return dict(name=name, yes=yes, py=f"return {f}({comp(s, None, c.py)})",
                js=f"return {s.list}.{'every' if every else 'some'}(({s.one}) => {c.js});", ret="bool",
                ref=lambda rows, e: (len(kept(rows, c, e)) == len(rows)) if every else len(kept(rows, c, e)) > 0)


def op_first(s):
    c, last = condition(s), s.rng.random() < 0.25
    w = where(s, c, plural=False, the="")
    word = "last" if last else "first"
    source = f"reversed({s.list})" if last else s.list
    loop = s.rng.random() < 0.4
    py = (f"for {s.one} in {source}:\n    if {c.py}:\n        return {s.one}\nreturn None" if loop else
          f"return next(({s.one} for {s.one} in {source} if {c.py}), None)")
    js = f"return {s.list}.{'findLast' if last else 'find'}(({s.one}) => {c.js}) ?? null;"

    def ref(rows, e):
        found = kept(rows, c, e)
        return found[-1 if last else 0] if found else None
    return dict(name=f"{word}_{c.pre}{s.one}{c.post}", np=[f"the {word} {w}"], do=[f"find the {word} {w}", f"look for the {word} {w}"],
                tail=s.rng.choice([", or None if there is none", "; None if there is none", " (None if there is none)"]),
                py=py, js=js, ret=f"{'dict' if s.keys else s.domain.type} | None", ref=ref)


def op_find_by_id(s):
    d = s.domain
    x = s.at(d.id)
    how = s.rng.choice(["none", "none", "raise", "index", "exists", "remove", "position"])
    p = s.extra(d.id, "str", lambda g: g.choice(NAMES[:6]))
    w = s.rng.choice([f"the {s.one} with the given {d.id}", f"the {s.one} whose {d.id} is the given one", f"the {s.one} that has this {d.id}"])
    found = lambda rows, e: [r for r in rows if r[d.id] == e[d.id]]  # noqa: E731
    item = "dict" if s.keys else d.type
    if how == "none":
        return dict(name=s.rng.choice([f"find_{s.one}", f"get_{s.one}", f"{s.one}_by_{d.id}"]), np=[w], do=[f"find {w}", f"look up {w}"],
                    tail=s.rng.choice([", or None if there is none", "; None if it is unknown"]),
                    py=f"return next(({s.one} for {s.one} in {s.list} if {x} == {p}), None)",
                    js=f"return {s.list}.find(({s.one}) => {x} === {p}) ?? null;", ret=f"{item} | None",
                    ref=lambda rows, e: (found(rows, e) or [None])[0])
    if how == "raise":
        error = s.rng.choice(["KeyError", "ValueError"])
        return dict(name=s.rng.choice([f"find_{s.one}", f"get_{s.one}"]), np=[w], do=[f"find {w}", f"look up {w}"],
                    tail=f"; raise {error} if there is none",
                    py=f"for {s.one} in {s.list}:\n    if {x} == {p}:\n        return {s.one}\nraise {error}({p})", ret=item,
                    ref=lambda rows, e: (found(rows, e) or [error])[0])
    if how == "exists":
        return dict(name=f"has_{s.one}", yes=[f"there is {article(s.one)} {s.one} with the given {d.id}", f"one of the {s.many} has the given {d.id}",
                                              f"{article(s.one)} {s.one} with this {d.id} is among the {s.many}"],
                    py=f"return any({x} == {p} for {s.one} in {s.list})", js=f"return {s.list}.some(({s.one}) => {x} === {p});",
                    ret="bool", ref=lambda rows, e: bool(found(rows, e)))
    if how == "remove":
        return dict(name=s.rng.choice([f"without_{s.one}", f"remove_{s.one}"]), np=[f"a new list without {w}", f"the {s.many} without the one that has the given {d.id}"],
                    py=f"return [{s.one} for {s.one} in {s.list} if {x} != {p}]",
                    js=f"return {s.list}.filter(({s.one}) => {x} !== {p});", ret=f"list[{item}]",
                    ref=lambda rows, e: [r for r in rows if r not in found(rows, e)])
    if how == "position":
        return dict(name=f"{s.one}_position", np=[f"the index of {w}", f"the position of {w}, from 0"], tail=s.rng.choice(["; -1 if there is none", ", or -1 if there is none"]),
                    py=f"for index, {s.one} in enumerate({s.list}):\n    if {x} == {p}:\n        return index\nreturn -1",
                    js=f"return {s.list}.findIndex(({s.one}) => {x} === {p});", ret="int",
                    ref=lambda rows, e: [r[d.id] for r in rows].index(e[d.id]) if found(rows, e) else -1)
    s.extras.clear()
    n = s.rng.choice([None, s.rng.choice(d.numbers)])
    if n:
        v = s.at(n.attr)
        return dict(name=s.rng.choice([f"{n.attr}_by_{d.id}", f"{n.plural.replace(' ', '_')}_by_{d.id}"]),
                    np=[f"a dictionary from the {d.id} of each {s.one} to its {n.noun}", f"a dictionary with the {n.noun} of each {s.one}, by {d.id}"],
                    do=[f"map the {d.id} of each {s.one} to its {n.noun}"],
                    py=f"return {{{x}: {v} for {s.one} in {s.list}}}", js=f"return Object.fromEntries({s.list}.map(({s.one}) => [{x}, {v}]));",
                    ret="dict[str, int]", ref=lambda rows, e: dict(zip([r[d.id] for r in rows], [r[n.attr] for r in rows])))
    return dict(name=s.rng.choice([f"{s.many}_by_{d.id}", f"index_by_{d.id}"]),
                np=[f"a dictionary from {d.id} to {s.one}", f"a dictionary of the {s.many}, by {d.id}"],
                do=[f"index the {s.many} by {d.id}"], py=f"return {{{x}: {s.one} for {s.one} in {s.list}}}",
                js=f"return Object.fromEntries({s.list}.map(({s.one}) => [{x}, {s.one}]));", ret=f"dict[str, {item}]",
                ref=lambda rows, e: dict(zip([r[d.id] for r in rows], rows)))


def op_sort(s):
    d, rng = s.domain, s.rng
    kind = rng.choice(["number", "number", "number", "date", "name", "two", "two", "list", "mixed"])
    n = s.number
    ids = rng.random() < 0.3
    c = maybe(s, 0.3)
    w = where(s, c)
    down = rng.random() < 0.5
    reverse = ", reverse=True" if down else ""
    if kind == "number":
        x, words = s.at(n.attr), rng.choice([[f"sorted by {n.noun}", f"ordered by {n.noun}"]])
        ends = [n.most, n.least] if down else [n.least, n.most]
        order = rng.choice(([f", {ends[0]} first"] if ends[0] else []) + ([", in descending order", ", largest first", ", from high to low"] if down else ["", ", in ascending order", ", smallest first"]))
        by, js, name, key = x, f"{s.at(n.attr, 'b')} - {s.at(n.attr, 'a')}" if down else f"{s.at(n.attr, 'a')} - {s.at(n.attr, 'b')}", n.attr, (lambda r: r[n.attr])
    elif kind == "date":
        x, words = s.at(d.date), [f"sorted by {d.date_noun}", f"ordered by {d.date_noun}"]
        order = rng.choice([", latest first", ", newest first", ", most recent first"] if down else [", earliest first", ", oldest first", ""])
        a, b = s.at(d.date, "a"), s.at(d.date, "b")
        by, js, name, key = x, f"{b}.localeCompare({a})" if down else f"{a}.localeCompare({b})", d.date, (lambda r: r[d.date])
    elif kind == "name":
        down, reverse = False, ""
        x, words = s.at(d.id), [f"sorted by {d.id}", f"in alphabetical order of their {plural_of(d.id)}"]
        lower = rng.random() < 0.5
        order = rng.choice([", ignoring case", ", regardless of case"]) if lower else ""
        a, b = s.at(d.id, "a"), s.at(d.id, "b")
        by = f"{x}.lower()" if lower else x
        js = f"{a}.toLowerCase().localeCompare({b}.toLowerCase())" if lower else f"{a}.localeCompare({b})"
        name, key = d.id, lambda r: r[d.id].lower()
    elif kind == "list":
        x, words = s.at(d.list), [f"sorted by the number of their {d.list}"]
        order = rng.choice([", most first"] if down else [", fewest first", ""])
        a, b = (s.at(d.list, v) for v in ("b" if down else "a", "a" if down else "b"))
        by, js, name, key = f"len({x})", f"{a}.length - {b}.length", f"number_of_{d.list}", (lambda r: len(r[d.list]))
    elif kind == "two":
        down, reverse = False, ""
        x, y = s.at(d.kind), s.at(n.attr)
        words = [f"sorted by {d.kind} and then by {n.noun}", f"ordered by {d.kind}, then {n.noun}"]
        order = rng.choice(["", ", both ascending"])
        by, name, key = f"({x}, {y})", f"{d.kind}_and_{n.attr}", (lambda r: (r[d.kind], r[n.attr]))
        js = f"{s.at(d.kind, 'a')}.localeCompare({s.at(d.kind, 'b')}) || {s.at(n.attr, 'a')} - {s.at(n.attr, 'b')}"
    else:
        down, reverse = False, ""
        x, y = s.at(n.attr), s.at(d.id)
        words = [f"sorted by {n.noun} in descending order", f"sorted by {n.noun}, {n.most or 'largest'} first"]
        order = rng.choice([f"; ties are in the order of the {d.id}", f", those with the same {n.noun} by {d.id}", f", ties by {d.id}"])
        by, name, key = f"(-{x}, {y})", n.attr, (lambda r: (-r[n.attr], r[d.id]))
        js = f"{s.at(n.attr, 'b')} - {s.at(n.attr, 'a')} || {s.at(d.id, 'a')}.localeCompare({s.at(d.id, 'b')})"
    source = s.list if not c else f"({comp(s, c, s.one)})"
    core = f"sorted({source}, key=lambda {s.one}: {by}{reverse})"
    jcore = f"{jsf(s, c) if c else f'[...{s.list}]'}.sort((a, b) => {js})"
    idn = s.at(d.id)
    if ids:
        idw = plural_of(d.id)
        if kind == "name":
            return None
        py = f"ordered = {core}\nreturn [{idn} for {s.one} in ordered]"
        jsb = f"return {jcore}.map(({s.one}) => {idn});"
        nps = [f"the {idw} of {w}, {v}" for v in words]
        dos = []
        fn = named(s, c, f"{idw}_by_{name}")
    else:
        py, jsb = f"return {core}", f"return {jcore};"
        nps = [f"{w}, {v}" if c else f"{w} {v}" for v in words]
        dos = [f"sort {w} {words[0].split(' ', 1)[1]}"] if words[0].startswith("sorted by") else []
        fn = named(s, c, rng.choice(["{}_by_" + name, "sorted_{}", "sort_{}" + ("" if c else f"_by_{name}")]))

    def ref(rows, e):
        rows = kept(rows, c, e)
        result = []
        for row in rows:  # a stable insertion sort, without `sorted`
            spot = len(result)
            while spot and (key(result[spot - 1]) < key(row) if down else key(result[spot - 1]) > key(row)):
                spot -= 1
            result.insert(spot, row)
        return [r[d.id] for r in result] if ids else result
    return dict(name=fn, np=nps, do=dos, tail=order, py=py, js=jsb,
                ret="list[str]" if ids else f"list[{'dict' if s.keys else d.type}]", ref=ref)


def op_top(s):
    n, d, rng = s.number, s.domain, s.rng
    most = rng.random() < 0.65
    x, c = s.at(n.attr), maybe(s, 0.25)
    fixed = rng.random() < 0.35
    k = rng.choice([2, 3, 5]) if fixed else None
    count = {2: "two", 3: "three", 5: "five"}.get(k) or rng.choice(["n", "count", "k"])
    shown = str(k) if fixed else s.extra(count, "int", lambda g: g.choice([1, 2, 3]))
    ids = rng.random() < 0.5
    idn, idw = (s.at(d.id) if ids else s.one), plural_of(d.id)
    word = n.most if most else n.least
    side = "largest" if most else "smallest"
    w = f"{s.many} {c.pl}" if c else s.many
    nps = [f"the {count} {w} with the {side} {n.plural}" if not c else f"the {count} {s.many} with the {side} {n.plural} among the {w}"]
    if word:
        nps = [f"the {count} {word} {w}"] * 2 + nps
    if ids:
        nps = [f"the {idw} of {p}" for p in nps]
    head, source = (f"chosen = [{comp(s, c, s.one)}]\n", "chosen") if c else ("", s.list)
    core = f"sorted({source}, key=lambda {s.one}: {x}{', reverse=True' if most else ''})"
    py = head + (f"ranked = {core}\nreturn [{idn} for {s.one} in ranked[:{shown}]]" if ids else f"return {core}[:{shown}]")
    a, b = s.at(n.attr, "a"), s.at(n.attr, "b")
    js = f"return {jsf(s, c) if c else f'[...{s.list}]'}.sort((a, b) => {f'{b} - {a}' if most else f'{a} - {b}'}).slice(0, {shown})" + (f".map(({s.one}) => {idn});" if ids else ";")

    def ref(rows, e):
        rows, chosen = list(kept(rows, c, e)), []
        while rows and len(chosen) < (k or e[count]):
            best = extreme(rows, n.attr, most)
            rows.remove(best)
            chosen.append(best)
        return [r[d.id] for r in chosen] if ids else chosen
    base = (word or side).replace(" ", "_").replace("-", "_")
    return dict(name=f"{base}_{named(s, c, '{}')}" if not ids else f"{idw}_of_{base}_{s.many}", np=nps, do=["find " + p for p in nps[:1]],
                tail=rng.choice([f", {n.most or 'largest'} first" if most else f", {n.least or 'smallest'} first"]), py=py, js=js,
                ret="list[str]" if ids else f"list[{'dict' if s.keys else d.type}]", ref=ref)


def op_group(s):
    d, n, rng = s.domain, s.number, s.rng
    g, c = s.at(d.kind), maybe(s, 0.35)
    if c and g in c.py:
        return None
    w, kind = where(s, c), d.kind
    what = rng.choice(["records", "records", "ids", "ids", "count", "count", "count", "total", "total", "best", "mean", "any"])
    guard = f"    if {c.py}:\n" if c else ""
    tab = "        " if c else "    "
    item = "dict" if s.keys else d.type
    head = f"for {s.one} in {s.list}:\n{guard}"
    jhead = f"for (const {s.one} of {jsf(s, c)}) {{\n"
    imports = ""
    by = rng.choice([f"by {kind}", f"per {kind}", f"for each {kind}"])

    def ref_groups(rows, e):
        out = {}
        for r in kept(rows, c, e):
            out[r[kind]] = out.get(r[kind], []) + [r]
        return out
    if what in ("records", "ids"):
        v = s.one if what == "records" else s.at(d.id)
        noun = s.many if what == "records" else plural_of(d.id)
        full = w if what == "records" else f"the {noun} of {w}"
        var = "groups"
        if rng.random() < 0.4:
            imports = "from collections import defaultdict"
            py = f"groups = defaultdict(list)\n{head}{tab}groups[{g}].append({v})\nreturn dict(groups)"
        else:
            py = f"groups = {{}}\n{head}{tab}groups.setdefault({g}, []).append({v})\nreturn groups"
        js = f"const groups = {{}};\n{jhead}  (groups[{g}] ??= []).push({v});\n}}\nreturn groups;"
        return dict(name=named(s, c, ("{}" if what == "records" else noun + "_of_{}" if c else noun) + f"_by_{kind}"),
                    np=[f"a dictionary from each {kind} to the list of its {noun}" if not c else f"{full}, grouped by {kind} in a dictionary",
                        f"{full}, grouped by {kind}, as a dictionary of lists"],
                    do=[f"group {full} by {kind}", f"collect {full} in a dictionary of lists, by {kind}"], py=py, js=js, imports=imports,
                    ret=f"dict[str, list[{item if what == 'records' else 'str'}]]",
                    ref=lambda rows, e: {k: rs if what == "records" else [r[d.id] for r in rs] for k, rs in ref_groups(rows, e).items()})
    if what == "count":
        if rng.random() < 0.4:
            imports = "from collections import Counter"
            py = f"return Counter({comp(s, c, g)})"
        else:
            py = f"counts = {{}}\n{head}{tab}counts[{g}] = counts.get({g}, 0) + 1\nreturn counts"
        js = f"const counts = {{}};\n{jhead}  counts[{g}] = (counts[{g}] ?? 0) + 1;\n}}\nreturn counts;"
        return dict(name=named(s, c, rng.choice([f"count_{{}}_by_{kind}", f"{{}}_per_{kind}"])),
                    np=[f"the number of {where(s, c, the='')} {by}, as a dictionary", f"a dictionary with the number of {where(s, c, the='')} {by}",
                        f"how many of {w} there are {by}, as a dictionary" if not c else f"a dictionary from {kind} to the number of {where(s, c, the='')}"],
                    do=[f"count {w} {by}"], py=py, js=js, imports=imports, ret="dict[str, int]",
                    ref=lambda rows, e: {k: len(rs) for k, rs in ref_groups(rows, e).items()})
    x = s.at(n.attr)
    if what == "total":
        if not n.adds:
            return None
        if rng.random() < 0.3:
            imports = "from collections import defaultdict"
            py = f"totals = defaultdict(int)\n{head}{tab}totals[{g}] += {x}\nreturn dict(totals)"
        else:
            py = f"totals = {{}}\n{head}{tab}totals[{g}] = totals.get({g}, 0) + {x}\nreturn totals"
        js = f"const totals = {{}};\n{jhead}  totals[{g}] = (totals[{g}] ?? 0) + {x};\n}}\nreturn totals;"
        return dict(name=named(s, c, f"{n.attr}_by_{kind}" if not c else f"{n.attr}_of_{{}}_by_{kind}"),
                    np=[f"the total {n.noun} of {w} {by}, as a dictionary", f"a dictionary from {kind} to the total {n.noun} of its {where(s, c, the='')}",
                        f"the sum of the {n.plural} of {w} {by}, as a dictionary"],
                    do=[f"add up the {n.plural} of {w} {by}", f"sum the {n.plural} of {w} {by}"], py=py, js=js, imports=imports, ret="dict[str, int]",
                    ref=lambda rows, e: {k: sum(r[n.attr] for r in rs) for k, rs in ref_groups(rows, e).items()})
    if what == "best":
        most = rng.random() < 0.6
        word = (n.most if most else n.least) or ("top" if most else None)
        if not (n.most if most else n.least):
            return None
        sign = ">" if most else "<"
        cond = f"{g} not in best or {x} {sign} " + (f'best[{g}]["{n.attr}"]' if s.keys else f"best[{g}].{n.attr}")
        if c:
            return None
        py = f"best = {{}}\nfor {s.one} in {s.list}:\n    if {cond}:\n        best[{g}] = {s.one}\nreturn best"
        js = f"const best = {{}};\nfor (const {s.one} of {s.list}) {{\n  if (!({g} in best) || {x} {sign} best[{g}].{camel(n.attr)}) best[{g}] = {s.one};\n}}\nreturn best;"
        return dict(name=f"{word.replace(' ', '_')}_{s.one}_per_{kind}",
                    np=[f"the {word} {s.one} of each {kind}, as a dictionary by {kind}", f"a dictionary from each {kind} to its {word} {s.one}"],
                    do=[f"find the {word} {s.one} of each {kind}"], tail="; the first one wins ties" if rng.random() < 0.4 else "",
                    py=py, js=js, ret=f"dict[str, {item}]", ref=lambda rows, e: {k: extreme(rs, n.attr, most) for k, rs in ref_groups(rows, e).items()})
    if what == "mean":
        py = f"groups = {{}}\n{head}{tab}groups.setdefault({g}, []).append({x})\nreturn {{{kind}: sum(values) / len(values) for {kind}, values in groups.items()}}"
        return dict(name=named(s, c, f"average_{n.attr}_by_{kind}" if not c else f"average_{n.attr}_of_{{}}_by_{kind}"),
                    np=[f"the average {n.noun} of {w} {by}, as a dictionary", f"a dictionary from {kind} to the average {n.noun} of its {where(s, c, the='')}"],
                    do=[f"compute the average {n.noun} of {w} {by}"], py=py, ret="dict[str, float]",
                    ref=lambda rows, e: {k: sum(r[n.attr] for r in rs) / len(rs) for k, rs in ref_groups(rows, e).items()})
    py = f"return {{{comp(s, c, g)}}}"
    js = f"return new Set({jsf(s, c)}.map(({s.one}) => {g}));"
    return dict(name=named(s, c, f"{plural_of(kind)}_of_{{}}"), np=[f"the set of the {plural_of(kind)} of {w}", f"the different {plural_of(kind)} of {w} as a set"],
                py=py, js=None, ret="set[str]", ref=lambda rows, e: {r[kind] for r in kept(rows, c, e)})


def op_partition(s):
    c = condition(s)
    w = where(s, c)
    a, b = "matching", "others"
    if c.pre and not c.post and c.pre.rstrip("_") == s.domain.flag:
        a = s.domain.flag
    a, b = (a if a != "matching" or s.rng.random() < 0.5 else "chosen"), b
    py = f"{a} = [{comp(s, c, s.one)}]\n{b} = [{s.one} for {s.one} in {s.list} if not ({c.py})]\nreturn {a}, {b}"
    if " " not in c.py:
        py = py.replace(f"not ({c.py})", f"not {c.py}")
    py = f"{a}, {b} = [], []\nfor {s.one} in {s.list}:\n    if {c.py}:\n        {a}.append({s.one})\n    else:\n        {b}.append({s.one})\nreturn {a}, {b}" if s.rng.random() < 0.5 or " " in c.py else py
    js = f"const {a} = [];\nconst {b} = [];\nfor (const {s.one} of {s.list}) {{\n  ({c.js} ? {a} : {b}).push({s.one});\n}}\nreturn [{a}, {b}];"
    item = "dict" if s.keys else s.domain.type
    return dict(name=s.rng.choice([f"split_{s.many}", f"partition_{s.many}", f"separate_{s.many}"]),
                np=[f"two lists: {w}, and the others", f"{w} and the other {s.many}, as two lists"],
                do=[f"split the {s.many} into two lists: those {c.pl}, and the others"], py=py, js=js,
                ret=f"tuple[list[{item}], list[{item}]]",
                ref=lambda rows, e: [[r for r in rows if c.test(r, e)], [r for r in rows if not c.test(r, e)]])


def op_lists(s):
    d, rng = s.domain, s.rng
    if " " in d.item:
        return None
    x, c = s.at(d.list), maybe(s, 0.35)
    if d.item in [p for p, _, _ in s.extras]:
        return None
    w = where(s, c)
    how = rng.choice(["all", "order", "count", "index", "most"])
    tail = f" if {c.py}" if c else ""
    flat = f"{d.item} for {s.one} in {s.list}{tail} for {d.item} in {x}"
    values = lambda rows, e: [v for r in kept(rows, c, e) for v in r[d.list]]  # noqa: E731
    if how == "all":
        return dict(name=named(s, c, f"all_{d.list}" + ("_of_{}" if c else "")), np=[f"all {d.list} of {w}, sorted and without duplicates", f"the sorted {d.list} of {w}, each once",
                    f"the distinct {d.list} of {w}, sorted"], do=[f"collect the distinct {d.list} of {w} in a sorted list"],
                    py=f"return sorted({{{flat}}})", js=f"const {d.list} = {jsf(s, c)}.flatMap(({s.one}) => {x});\nreturn [...new Set({d.list})].sort();", ret="list[str]",
                    ref=lambda rows, e: sorted(dict.fromkeys(values(rows, e))))
    if how == "order":
        return dict(name=named(s, c, f"{d.list}_of_{{}}"), np=[f"the {d.list} of {w} in one list, in order and with duplicates", f"one flat list of the {d.list} of {w}"],
                    do=[f"flatten the {d.list} of {w} into one list"], py=f"return [{flat}]", js=f"return {jsf(s, c)}.flatMap(({s.one}) => {x});",
                    ret="list[str]", ref=values)
    if how == "count":
        def ref(rows, e):
            out = {}
            for v in values(rows, e):
                out[v] = out.get(v, 0) + 1
            return out
        guard, tab = (f"    if {c.py}:\n", "    ") if c else ("", "")
        py = f"counts = {{}}\nfor {s.one} in {s.list}:\n{guard}{tab}    for {d.item} in {x}:\n{tab}        counts[{d.item}] = counts.get({d.item}, 0) + 1\nreturn counts"
        chosen = f"const chosen = {jsf(s, c)};\n" if c else ""
        js = f"{chosen}const counts = {{}};\nfor (const {d.item} of {'chosen' if c else s.list}.flatMap(({s.one}) => {x})) {{\n  counts[{d.item}] = (counts[{d.item}] ?? 0) + 1;\n}}\nreturn counts;"
        return dict(name=named(s, c, f"{d.item}_counts" + ("_of_{}" if c else "")), np=[f"a dictionary with how many of {w} have each {d.item}", f"the number of {where(s, c, the='')} per {d.item}, as a dictionary"],
                    do=[f"count how often each {d.item} occurs in {w}", f"count the {d.list} over {w}"], py=py, js=js, ret="dict[str, int]", ref=ref)
    if how == "index":
        def ref_index(rows, e):
            out = {}
            for r in kept(rows, c, e):
                for v in r[d.list]:
                    out.setdefault(v, []).append(r[d.id])
            return out
        idn = s.at(d.id)
        guard, tab = (f"    if {c.py}:\n", "    ") if c else ("", "")
        py = f"index = {{}}\nfor {s.one} in {s.list}:\n{guard}{tab}    for {d.item} in {x}:\n{tab}        index.setdefault({d.item}, []).append({idn})\nreturn index"
        js = f"const index = {{}};\nfor (const {s.one} of {jsf(s, c)}) {{\n  for (const {d.item} of {x}) {{\n    (index[{d.item}] ??= []).push({idn});\n  }}\n}}\nreturn index;"
        return dict(name=named(s, c, f"{plural_of(d.id)}_by_{d.item}" if not c else f"{plural_of(d.id)}_of_{{}}_by_{d.item}"), np=[f"a dictionary from each {d.item} to the {plural_of(d.id)} of {where(s, c)} that have it" if not c else
                    f"a dictionary from each {d.item} to the {plural_of(d.id)} of {w}"], do=[f"index the {plural_of(d.id)} of {w} by {d.item}"],
                    py=py, js=js, ret="dict[str, list[str]]", ref=ref_index)
    def ref_most(rows, e):
        best = None
        for r in kept(rows, c, e):
            if best is None or len(r[d.list]) > len(best[d.list]):
                best = r
        return best
    source = s.list if not c else f"({comp(s, c, s.one)})"
    return dict(name=f"{s.one}_with_most_{d.list}", np=[f"the {s.one} with the most {d.list}" + (f" among {w}" if c else "")],
                do=[f"find the {s.one} that has the most {d.list}" + (f" among {w}" if c else "")], tail=", or None if there is none",
                py=f"return max({source}, key=lambda {s.one}: len({x}), default=None)",
                ret=f"{'dict' if s.keys else d.type} | None", ref=ref_most)


def op_dates(s):
    d, rng = s.domain, s.rng
    x = s.at(d.date)
    c, late = maybe(s, 0.55), rng.random() < 0.5
    w = where(s, c)
    f = "max" if late else "min"
    side = rng.choice(["latest", "most recent"] if late else ["earliest", "first"])
    if side == "first":
        side = "earliest"
    if rng.random() < 0.5:
        source = s.list if not c else f"({comp(s, c, s.one)})"
        sign = ">" if late else "<"
        js = f"return {jsf(s, c)}.reduce((best, {s.one}) => (!best || {x} {sign} {s.at(d.date, 'best')} ? {s.one} : best), null);"
        return dict(name=f"{side.replace(' ', '_')}_{c.pre if c else ''}{s.one}{c.post if c else ''}",
                    np=[f"the {s.one} with the {side} {d.date_noun}" + (f" among {w}" if c else "")],
                    do=[f"find the {s.one} with the {side} {d.date_noun}" + (f" among {w}" if c else "")], tail=rng.choice([", or None if there is none", "; None if there is none"]),
                    py=f"return {f}({source}, key=lambda {s.one}: {x}, default=None)", js=js, ret=f"{'dict' if s.keys else d.type} | None",
                    ref=lambda rows, e: extreme(kept(rows, c, e), d.date, late))
    how = rng.choice(["years", "month", "value"])
    if how == "value":
        return dict(name=named(s, c, f"{side.replace(' ', '_')}_{d.date_noun.replace(' ', '_')}" + ("_of_{}" if c else "")), np=[f"the {side} {d.date_noun} of {w}", f"the {side} {d.date_noun} among {w}"],
                    tail=rng.choice([", or None if there are none", "; None if there are none"]),
                    py=f"return {f}(({comp(s, c, x)}), default=None)", ret="str | None",
                    ref=lambda rows, e: (extreme(kept(rows, c, e), d.date, late) or {d.date: None})[d.date])
    cut, unit = (4, "year") if how == "years" else (7, "month")
    note = rng.choice([f" (dates are ISO strings like 2024-05-31)", ", with dates like 2024-05-31"])

    def ref(rows, e):
        out = {}
        for r in kept(rows, c, e):
            out[r[d.date][:cut]] = out.get(r[d.date][:cut], 0) + 1
        return out
    guard, tab = (f"    if {c.py}:\n", "    ") if c else ("", "")
    py = f"counts = {{}}\nfor {s.one} in {s.list}:\n{guard}{tab}    {unit} = {x}[:{cut}]\n{tab}    counts[{unit}] = counts.get({unit}, 0) + 1\nreturn counts"
    js = f"const counts = {{}};\nfor (const {s.one} of {jsf(s, c)}) {{\n  const {unit} = {x}.slice(0, {cut});\n  counts[{unit}] = (counts[{unit}] ?? 0) + 1;\n}}\nreturn counts;"
    return dict(name=named(s, c, f"{{}}_per_{unit}"), np=[f"the number of {where(s, c, the='')} per {unit} of the {d.date_noun}, as a dictionary"],
                do=[f"count {w} by the {unit} of their {d.date_noun}"], tail=note, py=py, js=js if how != "years" else None, ret="dict[str, int]", ref=ref)


def op_format(s):
    d, n, rng = s.domain, s.number, s.rng
    i, x, c = s.at(d.id), s.at(n.attr), maybe(s, 0.3)
    w = where(s, c)
    sep, form = rng.choice([(": ", "{}: {}"), (" - ", "{} - {}"), (" (", "{} ({})"), (" = ", "{} = {}"), (", ", "{}, {}"), ("\t", None)])
    if form is None:
        form = "{}: {}"
    ok = form.format("oak", n.low + 3)
    f = form.format("{" + i.replace('"', "'") + "}", "{" + x.replace('"', "'") + "}")
    jt = form.format("${" + i + "}", "${" + x + "}")
    how = rng.choice(["lines", "list", "one"])
    text = lambda r: form.format(r[d.id], r[n.attr])  # noqa: E731
    if how == "one":
        if c:
            return None
        return dict(name=rng.choice([f"describe_{s.one}", f"{s.one}_label", f"format_{s.one}"]), np=[f'the {d.id} and the {n.noun} of {article(s.one)} {s.one} as text, like "{ok}"', f'{article(s.one)} {s.one} as text: its {d.id} and its {n.noun}, like "{ok}"'],
                    do=[f'format {article(s.one)} {s.one} with its {d.id} and {n.noun}, like "{ok}"'], py=f'return f"{f}"', js=f"return `{jt}`;", ret="str", single=True,
                    ref=lambda rows, e: text(rows))
    if how == "list":
        return dict(name=named(s, c, "{}_as_text"), np=[f'one string for each of {w}: its {d.id} and {n.noun}, like "{ok}"', f'a list of texts like "{ok}", with the {d.id} and the {n.noun} of {w}'],
                    py=f'return [{comp(s, c, f"f{chr(34)}{f}{chr(34)}")}]', js=f"return {jsf(s, c)}.map(({s.one}) => `{jt}`);", ret="list[str]",
                    ref=lambda rows, e: [text(r) for r in kept(rows, c, e)])
    return dict(name=named(s, c, rng.choice(["report_of_{}", "list_{}", "{}_report"])), np=[f'a text with one line for each of {w}: the {d.id} and the {n.noun}, like "{ok}"', f'{w} as lines of text with {d.id} and {n.noun}, like "{ok}"'],
                py=f'return "\\n".join({comp(s, c, f"f{chr(34)}{f}{chr(34)}")})', js=f'return {jsf(s, c)}.map(({s.one}) => `{jt}`).join("\\n");', ret="str",
                ref=lambda rows, e: "\n".join(text(r) for r in kept(rows, c, e)))


def op_join(s):
    d, rng = s.domain, s.rng
    c, i = maybe(s, 0.7), s.at(s.domain.id)
    w, ids = where(s, c), plural_of(d.id)
    sep, words = rng.choice([(", ", "separated by commas and blanks"), (", ", 'joined with ", "'), ("; ", 'joined with "; "'), (" / ", 'joined with " / "'), ("\\n", "one per line"), ("-", "joined with hyphens")])
    return dict(name=named(s, c, f"joined_{ids}_of_{{}}" if c else f"joined_{ids}"), np=[f"the {ids} of {w}, {words}", f"a string with the {ids} of {w}, {words}"],
                do=[f"join the {ids} of {w} into one string, {words}"] if "joined" not in words else [],
                py=f'return "{sep}".join({comp(s, c, i)})', js=f'return {jsf(s, c)}.map(({s.one}) => {i}).join("{sep}");', ret="str",
                ref=lambda rows, e: sep.replace("\\n", "\n").join([r[d.id] for r in kept(rows, c, e)]))


def op_share(s):
    c = condition(s)
    percent = s.rng.random() < 0.5
    w = where(s, c, the="")
    count = f"sum(1 for {s.one} in {s.list} if {c.py})"
    tail = s.rng.choice(["; 0 if there are no ", ", or 0 if there are no "]) + s.many
    py = f"if not {s.list}:\n    return 0\ncount = {count}\nreturn " + (f"100 * count / len({s.list})" if percent else f"count / len({s.list})")
    js = f"if ({s.list}.length === 0) return 0;\nconst count = {jsf(s, c)}.length;\nreturn " + ("(100 * count)" if percent else "count") + f" / {s.list}.length;"
    return dict(name=named(s, c, "percentage_of_{}" if percent else "share_of_{}"),
                np=[f"the percentage of {w}" if percent else f"the share of {w}, from 0 to 1", f"how many percent of the {s.many} are ones {c.pl}" if percent and not c.pl.startswith("that") else
                    f"the {'percentage' if percent else 'fraction'} of the {s.many} {c.pl}"],
                do=[f"compute the {'percentage' if percent else 'fraction'} of the {s.many} {c.pl}"], tail=tail, py=py, js=js, ret="float",
                ref=lambda rows, e: (100 if percent else 1) * len(kept(rows, c, e)) / len(rows) if rows else 0)


def op_predicate(s):
    c = condition(s)
    rest = c.sg
    if rest.startswith("that is"):
        yes = [f"the {s.one} is{rest[7:]}"]
        if " and " in rest or " or " in rest:
            return None
    elif rest.startswith("whose ") and " and whose" not in rest:
        yes = [f"the {rest[6:]}"]
        if "ISO string" in rest or rest.startswith("whose list"):
            return None
    elif rest.startswith("with"):
        yes = [f"the {s.one} is one {rest}"]
        if rest.startswith(("with a ", "with an ", "with at ")):
            yes = [f"the {s.one} has {rest[5:]}"]
        elif rest.startswith("without"):
            yes = [f"the {s.one} has no {s.domain.list}"]
        else:
            return None
    else:
        return None
    py = f"return {c.py}"
    if s.domain.list in s.used and c.py in (s.at(s.domain.list), f"not {s.at(s.domain.list)}"):
        if not c.py.startswith("not"):
            return None
    bare = (c.pre + c.post).strip("_")
    return dict(name=f"is_{bare}" if not c.post else f"is_{s.one}_{bare}", yes=yes, py=py, js=f"return {c.js};", ret="bool", single=True,
                ref=lambda row, e: bool(c.test(row, e)))


def op_change(s):
    d, n, rng = s.domain, s.number, s.rng
    if not s.keys and s.python or not s.python:
        # In place, as one changes objects; in JavaScript, as copies.
        c = maybe(s, 0.6)
        w = where(s, c)
        x = s.at(n.attr)
        s.extra("amount", "int", lambda g: g.choice([1, 5, 10]))
        add = rng.random() < 0.6
        op, word = ("+", "increase") if add else ("-", "reduce")

        def ref(rows, e):
            out = []
            for r in rows:
                if c is None or c.test(r, e):
                    r = {**r, n.attr: r[n.attr] + (e["amount"] if add else -e["amount"])}
                out.append(r)
            return out
        key = camel(n.attr)
        if s.python:
            guard, tab = (f"    if {c.py}:\n", "    ") if c else ("", "")
            return dict(name=named(s, c, word + f"_{n.plural.replace(' ', '_')}" + ("_of_{}" if c else "")), do=[f"{word} the {n.noun} of {w} by the amount, in place".replace("of the " + s.many, "of all " + s.many if not c else "of the " + s.many),
                        f"{'add the amount to' if add else 'subtract the amount from'} the {n.noun} of each of {w}, in place"],
                        py=f"for {s.one} in {s.list}:\n{guard}{tab}    {x} {op}= amount", ret="None", ref=ref, in_place=True)
        change = f"{{ ...{s.one}, {key}: {x} {op} amount }}"
        body = f"({change})" if not c else f"({c.js} ? {change} : {s.one})"
        return dict(name=named(s, c, word + f"_{n.plural.replace(' ', '_')}" + ("_of_{}" if c else "")),
                    np=[f"a new array of all {s.many} in which the {n.noun} of {w} is {'increased' if add else 'reduced'} by the amount; the input stays unchanged" if c else
                        f"a copy of the {s.many} in which every {n.noun} is {'increased' if add else 'reduced'} by the amount; the input stays unchanged"],
                    js=f"return {s.list}.map(({s.one}) => {body});", py=None, ret="list[dict]", ref=ref)
    c = maybe(s, 0.0)
    x = s.at(d.flag)
    value = rng.random() < 0.5
    return dict(name=f"mark_{d.flag}" if value else f"mark_not_{d.flag}",
                np=[f'copies of the {s.many} in which "{d.flag}" is {value}; the input stays unchanged', f'new dictionaries for the {s.many}, with "{d.flag}" set to {value}; the originals stay as they are'],
                py=f'return [{{**{s.one}, "{d.flag}": {value}}} for {s.one} in {s.list}]', ret="list[dict]",
                ref=lambda rows, e: [{k: (value if k == d.flag else v) for k, v in r.items()} for r in rows])


def op_pair(s):
    """A number computed from two attributes."""
    d, rng = s.domain, s.rng
    first, second = d.numbers
    x, y = s.at(first.attr), s.at(second.attr)
    how = rng.choice(["sumproduct", "pairs", "difference"])
    c = maybe(s, 0.3)
    w = where(s, c)
    if how == "pairs":
        i = s.at(d.id)
        return dict(name=named(s, c, f"{d.id}_and_{first.attr}" + ("_of_{}" if c else "_pairs")), np=[f"a list of pairs of the {d.id} and the {first.noun} of {w}", f"pairs ({d.id}, {first.noun}) for {w}"],
                    py=f"return [{comp(s, c, f'({i}, {x})')}]", js=None, ret="list[tuple[str, int]]", ref=lambda rows, e: [[r[d.id], r[first.attr]] for r in kept(rows, c, e)])
    if how == "sumproduct":
        return dict(name=named(s, c, f"{first.attr}_times_{second.attr}" + ("_of_{}" if c else "")), np=[f"the sum of {first.noun} times {second.noun} over {w}", f"the sum, over {w}, of the {first.noun} multiplied by the {second.noun}"],
                    py=f"return sum({comp(s, c, f'{x} * {y}')})", js=f"return {jsf(s, c)}.reduce((sum, {s.one}) => sum + {x} * {y}, 0);", ret="int",
                    ref=lambda rows, e: sum(r[first.attr] * r[second.attr] for r in kept(rows, c, e)))
    big = first if rng.random() < 0.5 else second
    xb = s.at(big.attr)
    v = big.plural.split()[-1]
    return dict(name=named(s, c, f"{big.attr}_range" + ("_of_{}" if c else "")), np=[f"the difference between the largest and the smallest {big.noun} of {w}"],
                do=[f"compute how far the largest and the smallest {big.noun} of {w} are apart"], tail=rng.choice(["; 0 if there are none", ", or 0 if there are none"]),
                py=f"{v} = [{comp(s, c, xb)}]\nreturn max({v}) - min({v}) if {v} else 0", js=f"const {v} = {jsf(s, c)}.map(({s.one}) => {xb});\nreturn {v}.length ? Math.max(...{v}) - Math.min(...{v}) : 0;",
                ret="int", ref=lambda rows, e: (lambda vs: max(vs) - min(vs) if vs else 0)([r[big.attr] for r in kept(rows, c, e)]))


def op_common(s):
    d = s.domain
    g, c = s.at(d.kind), maybe(s, 0.4)
    if c and g in c.py:
        return None
    w = where(s, c)

    def ref(rows, e):
        counts = {}
        for r in kept(rows, c, e):
            counts[r[d.kind]] = counts.get(r[d.kind], 0) + 1
        best = None
        for k, v in counts.items():
            if best is None or v > counts[best]:
                best = k
        return best
    return dict(name=named(s, c, f"most_common_{d.kind}" + ("_of_{}" if c else "")), np=[f"the most common {d.kind} of {w}", f"the {d.kind} that is most frequent among {w}", f"the {d.kind} that occurs most often among {w}"],
                do=[f"find the most common {d.kind} of {w}"], tail=s.rng.choice([", or None if there are none", "; None if there are none"]), imports="from collections import Counter",
                py=f"counts = Counter({comp(s, c, g)})\nreturn max(counts, key=counts.get, default=None)", ret="str | None", ref=ref)


OPS = ([op_total] * 3 + [op_mean] * 3 + [op_extreme] * 4 + [op_extreme_value] * 2 + [op_filter] * 5 + [op_names] * 6 + [op_count] * 4 + [op_any] * 4 +
       [op_first] * 4 + [op_find_by_id] * 3 + [op_sort] * 6 + [op_top] * 4 + [op_group] * 6 + [op_partition] * 2 + [op_lists] * 4 + [op_dates] * 3 +
       [op_format] * 3 + [op_join] * 2 + [op_share] * 3 + [op_predicate] * 3 + [op_change] * 2 + [op_pair] * 3 + [op_common] * 2)


def break_long(text, python):
    """Long lines, broken as a formatter would."""
    lines = []
    for line in text.split("\n"):
        limit = 96 if python else 92
        folded = re.fullmatch(r"return (.*)\.reduce\((\(best.*), null\);", line)
        if len(line) > limit and not python and folded and "filter" not in line:
            lines += [f"return {folded[1]}.reduce(", f"  {folded[2]},", "  null,", ");"]
            continue
        folded = re.fullmatch(r"return (.*)\.map\((.*) => \((.* \? .* : .*)\)\);", line)
        if len(line) > limit and not python and folded:
            lines += [f"return {folded[1]}.map(({folded[2].strip('()')}) =>", f"  {folded[3]},", ");"]
            continue
        if len(line) > limit and not python and ")." in line:
            # A chain of calls, one to a line.
            start = line.index(".") if not line.startswith("return [...") else line.index("].") + 1
            parts, depth, piece = [], 0, ""
            for at, char in enumerate(line):
                depth += (char in "([{`") - (char in ")]}")
                depth -= char == "`"
                if char == "." and depth == 0 and at >= 8 and line[at - 1] in ")]" or char == "." and depth == 0 and not parts and "(" in line[at:at + 12] and at > 8:
                    parts.append(piece)
                    piece = ""
                piece += char
            parts.append(piece)
            if len(parts) > 1:
                lines += [parts[0]] + ["  " + part for part in parts[1:]]
                continue
        if len(line) > limit and python:
            head = len(line) - len(line.lstrip())
            pad = " " * head
            opened = min((i for i in (line.find("("), line.find("["), line.find("{")) if i > 0), default=0)
            if not opened:
                lines.append(line)
                continue
            opening = opened
            inner = line[opening + 1:-1]
            if line[-1] != {"(": ")", "[": "]", "{": "}"}[line[opening]] or line.startswith("if "):
                lines.append(line)
                continue
            if inner.startswith("{"):
                lines += [pad + line[head:opening + 1], pad + "    " + inner, pad + line[-1]]
                continue
            if " for " in inner and not inner.startswith("(") and "lambda" not in inner:
                parts = re.split(r" (?=for |if )", inner)
                lines += [pad + line[head:opening + 1]] + [pad + "    " + part for part in parts] + [pad + line[-1]]
                continue
            if inner.startswith("(") or "lambda" in inner:
                parts = re.split(r", (?=key=|default=|reverse=)", inner)
                lines += [pad + line[head:opening + 1]] + [pad + "    " + part + "," for part in parts] + [pad + line[-1]]
                continue
        lines.append(line)
    return "\n".join(lines)


def class_text(s, fields, style):
    d = s.domain
    if s.python:
        names = "\n".join(f"    {f}: {s.type_of(f)}" for f in fields)
        if style == "tuple":
            return f"from typing import NamedTuple\n\n\nclass {d.type}(NamedTuple):\n{names}"
        if style == "plain":
            args = ", ".join(fields)
            sets = "\n".join(f"        self.{f} = {f}" for f in fields)
            return f"class {d.type}:\n    def __init__(self, {args}):\n{sets}"
        return f"from dataclasses import dataclass\n\n\n@dataclass\nclass {d.type}:\n{names}"
    args = ", ".join(camel(f) for f in fields)
    return f"class {d.type} {{\n  constructor({args}) {{\n" + "\n".join(f"    this.{camel(f)} = {camel(f)};" for f in fields) + "\n  }\n}"


def sample_text(s, fields):
    rows = [s.draw(s.rng, fields, i) for i in s.rng.sample(range(8), k=2)]

    def shown(value):
        if isinstance(value, bool):
            return str(value) if s.python else str(value).lower()
        if isinstance(value, list):
            return "[" + ", ".join(f'"{v}"' for v in value) + "]"
        return f'"{value}"' if isinstance(value, str) else str(value)
    if s.python:
        lines = ["    {" + ", ".join(f'"{k}": {shown(v)}' for k, v in row.items()) + "}," for row in rows]
        return f"{s.many.upper()} = [\n" + "\n".join(lines) + "\n]"
    lines = ["  { " + ", ".join(f"{camel(k)}: {shown(v)}" for k, v in row.items()) + " }," for row in rows]
    return f"const {s.many.upper()} = [\n" + "\n".join(lines) + "\n];"


HOLDERS = ["Register", "Catalogue", "Archive", "Directory", "Collection", "Log", "Overview", "Store"]


def spec(rng, language):
    s = Site(rng, language)
    d = s.domain
    method = rng.random() < 0.08
    if method:
        s.method = True
        s.list = ("self." if s.python else "this.") + s.many
    op = rng.choice(OPS)
    result = op(s)
    if result is None or result.get("py" if s.python else "js") is None:
        return None
    params = [(p, t) for p, t, _ in s.extras]
    if len({p for p, _ in params}) < len(params) or any(p == s.one or p == s.many for p, _ in params):
        return None
    single, in_place = result.get("single"), result.get("in_place")
    if method and (single or in_place):
        return None
    fields = s.fields()
    # What stands in the file.
    style = rng.random()
    if method and (s.keys or not s.python):
        style = 0.6 if s.keys else 0.65  # sample data beside a class would only confuse
    note = ""
    item = "dict" if s.keys else d.type
    if s.keys:
        context = sample_text(s, fields) if style < 0.5 else ""
        if style >= 0.5:
            listed = ", ".join(f'"{f}"' for f in fields[:-1]) + f' and "{fields[-1]}"'
            note = rng.choice([f"Each {s.one} is a dictionary with the keys {listed}.", f"The {s.many} are dictionaries with the keys {listed}.", f"{s.many.capitalize()} are dicts with the keys {listed}."])
        record_type = None
    elif s.python:
        if style < 0.82:
            context = class_text(s, fields, "class" if style < 0.58 else "tuple" if style < 0.74 and not in_place else "plain")
        else:
            context = ""
            listed = ", ".join(fields[:-1]) + f" and {fields[-1]}"
            note = f"Each {s.one} has the attributes {listed}."
    else:
        listed = ", ".join(camel(f) for f in fields[:-1]) + f" and {camel(fields[-1])}"
        context = ""
        if style < 0.3:
            context = class_text(s, fields, "class")
        elif style < 0.55:
            context = sample_text(s, fields)
        elif style < 0.7:
            context = f"// {article(s.one).capitalize()} {s.one}: {{ {', '.join(camel(f) for f in fields)} }}"
        else:
            note = rng.choice([f"Each {s.one} is an object with {listed}.", f"{article(s.one).capitalize()} {s.one} has the properties {listed}."])
    gap = "\n\n\n" if s.python else "\n\n"
    if s.constant:
        name, value = s.constant
        line = f"{name} = {value}" if s.python else f"const {name} = {value};"
        if context.startswith(("from", "import")):
            first, rest = context.split("\n", 1)
            context = f"{first}\n\n{line}\n{rest}"
        elif context.startswith("class") or not context:
            context = line + (gap if context else "") + context
        else:
            context = line + ("\n\n" if s.keys else gap) + context
    if s.helper:
        name, inner = s.helper
        text = f"def {name}({s.one}):\n    return {inner.py}" if s.python else f"function {name}({s.one}) {{\n  return {inner.js};\n}}"
        context = context + (gap if context else "") + text
    result["params"] = ([] if method else [(s.one if single else s.many, item if single else f"list[{item}]")]) + params
    if method:
        holder = d.type + rng.choice(HOLDERS)
        text = (f"class {holder}:\n    def __init__(self):\n        self.{s.many} = []" if s.python
                else f"class {holder} {{\n  constructor() {{\n    this.{s.many} = [];\n  }}\n}}")
        context = context + (gap if context else "") + text
        result.update(method=True, owner=holder, holds=s.many)
    # Tests: no records, one, and some more.
    tests, sizes = [], [0, 1, 5, 10] if not result.get("nonempty") else [1, 3, 6, 10]
    for size in sizes:
        draw = rng.__class__(rng.random())
        e = {p: g(draw) for p, _, g in s.extras}
        chosen = [s.draw(draw, fields, i, e) for i in draw.sample(range(len(NAMES)), k=size)]
        if single:
            if not chosen:
                continue
            chosen = chosen[0]
        tests.append(([chosen, *e.values()], result["ref"](chosen, e)))
    if in_place:
        many, name = s.many, result["name"]

        def check(space, rows, *rest):
            space[name](rows, *rest)
            return rows
        result.update(check=check, changes=True)
    for key in ("py", "js"):
        if result.get(key):
            result[key] = break_long(result[key], key == "py")
    result.update(tests=tests, input=context, js_input=context, note=note, group="records", body_only=not method and rng.random() < 0.13,
                  typed=rng.random() < (0.35 if not s.keys or rng.random() < 0.5 else 0) and (s.keys or re.search(rf"class {d.type}\b", context) is not None),
                  record={"type": d.type, "fields": fields, "keys": s.keys}, idents=fields)
    if s.helper:
        result["idents"] = [*fields, s.ident]
    result["name"] = result["name"].replace("__", "_").strip("_")
    return result
