#!/usr/bin/env python3
"""Makes Tests/LanguageModelTests/Resources/logits.bin: what a float32 run of the default model says about a mixed text.

    pip install numpy gguf tokenizers llama-cpp-python
    Scripts/golden/logits.py MODEL.gguf

The reference multiplies the file's dequantised weights in float32 with numpy, nothing is rounded on the way. The text is the
project's own starter pools, in windows of 256 tokens. For each position the file holds the likeliest tokens with
their log-probabilities, and the log-probability of the token that follows. llama.cpp is compared with the
same reference; what it reaches is printed and stored, since the tests ask for no less.

Layout, little-endian: "PKLG", then int32: windows, tokens a window, likeliest a position; float32: llama.cpp's mean
divergence, its share of equal first choices, its perplexity, the reference's perplexity; then a window after the other: int32
tokens, and a position after the other int32 likeliest, float32 log-probabilities, float32 log-probability of the next
token (0 at a window's last).
"""
import json
import math
import struct
import sys
from pathlib import Path

import numpy as np
from gguf import GGUFReader, dequantize
from tokenizers import Tokenizer, models, pre_tokenizers

ROOT = Path(__file__).resolve().parents[2]
WINDOWS, LENGTH, LIKELIEST = 9, 256, 16


class Model:
    def __init__(self, reader):
        field = lambda name: reader.fields["llama." + name].contents()
        self.weights = {
            t.name: dequantize(t.data, t.tensor_type).astype(np.float32).reshape([int(n) for n in reversed(t.shape)])
            for t in reader.tensors
        }
        self.layers = field("block_count")
        self.heads, self.kv_heads = field("attention.head_count"), field("attention.head_count_kv")
        self.head_width = field("embedding_length") // self.heads
        self.base, self.epsilon = field("rope.freq_base"), field("attention.layer_norm_rms_epsilon")

    def norm(self, x, name):
        return x / np.sqrt((x * x).mean(-1, keepdims=True) + self.epsilon) * self.weights[name]

    def rope(self, x):
        half = self.head_width // 2
        angle = np.arange(len(x))[:, None] * (float(self.base) ** (-np.arange(half) / half))[None]
        cos, sin = np.cos(angle)[:, None].astype(np.float32), np.sin(angle)[:, None].astype(np.float32)
        out = np.empty_like(x)
        out[..., 0::2] = x[..., 0::2] * cos - x[..., 1::2] * sin
        out[..., 1::2] = x[..., 0::2] * sin + x[..., 1::2] * cos
        return out

    def attention(self, h, prefix):
        n, w = len(h), self.weights
        q = self.rope((h @ w[prefix + "attn_q.weight"].T).reshape(n, self.heads, -1))
        k = self.rope((h @ w[prefix + "attn_k.weight"].T).reshape(n, self.kv_heads, -1))
        v = (h @ w[prefix + "attn_v.weight"].T).reshape(n, self.kv_heads, -1)
        k, v = (np.repeat(t, self.heads // self.kv_heads, 1) for t in (k, v))
        score = np.einsum("qhd,khd->hqk", q, k) / math.sqrt(self.head_width)
        score = score + np.triu(np.full((n, n), -np.inf, np.float32), 1)
        score = np.exp(score - score.max(-1, keepdims=True))
        score /= score.sum(-1, keepdims=True)
        return np.einsum("hqk,khd->qhd", score, v).reshape(n, -1) @ w[prefix + "attn_output.weight"].T

    def logits(self, ids):
        w = self.weights
        x = w["token_embd.weight"][ids]
        for layer in range(self.layers):
            prefix = f"blk.{layer}."
            x = x + self.attention(self.norm(x, prefix + "attn_norm.weight"), prefix)
            h = self.norm(x, prefix + "ffn_norm.weight")
            gate, up = h @ w[prefix + "ffn_gate.weight"].T, h @ w[prefix + "ffn_up.weight"].T
            x = x + (gate / (1 + np.exp(-gate)) * up) @ w[prefix + "ffn_down.weight"].T
        return self.norm(x, "output_norm.weight") @ w.get("output.weight", w["token_embd.weight"]).T


def tokens_of_text(reader):
    field = lambda name: reader.fields["tokenizer.ggml." + name].contents()
    merges = [tuple(m.split(" ")) for m in field("merges")]
    bpe = Tokenizer(models.BPE({t: i for i, t in enumerate(field("tokens"))}, merges))
    bpe.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)])
    ids = []
    files = sorted((ROOT / "Pools").glob("*.jsonl"))
    share = WINDOWS * LENGTH // len(files) + 1
    for path in files:
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        text = "\n\n".join("\n".join(row.get(k, "") for k in ("instruction", "input", "output")) for row in rows)
        ids += bpe.encode(text, add_special_tokens=False).ids[:share]
    return np.array(ids[:WINDOWS * LENGTH]).reshape(WINDOWS, LENGTH)


def log_softmax(z):
    z = z.astype(np.float64) - z.max(-1, keepdims=True)
    return z - np.log(np.exp(z).sum(-1, keepdims=True))


def divergence(ids, logp, other):
    """KL(reference ‖ other) over the likeliest tokens and the rest taken together: a lower bound, the same for all."""
    p, q = (np.take_along_axis(x, ids, -1) for x in (logp, other))
    rest_p, rest_q = (np.log(np.maximum(1 - np.exp(x).sum(-1), 1e-9)) for x in (p, q))
    return (np.exp(p) * (p - q)).sum(-1) + np.exp(rest_p) * (rest_p - rest_q)


def main():
    reader = GGUFReader(sys.argv[1])
    model, windows = Model(reader), tokens_of_text(reader)
    from llama_cpp import Llama

    peer = Llama(sys.argv[1], n_ctx=LENGTH, n_batch=LENGTH, logits_all=True, verbose=False)
    kl, same, nll, peer_nll, body = [], [], [], [], b""
    for window in windows:
        logp = log_softmax(model.logits(window))
        peer.reset()
        peer.eval(window.tolist())
        other = log_softmax(np.array(peer.scores[:LENGTH]))
        likeliest = np.argsort(-logp, -1, kind="stable")[:, :LIKELIEST]
        kl += divergence(likeliest, logp, other).tolist()
        same += (logp.argmax(-1) == other.argmax(-1)).tolist()
        following = np.append(np.take_along_axis(logp[:-1], window[1:, None], -1)[:, 0], 0)
        nll += (-following[:-1]).tolist()
        peer_nll += (-np.take_along_axis(other[:-1], window[1:, None], -1)[:, 0]).tolist()
        body += window.astype("<i4").tobytes()
        values = np.take_along_axis(logp, likeliest, -1).astype("<f4")
        for position in range(LENGTH):
            body += likeliest[position].astype("<i4").tobytes() + values[position].tobytes()
            body += struct.pack("<f", following[position])
    figures = [np.mean(kl), np.mean(same), math.exp(np.mean(peer_nll)), math.exp(np.mean(nll))]
    print("llama.cpp: mean divergence %.6f, equal first choices %.4f, perplexity %.4f; reference's perplexity %.4f"
          % tuple(figures))
    out = ROOT / "Tests/LanguageModelTests/Resources/logits.bin"
    out.parent.mkdir(exist_ok=True)
    out.write_bytes(b"PKLG" + struct.pack("<3i4f", WINDOWS, LENGTH, LIKELIEST, *figures) + body)


if __name__ == "__main__":
    main()
