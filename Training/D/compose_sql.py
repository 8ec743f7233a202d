"""Composes exemplars of SQL from the schemas of sql_domains.py.

Every statement is composed twice: as text, and as a function that works the result out in Python from
the same rows. The check runs the text in SQLite on random rows and compares. A condition whose
rows are always all or none would prove nothing, so the data are drawn until it separates them.
"""
import random
import re
import sqlite3

from sql_domains import ACTIVE, CATEGORY_WORDS, MEASURE_WORDS, NAMES, UNCOUNTED, WORDS, domains

MONTHS = ("January February March April May June July August September October November "
          "December").split()
MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]


def article(word):
    return ("an " if word[0] in "aeiou" else "a ") + word


def singular(word):
    """The singular of the columns that count things."""
    irregular = {"copies": "copy", "replies": "reply", "berths": "berth"}
    return irregular.get(word, word[:-1] if word.endswith("s") else word)


def listing(words, last="and"):
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + f" {last} {words[-1]}"


def quoted(value):
    return str(value) if isinstance(value, (int, float)) else f"'{value}'"


def round_number(r, column):
    """A bound inside the column's range, as a person would choose it."""
    low, high = column.low, column.high
    span = high - low
    value = r.uniform(low + span * 0.15, low + span * 0.8)
    step = 100 if span > 1500 else 50 if span > 400 else 10 if span > 120 else 5 if span > 50 else 1
    return max(low + 1, round(value / step) * step)


class Condition:
    """`verbs` follow a plural ("cost more than 5"), `states` follow "whose" or "where"."""

    def __init__(self, sql, test, verbs, states=(), withs=(), column=None):
        self.sql, self.test, self.column = sql, test, column
        self.verbs, self.states, self.withs = list(verbs), list(states), list(withs)


def number_condition(r, c):
    value = round_number(r, c)
    word = MEASURE_WORDS.get(c.name)
    operator, py = r.choice([(">", lambda a, b: a > b), ("<", lambda a, b: a < b),
                             (">=", lambda a, b: a >= b), ("<=", lambda a, b: a <= b)])
    state = {">": ["is above {}", "is greater than {}", "is more than {}", "is over {}"],
             "<": ["is below {}", "is less than {}", "is under {}"],
             ">=": ["is at least {}", "is {} or more"], "<=": ["is at most {}", "is {} or less"]}
    count = {">": ["more than {}", "over {}"], "<": ["fewer than {}"],
             ">=": ["at least {}", "{} or more"], "<=": ["at most {}", "no more than {}"]}
    many = r.choice(count[operator]).format(value)
    states = [f"{c.measured} {s.format(value)}" for s in state[operator]]
    if c.kind == "count":
        things = f"{many} {c.word}"
        verbs, withs = [f"{c.has} {things}"], ["with " + things]
        if word and operator in "<>":
            verbs, withs = [word[0 if operator == ">" else 1].format(value)], []
    else:
        verbs = [f"have {article(c.word)} {s}" for s in
                 ([many.replace("more", "of more").replace("fewer", "of less")
                   .replace("at ", "of at ").replace("no of", "of no")]
                  if operator in "<>" and "than" in many else [f"of {many}"])]
        bound = {">": "above", "<": "below", ">=": "of at least", "<=": "of at most"}[operator]
        verbs, withs = [f"have {article(c.word)} {bound} {value}"], \
            [f"with {article(c.word)} {bound} {value}"]
        if word and operator in "<>":
            verbs = [word[0 if operator == ">" else 1].format(value)] * 3 + verbs
        elif c.name in ("price",):
            verbs.append(f"cost {many}")
        elif c.name in ("salary", "wage"):
            verbs.append(f"earn {many}")
    return Condition(f"{c.name} {operator} {value}",
                     lambda row: row[c.name] is not None and py(row[c.name], value),
                     verbs, states, withs, c)


