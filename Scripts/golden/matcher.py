#!/usr/bin/env python3
"""Makes Tests/PromptMatchingTests/Resources/matcher-gradient.json: the clipped policy-gradient objective of a small
matching network, with its entropy bonus, and its gradient by PyTorch in float64.

    pip install torch numpy
    matcher.py > Tests/PromptMatchingTests/Resources/matcher-gradient.json
"""
import json

import torch

torch.manual_seed(7)
torch.set_default_dtype(torch.float64)
D, H, N = 6, 4, 5
TEMPERATURE, EPSILON, ENTROPY, CLIP = 0.5, 0.1, 0.05, 0.2


def unit(x):
    return x / x.norm(dim=-1, keepdim=True)


pool, queries = unit(torch.randn(N, D)), unit(torch.randn(2, D))
shapes = [(H, D), (H,), (D, H), (D,), (H, 2 * D), (H,), (D, H), (D,)]
parts = [(torch.randn(s) * 0.4).float().double().requires_grad_() for s in shapes]
pool, queries = pool.float().double(), queries.float().double()
episodes = [(0, [1, 3]), (0, [4, 0]), (1, [2, 1]), (1, [0, 3])]
advantages = [1.2, -0.7, 0.4, -1.5]
# Old probabilities near the present ones: some ratios are clipped, and some are not.
shifts = [[0.0, 0.1], [0.4, -0.1], [-0.4, 0.05], [0.0, -0.4]]


def head(x, skip, w1, b1, w2, b2):
    return skip + torch.tanh(x @ w1.T + b1) @ w2.T + b2


def steps(query, picks):
    mapped = head(pool, pool, *parts[:4])
    for place, pick in enumerate(picks):
        chosen = pool[picks[:place]].mean(0) if place else torch.zeros(D)
        vector = head(torch.cat([queries[query], chosen]), queries[query], *parts[4:])
        scores = (mapped @ vector) / TEMPERATURE
        free = [j for j in range(N) if j not in picks[:place]]
        softmax = torch.softmax(scores[free], 0)
        probability = (1 - EPSILON) * softmax[free.index(pick)] + EPSILON / len(free)
        entropy = -(softmax * softmax.log()).sum() / torch.log(torch.tensor(float(len(free))))
        yield probability.log(), entropy


terms, old = [], []
for (query, picks), advantage, shift in zip(episodes, advantages, shifts):
    row = []
    for (logp, entropy), delta in zip(steps(query, picks), shift):
        row.append(logp.item() - delta)
        ratio = (logp - row[-1]).exp()
        terms.append(torch.minimum(ratio * advantage, ratio.clamp(1 - CLIP, 1 + CLIP) * advantage) + ENTROPY * entropy)
    old.append(row)
objective = torch.stack(terms).mean()
objective.backward()


def flat(tensors):
    return [float(f"{v:.9g}") for t in tensors for v in t.detach().flatten().tolist()]


print(json.dumps({
    "dimensions": D, "hidden": H, "temperature": TEMPERATURE, "epsilon": EPSILON, "entropyWeight": ENTROPY, "clip": CLIP,
    "pool": flat([pool]), "queries": flat([queries]), "parameters": flat(parts),
    "episodes": [{"query": q, "picks": p, "logProbabilities": o} for (q, p), o in zip(episodes, old)],
    "advantages": advantages, "objective": objective.item(), "gradient": flat([p.grad for p in parts])}))
