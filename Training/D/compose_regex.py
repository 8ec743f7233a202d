"""Composes exemplars of regular expressions, for Python's `re`.

A format is a row of parts. Each part can say itself in words, write itself as a pattern, make
examples, and match by itself without `re`. The check compares the pattern with this second matcher on
examples and on changed examples: a character more, less, other, doubled, or in the other case.
"""
import random
import re

DIGITS, LOWER, UPPER = "0123456789", "abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
PRINTABLE = "".join(map(chr, range(32, 127))) + "\t"


def without(excluded):
    return "".join(c for c in PRINTABLE if c not in excluded)


SETS = {  # pattern, characters, singular, plural
    "digit": (r"\d", DIGITS, "digit", "digits"),
    "upper": ("[A-Z]", UPPER, "capital letter", "capital letters"),
    "lower": ("[a-z]", LOWER, "lower-case letter", "lower-case letters"),
    "letter": ("[A-Za-z]", UPPER + LOWER, "letter", "letters"),
    "alnum": ("[A-Za-z0-9]", UPPER + LOWER + DIGITS, "letter or digit", "letters or digits"),
    "upnum": ("[A-Z0-9]", UPPER + DIGITS, "capital letter or digit", "capital letters or digits"),
    "lownum": ("[a-z0-9]", LOWER + DIGITS, "lower-case letter or digit", "lower-case letters or digits"),
    "hex": ("[0-9a-f]", DIGITS + "abcdef", "lower-case hexadecimal digit", "lower-case hexadecimal digits"),
    "binary": ("[01]", "01", "binary digit", "binary digits"),
    "octal": ("[0-7]", "01234567", "octal digit", "octal digits"),
    "vowel": ("[aeiou]", "aeiou", "lower-case vowel", "lower-case vowels"),
    "no digit": (r"\D", without(DIGITS), "character that is not a digit", "characters that are not digits"),
    "no comma": ("[^,]", without(","), "character other than a comma", "characters other than commas"),
    "no space": ("[^ ]", without(" "), "character other than a space", "characters other than spaces"),
    "no slash": ("[^/]", without("/"), "character other than a slash", "characters other than slashes"),
    "no capital": ("[^A-Z]", without(UPPER), "character that is no capital letter", "characters that are no capital letters"),
}
MARKS = {"-": "a hyphen", "/": "a slash", ".": "a dot", "_": "an underscore", ":": "a colon", " ": "a space",
         "#": "a number sign", "+": "a plus sign", ",": "a comma", "=": "an equals sign", "*": "an asterisk", "@": "an at sign"}
PLURAL_MARKS = {"-": "hyphens", "/": "slashes", ".": "dots", "_": "underscores", ":": "colons", " ": "single spaces"}
NUMBERS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]


def article(word):
    return ("an " if word[0] in "aeiou" else "a ") + word


def escaped(text):
    return re.sub(r"([.+*?()\[\]{}|^$\\])", r"\\\1", text)


class Chars:
    def __init__(self, kind, low, high):
        self.pattern_, self.characters, self.one, self.many = SETS[kind]
        self.kind, self.low, self.high = kind, low, high

    def pattern(self):
        count = "" if self.high == self.low == 1 else "+" if (self.low, self.high) == (1, None) else \
            f"{{{self.low}}}" if self.low == self.high else f"{{{self.low},{self.high or ''}}}"
        return self.pattern_ + count

    def say(self, r):
        spelled = r.random() < 0.7 and (self.high or self.low) < 13
        number = lambda n: NUMBERS[n] if spelled else str(n)
        if self.low == self.high == 1:
            return article(self.one) if " or " not in self.one else "one " + self.one
        if self.low == self.high:
            return r.choice(["", "", "exactly "]) + f"{number(self.low)} {self.many}"
        if self.high is None:
            return f"one or more {self.many}" if self.low == 1 else f"at least {number(self.low)} {self.many}"
        if self.high == self.low + 1:
            return f"{number(self.low)} or {number(self.high)} {self.many}"
        words = r.random() < 0.5
        return f"{NUMBERS[self.low]} to {NUMBERS[self.high]} {self.many}" if words and self.high < 13 \
            else f"{self.low} to {self.high} {self.many}"

    def example(self, r):
        return "".join(r.choice(self.characters) for _ in range(r.randint(self.low, self.high or self.low + 3)))

    def ends(self, text, start):
        length = 0
        while start + length < len(text) and text[start + length] in self.characters:
            length += 1
        return [start + n for n in range(self.low, length + 1) if self.high is None or n <= self.high]