def between_condition(r, c):
    a = round_number(r, c)
    b = round_number(r, c)
    if a == b:
        b += max(1, (c.high - c.low) // 5)
    a, b = sorted((a, b))
    if c.kind == "count":
        verbs, withs = [f"{c.has} between {a} and {b} {c.word}", f"{c.has} {a} to {b} {c.word}"], \
            [f"with {a} to {b} {c.word}", f"with between {a} and {b} {c.word}"]
    else:
        verbs = [f"have {article(c.word)} between {a} and {b}",
                 f"have {article(c.word)} from {a} to {b}"]
        withs = [f"with {article(c.word)} between {a} and {b}",
                 f"with {article(c.word)} from {a} to {b}"]
        special = {"price": "cost", "weight": "weigh", "salary": "earn", "wage": "earn"}.get(c.name)
        if special:
            verbs += [f"{special} between {a} and {b}"] * 2
    return Condition(f"{c.name} BETWEEN {a} AND {b}", lambda row: a <= row[c.name] <= b, verbs,
                     [f"{c.measured} is between {a} and {b}", f"{c.measured} is from {a} to {b}"],
                     withs, c)


def category_condition(r, c):
    value = r.choice(c.values)
    others = [v for v in c.values if v != value]
    verb = CATEGORY_WORDS.get(c.name, f"have the {c.word} {{}}")
    form = r.choice(["is", "is", "is", "not", "in"])
    if form == "is":
        return Condition(f"{c.name} = '{value}'", lambda row: row[c.name] == value,
                         [verb.format(value)] * 2 + [f"have the {c.word} {value}"],
                         [f"{c.word} is {value}", f"{c.word} is '{value}'"],
                         [f"with the {c.word} {value}", f"with {c.word} '{value}'"], c)
    if form == "not":
        verbs = [verb.replace("are ", "are not ", 1).format(value)] if verb.startswith("are ") else \
            [re.sub(r"^(have|use|work)", r"do not \1", verb).format(value)]
        return Condition(f"{c.name} <> '{value}'", lambda row: row[c.name] != value, verbs,
                         [f"{c.word} is not {value}", f"{c.word} is not '{value}'",
                          f"{c.word} is other than {value}"], [], c)
    two = sorted([value, r.choice(others)])
    if len(c.values) > 3 and r.random() < 0.5:
        two = sorted(r.sample(c.values, 3))
    text = listing(two, "or")
    plain = [verb.format(text)] if verb.endswith("{}") and "the" not in verb else []
    return Condition(f"{c.name} IN ({', '.join(quoted(v) for v in two)})",
                     lambda row: row[c.name] in two, plain + [f"have the {c.word} {text}"],
                     [f"{c.word} is {text}", f"{c.word} is one of {', '.join(two)}"][: len(two) - 1],
                     [f"with the {c.word} {text}"], c)


def text_condition(r, c):
    form = r.choice(["starts", "ends", "contains"])
    pool = NAMES if c.name == "name" and c.owner.person else WORDS
    word = r.choice(pool)
    if form == "starts":
        part = word[: r.choice([1, 2, 3])].capitalize()
        like, test = part + "%", lambda v: v.lower().startswith(part.lower())
        says = ["starts with", "begins with"]
    elif form == "ends":
        part = word[-r.choice([1, 2, 3]):]
        like, test = "%" + part, lambda v: v.lower().endswith(part.lower())
        says = ["ends in", "ends with"]
    else:
        part = word[1:4] if r.random() < 0.5 else word.lower()
        like, test = "%" + part + "%", lambda v: part.lower() in v.lower()
        says = ["contains"]
    mark = r.choice(["'{}'", '"{}"', "{}"]) if form != "contains" else r.choice(["'{}'", '"{}"'])
    shown = mark.format(part)
    return Condition(f"{c.name} LIKE '{like}'", lambda row: test(row[c.name]),
                     [f"have {article(c.word)} that {s} {shown}" for s in says],
                     [f"{c.word} {s} {shown}" for s in says],
                     [f"with {article(c.word)} that {s} {shown}" for s in says], c)


def null_condition(r, c):
    missing = r.random() < 0.65
    if c.kind == "date":
        done = c.word
        verbs = [f"have not been {done}", f"were not {done}", f"have not been {done} yet"] \
            if missing else [f"have been {done}", f"have already been {done}"]
        states, withs = [], []
    else:
        one = c.word if c.name in UNCOUNTED else article(c.word)
        verbs = [f"have no {c.word}", f"do not have {one}"] if missing else [f"have {one}"]
        withs = [f"without {one}", f"with no {c.word}"] if missing else [f"with {one}"]
        states = [f"{c.word} is missing", f"{c.word} is NULL", f"{c.word} is not known"] \
            if missing else [f"{c.word} is not NULL", f"{c.word} is known"]
    return Condition(f"{c.name} IS {'' if missing else 'NOT '}NULL",
                     lambda row: (row[c.name] is None) == missing, verbs, states, withs, c)


def date_condition(r, c):
    verb = ACTIVE.get(c.name, f"were {c.word}")
    year, month = r.randint(2019, 2025), r.randint(1, 12)
    day = f"{year}-{month:02}-{r.randint(1, 28):02}"
    form = r.choice(["after", "before", "since", "until", "year", "month", "span"])
    known = lambda test: lambda row: row[c.name] is not None and test(row[c.name])
    if form == "after":
        return Condition(f"{c.name} > '{day}'", known(lambda v: v > day),
                         [f"{verb} after {day}", f"{verb} later than {day}"], column=c)
    if form == "before":
        return Condition(f"{c.name} < '{day}'", known(lambda v: v < day),
                         [f"{verb} before {day}", f"{verb} earlier than {day}"], column=c)
    if form == "since":
        return Condition(f"{c.name} >= '{day}'", known(lambda v: v >= day),
                         [f"{verb} on {day} or later", f"{verb} on or after {day}"], column=c)
    if form == "until":
        return Condition(f"{c.name} <= '{day}'", known(lambda v: v <= day),
                         [f"{verb} on {day} or earlier", f"{verb} on or before {day}"], column=c)
    if form == "year":
        first, last, says = f"{year}-01-01", f"{year}-12-31", f"in {year}"
    elif form == "month":
        days = MONTH_DAYS[month - 1] + (month == 2 and year % 4 == 0)
        first, last = f"{year}-{month:02}-01", f"{year}-{month:02}-{days}"
        says = f"in {MONTHS[month - 1]} {year}"
    else:
        first, last = sorted([day, f"{r.randint(2019, 2025)}-{r.randint(1, 12):02}-15"])
        says = f"between {first} and {last}"
    return Condition(f"{c.name} BETWEEN '{first}' AND '{last}'",
                     known(lambda v: first <= v <= last), [f"{verb} {says}"], column=c)


def flag_condition(r, c):
    yes = r.random() < 0.6
    return Condition(f"{c.name} = {int(yes)}", lambda row: row[c.name] == int(yes),
                     [f"are {c.word}" if yes else f"are not {c.word}"], column=c)


MAKERS = {"number": number_condition, "between": between_condition, "category": category_condition,
          "label": text_condition, "null": null_condition, "date": date_condition,
          "flag": flag_condition}


def condition(r, table, avoid=(), kinds=None):
    choices = []
    for c in table.columns:
        c.owner = table
        if c.name in avoid or c.kind == "key":
            continue
        if c.number:
            choices += [("number", c), ("number", c), ("between", c)]
        elif c.kind in ("category", "date", "label", "flag"):
            choices.append((c.kind, c))
        if c.may_be_null:
            choices += [("null", c), ("null", c)]
    if kinds:
        choices = [x for x in choices if x[0] in kinds]
    if not choices:
        return None
    # Each kind is as likely as the others, however many columns it has.
    kind = r.choice(sorted({k for k, _ in choices}))
    return MAKERS[kind](r, r.choice([c for k, c in choices if k == kind]))


class Where:
    """Zero to two conditions on one table, with the ways to say them after the plural."""

    def __init__(self, r, table, size=1, kinds=None):
        self.r, self.table, self.join = r, table, r.choice(["and", "and", "and", "or"])
        self.parts = []
        for _ in range(size):
            part = condition(r, table, [p.column.name for p in self.parts], kinds)
            if part:
                self.parts.append(part)
        if size == 2 and len(self.parts) < 2:
            self.parts = []

    def test(self, row):
        if not self.parts:
            return True
        results = [p.test(row) for p in self.parts]
        return all(results) if self.join == "and" else any(results)

    def sql(self, prefix=""):
        return f" {self.join.upper()} ".join(prefix + p.sql for p in self.parts)

    def clause(self):
        return f"\nWHERE {self.sql()}" if self.parts else ""

    def verbs(self):
        return f" {self.join} ".join(self.r.choice(p.verbs) for p in self.parts)

    def after(self):
        """What follows the plural: "that cost more than 5", "with …", "whose …"."""
        if not self.parts:
            return ""
        ways = [f"{self.table.who} {self.verbs()}"]
        if all(p.states for p in self.parts):
            ways.append(f"whose {self.state()}")
            # "that have a name that begins with …" is clumsy.
            if any("LIKE" in p.sql for p in self.parts):
                ways = ways[1:] * 3
        if len(self.parts) == 1 and self.parts[0].withs:
            ways.append(self.r.choice(self.parts[0].withs))
        return " " + self.r.choice(ways)

    def state(self):
        glue = f" {self.join} whose "
        return glue.join(self.r.choice(p.states) for p in self.parts)


# Random rows

def value(r, c, number, used):
    if c.may_be_null and r.random() < 0.3:
        return None
    if c.kind == "category":
        return r.choice(c.values)
    if c.kind == "flag":
        return r.randint(0, 1)
    if c.kind in ("measure", "count", "decimal"):
        for _ in range(40):  # distinct where there is room, so that orders are not ambiguous
            v = r.randint(c.low, c.high) if c.kind != "decimal" else round(r.uniform(c.low, c.high), 2)
            if (c.name, v) not in used:
                break
        used.add((c.name, v))
        return v
    if c.kind == "date":
        while True:
            v = f"{r.randint(2018, 2026)}-{r.randint(1, 12):02}-{r.randint(1, 28):02}"
            if (c.name, v) not in used:
                used.add((c.name, v))
                return v
    if c.kind == "label":
        return f"{r.choice(WORDS + NAMES).capitalize()} {number} {r.choice(WORDS)}"
    return r.choice(WORDS)


def make_rows(r, domain, count=14):
    data = {}
    for t in domain.tables:
        used, rows = set(), []
        for number in range(1, (6 if t is domain.parent else count) + 1):
            row = {"id": number}
            for c in t.columns:
                row[c.name] = r.randint(1, 5) if c.kind == "key" else value(r, c, number, used)
            rows.append(row)
        data[t.name] = rows
    return data


def load(domain, data):
    connection = sqlite3.connect(":memory:")
    connection.executescript(domain.schema("short"))
    for name, rows in data.items():
        for row in rows:
            connection.execute(f"INSERT INTO {name} VALUES ({', '.join('?' * len(row))})",
                               list(row.values()))
    return connection


class Composed:
    """An exemplar with its check: `expect(data)` gives rows, or `after` the table's rows."""

    def __init__(self, instruction, output, expect=None, ordered=False, after=None, probe=None,
                 separates=None):
        self.instruction, self.output, self.expect, self.ordered = instruction, output, expect, ordered
        self.after, self.probe, self.separates = after, probe, separates


def same(a, b):
    if len(a) != len(b):
        return False
    return all(len(x) == len(y) and all(
        abs(p - q) < 1e-6 if isinstance(p, (int, float)) and isinstance(q, (int, float)) else p == q
        for p, q in zip(x, y)) for x, y in zip(a, b))


def fault(domain, c):
    """What is wrong with a composed exemplar, or None."""
    telling = 0
    for seed in range(60):
        data = make_rows(random.Random(seed), domain)
        if c.separates:  # (table, condition): some rows, not all
            hits = sum(bool(c.separates[1](row)) for row in data[c.separates[0]])
            if not 0 < hits < len(data[c.separates[0]]):
                continue
        connection = load(domain, data)
        try:
            for statement in c.output.split(";\n\n"):
                got = connection.execute(statement).fetchall()
            if c.expect:
                wanted = [tuple(x) for x in c.expect(data)]
                if not c.ordered:
                    key = lambda row: [str(v) for v in row]
                    got, wanted = sorted(got, key=key), sorted(wanted, key=key)
                if not same(got, wanted):
                    return f"gave {got}, not {wanted}"
                if not wanted:
                    continue
            if c.after:
                table, rows = c.after[0], c.after[1](data)
                got = connection.execute(f"SELECT * FROM {table} ORDER BY id").fetchall()
                if not same(got, [tuple(row.values()) for row in rows]):
                    return f"left {got}"
            if c.probe and not c.probe(connection):
                return "is not as it should be afterwards"
        except sqlite3.Error as error:
            return str(error)
        finally:
            connection.close()
        telling += 1
        if telling == 3:
            return None
    return "dull"  # no data tell right from wrong


# Wordings

def sentence(r, text, question=False):
    """As people write: mostly a sentence, often without a final stop or a capital."""
    text = text[0].upper() + text[1:]
    if question:
        return text + "?"
    form = r.random()
    return text + "." if form < 0.5 else text if form < 0.65 else text[0].lower() + text[1:]


def columns_of(r, table, size):
    """The label and others, in the order of the instruction."""
    others = [c for c in table.columns if c.kind not in ("key", "label") and not c.name == "text"]
    chosen = [table.label] + r.sample(others, min(size - 1, len(others)))
    return chosen


def words_for(chosen):
    """Words for columns. Names such as "born" are no nouns; they are called columns then."""
    if any(c.kind in ("date", "flag") for c in chosen):
        return f"{'columns' if len(chosen) > 1 else 'column'} {listing([c.name for c in chosen])}"
    return listing([c.measured for c in chosen])


PLURALS = {"city": "cities", "country": "countries", "status": "statuses", "canton": "cantons",
           "difficulty": "difficulties", "severity": "severities", "priority": "priorities",
           "opening": "openings", "water": "kinds of water", "flour": "kinds of flour",
           "milk": "kinds of milk", "soil": "kinds of soil", "content": "contents"}


def plural_of(word):
    return PLURALS.get(word, word + "s")


def ask(r, table, what, after):
    """An instruction that asks for columns of the rows that a clause describes."""
    many = table.many
    if what == table.label.word and r.random() < 0.6:
        what = plural_of(what)
    forms = [f"list the {what} of the {many}{after}", f"show the {what} of all {many}{after}",
             f"{what} of the {many}{after}", f"{what} of all {many}{after}",
             f"get the {what} of {many}{after}", f"select the {what} of the {many}{after}",
             f"find the {many}{after} and show their {what}", f"the {what} of all {many}{after}",
             f"{many}{after}: {what}", f"print the {what} of the {many}{after}",
             f"return the {what} of all {many}{after}"]
    if " and " in after:
        forms = [f for f in forms if not f.startswith("find")]
    if r.random() < 0.3 and "column" not in what:
        forms = [f.replace(f"the {what}", "the " + what.replace(", ", ", the ").replace(
            " and ", " and the ")) for f in forms]
    return sentence(r, r.choice(forms))


def pick(rows, names):
    return [[row[n] for n in names] for row in rows]


# The operations. Each takes a random source and a domain; it returns a Composed, or None if the
# domain does not offer what it needs.

def any_table(r, domain):
    return domain.child if domain.child and r.random() < 0.75 else r.choice(domain.tables)


def select_where(r, domain, size=1):
    t = any_table(r, domain)
    w = Where(r, t, size)
    if not w.parts:
        return None
    form = r.random()
    if form < 0.2:
        chosen = [t.label]
        text = r.choice([f"which {t.many} {w.verbs()}", f"which {t.many} {w.verbs()}"])
        text = sentence(r, text, True) + r.choice([f" Show the {t.label.word}.",
                                                   f" Give the {t.label.word} only."])
    elif form < 0.35:
        names = "*"
        text = sentence(r, r.choice([
            f"all columns of the {t.many}{w.after()}", f"show everything about the {t.many}{w.after()}",
            f"select all columns of {t.many}{w.after()}", f"list the {t.many}{w.after()} with all columns",
            f"every column of the {t.many}{w.after()}"]))
        return Composed(text, f"SELECT *\nFROM {t.name}{w.clause()};",
                        lambda d: [row.values() for row in d[t.name] if w.test(row)],
                        separates=(t.name, w.test))
    else:
        chosen = columns_of(r, t, r.choice([1, 2, 2, 3]))
        text = ask(r, t, words_for(chosen), w.after())
    names = [c.name for c in chosen]
    return Composed(text, f"SELECT {', '.join(names)}\nFROM {t.name}{w.clause()};",
                    lambda d: pick([row for row in d[t.name] if w.test(row)], names),
                    separates=(t.name, w.test))


def select_two(r, domain):
    return select_where(r, domain, 2)


def orders(r, c, descending):
    """Ways to ask for an order by a column."""
    if c.number:
        ways = [f"by {c.measured}, highest first" if descending else f"by {c.measured}, lowest first",
                f"by {c.measured}, {'descending' if descending else 'ascending'}",
                f"{'highest' if descending else 'lowest'} {c.measured} first"]
        if c.name in MEASURE_WORDS:
            ways += [MEASURE_WORDS[c.name][2 if descending else 3]] * 3
        if c.kind == "count":
            ways.append(f"{'most' if descending else 'fewest'} {c.word} first")
        return ways
    if c.kind == "date":
        done = c.word if c.name not in ACTIVE else None
        ways = [f"by {c.word} date, {'latest' if descending else 'earliest'} first"] if done else []
        if done:
            ways.append(f"most recently {done} first" if descending else f"earliest {done} first")
        return ways
    return ["in reverse order of the " + c.word, f"by {c.word}, Z to A", f"by {c.word}, descending"] \
        if descending else [f"by {c.word}", f"ordered by {c.word}", f"sorted by {c.word}",
                            f"in the order of the {c.word}"]


def select_order(r, domain):
    t = any_table(r, domain)
    w = Where(r, t, r.choice([0, 0, 1]))
    keys = [c for c in t.of("measure", "count", "decimal", "date", "label") if not c.may_be_null
            and c.name not in [p.column.name for p in w.parts]]
    if not keys:
        return None
    c, descending = r.choice(keys), r.random() < 0.5
    ways = orders(r, c, descending)
    if not ways:
        return None
    chosen = columns_of(r, t, r.choice([1, 2, 2]))
    if c not in chosen and r.random() < 0.7:
        chosen.append(c)
    limit = r.choice([None, None, 3, 5, 10, 20])
    what, way = words_for(chosen), r.choice(ways)
    if what == t.label.word and r.random() < 0.6:
        what = plural_of(what)
    if limit:
        text = sentence(r, r.choice([
            f"{what} of the first {limit} {t.many}{w.after()}, {way}",
            f"list the {what} of the {t.many}{w.after()}, {way}, at most {limit}",
            f"{what} of the {t.many}{w.after()}, {way}, only {limit} rows",
            f"show the {what} of the {t.many}{w.after()}, {way}; stop after {limit} rows",
            f"the first {limit} {t.many}{w.after()}, {way}: {what}"]))
    else:
        text = ask(r, t, what, f"{w.after()}, {way}") if r.random() < 0.6 else sentence(r, r.choice([
            f"{what} of the {t.many}{w.after()}, {way}", f"all {t.many}{w.after()}, {way}: {what}",
            f"sort the {t.many}{w.after()}, {way}, and show the {what}"]))
        if ": " in text and f", {way}: " not in text or "and show their" in text:
            text = sentence(r, f"{what} of the {t.many}{w.after()}, {way}")
    names = [x.name for x in chosen]
    return Composed(
        text, f"SELECT {', '.join(names)}\nFROM {t.name}{w.clause()}\nORDER BY {c.name}"
        + (" DESC" if descending else "") + (f"\nLIMIT {limit};" if limit else ";"),
        lambda d: pick(sorted([row for row in d[t.name] if w.test(row)], key=lambda x: x[c.name],
                              reverse=descending), names)[:limit],
        ordered=True, separates=(t.name, w.test) if w.parts else None)


def top(r, domain):
    t = any_table(r, domain)
    numbers = [c for c in t.columns if c.number]
    if not numbers:
        return None
    c, high = r.choice(numbers), r.random() < 0.6
    w = Where(r, t, r.choice([0, 0, 1]), ["category", "date", "flag"])
    limit = r.choice([1, 1, 2, 3, 4, 5, 8, 10])
    many = t.many if limit > 1 else t.one
    shown = {2: "two", 3: "three", 4: "four", 5: "five", 8: "eight"}.get(limit, str(limit)) \
        if r.random() < 0.6 else str(limit)
    count = f"{shown} " if limit > 1 else ""
    after = w.after() if limit > 1 else ""
    if limit == 1:
        w.parts = []
    if c.name in MEASURE_WORDS:
        which = f"{count}{MEASURE_WORDS[c.name][4 if high else 5]} {many}{after}"
    elif c.kind == "count":
        which = f"{count}{many}{after}{' and' if after else ''} with the {'most' if high else 'fewest'} {c.word}"
    else:
        which = f"{count}{many} with the {'highest' if high else 'lowest'} {c.word}"
    if c.name not in MEASURE_WORDS and after:
        w.parts = []
        which = re.sub(re.escape(after) + "( and)?", "", which)
    chosen = [t.label] + ([c] if r.random() < 0.5 else [])
    what = words_for(chosen)
    if what == t.label.word and limit > 1 and r.random() < 0.6:
        what = plural_of(what)
    forms = [f"{what} of the {which}", f"show the {what} of the {which}", f"the {which}: {what}",
             f"list the {what} of the {which}", f"find the {which} and show {'its' if limit == 1 and not t.person else 'their'} {what}",
             f"get the {what} of the {which}"]
    if limit == 1:
        forms = [f for f in forms if "their" not in f] if t.person else forms
    text = sentence(r, r.choice(forms))
    if len(chosen) == 1 and r.random() < 0.25:
        text = sentence(r, f"which {t.one} {'is the ' + MEASURE_WORDS[c.name][4 if high else 5] if c.name in MEASURE_WORDS else 'has the ' + ('highest ' if high else 'lowest ') + c.measured}", True) \
            + f" Show the {t.label.word}."
        limit, w.parts = 1, []
    names = [x.name for x in chosen]
    return Composed(
        text, f"SELECT {', '.join(names)}\nFROM {t.name}{w.clause()}\nORDER BY {c.name}"
        + (" DESC" if high else "") + f"\nLIMIT {limit};",
        lambda d: pick(sorted([row for row in d[t.name] if w.test(row)], key=lambda x: x[c.name],
                              reverse=high), names)[:limit],
        ordered=True, separates=(t.name, w.test) if w.parts else None)


def count_rows(r, domain):
    t = any_table(r, domain)
    w = Where(r, t, r.choice([0, 1, 1, 1, 1, 2]))
    after = w.after()
    forms = [f"count the {t.many}{after}", f"number of {t.many}{after}",
             f"how many {t.many} are there{after}?" if not w.parts else
             f"how many {t.many} {w.verbs()}?", f"the number of {t.many}{after}",
             f"how many rows of {t.name} are there?" if not w.parts else
             f"get the number of {t.many}{after}", f"show how many {t.many} {w.verbs()}" if w.parts else
             f"count all {t.many}"]
    text = r.choice(forms)
    text = sentence(r, text[:-1], True) if text.endswith("?") else sentence(r, text)
    return Composed(text, f"SELECT COUNT(*)\nFROM {t.name}{w.clause()};",
                    lambda d: [[sum(w.test(row) for row in d[t.name])]],
                    separates=(t.name, w.test) if w.parts else None)


FUNCTIONS = {
    "SUM": (sum, "total {}", "sum of the {}", "total_{}"),
    "AVG": (lambda v: sum(v) / len(v), "average {}", "mean {}", "average_{}"),
    "MAX": (max, "highest {}", "maximum {}", "highest_{}"),
    "MIN": (min, "lowest {}", "minimum {}", "lowest_{}"),
}
# Columns whose sum means something.
ADDABLE = {"price", "weight", "minutes", "seconds", "salary", "value", "amount", "fare", "distance",
           "stock", "rent", "area", "length", "capacity", "volume", "yield", "mileage", "wage"}


def function_words(r, name, c):
    """The words for SUM(price) and the like."""
    if name == "SUM" and c.kind == "count":
        return f"total number of {c.word}"
    form = r.choice(FUNCTIONS[name][1:3])
    if name == "SUM" and form.startswith("sum"):
        plural = {"price": "prices", "weight": "weights", "salary": "salaries", "value": "values",
                  "amount": "amounts", "fare": "fares", "distance": "distances", "rent": "rents",
                  "area": "areas", "length": "lengths", "wage": "wages", "volume": "volumes",
                  "yield": "yields", "minutes": "minutes", "seconds": "seconds"}.get(c.name, c.word)
        return f"sum of the {plural}"
    return form.format(c.measured)


def functions_for(c):
    return ["AVG", "MAX", "MIN"] + (["SUM", "SUM"] if c.kind == "count" or c.name in ADDABLE else [])


def aggregate(r, domain):
    t = any_table(r, domain)
    numbers = [c for c in t.columns if c.number]
    if not numbers:
        return None
    c = r.choice(numbers)
    w = Where(r, t, r.choice([0, 1, 1]))
    if any(p.column is c for p in w.parts):
        return None
    after = w.after()
    if r.random() < 0.15:
        text = sentence(r, r.choice([
            f"highest and lowest {c.measured} of the {t.many}{after}",
            f"show the highest and the lowest {c.measured} of all {t.many}{after}"]))
        return Composed(text, f"SELECT MAX({c.name}), MIN({c.name})\nFROM {t.name}{w.clause()};",
                        lambda d: [[f([row[c.name] for row in d[t.name] if w.test(row)])
                                    for f in (max, min)]],
                        separates=(t.name, w.test) if w.parts else None)
    name = r.choice(functions_for(c))
    words = function_words(r, name, c)
    forms = [f"{words} of the {t.many}{after}", f"{words} of all {t.many}{after}",
             f"what is the {words} of the {t.many}{after}?", f"calculate the {words} of the {t.many}{after}",
             f"show the {words} of all {t.many}{after}", f"the {words} of the {t.many}{after}",
             f"compute the {words} of all {t.many}{after}"]
    text = r.choice(forms)
    text = sentence(r, text[:-1], True) if text.endswith("?") else sentence(r, text)
    return Composed(text, f"SELECT {name}({c.name})\nFROM {t.name}{w.clause()};",
                    lambda d: [[FUNCTIONS[name][0]([row[c.name] for row in d[t.name]
                                                    if w.test(row)])]],
                    separates=(t.name, w.test) if w.parts else None)


def groups(rows, key):
    found = {}
    for row in rows:
        found.setdefault(row[key], []).append(row)
    return found


def group_by(r, domain):
    t = any_table(r, domain)
    keys = t.of("category")
    if not keys:
        return None
    key = r.choice(keys)
    numbers = [c for c in t.columns if c.number]
    w = Where(r, t, r.choice([0, 0, 0, 1]))
    if any(p.column is key for p in w.parts):
        return None
    after = w.after()
    per = r.choice([f"per {key.word}", f"for each {key.word}", f"by {key.word}",
                    f"for every {key.word}"])
    if numbers and r.random() < 0.5:
        c = r.choice(numbers)
        name = r.choice(functions_for(c))
        words, alias = function_words(r, name, c), FUNCTIONS[name][3].format(c.name)
        call, work = f"{name}({c.name})", lambda rows: FUNCTIONS[name][0]([x[c.name] for x in rows])
        thing = f"{words} of the {t.many}{after}"
    else:
        call, alias, work = "COUNT(*)", t.one.replace(" ", "_") + "_count", len
        if t.name == "fish_kinds":
            alias = "kind_count"
        thing = f"number of {t.many}{after}"
    order = r.choice([None, None, "high", "low", "key"])
    tail = {None: "", "high": r.choice([", highest first", ", largest first", ", in descending order"]),
            "low": r.choice([", lowest first", ", smallest first"]),
            "key": f", ordered by {key.word}"}[order]
    forms = [f"{thing} {per}{tail}", f"show the {thing} {per}{tail}", f"{per}, the {thing}{tail}",
             f"list the {thing} {per}{tail}", f"the {key.word} and the {thing} {per}{tail}"
             if not per.startswith("for") else f"{per} show the {thing}{tail}"]
    if call == "COUNT(*)" and not after:
        forms += [f"count the {t.many} {per}{tail}", f"how many {t.many} are there {per}{tail}?"]
    text = r.choice([f for f in forms if not (after and per.startswith("by") and f.startswith("by"))])
    if text.startswith("by "):
        text = f"{thing} {per}{tail}"
    if after and r.random() < 0.7:
        text = f"{per}, the {thing}{tail}" if per[0] != "b" else f"per {key.word}, the {thing}{tail}"
    text = sentence(r, text[:-1], True) if text.endswith("?") else sentence(r, text)

    def expect(d):
        rows = [[k, work(v)] for k, v in
                groups([x for x in d[t.name] if w.test(x)], key.name).items()]
        return sorted(rows, key=lambda x: x[0 if order == "key" else 1], reverse=order == "high")
    sort = {None: "", "high": f"\nORDER BY {alias} DESC", "low": f"\nORDER BY {alias}",
            "key": f"\nORDER BY {key.name}"}[order]
    result = Composed(text, f"SELECT {key.name}, {call} AS {alias}\nFROM {t.name}{w.clause()}"
                      f"\nGROUP BY {key.name}{sort};", expect,
                      separates=(t.name, w.test) if w.parts else None)
    # Groups may tie, so an order is checked on the ordered column alone.
    if order:
        column = 0 if order == "key" else 1
        result.probe = lambda connection: is_sorted(
            [x[column] for x in connection.execute(result.output)], order == "high")
    return result


def is_sorted(values, descending):
    return values == sorted(values, reverse=descending)


def having(r, domain):
    t = any_table(r, domain)
    keys = t.of("category")
    if not keys:
        return None
    key = r.choice(keys)
    if PLURALS.get(key.name, "").startswith("kinds"):
        return None
    plural = plural_of(key.word)
    numbers = [c for c in t.columns if c.number]
    n = r.choice([2, 3, 4, 5])
    if numbers and r.random() < 0.45:
        c = r.choice(numbers)
        value_ = round_number(r, c)
        test = lambda rows: sum(x[c.name] for x in rows) / len(rows) > value_
        says = [f"{plural} in which the average {c.measured} of the {t.many} is above {value_}",
                f"{plural} whose {t.many} have an average {c.measured} above {value_}",
                f"which {plural} have {t.many} with an average {c.measured} above {value_}?",
                f"list the {plural} where the average {c.measured} of the {t.many} is more than {value_}"]
        sql = f"AVG({c.name}) > {value_}"
    else:
        operator = r.choice(["more than", "at least", "fewer than"])
        test = {"more than": lambda rows: len(rows) > n, "at least": lambda rows: len(rows) >= n,
                "fewer than": lambda rows: len(rows) < n}[operator]
        says = [f"{plural} with {operator} {n} {t.many}", f"list the {plural} that have {operator} {n} {t.many}",
                f"which {plural} have {operator} {n} {t.many}?", f"show each {key.word} with {operator} {n} {t.many}",
                f"every {key.word} that has {operator} {n} {t.many}", f"find the {plural} with {operator} {n} {t.many}"]
        sql = "COUNT(*) " + {"more than": ">", "at least": ">=", "fewer than": "<"}[operator] + f" {n}"
    text = r.choice(says)
    text = sentence(r, text[:-1], True) if text.endswith("?") else sentence(r, text)
    return Composed(text, f"SELECT {key.name}\nFROM {t.name}\nGROUP BY {key.name}\nHAVING {sql};",
                    lambda d: [[k] for k, v in groups(d[t.name], key.name).items() if test(v)])


def aliases(child, parent):
    a = child.name[0]
    b = next(x for x in parent.name if x != a)
    return a, b


def qualified(where, prefix):
    return where.sql(prefix + ".") if where.parts else ""


def join(r, domain):
    child, parent = domain.child, domain.parent
    if not child:
        return None
    a, b = aliases(child, parent)
    key = child.key.name
    w = Where(r, child, r.choice([0, 0, 1, 1]))
    pw = None
    if not w.parts and r.random() < 0.5:
        pw = Where(r, parent, 1, ["category", "label", "number"])
    extra = r.choice([[], [], [c for c in child.of("measure", "count", "category")][:1]])
    mine = [child.label] + extra
    plural = r.random() < 0.5 and not extra
    its = "their" if child.person else "its"
    what, parents = words_for(mine), parent.label.word
    if pw and pw.parts:
        names = [f"{a}.{c.name}" for c in mine]
        condition_ = f"\nWHERE {pw.sql(b + '.')}"
        group = pw.after().strip()
        what = plural_of(what) if plural else what
        relation = r.choice([f"of {parent.many} {group}", f"of the {parent.many} {group}"])
        text = sentence(r, r.choice([
            f"{what} of the {child.many} {relation}", f"list the {what} of all {child.many} {relation}",
            f"show the {what} of the {child.many} {relation}", f"{child.many} {relation}: {what}",
            f"find the {child.many} {relation} and show their {what}"]))
        expect = lambda d: pick([x for x in d[child.name] if pw.test(d[parent.name][x[key] - 1])],
                                [c.name for c in mine])
        separates = (parent.name, pw.test)
    else:
        names = [f"{a}.{c.name}" for c in mine] + [f"{b}.{parent.label.name}"]
        condition_ = f"\nWHERE {w.sql(a + '.')}" if w.parts else ""
        after = w.after()
        each = f"each {child.one}" if not w.parts else f"the {child.many}{after}"
        many_its = its if not w.parts else "their"
        text = sentence(r, r.choice([
            f"{what} of {each} with the {parents} of {many_its} {parent.one}",
            f"show the {what} of {each} and the {parents} of {many_its} {parent.one}",
            f"list the {what} of {each} together with the {parents} of {many_its} {parent.one}",
            f"select the {what} of {each} and the {parents} of the {parent.one}",
            f"for {each}, the {what} and the {parents} of the {parent.one}",
            f"{what} of {each}, then the {parents} of the {parent.one}"]))
        expect = lambda d: [[x[c.name] for c in mine] + [d[parent.name][x[key] - 1][parent.label.name]]
                            for x in d[child.name] if w.test(x)]
        separates = (child.name, w.test) if w.parts else None
    order, ordered = "", False
    if r.random() < 0.35:
        stop = "." if text.endswith(".") else ""
        by = f"the {child.label.word} of the {child.one}" if child.label.word == parents \
            else child.label.word
        text = text.rstrip(".") + f", ordered by {by}{stop}"
        order, ordered = f"\nORDER BY {a}.{child.label.name}", True
    return Composed(text, f"SELECT {', '.join(names)}\nFROM {child.name} AS {a}\n"
                    f"JOIN {parent.name} AS {b} ON {b}.id = {a}.{key}{condition_}{order};",
                    (lambda d: sorted(expect(d), key=lambda x: x[0])) if ordered else expect,
                    ordered=ordered, separates=separates)


def join_groups(r, domain):
    """Something about the children of each parent, with or without the parents that have none."""
    child, parent = domain.child, domain.parent
    if not child:
        return None
    a, b = aliases(parent, child)[0], None
    b = next(x for x in child.name if x != a)
    key, label = child.key.name, parent.label
    left = r.random() < 0.45
    numbers = [c for c in child.columns if c.number and (c.kind == "count" or c.name in ADDABLE)]
    tail = ""
    if numbers and not left and r.random() < 0.6:
        c = r.choice(numbers)
        name = r.choice(["SUM", "AVG", "MAX"])
        call, alias = f"{name}({b}.{c.name})", FUNCTIONS[name][3].format(c.name)
        work = lambda rows: FUNCTIONS[name][0]([x[c.name] for x in rows])
        thing = f"{function_words(r, name, c)} of its {child.many}"
        if parent.person:
            thing = thing.replace("of its", "of the")
    else:
        call, alias, work = (f"COUNT({b}.id)" if left else "COUNT(*)"), child.one + "_count", len
        thing = f"number of {child.many}"
        if left:
            tail = r.choice([f", including {parent.many} without {child.many}",
                             f", also for {parent.many} that have none",
                             f"; {parent.many} without {child.many} count 0",
                             f", with 0 for {parent.many} without {child.many}"])
    text = sentence(r, r.choice([
        f"{label.word} of each {parent.one} with the {thing}{tail}",
        f"for each {parent.one} its {label.word} and the {thing}{tail}" if not parent.person else
        f"for each {parent.one} the {label.word} and the {thing}{tail}",
        f"show the {label.word} of every {parent.one} and the {thing}{tail}",
        f"{thing.replace('of its', 'of the')} of each {parent.one}, with the {label.word} of the {parent.one}{tail}"
        if call.startswith("COUNT") else f"every {parent.one}'s {label.word} and the {thing}",
        f"list the {label.word} of each {parent.one} and the {thing}{tail}",
        f"per {parent.one}, the {label.word} and the {thing}{tail}"]))
    if not left and (call == "COUNT(*)" or r.random() < 0.5):
        # An inner join leaves out parents without children; the words say so.
        text = text.rstrip(".") + r.choice([
            f"; leave out {parent.many} without {child.many}.", f", only for {parent.many} that have {child.many}.",
            f"; {parent.many} without {child.many} do not appear."])

    def expect(d):
        by = groups(d[child.name], key)
        return [[p[label.name], work(by.get(p["id"], []))] for p in d[parent.name]
                if left or p["id"] in by]
    return Composed(text, f"SELECT {a}.{label.name}, {call} AS {alias}\nFROM {parent.name} AS {a}\n"
                    f"{'LEFT ' if left else ''}JOIN {child.name} AS {b} ON {b}.{key} = {a}.id\n"
                    f"GROUP BY {a}.id;", expect)


def without_children(r, domain):
    child, parent = domain.child, domain.parent
    if not child:
        return None
    a = parent.name[0]
    b = next(x for x in child.name if x != a)
    w = Where(r, child, r.choice([0, 0, 1]))
    negative = r.random() < 0.75
    label, who = parent.label, parent.who
    shown = r.choice([label.word, plural_of(label.word)])
    after = w.after()
    no = f"no {child.many}{after}"
    some = f"at least one {child.one}" if not w.parts else None
    if not negative and w.parts:
        return None
    if negative:
        forms = [f"{shown} of the {parent.many} {who} have {no}",
                 f"list the {shown} of {parent.many} without {child.many}{after}" if not after
                 else f"list the {shown} of all {parent.many} {who} have {no}",
                 f"which {parent.many} have {no}? Show the {shown}.",
                 f"find the {shown} of all {parent.many} with {no}",
                 f"{parent.many} with {no}: {shown}",
                 f"show the {shown} of the {parent.many} to which no {child.one} belongs"
                 if not after else f"show the {shown} of {parent.many} with {no}"]
    else:
        forms = [f"{shown} of the {parent.many} {who} have {some}",
                 f"list the {shown} of all {parent.many} with {some}",
                 f"which {parent.many} have {some}? Show the {shown}.",
                 f"{parent.many} with {some}: {shown}"]
    text = r.choice(forms)
    text = text[0].upper() + text[1:] if "?" in text else sentence(r, text)
    condition_ = f" AND {w.sql(b + '.')}" if w.parts else ""
    if w.parts and w.join == "or":
        condition_ = f" AND ({w.sql(b + '.')})"

    def expect(d):
        used = {x[child.key.name] for x in d[child.name] if w.test(x)}
        return [[p[label.name]] for p in d[parent.name] if (p["id"] not in used) == negative]
    word = "NOT EXISTS" if negative else "EXISTS"
    return Composed(text, f"SELECT {a}.{label.name}\nFROM {parent.name} AS {a}\nWHERE {word} (\n"
                    f"  SELECT 1 FROM {child.name} AS {b} WHERE {b}.{child.key.name} = {a}.id{condition_}\n);",
                    expect, separates=(child.name, w.test) if w.parts else None)


def distinct(r, domain):
    t = any_table(r, domain)
    keys = t.of("category")
    if not keys:
        return None
    c = r.choice(keys)
    many = plural_of(c.word)
    w = Where(r, t, r.choice([0, 1]))
    if any(p.column is c for p in w.parts):
        return None
    after = w.after()
    if r.random() < 0.3:
        text = r.choice([f"how many different {many} do the {t.many}{after} have?",
                         f"number of different {many} of the {t.many}{after}",
                         f"count the distinct {many} of the {t.many}{after}"])
        output = f"SELECT COUNT(DISTINCT {c.name})\nFROM {t.name}{w.clause()};"
        expect = lambda d: [[len({x[c.name] for x in d[t.name] if w.test(x)})]]
    else:
        ordered = r.random() < 0.4
        tail = ", in alphabetical order" if ordered else ""
        text = r.choice([f"the different {many} of the {t.many}{after}{tail}",
                         f"list all distinct {many} of the {t.many}{after}{tail}",
                         f"each {c.word} of the {t.many}{after} only once{tail}",
                         f"{many} of the {t.many}{after}, without duplicates{tail}",
                         f"show every {c.word} of the {t.many}{after} once{tail}",
                         f"which different {many} do the {t.many}{after} have?" if not ordered else
                         f"distinct {many} of {t.many}{after}{tail}"])
        output = f"SELECT DISTINCT {c.name}\nFROM {t.name}{w.clause()}" + \
            (f"\nORDER BY {c.name};" if ordered else ";")
        expect = lambda d: [[v] for v in {x[c.name] for x in d[t.name] if w.test(x)}]
    text = sentence(r, text[:-1], True) if text.endswith("?") else sentence(r, text)
    return Composed(text, output, expect, separates=(t.name, w.test) if w.parts else None)


def above_average(r, domain):
    t = any_table(r, domain)
    numbers = [c for c in t.columns if c.number]
    if not numbers:
        return None
    c, above = r.choice(numbers), r.random() < 0.6
    word = "above" if above else "below"
    many, label = t.many, t.label.word
    chosen = [t.label] + ([c] if r.random() < 0.4 else [])
    what = words_for(chosen)
    if what == label and r.random() < 0.6:
        what = plural_of(what)
    text = sentence(r, r.choice([
        f"{what} of the {many} with {article(c.measured)} {word} average",
        f"list the {what} of all {many} whose {c.measured} is {word} the average",
        f"{many} whose {c.measured} is {word} the average of all {many}: {what}",
        f"show the {what} of the {many} with {article(c.measured)} {word} the average",
        f"{what} of all {many} {word} the average {c.measured}"]))
    names = [x.name for x in chosen]

    def expect(d):
        mean = sum(x[c.name] for x in d[t.name]) / len(d[t.name])
        return pick([x for x in d[t.name] if (x[c.name] > mean if above else x[c.name] < mean)], names)
    return Composed(text, f"SELECT {', '.join(names)}\nFROM {t.name}\nWHERE {c.name} {'>' if above else '<'} "
                    f"(SELECT AVG({c.name}) FROM {t.name});", expect)


def target(r, t, avoid):
    """The rows that a change is for: one id, or a condition. Gives words, SQL and a test."""
    if r.random() < 0.35:
        number = r.randint(1, 14)
        return (r.choice([f"{t.one} {number}", f"the {t.one} with id {number}", f"the {t.one} with the id {number}"]),
                f"id = {number}", lambda row: row["id"] == number, True)
    w = Where(r, t, r.choice([1, 1, 1, 2]))
    if not w.parts or any(p.column.name in avoid for p in w.parts):
        return None
    return r.choice(["the ", "all "]) + t.many + w.after(), w.sql(), w.test, False


def update(r, domain):
    t = domain.child or domain.tables[0]
    c = r.choice([x for x in t.columns if x.kind in ("measure", "count", "category", "flag", "date", "text")])
    aim = target(r, t, [c.name])
    if not aim:
        return None
    who, where, test, one = aim
    if c.kind == "measure" and c.name in ("price", "salary", "wage", "rent", "fare") and r.random() < 0.7:
        up, percent = r.random() < 0.6, r.choice([2, 4, 5, 8, 10, 15, 20, 25])
        verb = r.choice(["raise", "increase"] if up else ["lower", "reduce"])
        text = f"{verb} the {c.word} of {who} by {percent}{r.choice([' %', '%', ' percent'])}"
        factor = (100 + percent if up else 100 - percent) / 100
        change, work = f"{c.name} * {factor:g}", lambda v: v * factor
    elif c.number and r.random() < 0.5:
        up, amount = r.random() < 0.6, r.choice([1, 2, 3, 5, 10, 12, 20])
        verb = r.choice([("increase", "by"), ("raise", "by")] if up else [("lower", "by"), ("reduce", "by"), ("decrease", "by")])
        text = f"{verb[0]} the {c.measured} of {who} {verb[1]} {amount}"
        change, work = f"{c.name} {'+' if up else '-'} {amount}", lambda v: v + (amount if up else -amount)
    elif c.may_be_null and r.random() < 0.6:
        if c.kind == "date":
            text = r.choice([f"set {c.name} to NULL for {who}", f"clear the column {c.name} of {who}"])
        else:
            text = r.choice([f"remove the {c.word} of {who}", f"clear the {c.word} of {who}",
                             f"set the {c.word} of {who} to NULL"])
        change, work = "NULL", lambda v: None
    elif c.kind == "flag":
        text = r.choice([f"mark {who} as {c.word}", f"set {c.name} to 1 for {who}"])
        change, work = "1", lambda v: 1
    else:
        if c.kind == "date":
            new = f"{r.randint(2023, 2026)}-{r.randint(1, 12):02}-{r.randint(1, 28):02}"
            text = r.choice([f"set the {c.word} date of {who} to {new}", f"set {c.name} to {new} for {who}"])
            if c.name in ACTIVE:
                text = f"set {c.name} to {new} for {who}"
        else:
            new = round_number(r, c) if c.number else r.choice(c.values or ["checked twice", "none found", "see file"])
            shown = new if c.number else r.choice([f"'{new}'", f'"{new}"', str(new)]) if c.kind == "category" else f"'{new}'"
            text = r.choice([f"set the {c.measured} of {who} to {shown}", f"change the {c.measured} of {who} to {shown}",
                             f"set {c.name} to {shown} for {who}", f"make {shown} the {c.measured} of {who}",
                             f"for {who}, set the {c.measured} to {shown}"])
        change, work = quoted(new), lambda v: new
    return Composed(sentence(r, text), f"UPDATE {t.name}\nSET {c.name} = {change}\nWHERE {where};",
                    after=(t.name, lambda d: [{**x, c.name: work(x[c.name])} if test(x) else x
                                              for x in d[t.name]]), separates=(t.name, test))


def delete(r, domain):
    t = domain.child or r.choice(domain.tables)
    aim = target(r, t, [])
    if not aim:
        return None
    who, where, test, one = aim
    text = sentence(r, f"{r.choice(['delete', 'delete', 'remove', 'erase', 'drop' if one else 'delete'])} {who}")
    if not one and r.random() < 0.3:
        text = sentence(r, r.choice([f"get rid of {who}", f"{who} are to be deleted", f"throw out {who}",
                                     f"purge {who} from the table"]))
    return Composed(text, f"DELETE FROM {t.name}\nWHERE {where};",
                    after=(t.name, lambda d: [x for x in d[t.name] if not test(x)]),
                    separates=(t.name, test))


def insert(r, domain):
    t = any_table(r, domain)
    others = [c for c in t.columns if c.kind in ("category", "measure", "count", "date", "flag")]
    if not others:
        return None
    chosen = [t.label] + sorted(r.sample(others, min(len(others), r.choice([1, 2, 2, 3]))),
                                key=t.columns.index)
    label = r.choice(NAMES) if t.person else r.choice(
        [f"{x.capitalize()} {y}" for x in r.sample(WORDS, 2) for y in r.sample(WORDS, 2) if x != y])
    values, says = [label], []
    for c in chosen[1:]:
        v = r.choice(c.values) if c.kind == "category" else round_number(r, c) if c.number else \
            r.randint(0, 1) if c.kind == "flag" else \
            f"{r.randint(2022, 2026)}-{r.randint(1, 12):02}-{r.randint(1, 28):02}"
        values.append(v)
        says.append(f"{c.name} {v}" if c.kind in ("flag", "date") else f"{c.measured} {v}")
    pairs = listing(says)
    mark = r.choice(["'{}'", '"{}"', "{}"])
    shown = mark.format(label)
    forms = [f"add {article(t.one)} with the {t.label.word} {shown} and the {pairs}" if len(says) == 1 else
             f"add {article(t.one)} with the {t.label.word} {shown}, {pairs}",
             f"insert {article(t.one)}: {t.label.word} {shown}, {', '.join(says)}",
             f"insert into {t.name} the {t.label.word} {shown}, {pairs}",
             f"new {t.one}: {t.label.word} {shown}, {', '.join(says)}",
             f"add the {t.one} {shown}, {pairs}", f"insert a row into {t.name} with {t.label.name} {shown}, {pairs}"]
    if len(says) == 1:
        forms = [f.replace(f"{shown}, {pairs}", f"{shown} and {pairs}")
                 if not f.startswith("add the") else f for f in forms]

    def after(d):
        row = {"id": len(d[t.name]) + 1, **{c.name: None for c in t.columns}}
        row.update({c.name: v for c, v in zip(chosen, values)})
        return d[t.name] + [row]
    return Composed(sentence(r, r.choice(forms)),
                    f"INSERT INTO {t.name} ({', '.join(c.name for c in chosen)})\n"
                    f"VALUES ({', '.join(quoted(v) for v in values)});", after=(t.name, after))


NEW_COLUMNS = [("remark", "TEXT", None), ("barcode", "TEXT", None), ("discount", "INTEGER", "0"),
               ("archived", "INTEGER", "0"), ("rank", "INTEGER", None), ("weight_kg", "REAL", None),
               ("updated_at", "TEXT", None), ("website", "TEXT", None), ("active", "INTEGER", "1"),
               ("nickname", "TEXT", None), ("tax", "REAL", "0"), ("photo", "BLOB", None)]


def columns_in(connection, table):
    return [tuple(x[1:5]) for x in connection.execute(f"PRAGMA table_info({table})")]


def alter(r, domain):
    t = r.choice(domain.tables)
    if r.random() < 0.3:
        c = r.choice([x for x in t.columns if x.kind != "key"])
        new = r.choice([c.name + "_new", "old_" + c.name, c.name + "_text", "main_" + c.name])
        text = sentence(r, r.choice([
            f"rename the column {c.name} of {t.name} to {new}", f"call the column {c.name} of {t.name} {new} from now on",
            f"in {t.name}, rename {c.name} to {new}", f"rename {t.name}.{c.name} to {new}"]))
        return Composed(text, f"ALTER TABLE {t.name} RENAME COLUMN {c.name} TO {new};",
                        probe=lambda k: new in [x[0] for x in columns_in(k, t.name)]
                        and c.name not in [x[0] for x in columns_in(k, t.name)])
    name, type_, default = r.choice(NEW_COLUMNS)
    strict = default is not None and r.random() < 0.4
    words = {"TEXT": "text", "INTEGER": "integer", "REAL": "real", "BLOB": "blob"}[type_]
    extra = f", default {default}" if default else ""
    if default:
        extra = r.choice([f" with default {default}", f" and the default {default}", f", default {default}"])
    if strict:
        extra = f", not null{extra if extra.startswith(',') else ', default ' + default}"
    text = sentence(r, r.choice([
        f"add a column {name} of type {type_} to {t.name}{extra}", f"add the {words} column {name} to {t.name}{extra}",
        f"the table {t.name} gets a new column {name} ({words}){extra}", f"new {words} column {name} in {t.name}{extra}",
        f"extend {t.name} with a column {name}, type {type_}{extra}", f"give {t.name} a column {name} of type {type_}{extra}"]))
    output = f"ALTER TABLE {t.name} ADD COLUMN {name} {type_}" + (" NOT NULL" if strict else "") + \
        (f" DEFAULT {default}" if default else "") + ";"
    return Composed(text, output, probe=lambda k: columns_in(k, t.name)[-1] == (name, type_, int(strict), default))


def index(r, domain):
    t = r.choice(domain.tables)
    size = r.choice([1, 1, 2])
    chosen = r.sample([c for c in t.columns], min(size, len(t.columns)))
    unique = r.random() < 0.35
    names = [c.name for c in chosen]
    title = r.choice([f"{t.name}_by_{'_'.join(names)}", f"idx_{t.name}_{'_'.join(names)}"])
    what = listing(names)
    kind = "unique index" if unique else "index"
    text = sentence(r, r.choice([
        f"create {'a' if unique else 'an'} {kind} {title} on the {'column' if len(names) == 1 else 'columns'} {what} of {t.name}",
        f"{kind} {title} on {t.name}, {'column' if len(names) == 1 else 'columns'} {what}",
        f"add {'a' if unique else 'an'} {kind} named {title} for {what} in {t.name}",
        f"create the {kind} {title} for {t.name} ({', '.join(names)})",
        f"make {'a' if unique else 'an'} {kind} called {title} on {what} of {t.name}",
        f"the table {t.name} needs {'a' if unique else 'an'} {kind} on {what}; name it {title}"]))

    def probe(k):
        made = [x for x in k.execute(f"PRAGMA index_list({t.name})") if x[1] == title]
        return bool(made) and made[0][2] == int(unique) and \
            [x[2] for x in k.execute(f"PRAGMA index_info({title})")] == names
    done = Composed(text, f"CREATE {'UNIQUE ' if unique else ''}INDEX {title} ON {t.name} ({', '.join(names)});",
                    probe=probe)
    done.structure_only = unique  # random rows may break uniqueness: check on empty tables
    return done


def view(r, domain):
    base = r.choice([select_where, select_where, count_groups_for_view])(r, domain)
    if not base or "?" in base.instruction:
        return None
    t = re.search(r"FROM (\w+)", base.output)[1]
    name = r.choice(["selected", "short", "recent", "marked", "chosen", "checked", "special"]) + "_" + t
    body = base.instruction.rstrip(".")
    body = re.sub(r"^(?:[Ll]ist|[Ss]how|[Gg]et|[Ss]elect|[Pp]rint|[Rr]eturn)(?: me)? ", "", body)
    if re.match(r"(?i)find|give|everything|how", body) or ": " in body:
        return None
    body = body[0].lower() + body[1:]
    body = "the " + body if not re.match(r"(the|all|every|each) ", body) else body
    text = sentence(r, r.choice([
        f"create a view {name} with {body}", f"view {name}: {body}", f"make a view named {name} that holds {body}",
        f"define the view {name} as {body}", f"a view called {name} with {body}",
        f"create the view {name}, which shows {body}"]))
    query = base.output
    done = Composed(text, f"CREATE VIEW {name} AS\n{query}", separates=base.separates)
    expect = base.expect
    done.view = (name, expect)
    return done


def count_groups_for_view(r, domain):
    done = group_by(r, domain)
    return done if done and "ORDER BY" not in done.output and "ow many" not in done.instruction \
        and not re.match(r"(?i)(per|for|count|by) ", done.instruction) else None


CREATES = [
    ("visits", [("id", "INTEGER", "PRIMARY KEY"), ("guest", "TEXT", "NOT NULL"), ("day", "TEXT", "")]),
    ("suppliers", [("id", "INTEGER", "PRIMARY KEY"), ("name", "TEXT", "NOT NULL"), ("email", "TEXT", "UNIQUE")]),
    ("discounts", [("code", "TEXT", "PRIMARY KEY"), ("percent", "INTEGER", "NOT NULL"), ("ends", "DATE", "")]),
    ("remarks", [("id", "INTEGER", "PRIMARY KEY"), ("body", "TEXT", "NOT NULL"), ("score", "REAL", "")]),
    ("settings", [("key", "TEXT", "PRIMARY KEY"), ("value", "TEXT", "NOT NULL")]),
    ("alarms", [("id", "INTEGER", "PRIMARY KEY"), ("level", "INTEGER", "DEFAULT 0"), ("raised", "TEXT", "NOT NULL")]),
    ("passwords", [("user", "TEXT", "PRIMARY KEY"), ("hash", "TEXT", "NOT NULL"), ("tries", "INTEGER", "DEFAULT 0")]),
]


def create_table(r, domain):
    name, columns = r.choice(CREATES)
    t = r.choice(domain.tables)
    columns = list(columns)
    linked = r.random() < 0.5
    key = t.one.replace(" ", "_") + "_id"
    if linked:
        columns.insert(1, (key, "INTEGER", f"REFERENCES {t.name}(id)"))
    words = {"INTEGER": "integer", "TEXT": "text", "REAL": "real", "DATE": "date"}
    extra = {"PRIMARY KEY": ", primary key", "NOT NULL": ", not null", "UNIQUE": ", unique", "DEFAULT 0": ", default 0", "": ""}
    says = [f"{n} ({words[k]}{extra.get(e, ', references ' + t.name)})" for n, k, e in columns]
    short = f"{listing(says)}"
    text = sentence(r, r.choice([
        f"create a table {name} with the columns {short}", f"new table {name}: {', '.join(says)}",
        f"table {name} with {short}", f"make a table named {name} that has the columns {short}",
        f"add a table {name}: {', '.join(says)}", f"define a table {name} with {short}"]))
    lines = ",\n".join(f"  {n} {k} {e}".rstrip() for n, k, e in columns)

    def probe(k):
        return [x[0] for x in columns_in(k, name)] == [c[0] for c in columns]
    return Composed(text, f"CREATE TABLE {name} (\n{lines}\n);", probe=probe)


OPERATIONS = [(select_where, 129), (select_two, 64), (select_order, 75), (top, 35), (count_rows, 45),
              (aggregate, 45), (group_by, 50), (having, 25), (join, 54), (join_groups, 40),
              (without_children, 29), (distinct, 21), (above_average, 14), (update, 60),
              (delete, 37), (insert, 28), (alter, 21), (index, 20), (view, 18), (create_table, 14)]


def check(domain, done):
    if getattr(done, "structure_only", False):
        connection = sqlite3.connect(":memory:")
        connection.executescript(domain.schema("short"))
        connection.execute(done.output)
        return None if done.probe(connection) else "is not the index that was asked for"
    if hasattr(done, "view"):
        name, expect = done.view
        for seed in range(3):
            data = make_rows(random.Random(seed), domain)
            connection = load(domain, data)
            connection.execute(done.output)
            got = connection.execute(f"SELECT * FROM {name}").fetchall()
            key = lambda row: [str(v) for v in row]
            if not same(sorted(got, key=key), sorted([tuple(x) for x in expect(data)], key=key)):
                return "the view shows other rows"
        return None
    return fault(domain, done)


def masked(domain, text):
    """The text without what differs between domains: names, values and numbers."""
    words = set()
    for t in domain.tables:
        words.update([t.name, t.one, t.many])
        for c in t.columns:
            words.update([c.name, c.word, *(c.values or [])])
    for word in sorted(words, key=len, reverse=True):
        text = re.sub(rf"\b{re.escape(word)}\b", "_", text, flags=re.I)
    text = re.sub(r"'[^']*'|\"[^\"]*\"", "_", text)
    return re.sub(r"\d+", "0", text).lower()


def compose():
    r = random.Random("sql")
    everything = domains()
    seen, forms, rows, faults = set(), {}, [], []
    for operation, wanted in OPERATIONS:
        made, tries = 0, 0
        while made < wanted and tries < wanted * 60:
            domain = everything[(tries + made) % len(everything)]
            tries += 1
            done = operation(r, domain)
            if not done:
                continue
            form = masked(domain, done.instruction)
            if (domain.name, done.instruction) in seen or forms.get(form, 0) >= 6:
                continue
            message = check(domain, done)
            if message == "dull":
                continue
            if message:
                faults.append(f"{domain.name}: {done.instruction}\n{done.output}\n{message}")
                continue
            seen.add((domain.name, done.instruction))
            forms[form] = forms.get(form, 0) + 1
            made += 1
            style = r.choice(["short", "short", "long", "comment"])
            rows.append({"instruction": done.instruction, "input": domain.schema(style),
                         "output": done.output, "tags": ["sql", operation.__name__.replace("_", "-")],
                         "language": "sql", "group": f"sql-{domain.name}"})
        if made < wanted:
            faults.append(f"{operation.__name__}: only {made} of {wanted}")
    return rows, faults
