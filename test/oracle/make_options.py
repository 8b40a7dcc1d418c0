"""Write golden-options/: attribution under every option, from whole Jacobians of tiny-bert.

    python make_options.py MODEL_DIR CASES.json OUT_DIR        needs torch, transformers, safetensors

Beside `oracle.py`, whose arrays know the default options, this differentiates once from each source and keeps every number
of every Jacobian, in float64; each option is then a line of arithmetic on them. Only for a small model.

    norms/NORM/TARGET/SOURCE/PATHS   [layer, head, query, source], NaN in layers below `layer:K`
    hidden_norms/NORM/SOURCE         [layer, query, source]: d e^{l+1} / d source, NORM frobenius or input
    attention, query, key, value, hidden
    jacobian.head                    [component, source, width]: d z of layer 2, head 1, query 3 by the encoder input
    jacobian.projected               the same of W_O^h z
"""
import itertools
import json
import pathlib
import sys

import numpy as np
import torch
from safetensors.numpy import save_file
from torch.func import jacfwd

from oracle import Oracle

#: layer, head and query of the two whole Jacobians that are kept.
ROW = (2, 1, 3)


class Inside(Oracle):
    """The same modules, asked for what goes on inside a layer."""

    def inside(self, layer, h):
        """query, key, value [head, token, head width] and attention [head, token, token] of a layer that reads h."""
        a = self.model.encoder.layer[layer].attention.self
        q, k, v = (
            f(h).view(len(h), self.heads, self.head_width).transpose(0, 1) for f in (a.query, a.key, a.value)
        )
        return q, k, v, (q @ k.transpose(-1, -2) / self.head_width**0.5).softmax(-1)

    def leave(self, layer, h, z):
        """The layer's output from its input h and its heads' outputs z [head, token, head width]."""
        own = self.model.encoder.layer[layer]
        after = own.attention.output(z.transpose(0, 1).reshape(1, len(h), self.width), h[None])
        return own.output(own.intermediate(after), after)[0]

    def heads_of(self, x, first, last, fixed):
        """From x entering layer `first`: z, z with the given attention of the own layer, and outputs, [layer, …]."""
        z, z_fixed, hidden = [], [], []
        for layer in range(first, last):
            _, _, v, attention = self.inside(layer, x)
            z.append(attention @ v)
            z_fixed.append(fixed[layer] @ v)
            x = self.leave(layer, x, z[-1])
            hidden.append(x)
        return torch.stack(z), torch.stack(z_fixed), torch.stack(hidden)

    def projections(self):
        """W_O^h [layer, d, head, head width]"""
        return torch.stack(
            [
                layer.attention.output.dense.weight.view(self.width, self.heads, self.head_width)
                for layer in self.model.encoder.layer
            ]
        )


def norm_of(name, jacobian, x):
    """jacobian [..., component, source, width] → [..., source]"""
    if name == "frobenius":
        return jacobian.pow(2).sum((-1, -3)).sqrt()
    if name == "sum":
        return jacobian.sum(-3).pow(2).sum(-1).sqrt()
    return torch.einsum("...cid,id->...ci", jacobian, x).pow(2).sum(-2).sqrt()


def from_source(oracle, x, first, last, fixed, before=lambda x: x):
    """Jacobians by x of both kinds of z [layer, head, query, component, source, width] and of hidden states."""
    jacobians = jacfwd(lambda t: oracle.heads_of(before(t), first, last, fixed))(x)
    z, z_fixed, hidden = (j.detach() for j in jacobians)
    return {"all": z, "values": z_fixed}, hidden


def options(oracle, ids, types):
    summed = oracle.embedding_sum(ids, types).detach()
    states = [oracle.encoder_input(summed).detach()]
    inner = []
    for layer in range(oracle.layers):
        inner.append([part.detach() for part in oracle.inside(layer, states[-1])])
        states.append(oracle.leave(layer, states[-1], inner[-1][3] @ inner[-1][2]).detach())
    query, key, value, attention = (torch.stack(parts) for parts in zip(*inner, strict=True))
    flat = lambda t: t.transpose(1, 2).reshape(len(t), -1, oracle.width)
    out = {
        "attention": attention, "hidden": torch.stack(states),
        "query": flat(query), "key": flat(key), "value": flat(value),
    }
    layers, n = oracle.layers, len(summed)
    starts = {
        "input": [(states[0], 0, layers, lambda t: t)],
        "embedding": [(summed, 0, layers, oracle.encoder_input)],
        **{f"layer:{k}": [(states[k], k, layers, lambda t: t)] for k in range(1, layers)},
        "local": [(states[k], k, k + 1, lambda t: t) for k in range(layers)],
    }
    w_o = oracle.projections().detach()
    for source, parts in starts.items():
        hidden_norms = {k: torch.full((layers, n, n), torch.nan, dtype=torch.float64) for k in ("frobenius", "input")}
        norms = {}
        for x, first, last, before in parts:
            jacobians, hidden = from_source(oracle, x, first, last, attention, before)
            for norm, whole in hidden_norms.items():
                whole[first:last] = norm_of(norm, hidden, x)
            for paths, head in jacobians.items():
                projected = torch.einsum("ldha,lhqaiw->lhqdiw", w_o[first:last], head)
                for target, j in (("head", head), ("projected", projected)):
                    if source == "input" and paths == "all":
                        out[f"jacobian.{target}"] = j[ROW]
                    for norm in ("frobenius", "sum", "input"):
                        name = f"norms/{norm}/{target}/{source}/{paths}"
                        whole = norms.setdefault(name, torch.full((layers, oracle.heads, n, n), torch.nan, dtype=torch.float64))
                        whole[first:last] = norm_of(norm, j, x)
        out.update({f"hidden_norms/{norm}/{source}": whole for norm, whole in hidden_norms.items()})
        out.update(norms)
    return out


def main(model_dir, cases, out_dir):
    oracle = Inside(model_dir)
    out_dir = pathlib.Path(out_dir)
    out_dir.mkdir(parents=True, exist_ok=True)
    for case in json.loads(pathlib.Path(cases).read_text()):
        encoded = oracle.encode(case["text"], case.get("pair"))
        ids, types = encoded["input_ids"], encoded["token_type_ids"]
        special = oracle.tokenizer.get_special_tokens_mask(ids[0].tolist(), already_has_special_tokens=True)
        tensors = {k: np.ascontiguousarray(v.numpy(), np.float32) for k, v in options(oracle, ids, types).items()}
        save_file(tensors, str(out_dir / f"{case['name']}.safetensors"))
        described = {
            "text": case["text"], "pair": case.get("pair"),
            "ids": ids[0].tolist(), "segments": types[0].tolist(),
            "tokens": oracle.tokenizer.convert_ids_to_tokens(ids[0].tolist()),
            "spans": [list(map(int, s)) for s in encoded["offset_mapping"][0].tolist()],
            "special": special,
            "arrays": {k: list(v.shape) for k, v in tensors.items() if "/" not in k},
        }
        (out_dir / f"{case['name']}.json").write_text(json.dumps(described, ensure_ascii=False, indent=1) + "\n")
        print(case["name"], "n =", ids.shape[1], flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