class Text:
    def __init__(self, text):
        self.text = text

    def pattern(self):
        return escaped(self.text)

    def say(self, r):
        return MARKS[self.text] if self.text in MARKS else r.choice([f"\"{self.text}\"", f"\"{self.text}\"", f"'{self.text}'"])

    def example(self, r):
        return self.text

    def ends(self, text, start):
        return [start + len(self.text)] if text.startswith(self.text, start) else []


class Either:
    def __init__(self, choices):
        self.choices = choices

    def pattern(self):
        if all(len(c) == 1 for c in self.choices):
            return "[" + "".join(self.choices) + "]"
        return "(?:" + "|".join(map(escaped, self.choices)) + ")"

    def say(self, r):
        shown = [f"\"{c}\"" for c in self.choices] if r.random() < 0.5 or any(c[0] == "." for c in self.choices) else self.choices
        joined = ", ".join(shown[:-1]) + " or " + shown[-1]
        return joined if len(shown) < 3 or r.random() < 0.6 else "one of " + ", ".join(shown)

    def example(self, r):
        return r.choice(self.choices)

    def ends(self, text, start):
        return [start + len(c) for c in self.choices if text.startswith(c, start)]


class Maybe:
    def __init__(self, parts):
        self.parts = parts

    def pattern(self):
        inner = "".join(p.pattern() for p in self.parts)
        single = len(self.parts) == 1 and (isinstance(self.parts[0], Text) and len(self.parts[0].text) == 1
                                           or isinstance(self.parts[0], Chars) and self.parts[0].high == 1
                                           or isinstance(self.parts[0], Either))
        return f"{inner}?" if single else f"(?:{inner})?"

    def say(self, r):
        inner = " and ".join(p.say(r) for p in self.parts)
        return r.choice(["optionally {}", "perhaps {}", "an optional part: {}"] if len(self.parts) > 1
                        else ["optionally {}", "perhaps {}"]).format(inner)

    def example(self, r):
        return "".join(p.example(r) for p in self.parts) if r.random() < 0.5 else ""

    def ends(self, text, start):
        return [start] + sequence_ends(self.parts, text, start)


class Repeat:
    """Groups with a mark between them."""

    def __init__(self, part, mark, low, high):
        self.part, self.mark, self.low, self.high = part, mark, low, high

    def pattern(self):
        one, mark = self.part.pattern(), escaped(self.mark)
        if self.high is None:
            return f"{one}(?:{mark}{one})" + ("*" if self.low == 1 else "+")
        return f"{one}(?:{mark}{one}){{{self.low - 1}}}" if self.low > 2 else f"{one}{mark}{one}"

    def say(self, r):
        what = self.part.say(r)
        marks = PLURAL_MARKS[self.mark]
        if self.high is None:
            count = "one or more" if self.low == 1 else "two or more"
            return r.choice([f"{count} groups of {what} with {marks} between them", f"{count} groups of {what}, separated by {marks}"])
        count = NUMBERS[self.low]
        mark = marks if self.low > 2 else MARKS[self.mark]
        return r.choice([f"{count} groups of {what} with {mark} between them", f"{count} groups of {what}, separated by {mark}",
                         f"{count} groups of {what}, joined by {mark}"])

    def example(self, r):
        return self.mark.join(self.part.example(r) for _ in range(self.low + (0 if self.high else r.randint(0, 2))))

    def ends(self, text, start):
        found, level, count = [], [start], 0
        while level and count < 12:
            count += 1
            level = [e for s in level for e in self.part.ends(text, s)]
            if count >= self.low and (self.high is None or count <= self.high):
                found += level
            level = [s + len(self.mark) for s in level if text.startswith(self.mark, s)]
        return found


def sequence_ends(parts, text, start=0):
    level = {start}
    for part in parts:
        level = {e for s in level for e in part.ends(text, s)}
    return sorted(level)


