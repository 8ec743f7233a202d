#!/usr/bin/env python3
"""What can be learned from surveyed rewards, on queries that were held out.

Reads the survey that `pillow-lsp evaluate --keep-survey` writes. In folds over the queries, a network of the program's form is
fitted to the rewards of the others, and then chooses among the candidates of those held out, whose rewards are all known: no
model is asked. Printed is the mean reward over that of the nearest candidate, with its standard error over queries.

    OPENBLAS_NUM_THREADS=1 python3 held_out.py survey.jsonl --variants single,soup,ensemble

Needs numpy.
"""

import argparse
import json
from dataclasses import dataclass

import numpy as np

TEMPERATURE = 0.05
BATCH = 32


@dataclass
class Survey:
    exemplars: np.ndarray  # [n, d], unit rows
    queries: np.ndarray  # [q, d], unit rows
    picks: np.ndarray  # [q, k], places among the exemplars
    rewards: np.ndarray  # [q, k]

    @staticmethod
    def read(path: str) -> "Survey":
        exemplars, queries, picks, rewards = [], [], [], []
        with open(path) as file:
            for line in file:
                row = json.loads(line)
                vector = np.array(row["vector"], np.float32)
                vector /= max(np.linalg.norm(vector), 1e-12)
                if "exemplar" in row:
                    exemplars.append(vector)
                else:
                    queries.append(vector)
                    picks.append(row["picks"])
                    rewards.append(row["rewards"])
        count = max(map(len, picks))
        whole = [i for i, row in enumerate(picks) if len(row) == count]
        return Survey(
            np.array(exemplars), np.array(queries)[whole],
            np.array([picks[i] for i in whole]), np.array([rewards[i] for i in whole]))

    def cosines(self) -> np.ndarray:
        return np.einsum("qd,qkd->qk", self.queries, self.exemplars[self.picks])


class Network:
    """Two residual heads x + tanh(x W₁ + b₁) W₂ + b₂ and their dot product; W₂ and the biases start at zero."""

    def __init__(self, d: int, hidden: int, seed: int):
        random = np.random.default_rng(seed)
        self.p = {}
        for head in "es":
            basis, _ = np.linalg.qr(random.standard_normal((d, hidden)))
            self.p[head + "W1"] = basis.astype(np.float32)
            self.p[head + "b1"] = np.zeros(hidden, np.float32)
            self.p[head + "W2"] = np.zeros((hidden, d), np.float32)
            self.p[head + "b2"] = np.zeros(d, np.float32)

    def head(self, head, x):
        features = np.tanh(x @ self.p[head + "W1"] + self.p[head + "b1"])
        return x + features @ self.p[head + "W2"] + self.p[head + "b2"], features

    def scores(self, survey: Survey, rows: np.ndarray) -> np.ndarray:
        state, _ = self.head("s", survey.queries[rows])
        mapped, _ = self.head("e", survey.exemplars[survey.picks[rows]])
        return np.einsum("qd,qkd->qk", state, mapped)

    def gradient(self, survey: Survey, rows: np.ndarray, rewards: np.ndarray) -> dict:
        """Of the mean expected reward of a pick, exactly."""
        x, y = survey.queries[rows], survey.exemplars[survey.picks[rows]]
        state, state_features = self.head("s", x)
        mapped, mapped_features = self.head("e", y)
        scores = np.einsum("qd,qkd->qk", state, mapped) / TEMPERATURE
        weights = np.exp(scores - scores.max(1, keepdims=True))
        weights /= weights.sum(1, keepdims=True)
        expected = (weights * rewards).sum(1, keepdims=True)
        slopes = (weights * (rewards - expected) / (TEMPERATURE * len(rows))).astype(np.float32)
        result = {}
        self._back(result, "s", x, state_features, np.einsum("qk,qkd->qd", slopes, mapped))
        flat = (slopes[..., None] * state[:, None, :]).reshape(-1, x.shape[1])
        self._back(result, "e", y.reshape(flat.shape), mapped_features.reshape(len(flat), -1), flat)
        return result

    def _back(self, result, head, x, features, output):
        result[head + "b2"] = output.sum(0)
        result[head + "W2"] = features.T @ output
        inner = (output @ self.p[head + "W2"].T) * (1 - features**2)
        result[head + "b1"] = inner.sum(0)
        result[head + "W1"] = x.T @ inner


