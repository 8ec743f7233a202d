#!/usr/bin/env python3
"""Makes Tests/LanguageModelTests/Resources/adapters: random LoRA adapters of the small models of architectures.py, and the
logits that PEFT gives with them.

    pip install torch transformers peft numpy gguf
    Scripts/golden/adapters.py

NAME/ is an adapter as PEFT saves it, NAME.gguf the same one in llama.cpp's form, NAME.logits the answer, laid out like those
of architectures.py.
"""
import math
import shutil
import tempfile
from pathlib import Path

import gguf
import numpy as np
import torch
from peft import LoraConfig, get_peft_model

import architectures
from architectures import NAMES, build, neighbouring, write_logits

OUT = architectures.OUT.parent / "adapters"
TOKENS = 24
LINEAR = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
# Rows of Llama files are in another order; Gemma's adapter leaves matrices out and divides by the root of the rank.
ADAPTERS = {
    "llama-linear": LoraConfig(r=4, lora_alpha=6, target_modules=LINEAR),
    "gemma3": LoraConfig(r=20, lora_alpha=8, target_modules=["q_proj", "v_proj", "down_proj"], use_rslora=True),
}


def write_gguf(name, model, config):
    architecture, _, shape = architectures.MODELS[name]
    writer = gguf.GGUFWriter(OUT / f"{name}.gguf", architecture)
    writer.add_type("adapter")
    writer.add_string("adapter.type", "lora")
    # llama.cpp divides by the rank.
    writer.add_float32("adapter.lora.alpha", config.lora_alpha * (math.sqrt(config.r) if config.use_rslora else 1))
    for key, parameter in model.named_parameters():
        if "lora_" not in key:
            continue
        words = key.split(".")
        layer, module, side = words[words.index("layers") + 1], ".".join(words[-5:-3]), words[-3]
        values = parameter.detach().numpy()
        if architecture == "llama" and side == "lora_B" and ("q_proj" in key or "k_proj" in key):
            heads = shape.num_attention_heads if "q_proj" in key else shape.num_key_value_heads
            values = neighbouring(values, heads)
        writer.add_tensor(f"blk.{layer}.{NAMES[module]}.weight.{side.lower()}", np.ascontiguousarray(values))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def make(name, config):
    with tempfile.TemporaryDirectory() as folder:
        model, generator = build(name, Path(folder) / "model.gguf")
    plain = model(torch.arange(TOKENS)[None]).logits
    model = get_peft_model(model, config)
    with torch.no_grad():
        for key, parameter in model.named_parameters():
            if "lora_" in key:
                values = generator.normal(0, 0.7 / math.sqrt(parameter.shape[-1]), tuple(parameter.shape))
                parameter.copy_(torch.from_numpy(values.astype(np.float16).astype(np.float32)))
    model.save_pretrained(OUT / name)
    (OUT / name / "README.md").unlink(missing_ok=True)
    write_gguf(name, model, config)
    logits = write_logits(model, np.arange(TOKENS), OUT / f"{name}.logits")
    change = np.sqrt(((logits - plain[0].detach().numpy()) ** 2).mean() / (logits**2).mean())
    print(f"{name}: the adapter changes the logits by {change:.2f} of their size")


def main():
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    for name, config in ADAPTERS.items():
        make(name, config)


if __name__ == "__main__":
    main()
