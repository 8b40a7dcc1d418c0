"""Write golden-switches/: every measure under every setting of the switches, by plain NumPy, straight from METHOD 2 and 4.

    python make_switches.py            needs numpy, safetensors and the golden files beside this one

One file per sentence with arrays `MEASURE/SPECIAL/OWN/UNITS` [layer, head, 2]: mean over queries, count of missing rows.
Slow and simple on purpose: one row at a time, pairs counted one by one.
"""
import itertools
import json
import pathlib

import numpy as np
from safetensors.numpy import load_file, save_file

HERE = pathlib.Path(__file__).parent
CASES = ["golden-minilm/keys", "golden-tiny/pair", "golden-tiny/unknown", "golden-tiny/empty"]


def ranks(x):
    return np.array([(x < v).sum() + ((x == v).sum() + 1) / 2 for v in x])


def correlation(p, q):
    return np.corrcoef(p, q)[0, 1]


def kendall(p, q):
    pairs = list(itertools.combinations(range(len(p)), 2))
    s, t = (np.array([np.sign(x[a] - x[b]) for a, b in pairs]) for x in (p, q))
    return (s * t).sum() / np.sqrt((s != 0).sum() * (t != 0).sum())


def relative_entropy(a, b):
    return sum(x * np.log(x / y) for x, y in zip(a, b) if x > 0)


def largest(x, k):
    return set(sorted(range(len(x)), key=lambda i: (-x[i], i))[:k])


def measure(name, p, q):
    """One row; None where the measure is missing."""
    n = len(p)
    if n == 0 or not (np.isfinite(p).all() and np.isfinite(q).all()):
        return None
    if name in ("pearson", "spearman", "kendall"):
        if n < 3 or np.ptp(p) == 0 or np.ptp(q) == 0:
            return None
        if name == "kendall":
            return kendall(p, q)
        return correlation(p, q) if name == "pearson" else correlation(ranks(p), ranks(q))
    if name == "cosine":
        return p @ q / np.sqrt((p @ p) * (q @ q))
    if name in ("top1", "topk"):
        k = 1 if name == "top1" else min(5, n - 1)
        return len(largest(p, k) & largest(q, k)) / k if k else None
    if name == "jensen_shannon":
        return (relative_entropy(p, (p + q) / 2) + relative_entropy(q, (p + q) / 2)) / 2
    if name == "kullback_leibler":
        return relative_entropy(p, q)
    return np.abs(p - q).sum() / 2


def words_of(tokens):
    """Lists of piece indexes; [CLS] and [SEP] stand alone, ## goes with the piece before."""
    groups = []
    for i, token in enumerate(tokens):
        if token.startswith("##"):
            groups[-1].append(i)
        else:
            groups.append([i])
    return groups


def heads(attention, norms, tokens, name, special, own, units):
    groups = words_of(tokens) if units == "words" else [[i] for i in range(len(tokens))]
    is_special = [tokens[g[0]] in ("[CLS]", "[SEP]") for g in groups]
    queries = [i for i, s in enumerate(is_special) if not (s and special == "drop")]
    out = np.zeros(attention.shape[:2] + (2,))
    for layer, head in np.ndindex(*attention.shape[:2]):
        values = []
        for j in queries:
            sources = [i for i, s in enumerate(is_special)
                       if not (s and special != "keep") and not (i == j and own == "drop")]
            rows = []
            for matrix in (attention[layer, head], norms[layer, head]):
                distribution = matrix / matrix.sum(-1, keepdims=True)
                row = np.array([np.mean([sum(distribution[a, b] for b in groups[i]) for a in groups[j]])
                                for i in sources])
                rows.append(row / row.sum() if len(row) else row)
            values.append(measure(name, *rows))
        present = [v for v in values if v is not None]
        out[layer, head] = np.mean(present) if present else np.nan, len(values) - len(present)
    return out


def main():
    (HERE / "golden-switches").mkdir(exist_ok=True)
    names = ["pearson", "spearman", "kendall", "cosine", "top1", "topk",
             "jensen_shannon", "kullback_leibler", "total_variation"]
    for case in CASES:
        arrays = load_file(HERE / f"{case}.safetensors")
        tokens = json.loads((HERE / f"{case}.json").read_text())["tokens"]
        out = {}
        for name, special, own, units in itertools.product(
            names, ("keep", "no_sources", "drop"), ("keep", "drop"), ("pieces", "words")
        ):
            # float32 first, as the product gets them: rank measures see the same ties.
            maps = (np.float32(arrays[k]).astype(np.float64) for k in ("attention", "frobenius"))
            out[f"{name}/{special}/{own}/{units}"] = np.float32(heads(*maps, tokens, name, special, own, units))
        save_file(out, HERE / "golden-switches" / f"{case.split('/')[1]}.safetensors")
        print(case, flush=True)


if __name__ == "__main__":
    main()