def mutations(r, text):
    out = [text + r.choice("x7 -"), r.choice("x7 -") + text, text.swapcase(), text[1:], text[:-1], text + text, "", text + "\tx"]
    for _ in range(14):
        i = r.randrange(len(text)) if text else 0
        c = r.choice(DIGITS + LOWER + UPPER + "-/._: #")
        out += [text[:i] + c + text[i + 1:], text[:i] + text[i + 1:], text[:i] + c + text[i:]]
    return out


def count(r):
    n = r.choice([1, 1, 2, 2, 3, 3, 4, 5, 6])
    form = r.random()
    if form < 0.65:
        return n, n
    if form < 0.85:
        return n, n + r.choice([1, 2, 3])
    return (1, None) if form < 0.93 else (max(n, 2), None)


def characters(r, kinds=None):
    return Chars(r.choice(kinds or ["digit", "digit", "digit", "upper", "upper", "lower", "letter", "alnum", "upnum", "lownum", "hex", "octal", "vowel"]), *count(r))


THINGS = ["locker code", "parcel number", "ticket code", "room code", "sample label", "invoice number", "licence key", "shelf mark",
          "customer number", "device name", "article number", "seat number", "batch code", "voucher", "file number", "key tag",
          "container number", "course code", "membership number", "track id", "plot number", "gate code", "stock code", "case number"]
WORDS = ["INV", "REF", "lot", "SN", "KD", "pos", "id", "BX", "job", "RMA", "doc", "Nr", "TX", "cam"]
CHOICES = [["A", "B", "C"], ["N", "S", "E", "W"], ["new", "old"], ["kg", "g"], ["px", "em"], ["EU", "US"], ["red", "blue", "green"],
           ["v", "r"], ["low", "mid", "high"], ["am", "pm"], ["X", "Y", "Z"], ["mm", "cm", "m"], ["jan", "jun", "dec"], ["L", "R"],
           [".csv", ".txt"], [".wav", ".mp3", ".ogg"], ["beta", "final"], ["km", "mi"]]


def disjoint(a, b):
    return not set(a.characters) & set(b.characters)


def structure(r):
    """A row of parts."""
    form = r.choice(["ab", "ab", "amb", "amb", "amb", "amb", "wmb", "wmb", "wb", "ambmc", "ambmc", "rep", "rep", "one", "either", "either", "tail", "tail", "mid", "wrep"])
    mark = Text(r.choice("--/._: "))
    if form == "ab":
        a, b = characters(r), characters(r)
        return [a, b] if disjoint(a, b) else None
    if form == "amb":
        return [characters(r), mark, characters(r)]
    if form == "wmb":
        return [Text(r.choice(WORDS)), mark, characters(r, r.choice([None, None, None, ["no space", "no comma", "no slash"]]))]
    if form == "wb":
        return [Text(r.choice(WORDS + ["#", "+", "@"])), characters(r, ["digit", "upper", "hex", "lownum"])]
    if form == "ambmc":
        return [characters(r), mark, characters(r), mark, characters(r)]
    if form in ("rep", "wrep"):
        low, high = r.choice([(2, 2), (3, 3), (4, 4), (5, 5), (1, None), (2, None)])
        part = characters(r, ["digit", "upper", "lower", "hex", "upnum", "binary", "lownum"])
        if part.low == part.high == 1:
            return None
        made = Repeat(part, r.choice("-/._: "), low, high)
        return [made] if form == "rep" else [Text(r.choice(WORDS)), mark, made]
    if form == "one":
        return [Chars(r.choice(list(SETS)), *r.choice([(2, 2), (3, 8), (4, 6), (5, 5), (6, 12), (8, None), (4, 4), (9, 9), (2, 5)]))]
    if form == "either":
        e = Either(r.choice(CHOICES))
        if e.choices[0][0] == ".":
            return [characters(r, ["lower", "lownum", "letter"]), e]
        number = characters(r, ["digit"])
        return r.choice([[e, number], [number, e], [e, mark, number], [number, Text(" "), e]])
    if form == "tail":
        return [characters(r, ["upper", "letter"]), characters(r, ["digit"]), Maybe(r.choice([[mark, characters(r, ["digit"])], [Chars("lower", 1, 1)],
                [mark, Either(r.choice(CHOICES[:14]))], [Text(r.choice(["+", "*", "#"]))]]))]
    return [characters(r, ["upper", "lower"]), Maybe([mark]), characters(r, ["digit"])]


