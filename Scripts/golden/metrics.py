#!/usr/bin/env python3
"""Makes Tests/EvaluationTests/Resources/metrics.json: 500 pairs of texts with their ROUGE-L by rouge-score and their
sentence BLEU by sacrebleu.

    pip install rouge-score sacrebleu
    metrics.py > Tests/EvaluationTests/Resources/metrics.json
"""
import json
import random

import sacrebleu
from rouge_score import rouge_scorer

WORDS = ("the a cat dog sat on mat, 3.14 1,000 x-ray 10-12 don't (see) \"yes\" naïve Größe path/to/file. end! what? "
         "foo_bar a.b.c 5. .5 C++ -- - 日本語 <b> &amp; e.g. U.S. one two three four five six").split()
random.seed(11)
scorer = rouge_scorer.RougeScorer(["rougeL"], use_stemmer=False)
bleu = sacrebleu.BLEU(effective_order=True)
rows = []
for number in range(500):
    reference = [random.choice(WORDS) for _ in range(random.randint(1, 14))]
    candidate = [w if random.random() < 0.7 else random.choice(WORDS) for w in reference]
    if random.random() < 0.4:
        del candidate[random.randrange(len(candidate)):]
    if random.random() < 0.3:
        candidate += random.choices(WORDS, k=random.randint(1, 5))
    if random.random() < 0.05:
        random.shuffle(candidate)
    glue = "\n" if random.random() < 0.1 else " "
    a, b = glue.join(candidate), " ".join(reference)
    rows.append([a, b, round(scorer.score(b, a)["rougeL"].fmeasure, 9), round(bleu.sentence_score(a, [b]).score, 7)])
print("[")
print(",\n".join(json.dumps(row, ensure_ascii=False) for row in rows))
print("]")
