#!/usr/bin/env python3
"""Makes Tests/SentenceEncoderTests/Resources/vectors.json: texts and their vectors by a float64 computation of
all-MiniLM-L6-v2 in numpy (BERT, mean pooling, unit length), rounded to six digits.

    pip install numpy safetensors tokenizers
    encoder.py FOLDER_OF_THE_MODEL > Tests/SentenceEncoderTests/Resources/vectors.json
    encoder.py FOLDER_OF_THE_MODEL TEXTS.json > VECTORS.json          other texts, a JSON array of strings
"""
import json
import math
import sys

import numpy as np
from safetensors.numpy import load_file
from tokenizers import Tokenizer

TEXTS = [
    "", " ", "a", "Write a commit message for this change.", "Summarise the paragraph in one sentence.",
    "Turn this into a regular expression that matches ISO dates.",
    "SELECT name FROM users WHERE id = ?;", "def add(a, b):\n    return a + b",
    "Explain what `git rebase --onto` does.", "Übersetze den Satz ins Französische: Größe zählt.",
    "naïve café résumé coöperate", "将这句话翻译成英文。", "日本語の文章を要約してください。", "한국어 문장을 요약해 주세요",
    "اكتب رسالة قصيرة", "שלום עולם", "👩‍💻 fix the bug 🐛 please", "e\u0301 and é are the same", "tabs\tand\u00a0spaces\u2003here",
    "control\u0000\u0007characters\u200b\ufffdgo", "[MASK] stands for [SEP] a special token",
    "x" * 101 + " a word that is too long", "İstanbul ΣΊΣΥΦΟΣ straße", "word " * 400,
]


def main():
    folder = sys.argv[1]
    w = {k: v.astype(np.float64) for k, v in load_file(f"{folder}/model.safetensors").items()}
    tokenizer = Tokenizer.from_file(f"{folder}/tokenizer.json")
    tokenizer.no_padding()
    tokenizer.enable_truncation(256)
    erf = np.vectorize(math.erf)

    def linear(x, name):
        return x @ w[name + ".weight"].T + w[name + ".bias"]

    def norm(x, name):
        x = x - x.mean(-1, keepdims=True)
        return x / np.sqrt((x * x).mean(-1, keepdims=True) + 1e-12) * w[name + ".weight"] + w[name + ".bias"]

    def vector(text):
        ids = tokenizer.encode(text).ids
        n, e = len(ids), "embeddings."
        x = w[e + "word_embeddings.weight"][ids] + w[e + "position_embeddings.weight"][:n]
        x = norm(x + w[e + "token_type_embeddings.weight"][0], e + "LayerNorm")
        for layer in range(6):
            p = f"encoder.layer.{layer}."
            q, k, v = (linear(x, p + "attention.self." + part).reshape(n, 12, 32).transpose(1, 0, 2)
                       for part in ("query", "key", "value"))
            s = q @ k.transpose(0, 2, 1) / math.sqrt(32)
            s = np.exp(s - s.max(-1, keepdims=True))
            a = (s / s.sum(-1, keepdims=True) @ v).transpose(1, 0, 2).reshape(n, -1)
            x = norm(x + linear(a, p + "attention.output.dense"), p + "attention.output.LayerNorm")
            h = linear(x, p + "intermediate.dense")
            x = norm(x + linear(h * 0.5 * (1 + erf(h / math.sqrt(2))), p + "output.dense"), p + "output.LayerNorm")
        mean = x.mean(0)
        return mean / np.linalg.norm(mean), ids

    texts = json.load(open(sys.argv[2])) if len(sys.argv) > 2 else TEXTS
    print("[")
    for index, text in enumerate(texts):
        values, ids = vector(text)
        row = {"text": text, "tokens": len(ids), "vector": [round(float(v), 6) for v in values]}
        print(json.dumps(row, separators=(",", ":")) + ("," if index + 1 < len(texts) else ""))
    print("]")


main()