def describe(r, parts):
    said = [p.say(r) for p in parts]
    if len(said) == 1:
        return said[0]
    style = r.random()
    maybes = [p for p in parts if isinstance(p, Maybe)]
    if any(len(p.parts) > 1 for p in maybes):  # "and" would not show what is optional
        return ", then ".join(said)
    if maybes:
        style = min(style, 0.69)
    if any("one of" in s or "groups of" in s or "optional part" in s for s in said) or style < 0.35:
        return ", then ".join(said)
    if style < 0.7:
        return ", ".join(said[:-1]) + (", and " if len(said) > 2 and r.random() < 0.3 else " and ") + said[-1]
    if len(said) == 2:
        return f"{said[0]} followed by {said[1]}"
    if len(said) == 3 and isinstance(parts[1], Text):
        return f"{said[0]} and {said[2]} with {said[1]} between them" if r.random() < 0.5 and isinstance(parts[0], Chars) and isinstance(parts[2], Chars) \
            else f"{said[0]}, {said[1]} and {said[2]}"
    return ", followed by ".join(said)


NOUNS = ["cats", "dogs", "stone", "ants", "near", "total", "north", "undo"]
LITERAL = {c for choices in CHOICES for c in choices} | set(NOUNS)


def sentence(r, text):
    form = r.random()
    # A text that has to be matched as it is keeps its case, also at the start.
    if not text[0].isalpha() or text.replace(",", "").split()[0] in LITERAL:
        return text
    return text[0].upper() + text[1:] + "." if form < 0.55 else text if form < 0.85 else text[0].upper() + text[1:]


def validator(r):
    parts = structure(r)
    if not parts:
        return None
    words, thing = describe(r, parts), r.choice(THINGS)
    pattern = "^" + "".join(p.pattern() for p in parts) + "$"
    if pattern.startswith("^(?:") and pattern.count("(") == 1 and "|" in pattern and pattern.endswith(")$") and len(parts) == 1:
        return None
    examples = ["".join(p.example(r) for p in parts) for _ in range(12)]
    shown = max(examples, key=len)
    odd = any(c not in LOWER + UPPER + DIGITS + "-/._:" for c in shown)  # hard to read in a sentence
    suffix = r.choice(["", "", "", f", such as {shown}", f", for example {shown}", f", like {shown}"])
    if odd:
        suffix = ""
    said = r.choice([f"match {article(thing)}: {words}{suffix}", f"{article(thing)}: {words}{suffix}", f"{words}{suffix}", f"pattern for {article(thing)}: {words}{suffix}",
                     f"regular expression for {article(thing)}, which is {words}{suffix}", f"the whole text is {words}{suffix}",
                     f"{words}, nothing before or after{suffix}", f"check that a text is {words}{suffix}", f"{thing}: {words}{suffix}",
                     f"match only {words}{suffix}", f"{thing}s consist of {words}{suffix}", f"validate {article(thing)} ({words}){suffix}"])
    for text in examples + [m for e in examples[:6] for m in mutations(r, e)]:
        if text.endswith("\n"):
            continue
        own = len(text) in sequence_ends(parts, text)
        if own != bool(re.search(pattern, text)):
            raise AssertionError(f"{said}: {pattern} on {text!r}, expected {own}")
    return sentence(r, said), "", pattern, "validate"


# Things to find in a text. The expected finds come from splitting the text into words by hand.

SAMPLE = ("The 42 cats of Anna saw 7 dogs, 128 geese and 3056 ants near Oslo at 10 km. "
          "stones stone stormy reading ringing undo until running north Northern nothing 99999 ok A1 B22 "
          "cost 15 kg or 230 g; total: 88 eur [first] (second one) {third} \"fourth\" <fifth> #tag1 @user2 $9 %20 ")
STEMS = ["st", "un", "no", "ru", "ca", "re", "sto", "nor", "ri"]
TAILS = ["ing", "ed", "s", "er", "ny", "ne", "th", "y"]


def tokens(text):
    """Words of letters, digits and underscores, found without `re`."""
    found, word = [], ""
    for c in text + " ":
        if c.isalnum() or c == "_":
            word += c
        elif word:
            found.append(word)
            word = ""
    return found


