#!/usr/bin/env python3
"""Makes Tests/FineTuningTests/Resources/training.json: the losses of 20 steps of LoRA on the default model by torch + peft in float32.

    pip install torch transformers peft numpy gguf
    Scripts/golden/training.py SmolLM2-135M-Instruct.Q4_1.gguf

Rank 16 on all linear layers, two sequences a step of which the ends are predicted, AdamW with clipping. Factors and tokens come of
SplitMix64, so that the tests make them again.
"""
import json
import sys
from pathlib import Path

import numpy as np
import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM

OUT = Path(__file__).resolve().parents[2] / "Tests/FineTuningTests/Resources/training.json"
STEPS, SEQUENCES, LENGTH, ANSWER, RATE = 20, 2, 72, 24, 1e-3
MODULES = ["self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.o_proj", "mlp.gate_proj", "mlp.up_proj",
           "mlp.down_proj"]


class SplitMix:
    def __init__(self, seed):
        self.state = np.uint64(seed)

    def next(self, count):
        steps = np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        states = self.state + steps
        self.state = states[-1]
        z = (states ^ (states >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return z ^ (z >> np.uint64(31))

    def uniform(self, count):
        return (self.next(count) >> np.uint64(40)).astype(np.float32) * np.float32(2.0**-24)


def main():
    np.seterr(over="ignore")
    torch.set_num_threads(1)
    path = Path(sys.argv[1])
    model = AutoModelForCausalLM.from_pretrained(str(path.parent), gguf_file=path.name, dtype=torch.float32)
    linear = [name.split(".")[1] for name in MODULES]
    model = get_peft_model(model, LoraConfig(r=16, lora_alpha=32, target_modules=linear, task_type="CAUSAL_LM"))
    random = SplitMix(11)
    body = model.base_model.model
    with torch.no_grad():
        for layer in body.model.layers:
            for name in MODULES:
                module = layer.get_submodule(name)
                a = module.lora_A["default"].weight
                bound = np.float32(1) / np.sqrt(np.float32(a.shape[1]))
                values = (np.float32(2) * random.uniform(a.numel()) - np.float32(1)) * bound
                a.copy_(torch.from_numpy(values.reshape(a.shape)))
    optimiser = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=RATE, weight_decay=0)
    tokens = SplitMix(12)
    losses = []
    # The same few texts again and again, so that there is something to learn.
    texts = [tokens.next(LENGTH) % np.uint64(model.config.vocab_size) for _ in range(4)]
    for step in range(STEPS):
        optimiser.zero_grad()
        total = 0
        for place in range(SEQUENCES):
            ids = torch.from_numpy(texts[(step * SEQUENCES + place) % len(texts)].astype(np.int64))[None]
            hidden = body.model(ids[:, :-1]).last_hidden_state[0, -ANSWER:]
            total = total + torch.nn.functional.cross_entropy(body.lm_head(hidden), ids[0, -ANSWER:]) / SEQUENCES
        total.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        losses.append(round(total.item(), 6))
        print(step + 1, losses[-1], flush=True)
    OUT.write_text(json.dumps({"losses": losses}) + "\n")


if __name__ == "__main__":
    main()
