#!/usr/bin/env python3
"""Makes Tests/LanguageModelTests/Resources/NAME.bin: what a float32 run of a model says about a mixed text.

    pip install numpy gguf tokenizers llama-cpp-python
    Scripts/golden/logits.py logits SmolLM2-135M-Instruct.Q4_1.gguf
    Scripts/golden/logits.py gemma-3-270m gemma-3-270m-q4_k_m.gguf

The reference multiplies the file's dequantised weights in float32 with numpy, nothing is rounded on the way. The text is the
project's own starter pools, in windows of 256 tokens, or of 640 where the model has layers that see 512. For each position
the file holds the likeliest tokens with their log-probabilities, and the log-probability of the token that follows.
llama.cpp is compared with the same reference; what it reaches is printed and stored, since the tests ask for no less.

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
LIKELIEST = 16


class Model:
    """llama, and gemma3 with its halves, norms, windows and two speeds of turning."""

    def __init__(self, reader):
        self.architecture = reader.fields["general.architecture"].contents()
        field = lambda name, other=None: (
            reader.fields[key].contents() if (key := f"{self.architecture}.{name}") in reader.fields else other)
        self.weights = {
            t.name: dequantize(t.data, t.tensor_type).astype(np.float32).reshape([int(n) for n in reversed(t.shape)])
            for t in reader.tensors
        }
        self.is_gemma = self.architecture == "gemma3"
        self.layers, self.width = field("block_count"), field("embedding_length")
        self.heads, self.kv_heads = field("attention.head_count"), field("attention.head_count_kv")
        self.head_width = field("attention.key_length", self.width // self.heads)
        self.base, self.epsilon = field("rope.freq_base"), field("attention.layer_norm_rms_epsilon")
        self.window = field("attention.sliding_window", 0)
        self.windows, self.length = (2, 640) if self.window else (9, 256)

    def norm(self, x, name):
        return x / np.sqrt((x * x).mean(-1, keepdims=True) + self.epsilon) * self.weights[name]

    def rope(self, x, base):
        half = self.head_width // 2
        angle = np.arange(len(x))[:, None] * (float(base) ** (-np.arange(half) / half))[None]
        cos, sin = np.cos(angle)[:, None].astype(np.float32), np.sin(angle)[:, None].astype(np.float32)
        a, b = (slice(half), slice(half, None)) if self.is_gemma else (slice(0, None, 2), slice(1, None, 2))
        out = np.empty_like(x)
        out[..., a] = x[..., a] * cos - x[..., b] * sin
        out[..., b] = x[..., a] * sin + x[..., b] * cos
        return out

    def attention(self, h, layer):
        n, w, prefix = len(h), self.weights, f"blk.{layer}."
        q = (h @ w[prefix + "attn_q.weight"].T).reshape(n, self.heads, -1)
        k = (h @ w[prefix + "attn_k.weight"].T).reshape(n, self.kv_heads, -1)
        v = (h @ w[prefix + "attn_v.weight"].T).reshape(n, self.kv_heads, -1)
        if self.is_gemma:
            q, k = self.norm(q, prefix + "attn_q_norm.weight"), self.norm(k, prefix + "attn_k_norm.weight")
        is_local = self.window and layer % 6 != 5
        q, k = (self.rope(t, 10000 if is_local else self.base) for t in (q, k))
        k, v = (np.repeat(t, self.heads // self.kv_heads, 1) for t in (k, v))
        distance = np.arange(n)[:, None] - np.arange(n)[None]
        seen = (distance >= 0) & (distance < (self.window if is_local else n))
        score = np.einsum("qhd,khd->hqk", q, k) / math.sqrt(self.head_width)
        score = np.where(seen, score, np.float32(-np.inf))
        score = np.exp(score - score.max(-1, keepdims=True))
        score /= score.sum(-1, keepdims=True)
        return np.einsum("hqk,khd->qhd", score, v).reshape(n, -1) @ w[prefix + "attn_output.weight"].T

    def gate(self, x):
        if self.is_gemma:
            return x * np.float32(0.5) * (1 + np.tanh(np.float32(math.sqrt(2 / math.pi)) * (x + 0.044715 * x**3)))
        return x / (1 + np.exp(-x))

    def logits(self, ids):
        w = self.weights
        after = (lambda x, name: self.norm(x, name)) if self.is_gemma else (lambda x, _: x)
        x = w["token_embd.weight"][ids] * np.float32(math.sqrt(self.width) if self.is_gemma else 1)
        for layer in range(self.layers):
            prefix = f"blk.{layer}."
            h = self.attention(self.norm(x, prefix + "attn_norm.weight"), layer)
            x = x + after(h, prefix + "post_attention_norm.weight")
            h = self.norm(x, prefix + "ffn_norm.weight")
            gate, up = h @ w[prefix + "ffn_gate.weight"].T, h @ w[prefix + "ffn_up.weight"].T
            x = x + after((self.gate(gate) * up) @ w[prefix + "ffn_down.weight"].T, prefix + "post_ffw_norm.weight")
        return self.norm(x, "output_norm.weight") @ w.get("output.weight", w["token_embd.weight"]).T


def byte_level(reader):
    """SmolLM2's tokenizer."""
    field = lambda name: reader.fields["tokenizer.ggml." + name].contents()
    merges = [tuple(m.split(" ")) for m in field("merges")]
    bpe = Tokenizer(models.BPE({t: i for i, t in enumerate(field("tokens"))}, merges))
    bpe.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)])
    return lambda text: bpe.encode(text, add_special_tokens=False).ids


