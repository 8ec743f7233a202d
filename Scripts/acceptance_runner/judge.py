"""Says of an answer whether a person would keep it as it is."""

import re

from . import cases, code_checks, text_checks
from .sandbox import refused

CHECKS = {
    "python": code_checks.python, "pytest": code_checks.pytest,
    "javascript": code_checks.javascript, "c": code_checks.c, "bash": code_checks.bash,
    "shell": code_checks.shell, "sql": text_checks.sql, "regex": text_checks.regex,
    "commit": text_checks.commit, "prose": text_checks.prose, "house": text_checks.house,
}
RUN = {"python", "pytest", "javascript", "c", "bash", "shell", "sql"}
PREFACE = re.compile(
    r"(sure|certainly|of course|absolutely)\b[,!.]|here('s| is| are)\b[^.]*:$"
    r"|(answer|output|response|result|summary|rewritten)\s*:", re.I)
TEMPLATE = re.compile(
    r"<\|?/?(im_start|im_end|endoftext|s|start_of_turn|end_of_turn)\|?>|^### ?\w+:", re.M)


def complaint(case, document, sandbox):
    """Returns what is wrong with the document, or None when it would be kept.

    - Parameters: a case, the document with the answer in it, and the sandbox to run code in.
    """
    check = case["check"]
    answer = cases.answer(case, document)
    if answer is None:
        return "changes other text"
    if not answer.strip():
        return "is empty"
    if "```" in answer or "~~~" in answer:
        return "has a code fence"
    if TEMPLATE.search(answer) or "\ufffd" in answer:
        return "has marks of the prompt"
    if PREFACE.match(answer.strip().split("\n")[0]):
        return "has a preface"
    asked = cases.instruction(case)
    if check["type"] != "commit" and len(asked) >= 15 and asked.lower() in answer.lower():
        return "repeats the instruction"
    if check["type"] in RUN:
        lines = sum(1 for line in answer.split("\n") if line.strip())
        if lines > check.get("lines", 24):
            return f"has {lines} lines"
        if part := refused(answer):
            return f"is not run: {part}"
        for name in check.get("uses", []):
            if not re.search(rf"(?<!\w){re.escape(name)}(?!\w)", answer):
                return f"does not use {name}"
    return CHECKS[check["type"]](case, check, answer, document, sandbox)


def self_test(selected, sandbox):
    """Yields a line for each right answer that fails and each wrong one that passes."""
    asking = [case for case in selected if case["kind"] != "silent"]
    for case in asking:
        before, after = case["text"].split(cases.CURSOR)
        right, wrong = case["check"]["right"], case["check"].get("wrong", [])
        for text in right:
            if reason := complaint(case, before + text + after, sandbox):
                yield f"{case['id']}: a right answer {reason}: {text!r}"
        everywhere = [
            "\n", "Sure, here it is:\n\n" + right[0], f"```\n{right[0]}\n```",
            "I'm sorry, but I cannot help with that."]
        for text in [*wrong, *everywhere]:
            if complaint(case, before + text + after, sandbox) is None:
                yield f"{case['id']}: a wrong answer passes: {text!r}"