def fit(survey, rows, *, seed, order_seed, epochs, hidden=64, rate=3e-4, decay=0.01, keep=0.8):
    """As the program's survey is learned from: Adam, clipped by norm, decay to the start, a running mean over epochs."""
    network = Network(survey.queries.shape[1], hidden, seed)
    start = {k: v.copy() for k, v in network.p.items()}
    first = {k: np.zeros_like(v) for k, v in start.items()}
    second = {k: np.zeros_like(v) for k, v in start.items()}
    rewards = survey.rewards - survey.rewards.mean(1, keepdims=True)
    rewards = rewards / np.sqrt((rewards[rows] ** 2).mean())
    random = np.random.default_rng(order_seed)
    mean, step = None, 0
    for _ in range(epochs):
        order = random.permutation(rows)
        for at in range(0, len(order), BATCH):
            batch = order[at:at + BATCH]
            gradient = network.gradient(survey, batch, rewards[batch])
            norm = np.sqrt(sum(float((g**2).sum()) for g in gradient.values()))
            scale = min(1.0, 1.0 / max(norm, 1e-12))
            step += 1
            for name, g in gradient.items():
                g = g * scale
                first[name] = 0.9 * first[name] + 0.1 * g
                second[name] = 0.999 * second[name] + 0.001 * g * g
                root = np.sqrt(second[name] / (1 - 0.999**step)) + 1e-8
                value = network.p[name]
                value += rate * first[name] / (1 - 0.9**step) / root
                value -= rate * decay * (value - start[name])
        if mean is None:
            mean = {k: v.copy() for k, v in network.p.items()}
        else:
            mean = {k: keep * mean[k] + (1 - keep) * v for k, v in network.p.items()}
    network.p = mean
    return network


def scores_of(variant, survey, rows, held, args, fold):
    common = dict(epochs=args.epochs, hidden=args.hidden)
    if variant == "single":
        return fit(survey, rows, seed=fold, order_seed=fold, **common).scores(survey, held)
    if variant == "ensemble":
        # Networks with first layers of their own; their scores are added.
        return sum(
            fit(survey, rows, seed=100 * fold + i, order_seed=i, **common).scores(survey, held)
            for i in range(args.members))
    if variant in ("soup", "bagged-soup"):
        # One first layer, orders or samples of their own; their parameters are averaged.
        random = np.random.default_rng(fold)
        members = []
        for i in range(args.members):
            mine = random.choice(rows, len(rows)) if variant == "bagged-soup" else rows
            members.append(fit(survey, mine, seed=fold, order_seed=i, **common))
        soup = members[0]
        soup.p = {k: sum(m.p[k] for m in members) / len(members) for k in soup.p}
        return soup.scores(survey, held)
    raise SystemExit(f"there is no variant {variant}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("survey")
    parser.add_argument("--variants", default="single")
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--epochs", type=int, default=24)
    parser.add_argument("--hidden", type=int, default=64)
    parser.add_argument("--members", type=int, default=5)
    parser.add_argument("--share", type=float, default=1, help="of the queries that are not held out")
    args = parser.parse_args()

    survey = Survey.read(args.survey)
    count = len(survey.queries)
    everyone = np.arange(count)
    nearest = survey.rewards[everyone, survey.cosines().argmax(1)]
    print(f"{count} queries; mean of the candidates {survey.rewards.mean():.3f}, nearest {nearest.mean():.3f}, "
          f"best {survey.rewards.max(1).mean():.3f}")
    folds = np.random.default_rng(0).permutation(count) % args.folds
    for variant in args.variants.split(","):
        gains = np.zeros(count)
        for fold in range(args.folds):
            held, rows = everyone[folds == fold], everyone[folds != fold]
            rows = np.random.default_rng(fold).permutation(rows)[:int(args.share * len(rows))]
            chosen = scores_of(variant, survey, rows, held, args, fold).argmax(1)
            gains[held] = survey.rewards[held, chosen] - nearest[held]
        share = (nearest + gains - survey.rewards.mean(1)).mean() / (survey.rewards.max(1) - survey.rewards.mean(1)).mean()
        print(f"{variant}: gain over the nearest {gains.mean():.3f} ± {gains.std() / count**0.5:.3f}, "
              f"{share:.0%} of the gap between mean and best", flush=True)


if __name__ == "__main__":
    main()
