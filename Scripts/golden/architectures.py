#!/usr/bin/env python3
"""Makes Tests/LanguageModelTests/Resources/architectures: small random models of each architecture and their logits.

    pip install torch transformers numpy gguf            and llama-cpp-python to have the files read by llama.cpp as well
    Scripts/golden/architectures.py

Each model is one of transformers, with random weights that make its attention look at few positions and each of its parts matter.
The weights are rounded to the type that the file stores and put back into the model; it then runs in float32 over a
sequence longer than the engine's batch and than any window. The file has the keys and names that llama.cpp's converter
gives, and the order of Llama's query and key rows. If llama.cpp is there, its logits are compared with the same ones.

NAME.gguf is the model, NAME.logits its answer, little-endian: "PKLA", int32 tokens, int32 vocabulary, the tokens as int32, and a
position after the other a float32 step and the logits as int16 multiples of it.
"""
import math
import struct
from pathlib import Path

import gguf
import numpy as np
import torch
import transformers
from gguf import GGMLQuantizationType as Type

OUT = Path(__file__).resolve().parents[2] / "Tests/LanguageModelTests/Resources/architectures"
LENGTH = 144
SPECIAL = ["<s>", "</s>", "<unknown>", "<padding>"]
VOCABULARY = 257 + len(SPECIAL)
SHAPE = dict(vocab_size=VOCABULARY, hidden_size=64, intermediate_size=96, num_attention_heads=4, num_key_value_heads=2,
             max_position_embeddings=512, rms_norm_eps=1e-5, attn_implementation="eager")

# name: architecture, the type of its matrices, transformers' configuration
MODELS = {
    "llama3": ("llama", Type.Q8_0, transformers.LlamaConfig(
        **SHAPE, num_hidden_layers=3, head_dim=32, rope_parameters=dict(
            rope_type="llama3", rope_theta=10000.0, factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0,
            original_max_position_embeddings=64))),
    "llama-linear": ("llama", Type.F16, transformers.LlamaConfig(
        **SHAPE, num_hidden_layers=2, tie_word_embeddings=True,
        rope_parameters=dict(rope_type="linear", rope_theta=1000.0, factor=2.5))),
    "qwen2": ("qwen2", Type.BF16, transformers.Qwen2Config(
        **SHAPE, num_hidden_layers=2, tie_word_embeddings=True,
        rope_parameters=dict(rope_type="default", rope_theta=5000.0))),
    "qwen3": ("qwen3", Type.Q8_0, transformers.Qwen3Config(
        **SHAPE, num_hidden_layers=3, head_dim=48, rope_parameters=dict(rope_type="default", rope_theta=20000.0))),
    # Every sixth layer sees everything: the sixth of seven.
    "gemma3": ("gemma3", Type.Q8_0, transformers.Gemma3TextConfig(
        **SHAPE, num_hidden_layers=7, head_dim=32, query_pre_attn_scalar=32, sliding_window=20,
        layer_types=["sliding_attention"] * 5 + ["full_attention", "sliding_attention"], rope_parameters=dict(
            full_attention=dict(rope_type="linear", rope_theta=20000.0, factor=2.0),
            sliding_attention=dict(rope_type="default", rope_theta=10000.0)))),
}

NAMES = {
    "embed_tokens.weight": "token_embd.weight", "norm.weight": "output_norm.weight", "lm_head.weight": "output.weight",
    "self_attn.q_proj": "attn_q", "self_attn.k_proj": "attn_k", "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output", "self_attn.q_norm": "attn_q_norm", "self_attn.k_norm": "attn_k_norm",
    "mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up", "mlp.down_proj": "ffn_down", "input_layernorm": "attn_norm",
}
# The same name means another place in Gemma.
AFTER_ATTENTION = {"gemma3": "post_attention_norm"}
GEMMA = {"pre_feedforward_layernorm": "ffn_norm", "post_feedforward_layernorm": "post_ffw_norm"}


def name_in_file(name, architecture):
    name = name.removeprefix("model.")
    if name in NAMES:
        return NAMES[name]
    _, layer, part = name.split(".", 2)
    part, kind = part.rsplit(".", 1)
    names = {**NAMES, **GEMMA, "post_attention_layernorm": AFTER_ATTENTION.get(architecture, "ffn_norm")}
    return f"blk.{layer}.{names[part]}.{kind}"


def random_value(name, shape, architecture, tied, generator):
    if name.endswith("norm.weight"):
        # Gemma stores what is added to 1.
        return generator.uniform(0.5, 1.5, shape) - (1 if architecture == "gemma3" else 0)
    if name.endswith(".bias"):
        return generator.normal(0, 0.5, shape)
    if "embed_tokens" in name:
        return generator.normal(0, 0.25 if tied else 1, shape)
    gain = 1.3 if "q_proj" in name or "k_proj" in name else 1
    return generator.normal(0, gain / math.sqrt(shape[-1]), shape)


def stored(values, kind):
    """What the file holds, and what that means in float32."""
    values = values.astype(np.float32)
    kind = kind if values.ndim == 2 else Type.F32
    data = gguf.quants.quantize(values, kind)
    return kind, data, gguf.quants.dequantize(data, kind).reshape(values.shape).astype(np.float32)