def finder(r):
    kind = r.choice(["words", "numbers", "prefix", "suffix", "whole", "two", "pair", "inside", "mark", "unit", "lines", "linesend", "linehas", "capital", "not", "spaces", "follow", "without", "start", "end"])
    n = r.randint(2, 7)
    amount = NUMBERS[n] if r.random() < 0.5 else str(n)
    high = n + r.randint(1, 3)
    stem, tail, noun, other = r.choice(STEMS), r.choice(TAILS), r.choice(NOUNS), r.choice(NOUNS)
    words = tokens(SAMPLE)
    ascii_letters = lambda w: all(c in LOWER + UPPER for c in w)
    expect = None
    subject = SAMPLE
    if kind == "words":
        size, says, ok = r.choice([(f"{{{n}}}", f"of exactly {amount} letters", lambda w: len(w) == n), (f"{{{n},}}", f"of at least {amount} letters", lambda w: len(w) >= n),
                                   (f"{{{n},{high}}}", f"of {n} to {high} letters", lambda w: n <= len(w) <= high)])
        said = r.choice(["find words {}", "all words {} in a text", "words {}", "match every word {}", "pick out the words {}", "each word {}"]).format(says)
        pattern, expect = rf"\b[A-Za-z]{size}\b", [w for w in words if ascii_letters(w) and ok(w)]
    elif kind == "numbers":
        size, says, ok = r.choice([(f"{{{n}}}", f"of exactly {amount} digits", lambda w: len(w) == n), (f"{{{n},}}", f"of at least {amount} digits", lambda w: len(w) >= n),
                                   (f"{{1,{n}}}", f"of at most {amount} digits", lambda w: len(w) <= n)])
        said = r.choice(["find whole numbers {}", "numbers {} that stand alone", "all numbers {} in a text, as whole words", "stand-alone numbers {}", "match every whole number {}", "each number {}, not inside longer words"]).format(says)
        pattern, expect = rf"\b\d{size}\b", [w for w in words if all(c in DIGITS for c in w) and ok(w)]
    elif kind == "prefix":
        said = r.choice(["words that begin with {}", "find all words that start with {}", "every word beginning with {}", "match words with {} at the start", "all words in a text that begin with {}", "each word that starts with {}"]).format(f'"{stem}"')
        pattern, expect = rf"\b{stem}\w*", [w for w in words if w.startswith(stem)]
    elif kind == "suffix":
        said = r.choice(["words that end in {}", "find all words that end with {}", "every word ending in {}", "match words with {} at the end", "all words in a text that end in {}", "each word that ends with {}"]).format(f'"{tail}"')
        pattern, expect = rf"\b\w*{tail}\b", [w for w in words if w.endswith(tail)]
    elif kind == "whole":
        said = r.choice([f"the word {noun}, not as part of a longer word", f"find {noun} as a whole word", f"\"{noun}\" only where it is a word of its own", f"match {noun} as a word by itself", f"whole word {noun}", f"{noun}, but not inside other words"])
        pattern, expect = rf"\b{noun}\b", [w for w in words if w == noun]
    elif kind == "two":
        if noun == other:
            return None
        said = r.choice([f"the words {noun} and {other}, each as a whole word", f"find {noun} or {other} as whole words", f"either of the whole words {noun} and {other}", f"match {noun} or {other}, not inside longer words", f"every {noun} or {other} that is a word of its own", f"whole words: {noun} or {other}"])
        pattern, expect = rf"\b(?:{noun}|{other})\b", [w for w in words if w in (noun, other)]
    elif kind in ("pair", "inside"):
        a, b, name = r.choice([("[", "]", "square brackets"), ("(", ")", "round brackets"), ("{", "}", "curly brackets"), ("<", ">", "angle brackets"), ('"', '"', "double quotes")])
        content = {"[": "first", "(": "second one", "{": "third", "<": "fifth", '"': "fourth"}[a]
        closed = "\\]" if b == "]" else b
        if kind == "pair":
            said = r.choice([f"text in {name}, the marks included", f"everything in {name}, together with them", f"find each piece in {name}, including the {name}", f"match {name} and what is between them", f"all parts of a text in {name}, with the {name}", f"a pair of {name} and its content"])
            pattern, expect = f"{escaped(a)}[^{closed}]*{escaped(b)}", [a + content + b]
        else:
            said = r.choice([f"capture what stands in {name}", f"the text between {name}, as group 1", f"capture the content of {name}", f"group 1 is the text inside {name}", f"what is in {name}, without the marks, in a group", f"capture the text in {name}, not the {name}"])
            pattern, expect = f"{escaped(a)}([^{closed}]*){escaped(b)}", [content]
    elif kind == "mark":
        mark, name, what, piece, hit = r.choice([("#", "a number sign", "letters and digits", "[A-Za-z0-9]+", "#tag1"), ("@", "an at sign", "letters and digits", "[A-Za-z0-9]+", "@user2"),
                                                ("$", "a dollar sign", "one or more digits", r"\d+", "$9"), ("%", "a percent sign", "exactly two digits", r"\d{2}", "%20"), ("#", "a number sign", "lower-case letters", "[a-z]+", "#tag"), ("@", "an at sign", "lower-case letters", "[a-z]+", "@user")])
        said = r.choice([f"{name} followed by {what}", f"find {name} and the {what} after it" if not what.startswith(("one", "exactly")) else f"find {name} with {what} after it", f"every {name.split(' ', 1)[1]} that {what} follow", f"{name} and then {what}", f"match {name} with {what} right after it", f"\"{mark}\" and {what} directly after it"])
        pattern, expect = escaped(mark) + piece, [hit]
    elif kind == "unit":
        unit, number = r.choice([("km", "10"), ("kg", "15"), ("eur", "88")])
        look = r.random() < 0.5
        said = r.choice([f"the number before \" {unit}\", without the unit", f"digits that \" {unit}\" follows, but not the unit itself", f"find numbers with \" {unit}\" after them; leave out the unit", f"numbers right before \" {unit}\", only the digits"]) if look else \
            r.choice([f"numbers with the unit {unit}: digits, a space, {unit}", f"find digits followed by a space and {unit}", f"whole amounts in {unit}, such as 5 {unit}", f"one or more digits, a space and {unit}"])
        pattern, expect = (rf"\d+(?= {unit})", [number]) if look else (rf"\d+ {unit}", [f"{number} {unit}"])
    elif kind in ("lines", "linesend", "linehas", "without"):
        w = r.choice(["note", "ERROR", "total", "#", "TODO", "--", "Step", "warn"])
        subject = f"{w} one\ntwo {w} x\nthree {w}\nfour\n"
        if kind == "lines":
            said, pattern, expect = r.choice([f"whole lines that begin with {w}", f"find lines that start with \"{w}\"", f"each line of a text that begins with \"{w}\"", f"match lines with {w} at the start, up to the end of the line", f"every line beginning with {w}", f"complete lines that start with {w}"]), f"(?m)^{escaped(w)}.*$", [f"{w} one"]
        elif kind == "linesend":
            said, pattern, expect = r.choice([f"whole lines that end with {w}", f"find lines that end in \"{w}\"", f"each line of a text that ends with \"{w}\"", f"match lines with {w} at the end, from the start of the line", f"every line ending in {w}", f"complete lines that end with {w}"]), f"(?m)^.*{escaped(w)}$", [f"three {w}"]
        elif kind == "linehas":
            said, pattern, expect = r.choice([f"whole lines that contain {w}", f"find lines with \"{w}\" anywhere in them", f"each line of a text that contains \"{w}\"", f"match complete lines in which {w} occurs", f"every line with {w} in it", f"complete lines containing {w}"]), f"(?m)^.*{escaped(w)}.*$", subject.split("\n")[:3]
        else:
            said, pattern, expect = r.choice([f"whole lines that do not contain {w}, at least one character long", f"non-empty lines without \"{w}\"", f"each line of a text that has some characters but not \"{w}\"", f"match non-empty lines in which {w} does not occur", f"every non-empty line without {w} in it", f"complete lines, not empty, that lack {w}"]), f"(?m)^(?!.*{escaped(w)}).+$", ["four"]
    elif kind == "capital":
        said = r.choice(["words that begin with a capital letter and go on in lower case", "a capital letter followed by one or more lower-case letters, as a whole word", "find capitalised words such as Oslo", "each word made of a capital letter and then lower-case letters", "words such as Anna: one capital, then at least one lower-case letter", "match words with only their first letter in capitals"])
        pattern, expect = r"\b[A-Z][a-z]+\b", ["The", "Anna", "Oslo", "Northern"]
    elif kind == "not":
        letter = r.choice("aeiost")
        said = r.choice([f"words of lower-case letters without the letter {letter}", f"find lower-case words that do not contain {letter}", f"lower-case words with no {letter} in them", f"every word of lower-case letters other than {letter}", f"match words in lower case that lack the letter {letter}", f"each lower-case word in which {letter} does not occur"])
        before, after = chr(ord(letter) - 1), chr(ord(letter) + 1)
        span = (("a" if before == "a" else f"a-{before}") if letter != "a" else "") + f"{after}-z"
        pattern, expect = rf"\b[{span}]+\b", [w for w in words if all(c in LOWER for c in w) and letter not in w]
    elif kind == "spaces":
        n = r.randint(2, 5)
        subject = "a b  c   d    e      f"
        said = r.choice([f"runs of {n} or more spaces", f"find at least {n} spaces in a row", f"{n} or more spaces after each other", f"every run of at least {n} spaces", f"match {n} or more consecutive spaces", f"places with {n} spaces or more"])
        pattern, expect = f"[ ]{{{n},}}", [x for x in [" ", "  ", "   ", "    ", "      "] if len(x) >= n]
    elif kind == "follow":
        if noun == other:
            return None
        subject = f"{noun} {other} {noun} x {noun}"
        neg = r.random() < 0.5
        said = r.choice([f"{noun}, unless \" {other}\" follows", f"find {noun} that is not followed by \" {other}\"", f"{noun} without \" {other}\" right after it", f"every {noun} except where \" {other}\" comes next"]) if neg else \
            r.choice([f"{noun}, only if \" {other}\" follows; leave that out of the match", f"find {noun} where \" {other}\" comes next, but match only {noun}", f"only the {noun} that is followed by \" {other}\", without matching the latter", f"{noun} directly before \" {other}\", which is not part of the match"])
        pattern, expect = f"{noun}(?{'!' if neg else '='} {other})", [noun] * (2 if neg else 1)
    else:
        subject = None
        if kind == "start":
            said = r.choice([f"the text begins with \"{stem}\"", f"a text that starts with \"{stem}\"", f"match if \"{stem}\" stands at the beginning of the text", f"\"{stem}\" at the very start", f"check that a text begins with \"{stem}\"", f"texts starting with \"{stem}\""])
            pattern, yes, no = f"^{stem}", [stem, stem + "x"], ["x" + stem, "", "x\n" + stem]
        else:
            said = r.choice([f"the text ends with \"{tail}\"", f"a text that ends in \"{tail}\"", f"match if \"{tail}\" stands at the end of the text", f"\"{tail}\" at the very end", f"check that a text ends with \"{tail}\"", f"texts ending in \"{tail}\""])
            pattern, yes, no = f"{tail}$", [tail, "x" + tail], [tail + "x", ""]
        for text in yes + no:
            if bool(re.search(pattern, text)) != (text in yes):
                raise AssertionError(f"{said}: {pattern} on {text!r}")
    if subject is not None:
        if sorted(re.findall(pattern, subject)) != sorted(expect):
            raise AssertionError(f"{said}: {pattern} gave {re.findall(pattern, subject)}, not {expect}")
        if not expect:
            return None
    return sentence(r, said), "", pattern, "capture" if kind == "inside" else "find"


