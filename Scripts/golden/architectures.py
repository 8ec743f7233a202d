#!/usr/bin/env python3
"""Makes Tests/LanguageModelTests/Resources/architectures: small random models of each architecture and their logits.

    pip install torch transformers numpy gguf            and llama-cpp-python to have the files read by llama.cpp as well
    Scripts/golden/architectures.py [NAME…]      all, or those that are named

Each model is one of transformers, with random weights that make its attention look at few positions and each of its parts matter.
The weights are rounded to the type that the file stores and put back into the model; it then runs in float32 over a
sequence longer than the engine's batch and than any window. The file has the keys and names that llama.cpp's converter
gives, and the order of Llama's query and key rows. If llama.cpp is there, its logits are compared with the same ones.

NAME.gguf is the model, NAME.logits its answer, little-endian: "PKLA", int32 tokens, int32 vocabulary, the tokens as int32, and a
position after the other a float32 step and the logits as int16 multiples of it.
"""
import math
import struct
import sys
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

# Those above come first, since a model's place seeds its weights.
LONG_ROPE = dict(rope_type="longrope", rope_theta=5000.0, partial_rotary_factor=0.75,
                 short_factor=[1 + 0.05 * i for i in range(12)], long_factor=[1 + 0.5 * i for i in range(12)])
MODELS |= {
    # Sees the factors for long contexts, the other one those for short ones and a window.
    "phi3-long": ("phi3", Type.Q8_0, transformers.Phi3Config(
        **SHAPE | dict(hidden_size=128), num_hidden_layers=2, pad_token_id=0,
        original_max_position_embeddings=64, rope_parameters=LONG_ROPE | dict(original_max_position_embeddings=64))),
    "phi3-window": ("phi3", Type.F16, transformers.Phi3Config(
        **SHAPE | dict(hidden_size=128), num_hidden_layers=2, pad_token_id=0, sliding_window=20,
        original_max_position_embeddings=300, rope_parameters=LONG_ROPE | dict(original_max_position_embeddings=300))),
    "granite": ("granite", Type.Q8_0, transformers.GraniteConfig(
        **SHAPE, num_hidden_layers=3, tie_word_embeddings=True, embedding_multiplier=6.0, residual_multiplier=0.4,
        attention_multiplier=0.15, logits_scaling=2.0, rope_parameters=dict(rope_type="default", rope_theta=10000.0))),
    # The fourth of five layers does not rotate.
    "smollm3": ("smollm3", Type.Q8_0, transformers.SmolLM3Config(
        **SHAPE, num_hidden_layers=5, tie_word_embeddings=True, pad_token_id=0,
        rope_parameters=dict(rope_type="default", rope_theta=8000.0))),
    "mistral3": ("mistral3", Type.Q8_0, transformers.Ministral3Config(
        **SHAPE, num_hidden_layers=2, head_dim=32, rope_parameters=dict(
            rope_type="yarn", rope_theta=10000.0, factor=16.0, original_max_position_embeddings=256, beta_fast=32.0,
            beta_slow=1.0, mscale=1.0, mscale_all_dim=1.0, llama_4_scaling_beta=0.1))),
    "llama-yarn": ("llama", Type.F16, transformers.LlamaConfig(
        **SHAPE, num_hidden_layers=2, head_dim=32, rope_parameters=dict(
            rope_type="yarn", rope_theta=10000.0, factor=4.0, original_max_position_embeddings=64))),
    "gemma2": ("gemma2", Type.Q8_0, transformers.Gemma2Config(
        **SHAPE, num_hidden_layers=3, head_dim=32, query_pre_attn_scalar=32, sliding_window=20,
        attn_logit_softcapping=3.0, final_logit_softcapping=4.0,
        rope_parameters=dict(rope_type="default", rope_theta=10000.0))),
    "gemma": ("gemma", Type.Q8_0, transformers.GemmaConfig(
        **SHAPE, num_hidden_layers=2, head_dim=32, rope_parameters=dict(rope_type="default", rope_theta=10000.0))),
}
# Their norms are stored as what is added to 1.
SHIFTED = {"gemma", "gemma2", "gemma3"}
# Their rows are turned to pairs side by side.
INTERLEAVED = {"llama", "granite", "smollm3", "mistral3"}

