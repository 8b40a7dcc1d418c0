"""The PyTorch side of the speed comparison: one process that answers one case after the other, a line of JSON each.

First {"do": "open", "folder", "ids", "segments", "threads"}, then {"do": "rate" | "forward" | "sampled" | "plain" |
"collapsed" | "jacrev" | "backward", ...}. Every answer has "peak" bytes and "seconds", scaled to the whole where only
a part was asked for.
"""

from __future__ import annotations

import json
import math
import sys
import time
from collections.abc import Callable
from pathlib import Path

import torch
from torch_baselines import Net, backward_loop, collapse, collapsed, forward_mode, jacrev, plain_forward

RATE_SIZE = 1024
RATE_TRIES = 4


def reset_peak() -> None:
    """From here on the peak counts; where the system has no such switch, from the start of the process."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return


def peak() -> int:
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def timed(run: Callable[[], object]) -> float:
    began = time.perf_counter()
    run()
    return time.perf_counter() - began


class Lane:
    net: Net
    order: dict

    def open(self, order: dict) -> dict:
        torch.set_num_threads(order["threads"])
        torch.manual_seed(0)
        self.order = order
        self.net = Net(order["folder"], order["ids"], order["segments"])
        return {"version": torch.__version__, "threads": torch.get_num_threads()}

    def rate(self, _: dict) -> float:
        values = torch.rand(RATE_SIZE, RATE_SIZE) - 0.5
        return min(timed(lambda: values @ values) for _ in range(RATE_TRIES))

    def forward(self, _: dict) -> float:
        return timed(lambda: plain_forward(self.net, self.order["ids"], self.order["segments"]))

    def primal(self) -> float:
        """A forward pass with all that tangents need, which every way by hand begins with."""
        with torch.no_grad():
            return timed(self.net._primal)

    def sampled(self, order: dict) -> float:
        width, samples = self.net.d, order["samples"]
        basis = torch.linalg.qr(torch.randn(width, samples))[0].T * math.sqrt(width / samples)
        return self.primal() + timed(lambda: forward_mode(self.net, basis.contiguous()))

    def plain(self, order: dict) -> float:
        columns = order["columns"]
        part = torch.eye(self.net.d)[:columns]
        rows = self.net.n * self.net.d
        return self.primal() + timed(lambda: forward_mode(self.net, part, rows)) * self.net.d / columns

    def collapsed(self, order: dict) -> float:
        columns = order["columns"]
        matrices: list = []
        with torch.no_grad():
            once = timed(lambda: matrices.extend(collapse(self.net)))
        part = torch.eye(self.net.d)[:columns]
        each = timed(lambda: collapsed(self.net, directions=part, matrices=matrices))
        return self.primal() + once + each * self.net.d / columns

    def jacrev(self, order: dict) -> float:
        whole = self.net.n * self.net.d
        outputs = min(order["outputs"], whole)
        seconds = sum(timed(lambda own=layer: jacrev(self.net, own, outputs=outputs)) for layer in range(self.net.L))
        return seconds * whole / outputs

    def backward(self, order: dict) -> float:
        return backward_loop(self.net, order["outputs"]) * self.net.L * self.net.n * self.net.d


def main() -> None:
    answers = sys.stdout
    # What libraries print must not come between the answers.
    sys.stdout = sys.stderr
    lane = Lane()
    for line in sys.stdin:
        order = json.loads(line)
        reset_peak()
        found = getattr(lane, order["do"])(order)
        answer = found if isinstance(found, dict) else {"seconds": found, "peak": peak()}
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main()