def neighbouring(rows, heads):
    """Llama files rotate neighbouring rows of a head instead of rows half a head apart."""
    return rows.reshape(heads, 2, len(rows) // heads // 2, -1).swapaxes(1, 2).reshape(rows.shape)


def rope_factors(config):
    """By how much each pair of Llama 3 turns slower; see https://arxiv.org/abs/2407.21783 and transformers' formula."""
    plain = config.rope_parameters["rope_theta"] ** (-np.arange(0, config.head_dim, 2) / config.head_dim)
    scaled, _ = transformers.modeling_rope_utils.ROPE_INIT_FUNCTIONS["llama3"](config, "cpu")
    return (plain / scaled.numpy()).astype(np.float32)


def write_header(writer, architecture, config):
    rope = config.rope_parameters
    rope = rope.get("full_attention", rope)
    writer.add_name("random")
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_block_count(config.num_hidden_layers)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(config.num_attention_heads)
    writer.add_head_count_kv(config.num_key_value_heads)
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    writer.add_rope_freq_base(rope["rope_theta"])
    width = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
    if width * config.num_attention_heads != config.hidden_size:
        writer.add_key_length(width)
        writer.add_value_length(width)
    if architecture == "llama":
        writer.add_vocab_size(config.vocab_size)
        writer.add_rope_dimension_count(width)
    if architecture == "gemma3":
        writer.add_sliding_window(config.sliding_window)
    if rope["rope_type"] == "linear":
        writer.add_rope_scaling_type(gguf.RopeScalingType.LINEAR)
        writer.add_rope_scaling_factor(rope["factor"])


def write_vocabulary(writer):
    """The 256 bytes as GPT-2 writes them, one pair of them, since llama.cpp asks for merges, and three special tokens."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [b for b in range(256) if b not in plain]
    letters = {**{b: chr(b) for b in plain}, **{b: chr(256 + i) for i, b in enumerate(others)}}
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list([letters[b] for b in range(256)] + ["th"] + SPECIAL)
    writer.add_token_types([gguf.TokenType.NORMAL] * 257 + [gguf.TokenType.CONTROL] * len(SPECIAL))
    writer.add_token_merges(["t h"])
    writer.add_bos_token_id(257)
    writer.add_eos_token_id(258)
    writer.add_unk_token_id(259)


def build(name, path):
    """The model with its random weights, written to `path` as well, and the generator behind it."""
    architecture, kind, config = MODELS[name]
    generator = np.random.default_rng(list(MODELS).index(name))
    model = transformers.AutoModelForCausalLM.from_config(config, dtype=torch.float32).eval()
    writer = gguf.GGUFWriter(path, architecture)
    write_header(writer, architecture, config)
    write_vocabulary(writer)
    tied = model.get_output_embeddings().weight is model.get_input_embeddings().weight
    with torch.no_grad():
        for key, parameter in model.named_parameters():
            values = random_value(key, tuple(parameter.shape), architecture, tied, generator)
            if architecture == "gemma3" and key.endswith("norm.weight"):
                type_, data, rounded = stored(values + 1, kind)
                rounded = rounded - 1
            else:
                type_, data, rounded = stored(values, kind)
            parameter.copy_(torch.from_numpy(rounded))
            if architecture == "llama" and ("q_proj" in key or "k_proj" in key):
                heads = config.num_attention_heads if "q_proj" in key else config.num_key_value_heads
                data = neighbouring(data, heads)
            writer.add_tensor(name_in_file(key, architecture), data, raw_dtype=type_)
    if config.rope_parameters.get("rope_type") == "llama3":
        writer.add_tensor("rope_freqs.weight", rope_factors(config))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return model, generator


def write_logits(model, tokens, path):
    with torch.no_grad():
        logits = model(torch.from_numpy(tokens)[None]).logits[0].double().numpy()
    steps = np.abs(logits).max(-1) / 32767
    body = b"".join(struct.pack("<f", step) + np.round(row / step).astype("<i2").tobytes()
                    for step, row in zip(steps, logits))
    path.write_bytes(b"PKLA" + struct.pack("<2i", *logits.shape) + tokens.astype("<i4").tobytes() + body)
    return logits


def make(name):
    model, generator = build(name, OUT / f"{name}.gguf")
    tokens = generator.integers(0, VOCABULARY, LENGTH)
    logits = write_logits(model, tokens, OUT / f"{name}.logits")
    tied = model.get_output_embeddings().weight is model.get_input_embeddings().weight
    print(f"{name}: {'tied' if tied else 'untied'}, logits' deviation {logits.std():.2f}, likeliest token's probability"
          f" {np.exp(logits - np.log(np.exp(logits).sum(-1, keepdims=True))).max(-1).mean():.2f}", compare(name, tokens, logits))


def compare(name, tokens, logits):
    try:
        import llama_cpp
    except ImportError:
        return ""
    peer = llama_cpp.Llama(str(OUT / f"{name}.gguf"), n_ctx=256, n_batch=256, logits_all=True, verbose=False)
    peer.eval(tokens.tolist())
    error = np.array(peer.scores[:LENGTH]) - logits
    relative = np.sqrt((error**2).mean(-1) / (logits**2).mean(-1))
    return f"; llama.cpp: relative error {relative.mean():.5f}, at most {relative.max():.5f}"


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    for name in MODELS:
        make(name)


if __name__ == "__main__":
    main()
