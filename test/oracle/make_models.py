"""Write small random checkpoints of every kind that loads, and their reference values: python make_models.py

Folders go to ../fixtures/models/KIND, references to golden-models/KIND-CASE.{json,safetensors} (float64). The reference is
computed from the weights as they are stored (rounded to their dtype) through the Hugging Face modules; that the walk
through the modules is the model's own forward pass is checked on every case. Needs torch, transformers, safetensors.

distilbert      DistilBertForMaskedLM: no segments, prefix distilbert., tokenizer.json
electra         ElectraForPreTraining: embedding 16 wide, encoder 32, prefix electra., vocab.txt alone
masked-lm       BertForMaskedLM, cased, float16, in shards with an index, gelu_new, one segment type, layer_norm_eps 1e-6
classifier      BertForSequenceClassification with pooler, bfloat16, LayerNorms named gamma and beta, accents kept
"""
import json
import pathlib
import shutil

import numpy as np
import torch
import transformers as t
from safetensors.numpy import save_file as save_numpy
from safetensors.torch import load_file, save_file
from torch.func import jvp, vmap

from make_tiny import WORDS

HERE = pathlib.Path(__file__).parent
FOLDERS = HERE.parent / "fixtures" / "models"
GOLDEN = HERE / "golden-models"
VOCABULARY = [*dict.fromkeys(WORDS), "The", "Cat", "Sat", "é", "##é", "caf", "東", "京"]
SIZES = dict(vocab_size=len(VOCABULARY), max_position_embeddings=48, type_vocab_size=2)
BERT = dict(hidden_size=32, num_hidden_layers=3, num_attention_heads=4, intermediate_size=64, **SIZES)
TEXTS = {"cat": ("The cat sat on the mat.", None), "pair": ("Café 東京, unbelievable!", "It was the Cat's key.")}


def distilbert():
    sizes = {k: v for k, v in SIZES.items() if k != "type_vocab_size"}
    config = t.DistilBertConfig(dim=32, n_layers=3, n_heads=4, hidden_dim=64, **sizes)
    return t.DistilBertForMaskedLM(config), {}, torch.float32


def electra():
    config = t.ElectraConfig(embedding_size=16, **BERT)
    return t.ElectraForPreTraining(config), {}, torch.float32


def masked_lm():
    config = t.BertConfig(**{**BERT, "type_vocab_size": 1}, hidden_act="gelu_new", layer_norm_eps=1e-6)
    return t.BertForMaskedLM(config), {"do_lower_case": False}, torch.float16


def classifier():
    config = t.BertConfig(**BERT)
    return t.BertForSequenceClassification(config), {"strip_accents": False}, torch.bfloat16


KINDS = {"distilbert": distilbert, "electra": electra, "masked-lm": masked_lm, "classifier": classifier}


def randomise(model, dtype):
    """Attention neither uniform nor one-hot; no gain, bias or projection that could be left out unnoticed."""
    with torch.no_grad():
        for name, p in model.named_parameters():
            if name.lower().endswith(("layernorm.weight", "layer_norm.weight")):
                p.copy_(1 + 0.3 * torch.randn_like(p))
            elif name.endswith("bias"):
                p.copy_(0.2 * torch.randn_like(p))
            elif "embeddings." in name:
                p.copy_(0.5 * torch.randn_like(p))
            else:
                turned = any(part in name for part in (".query.", ".key.", ".q_lin.", ".k_lin."))
                p.copy_(torch.randn_like(p) / p.shape[1] ** 0.5 * (1.6 if turned else 0.9))
            p.copy_(p.to(dtype).to(p.dtype))


def save(kind, model, tokenizer, dtype):
    folder = FOLDERS / kind
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    model.to(dtype).save_pretrained(folder, max_shard_size="20KB" if kind == "masked-lm" else "1GB")
    tokenizer.save_pretrained(folder)
    for extra in ("generation_config.json", "special_tokens_map.json"):
        (folder / extra).unlink(missing_ok=True)
    if kind == "electra":
        (folder / "tokenizer.json").unlink()
        (folder / "vocab.txt").write_text("\n".join(VOCABULARY) + "\n")
    if kind == "classifier":
        path = folder / "model.safetensors"
        old = lambda name: name.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta")
        save_file({old(k): v for k, v in load_file(path).items()}, path, metadata={"format": "pt"})
    model.float()