def tokens_of_text(model, encode, beginning):
    ids = []
    files = sorted((ROOT / "Pools").glob("*.jsonl"))
    length = model.length - len(beginning)
    share = model.windows * length // len(files) + 1
    for path in files:
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        text = "\n\n".join("\n".join(row.get(k, "") for k in ("instruction", "input", "output")) for row in rows)
        ids += encode(text)[:share]
    return [np.array(beginning + ids[i * length:(i + 1) * length]) for i in range(model.windows)]


def log_softmax(z):
    z = z.astype(np.float64) - z.max(-1, keepdims=True)
    return z - np.log(np.exp(z).sum(-1, keepdims=True))


def divergence(ids, logp, other):
    """KL(reference ‖ other) over the likeliest tokens and the rest taken together: a lower bound, the same for all."""
    p, q = (np.take_along_axis(x, ids, -1) for x in (logp, other))
    rest_p, rest_q = (np.log(np.maximum(1 - np.exp(x).sum(-1), 1e-9)) for x in (p, q))
    return (np.exp(p) * (p - q)).sum(-1) + np.exp(rest_p) * (rest_p - rest_q)


def main():
    name, path = sys.argv[1:]
    reader = GGUFReader(path)
    model = Model(reader)
    from llama_cpp import Llama

    length = model.length
    peer = Llama(path, n_ctx=length, n_batch=length, logits_all=True, verbose=False)
    if model.is_gemma:
        encode = lambda text: peer.tokenize(text.encode(), add_bos=False, special=False)
        windows = tokens_of_text(model, encode, [peer.token_bos()])
    else:
        windows = tokens_of_text(model, byte_level(reader), [])
    kl, same, nll, peer_nll, body = [], [], [], [], b""
    for window in windows:
        logp = log_softmax(model.logits(window))
        peer.reset()
        peer.eval(window.tolist())
        other = log_softmax(np.array(peer.scores[:length]))
        likeliest = np.argsort(-logp, -1, kind="stable")[:, :LIKELIEST]
        kl += divergence(likeliest, logp, other).tolist()
        same += (logp.argmax(-1) == other.argmax(-1)).tolist()
        following = np.append(np.take_along_axis(logp[:-1], window[1:, None], -1)[:, 0], 0)
        nll += (-following[:-1]).tolist()
        peer_nll += (-np.take_along_axis(other[:-1], window[1:, None], -1)[:, 0]).tolist()
        body += window.astype("<i4").tobytes()
        values = np.take_along_axis(logp, likeliest, -1).astype("<f4")
        for position in range(length):
            body += likeliest[position].astype("<i4").tobytes() + values[position].tobytes()
            body += struct.pack("<f", following[position])
    figures = [np.mean(kl), np.mean(same), math.exp(np.mean(peer_nll)), math.exp(np.mean(nll))]
    print("llama.cpp: mean divergence %.6f, equal first choices %.4f, perplexity %.4f; reference's perplexity %.4f"
          % tuple(figures))
    out = ROOT / f"Tests/LanguageModelTests/Resources/{name}.bin"
    out.parent.mkdir(exist_ok=True)
    out.write_bytes(b"PKLG" + struct.pack("<3i4f", model.windows, length, LIKELIEST, *figures) + body)


if __name__ == "__main__":
    main()
