# One training step of the multi-branch CNN (1×251, three branches, 773,684 parameters, 4 classes) in PyTorch on the CPU:
# forward, cross-entropy with an L2 penalty on the convolutions, backward, RMSprop.
# Usage: python bench/peers/torch_multibranch.py [--seconds 2] [--rounds 3]     all configurations, one JSON document
#        python bench/peers/torch_multibranch.py --serve     reads lines "MODE THREADS BATCH SECONDS", answers one JSON line each
# Modes: eager, compile, replicas (processes of one thread, each with its share of the batch, gradients averaged).
# Needs: pip install torch numpy
import argparse
import json
import statistics
import sys
import time

import torch
import torch.multiprocessing as processes
import torch.nn.functional as F
from torch import nn


class MultiBranch(nn.Module):
    def __init__(self, classes=4):
        super().__init__()
        self.branches = nn.ModuleList(
            nn.ModuleList(
                [
                    nn.Conv1d(1, 8, first, padding="same", bias=False),
                    nn.Conv1d(8, 16, second, padding="same", bias=False),
                ]
            )
            for first, second in ((4, 6), (6, 8), (8, 10))
        )
        self.dense = nn.Sequential(
            nn.Linear(3 * 16 * 62, 256), nn.ReLU(), nn.Linear(256, 32), nn.ReLU(), nn.Linear(32, classes)
        )

    def forward(self, x):
        parts = []
        for convolutions in self.branches:
            y = x
            for convolution in convolutions:
                y = F.max_pool1d(F.relu(convolution(y)), 2)
            parts.append(y.flatten(1))
        return self.dense(torch.cat(parts, 1))

    def kernels(self):
        return [convolution.weight for branch in self.branches for convolution in branch]


def loss_of(model, x, y):
    return F.cross_entropy(model(x), y) + 1e-4 * sum((kernel**2).sum() for kernel in model.kernels())


def build(batch):
    torch.manual_seed(1)
    model = MultiBranch()
    optimizer = torch.optim.RMSprop(model.parameters(), lr=1e-3, alpha=0.9, eps=1e-7)
    return model, optimizer, torch.randn(batch, 1, 251), torch.randint(0, 4, (batch,))


def timed(step, seconds):
    for _ in range(5):
        step()
    times = []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(times) < 10:
        start = time.perf_counter()
        step()
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1e3


prepared = {}


def single(mode, threads, batch, seconds):
    torch.set_num_threads(threads)
    key = (mode, threads, batch)
    if key not in prepared:
        model, optimizer, x, y = build(batch)
        forward = torch.compile(loss_of) if mode == "compile" else loss_of

        def step():
            optimizer.zero_grad(set_to_none=True)
            forward(model, x, y).backward()
            optimizer.step()

        prepared[key] = step
    return timed(prepared[key], seconds)


def replica(rank, count, batch, seconds, shared, barrier, answer):
    torch.set_num_threads(1)
    model, optimizer, x, y = build(batch // count)
    parameters = list(model.parameters())

    def step():
        optimizer.zero_grad(set_to_none=True)
        loss_of(model, x, y).backward()
        torch.cat([parameter.grad.reshape(-1) for parameter in parameters], out=shared[rank])
        barrier.wait()
        mean = shared.mean(0)
        at = 0
        for parameter in parameters:
            parameter.grad = mean[at : at + parameter.numel()].view_as(parameter)
            at += parameter.numel()
        optimizer.step()
        barrier.wait()

    # A fixed number of steps, so that all replicas take as many.
    for _ in range(5):
        step()
    count_steps = max(10, int(seconds / 0.012))
    times = []
    for _ in range(count_steps):
        start = time.perf_counter()
        step()
        times.append(time.perf_counter() - start)
    if rank == 0:
        answer.put(statistics.median(times) * 1e3)


def replicas(count, batch, seconds):
    context = processes.get_context("spawn")
    size = sum(parameter.numel() for parameter in MultiBranch().parameters())
    shared = torch.zeros(count, size).share_memory_()
    barrier, answer = context.Barrier(count), context.Queue()
    workers = [
        context.Process(target=replica, args=(rank, count, batch, seconds, shared, barrier, answer)) for rank in range(count)
    ]
    for worker in workers:
        worker.start()
    median = answer.get()
    for worker in workers:
        worker.join()
    return median


def measure(mode, threads, batch, seconds):
    median = replicas(threads, batch, seconds) if mode == "replicas" else single(mode, threads, batch, seconds)
    return {"mode": mode, "threads": threads, "batch": batch, "milliseconds": median, "samplesPerSecond": batch / median * 1e3}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--serve", action="store_true")
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    if arguments.serve:
        for line in sys.stdin:
            mode, threads, batch, seconds = line.split()
            print(json.dumps(measure(mode, int(threads), int(batch), float(seconds))), flush=True)
        return
    configurations = [
        (mode, threads, batch)
        for batch in (64, 128)
        for mode, threads in (("eager", 1), ("eager", 2), ("compile", 1), ("compile", 2), ("replicas", 2))
    ]
    results = [
        measure(*configuration, arguments.seconds) for _ in range(arguments.rounds) for configuration in configurations
    ]
    print(json.dumps({"torch": torch.__version__, "results": results}, indent=1))


if __name__ == "__main__":
    main()