class Walk:
    """An encoder as a function of its embedding sum or of its input, by its own modules, in float64."""

    def __init__(self, model):
        self.base = model.base_model.eval().double()
        c = self.base.config
        self.distil = c.model_type == "distilbert"
        self.blocks = self.base.transformer.layer if self.distil else self.base.encoder.layer
        self.heads, self.width = c.num_attention_heads, c.hidden_size

    def embedding_sum(self, ids, types):
        e = self.base.embeddings
        total = e.word_embeddings(ids)[0] + e.position_embeddings.weight[: ids.shape[1]]
        return total if self.distil else total + e.token_type_embeddings(types)[0]

    def encoder_input(self, total):
        x = self.base.embeddings.LayerNorm(total)
        return self.base.embeddings_project(x) if hasattr(self.base, "embeddings_project") else x

    def output_weight(self, block):
        return (block.attention.out_lin if self.distil else block.attention.output.dense).weight

    def run(self, x):
        z, hidden, attention = [], [], []
        h = x[None]
        for block in self.blocks:
            a = block.attention if self.distil else block.attention.self
            names = ("q_lin", "k_lin", "v_lin") if self.distil else ("query", "key", "value")
            n, dh = h.shape[1], self.width // self.heads
            q, k, v = (getattr(a, name)(h).view(1, n, self.heads, dh).transpose(1, 2) for name in names)
            weights = (q @ k.transpose(-1, -2) / dh**0.5).softmax(-1)
            context = (weights @ v).transpose(1, 2).reshape(1, n, self.width)
            if self.distil:
                h = block.sa_layer_norm(a.out_lin(context) + h)
                h = block.output_layer_norm(block.ffn(h) + h)
            else:
                h = block.attention.output(context, h)
                h = block.output(block.intermediate(h), h)
            z.append(context[0]), hidden.append(h[0]), attention.append(weights[0])
        return torch.stack(z), torch.stack(hidden), torch.stack(attention)

    @torch.no_grad()
    def norms(self, x, f):
        """[layer, head, query, source]: Frobenius norm before and after W_O, and along the token's own vector."""
        z = f(x)
        layers, n, d = z.shape
        w = torch.stack([self.output_weight(b) for b in self.blocks]).view(layers, d, self.heads, -1)
        out = {k: torch.zeros(layers, self.heads, n, n, dtype=x.dtype) for k in ("frobenius", "projected", "input")}
        for i in range(n):

            def one(u, i=i):
                return jvp(f, (x,), (torch.zeros_like(x).index_add(0, torch.tensor([i]), u[None]),))[1]

            dz = vmap(one, chunk_size=64)(torch.eye(x.shape[1], dtype=x.dtype)).view(-1, layers, n, self.heads, d // self.heads)
            out["frobenius"][..., i] = dz.pow(2).sum((0, -1)).transpose(-1, -2).sqrt()
            out["projected"][..., i] = torch.einsum("ldha,clnha->clnhd", w, dz).pow(2).sum((0, -1)).transpose(-1, -2).sqrt()
            out["input"][..., i] = torch.einsum("clnha,c->lnha", dz, x[i]).norm(dim=-1).transpose(-1, -2)
        return out


@torch.no_grad()
def reference(walk, tokenizer, text, pair):
    enc = tokenizer(text, pair, return_tensors="pt", return_offsets_mapping=True, return_token_type_ids=True)
    ids, types = enc["input_ids"], enc["token_type_ids"]
    total = walk.embedding_sum(ids, types)
    x = walk.encoder_input(total)
    _, hidden, attention = walk.run(x)
    own = {} if walk.distil else {"token_type_ids": types}
    theirs = walk.base(ids, **own, output_hidden_states=True, output_attentions=True)
    torch.testing.assert_close(torch.cat([x[None], hidden]), torch.cat(theirs.hidden_states))
    torch.testing.assert_close(attention, torch.cat(theirs.attentions))
    arrays = {"attention": attention, "hidden": torch.cat([x[None], hidden])}
    at_input = walk.norms(x, lambda e: walk.run(e)[0])
    at_embedding = walk.norms(total, lambda e: walk.run(walk.encoder_input(e))[0])
    arrays |= {"frobenius": at_input["frobenius"], "projected": at_input["projected"], "input_direction": at_input["input"]}
    arrays |= {"embedding_frobenius": at_embedding["frobenius"]}
    meta = {"text": text, "pair": pair, "ids": ids[0].tolist(), "segments": types[0].tolist(),
            "tokens": tokenizer.convert_ids_to_tokens(ids[0].tolist()),
            "spans": [list(map(int, s)) for s in enc["offset_mapping"][0].tolist()],
            "arrays": {k: list(v.shape) for k, v in arrays.items()}}
    return arrays, meta


def main():
    shutil.rmtree(GOLDEN, ignore_errors=True)
    GOLDEN.mkdir()
    for seed, (kind, make) in enumerate(KINDS.items()):
        torch.manual_seed(seed)
        model, settings, dtype = make()
        model.config._attn_implementation = "eager"
        randomise(model, dtype)
        tokenizer = t.BertTokenizer(vocab={w: i for i, w in enumerate(VOCABULARY)}, **settings)
        save(kind, model, tokenizer, dtype)
        walk = Walk(model)
        for case, (text, pair) in TEXTS.items():
            if pair is not None and walk.base.config.to_dict().get("type_vocab_size") == 1:
                text, pair = text + " " + pair, None
            arrays, meta = reference(walk, tokenizer, text, pair)
            tensors = {k: np.ascontiguousarray(v.numpy()) for k, v in arrays.items()}
            save_numpy(tensors, GOLDEN / f"{kind}-{case}.safetensors")
            (GOLDEN / f"{kind}-{case}.json").write_text(json.dumps(meta, ensure_ascii=False, indent=1) + "\n")
            print(kind, case, "n =", len(meta["ids"]), meta["tokens"], flush=True)


if __name__ == "__main__":
    main()
