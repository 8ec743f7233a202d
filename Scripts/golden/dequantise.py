#!/usr/bin/env python3
"""Makes the files that the tests of ModelFormats compare with, by the arithmetic of the gguf package:

    pip install numpy gguf
    dequantise.py Tests/ModelFormatsTests/Resources

dequantise.json: for each type, blocks (random bytes; then ones with zero, subnormal, extreme, infinite and no-number
scales and with all bits of the rest zero or one) and their float32 values. quantise.json: for each type that the package
can make, float32 values (random of many sizes, constant, zero, one outlier, ties) and their blocks. All base64.
"""
import base64
import json
import sys

import numpy as np
from gguf import GGML_QUANT_SIZES, GGMLQuantizationType, dequantize, quantize

TYPES = "F32 F16 BF16 Q4_0 Q4_1 Q5_0 Q5_1 Q8_0 Q2_K Q3_K Q4_K Q5_K Q6_K IQ4_NL IQ4_XS".split()
# Where the float16 scales of a block stand.
HALVES = {"Q4_1": [0, 2], "Q5_1": [0, 2], "Q2_K": [80, 82], "Q3_K": [108], "Q4_K": [0, 2], "Q5_K": [0, 2], "Q6_K": [208]}
# 0, -0, the smallest and largest subnormal, the smallest normal, the largest, infinities, quiet NaN, 1.
SCALES = [0x0000, 0x8000, 0x0001, 0x83FF, 0x0400, 0x7BFF, 0x7C00, 0xFC00, 0x7E00, 0x3C00]


def encode(array):
    return base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()


def adversarial(name, size, rng):
    if name in ("F16", "BF16"):
        return np.array(SCALES + [0x7F80, 0xFF80, 0x7FC0, 0x0080], np.uint16).view(np.uint8).reshape(-1, 2)
    if name == "F32":
        return np.array([0.0, -0.0, 1e-45, 3.4e38, np.inf, -np.inf, np.nan], np.float32).view(np.uint8).reshape(-1, 4)
    blocks = []
    for index, scale in enumerate(SCALES):
        block = [np.zeros(size, np.uint8), np.full(size, 255, np.uint8), rng.integers(0, 256, size, np.uint8)][index % 3]
        for at, value in zip(HALVES.get(name, [0]), [scale, SCALES[-1 - index]]):
            block[at:at + 2] = np.array([value], np.uint16).view(np.uint8)
        blocks.append(block)
    return np.stack(blocks)


def dequantised(rng):
    result = {}
    for name in TYPES:
        kind = GGMLQuantizationType[name]
        elements, size = GGML_QUANT_SIZES[kind]
        random = rng.integers(0, 256, (64 if elements == 1 else 4, size), np.uint8)
        blocks = np.concatenate([random, adversarial(name, size, rng)])
        values = dequantize(blocks, kind)
        result[name] = {"blocks": encode(blocks), "values": encode(values.astype(np.float32))}
    return result


def quantised(rng):
    rows = [rng.normal(0, 10.0 ** e, 32) for e in range(-6, 4)]
    rows += [np.zeros(32), np.full(32, 0.3), np.full(32, -7.0), np.linspace(-1, 1, 32), np.arange(32) / 2 - 8]
    rows += [np.where(np.arange(32) == 5, -60000.0, 0.001), np.where(np.arange(32) % 2 == 0, 1.0, -1.0)]
    values = np.stack(rows).astype(np.float32)
    kinds = [GGMLQuantizationType[name] for name in ("Q8_0", "Q4_0", "Q4_1")]
    return {"values": encode(values), "blocks": {kind.name: encode(quantize(values, kind)) for kind in kinds}}


def main():
    folder = sys.argv[1]
    for name, make in (("dequantise", dequantised), ("quantise", quantised)):
        with open(f"{folder}/{name}.json", "w") as file:
            json.dump(make(np.random.default_rng(20)), file, indent=0)
            file.write("\n")


main()