FIELDS = {  # name: pattern, examples
    "date": (r"\d{4}-\d{2}-\d{2}", ["2024-03-09", "2023-11-30"]), "time": (r"\d{2}:\d{2}", ["08:15", "23:40"]),
    "level": ("[A-Z]+", ["WARN", "INFO", "DEBUG"]), "user": (r"\w+", ["mira", "jo_7"]), "id": (r"\d+", ["17", "4051"]),
    "code": ("[A-Z]{3}", ["ABX", "QRT"]), "price": (r"\d+\.\d{2}", ["12.50", "3.99"]), "city": ("[A-Za-z]+", ["Lyon", "Graz"]),
    "year": (r"\d{4}", ["1998", "2021"]), "status": (r"\d{3}", ["200", "404"]), "unit": ("[a-z]+", ["kg", "litre"]),
    "hash": ("[0-9a-f]{8}", ["3fa90c1d", "00be77aa"]), "version": (r"\d+\.\d+", ["1.12", "4.0"])}


def capture(r):
    names = r.sample(list(FIELDS), r.choice([2, 3, 3, 4]))
    sep, word = r.choice([(" ", "spaces"), (", ", "a comma and a space"), (";", "semicolons"), (" | ", "a vertical bar with spaces around it"), ("/", "slashes"), ("\t", "tabs"), (" - ", "a hyphen with spaces around it"), ("=", "equals signs")])
    if len(names) == 2:
        word = {"spaces": "a space", "semicolons": "a semicolon", "slashes": "a slash", "tabs": "a tab",
                "equals signs": "an equals sign"}.get(word, word)
    wanted = sorted(r.sample(names, r.choice([1, 1, 2, min(3, len(names))])), key=names.index)
    named = r.random() < 0.25
    group = lambda n: (f"(?P<{n}>{FIELDS[n][0]})" if named else f"({FIELDS[n][0]})") if n in wanted else FIELDS[n][0]
    joint = escaped(sep).replace("\t", r"\t")
    pattern = "^" + joint.join(map(group, names)) + "$"
    what = ", ".join(wanted[:-1]) + " and the " + wanted[-1] if len(wanted) > 1 else wanted[0]
    what = what.replace(", ", ", the ")
    layout = ", ".join(names[:-1]) + " and " + names[-1]
    groups = "" if not named else (f" in a group named {wanted[0]}" if len(wanted) == 1 else " in groups of these names")
    line = sep.join(FIELDS[n][1][0] for n in names)
    shown = r.random() < 0.35 and sep != "\t"  # the line stands in the instruction, or above it
    like = f", such as {line}," if shown else ""
    end = f", such as {line}" if shown else ""
    said = r.choice([f"capture the {what}{groups}; a line has {layout}, separated by {word}{end}", f"lines consist of {layout}, separated by {word}{end}: capture the {what}{groups}",
                     f"from a line with {layout}, separated by {word}{like or ','} capture the {what}{groups}", f"{layout}, separated by {word}{end}; capture the {what}{groups}",
                     f"a line is made of {layout} with {word} between{end}: capture the {what}{groups}", f"match the whole line ({layout}, separated by {word}{end}) and capture the {what}{groups}"])
    for _ in range(6):
        values = {n: r.choice(FIELDS[n][1]) for n in names}
        tested = sep.join(values[n] for n in names)
        found = re.search(pattern, tested)
        if not found or list(found.groups()) != [values[n] for n in wanted]:
            raise AssertionError(f"{said}: {pattern} on {tested!r}")
        if re.search(pattern, tested + "!") or re.search(pattern, "!" + tested):
            raise AssertionError(f"{pattern} is not anchored")
    return sentence(r, said), "" if shown else line, pattern, "capture"


OPERATIONS = [(validator, 165), (finder, 80), (capture, 50)]


def compose():
    r = random.Random("regex")
    seen, patterns, forms, rows, faults = set(), {}, {}, [], []
    for operation, wanted in OPERATIONS:
        made = tries = 0
        while made < wanted and tries < wanted * 60:
            tries += 1
            try:
                done = operation(r)
            except AssertionError as error:
                faults.append(str(error))
                continue
            if not done:
                continue
            said, line, pattern, area = done
            form = re.sub(r"\d+|\"[^\"]*\"", "_", said.lower())
            form = re.sub("|".join(map(re.escape, THINGS + NOUNS + STEMS)), "_", form)
            if said.lower().rstrip(".") in seen or patterns.get(pattern, 0) >= 2 or forms.get(form, 0) >= 4:
                continue
            seen.add(said.lower().rstrip("."))
            patterns[pattern] = patterns.get(pattern, 0) + 1
            forms[form] = forms.get(form, 0) + 1
            made += 1
            rows.append({"instruction": said, "input": line, "output": pattern, "tags": ["regex", area], "language": "regex", "group": f"regex-{area}"})
        if made < wanted:
            faults.append(f"{operation.__name__}: only {made} of {wanted}")
    return rows, faults
