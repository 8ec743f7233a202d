#!/usr/bin/env python3
"""Compares `pillow-lsp embed` with sentence-transformers on 500 texts of the starter pools; prints the lowest cosine similarity.

    pip install torch sentence-transformers
    Scripts/golden/encoder_peer.py FOLDER_OF_THE_MODEL [PILLOW_LSP]
"""
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
from sentence_transformers import SentenceTransformer, models

ROOT = Path(__file__).resolve().parents[2]


def main():
    folder = sys.argv[1]
    program = sys.argv[2] if len(sys.argv) > 2 else str(ROOT / ".build/release/pillow-lsp")
    rows = [json.loads(line) for pool in sorted(ROOT.glob("Pools/*.jsonl")) for line in pool.open(encoding="utf-8")]
    # `embed` reads a text a line.
    texts = [" ".join((row["instruction"] + " " + row.get("input", "")).split()) for row in rows]
    step = max(1, len(texts) // 500)
    texts = texts[::step][:500]
    printed = subprocess.run([program, "embed"], input="\n".join(texts).encode(), capture_output=True, check=True).stdout
    found = np.array([json.loads(line) for line in printed.decode().splitlines()])
    encoder = models.Transformer(folder, max_seq_length=256)
    pooling = models.Pooling(found.shape[1], "mean")
    expected = SentenceTransformer(modules=[encoder, pooling, models.Normalize()], device="cpu").encode(texts)
    similarity = (found * expected).sum(1) / np.linalg.norm(found, axis=1) / np.linalg.norm(expected, axis=1)
    print(f"{len(texts)} texts: lowest cosine {similarity.min():.8f}, mean {similarity.mean():.8f}")


if __name__ == "__main__":
    main()