NAMES = {
    "embed_tokens.weight": "token_embd.weight", "norm.weight": "output_norm.weight", "lm_head.weight": "output.weight",
    "self_attn.q_proj": "attn_q", "self_attn.k_proj": "attn_k", "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output", "self_attn.q_norm": "attn_q_norm", "self_attn.k_norm": "attn_k_norm",
    "mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up", "mlp.down_proj": "ffn_down", "input_layernorm": "attn_norm",
    "self_attn.qkv_proj": "attn_qkv", "mlp.gate_up_proj": "ffn_up",
}
# The same name means another place in Gemma.
AFTER_ATTENTION = {"gemma2": "post_attention_norm", "gemma3": "post_attention_norm"}
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
        return generator.uniform(0.5, 1.5, shape) - (1 if architecture in SHIFTED else 0)
    if name.endswith(".bias"):
        return generator.normal(0, 0.5, shape)
    if "embed_tokens" in name:
        return generator.normal(0, 0.25 if tied else 1, shape)
    gain = 1.3 if any(part in name for part in ("q_proj", "k_proj", "qkv_proj")) else 1
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
    if architecture in INTERLEAVED:
        writer.add_vocab_size(config.vocab_size)
        writer.add_rope_dimension_count(width)
    if architecture == "phi3":
        writer.add_rope_dimension_count(int(width * rope["partial_rotary_factor"]))
        original = rope["original_max_position_embeddings"]
        writer.add_rope_scaling_orig_ctx_len(original)
        writer.add_rope_scaling_attn_factors(
            math.sqrt(1 + math.log(config.max_position_embeddings / original) / math.log(original)))
    if getattr(config, "sliding_window", None):
        writer.add_sliding_window(config.sliding_window)
    if architecture == "gemma2":
        writer.add_attn_logit_softcapping(config.attn_logit_softcapping)
        writer.add_final_logit_softcapping(config.final_logit_softcapping)
    if architecture == "granite":
        writer.add_embedding_scale(config.embedding_multiplier)
        writer.add_residual_scale(config.residual_multiplier)
        writer.add_attention_scale(config.attention_multiplier)
        writer.add_logit_scale(config.logits_scaling)
    if rope["rope_type"] == "yarn":
        writer.add_rope_scaling_type(gguf.RopeScalingType.YARN)
        writer.add_rope_scaling_factor(rope["factor"])
        writer.add_rope_scaling_orig_ctx_len(rope["original_max_position_embeddings"])
        if "mscale_all_dim" in rope:
            writer.add_float32(f"{architecture}.rope.scaling.yarn_log_multiplier", rope["mscale_all_dim"])
        if "beta_fast" in rope:
            writer.add_float32(f"{architecture}.rope.scaling.yarn_beta_fast", rope["beta_fast"])
            writer.add_float32(f"{architecture}.rope.scaling.yarn_beta_slow", rope["beta_slow"])
        if "llama_4_scaling_beta" in rope:
            writer.add_float32(f"{architecture}.attention.temperature_scale", rope["llama_4_scaling_beta"])
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
            if architecture in SHIFTED and key.endswith("norm.weight"):
                type_, data, rounded = stored(values + 1, kind)
                rounded = rounded - 1
            else:
                type_, data, rounded = stored(values, kind)
            parameter.copy_(torch.from_numpy(rounded))
            if architecture in INTERLEAVED and ("q_proj" in key or "k_proj" in key):
                heads = config.num_attention_heads if "q_proj" in key else config.num_key_value_heads
                data = neighbouring(data, heads)
            writer.add_tensor(name_in_file(key, architecture), data, raw_dtype=type_)
    if config.rope_parameters.get("rope_type") == "llama3":
        writer.add_tensor("rope_freqs.weight", rope_factors(config))
    if config.rope_parameters.get("rope_type") == "longrope":
        for length in ("long", "short"):
            writer.add_tensor(f"rope_factors_{length}.weight",
                              np.array(config.rope_parameters[f"{length}_factor"], dtype=np.float32))
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
    for name in sys.argv[1:] or MODELS:
        make(name)


if __name__ == "__main__":
    main()
