"""How instructions are worded.

A specification says what its function does in one or more of three ways: `np`, what it returns ("the sum of …");
`do`, what it does ("sort …"); `yes`, what is true if it returns True ("any crate is fragile").
"""
import re


def camel(name):
    first, *rest = name.split("_")
    return first + "".join(word[:1].upper() + word[1:] for word in rest)


def third(phrase):
    """"sort the list" becomes "sorts the list"."""
    verb, _, rest = phrase.partition(" ")
    if verb.endswith(("s", "sh", "ch", "x", "o")):
        verb += "es"
    elif verb.endswith("y") and verb[-2] not in "aeiou":
        verb = verb[:-1] + "ies"
    else:
        verb += "s"
    rest = re.sub(r"(and|;) (return|drop|keep|skip|strip|join|raise|leave)\b", r"\1 \2s", rest)
    return f"{verb} {rest}".strip()


def sentence(phrase):
    return phrase[:1].upper() + phrase[1:] if not re.match(r"[a-z]+_", phrase) else phrase


def article(word):
    return "an" if word[0].lower() in "aeiou" and not word.startswith(("unit", "use")) else "a"


def javascript_words(text, spec):
    text = re.sub(r"\bNone\b", "null", text)
    text = re.sub(r"\bTrue\b", "true", text)
    text = re.sub(r"\bFalse\b", "false", text)
    text = re.sub(r"\bdictionary\b", "object", text)
    text = re.sub(r"\b([Aa]) object\b", r"\1n object", text)
    text = re.sub(r"\bdictionaries\b", "objects", text)
    for name in sorted({p for p, _ in spec["params"]} | set(spec.get("idents", ())), key=len, reverse=True):
        if "_" in name:
            text = re.sub(rf"\b{name}\b", camel(name), text)
    return text


def frame(rng, spec, signature, form, language):
    """One way to ask for the function."""
    kinds = [kind for kind in ("np", "do", "yes") if spec.get(kind)]
    kind = rng.choice(kinds)
    core = rng.choice(spec[kind]) + spec.get("tail", "")
    what = spec.get("noun_of", "function")
    note = spec.get("note", "")
    stop = rng.choice([".", ".", "."] + ([""] if not note else []))
    if kind == "np":
        bare = [f"Return {core}", f"Return {core}", sentence(core)]
        if not stop:
            bare += [f"return {core}", core]
        named = [f"Write a function {signature} that returns {core}", f"Write a function {signature} that returns {core}",
                 f"Write a function {signature} that returns {core}", f"{signature}: {core}", f"{signature}: return {core}",
                 f"function {signature} that returns {core}", f"Write {signature}, which returns {core}",
                 f"Define {signature}, which returns {core}", f"Add a function {signature} that returns {core}",
                 f"Implement {signature}. It returns {core}", f"{signature} returns {core}",
                 f"Function {signature} returning {core}"]
    elif kind == "do":
        bare = [sentence(core)] * 2 + ([core] if not stop else [])
        named = [f"Write a function {signature} that {third(core)}", f"Write a function {signature} that {third(core)}",
                 f"Write a function {signature} to {core}", f"{signature}: {core}", f"{signature} {third(core)}",
                 f"function {signature} that {third(core)}", f"Write {signature}, which {third(core)}",
                 f"Add a function {signature} that {third(core)}", f"Implement {signature}. It {third(core)}",
                 f"Create a function {signature} to {core}"]
    else:
        true = "True" if language == "python" else "true"
        bare = [f"Return {true} if {core}", f"Return whether {core}", f"Whether {core}", f"True if {core}"]
        named = [f"Write a function {signature} that returns {true} if {core}", f"{signature}: whether {core}",
                 f"{signature}: {true} if {core}, otherwise {'False' if language == 'python' else 'false'}",
                 f"Write a function {signature} that tells whether {core}", f"{signature} checks whether {core}",
                 f"function {signature} that checks if {core}", f"Write {signature}, which returns {true} if {core}",
                 f"Add a function {signature} that says whether {core}", f"Write a function {signature} to check whether {core}"]
    if what != "function":
        named = [text.replace("a function", f"a {what}").replace("Function", what.capitalize()).replace("function ", f"{what} ")
                 for text in named]
    if form == "method":
        named = [text.replace("a function", "a method").replace("Function", "Method").replace("function ", "method ")
                 for text in named]
    if form == "body":
        text = rng.choice(bare)
    elif spec.get("bare"):
        text = rng.choice(bare) + f". {rng.choice(['Name it', 'Call it', 'Name:'])} {signature.split('(')[0]}"
        stop = "."
    else:
        text = rng.choice(named)
    text += stop
    if note:
        text = f"{note} {text}" if form == "body" or rng.random() < 0.5 else f"{text} {note}"
    if form != "body" and spec.get("example"):
        text += (" " if text[-1] == "." else ". ") + spec["example"].replace("NAME", signature.split("(")[0])
    return text
