# A training step (forward, cross-entropy, backward, AdamW) and inference of the zoo's nets in PyTorch on the CPU.
# Usage: python bench/peers/torch_engine.py --serve
# Reads lines, answers each with one line of JSON:
#   info NET                                      versions, parameters, multiply-adds per sample
#   train|infer MODE NET THREADS BATCH SECONDS    {"samplesPerSecond", "milliseconds"}
#   gemm THREADS SECONDS                          {"gigaflops"} of a 1024³ product
#   forget                                        frees the nets made so far
#   memory MODE NET THREADS BATCH                 {"megabytes"}, greatest so far of this process and its replicas; ask a fresh peer
# Modes: eager, compile (torch.compile), replicas (processes of one thread, each with its share of the batch, gradients averaged),
# streams (inference only: processes of one thread, each with whole batches in turn).
# Needs: pip install torch numpy
import json
import resource
import statistics
import sys
import time
import warnings

import torch
import torch.multiprocessing as processes
import torch.nn.functional as F

from torch_zoo import multiply_adds, nets


def make(name, batch):
    torch.manual_seed(1)
    build, channels, samples, classes = nets[name]
    model = build(classes)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4, weight_decay=1e-2)
    return model, optimizer, torch.randn(batch, channels, samples), torch.randint(0, classes, (batch,))


def loss_of(model, x, y):
    loss = F.cross_entropy(model(x), y)
    return loss + model.penalty() if hasattr(model, "penalty") else loss


def timed(step, seconds):
    times = []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(times) < 2:
        start = time.perf_counter()
        step()
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1e3


class Single:
    """One process, threads inside operators."""

    def __init__(self, mode, name, threads, batch):
        self.threads = threads
        model, optimizer, x, y = make(name, batch)
        inference = make(name, batch)[0].eval()
        if mode == "compile":
            loss, forward = torch.compile(loss_of), torch.compile(inference)
        else:
            loss, forward = loss_of, inference

        def train():
            optimizer.zero_grad(set_to_none=True)
            loss(model, x, y).backward()
            optimizer.step()

        def infer():
            with torch.inference_mode():
                torch.softmax(forward(x), 1)

        self.steps = {"train": train, "infer": infer}
        self.warm = set()

    def measure(self, kind, seconds):
        torch.set_num_threads(self.threads)
        if kind not in self.warm:
            self.warm.add(kind)
            for _ in range(3):
                self.steps[kind]()
        return timed(self.steps[kind], seconds)

    def close(self):
        pass


def replica(rank, count, name, share, shared, barrier, orders, answers):
    torch.set_num_threads(1)
    single = Single("eager", name, 1, share)
    model, optimizer, x, y = make(name, share)
    parameters = list(model.parameters())

    def train():
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

    steps = {"train": train, "infer": single.steps["infer"]}
    while (order := orders.get()) is not None:
        kind, count_steps = order
        times = []
        barrier.wait()
        for _ in range(count_steps):
            start = time.perf_counter()
            steps[kind]()
            times.append(time.perf_counter() - start)
        answers.put((statistics.median(times) * 1e3, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss))


class Replicas:
    """Processes of one thread; they take the same number of steps, guessed from the last time."""

    def __init__(self, name, count, share):
        context = processes.get_context("spawn")
        size = sum(parameter.numel() for parameter in make(name, 1)[0].parameters())
        shared = torch.zeros(count, size).share_memory_()
        # Kept, since a child that starts late looks its semaphores up by name.
        self.barrier = barrier = context.Barrier(count)
        self.orders = [context.Queue() for _ in range(count)]
        self.answers = context.Queue()
        self.workers = [
            context.Process(target=replica, args=(rank, count, name, share, shared, barrier, orders, self.answers))
            for rank, orders in enumerate(self.orders)
        ]
        for worker in self.workers:
            worker.start()
        self.last = {}
        self.memory = 0

    def run(self, kind, count_steps):
        for orders in self.orders:
            orders.put((kind, count_steps))
        answers = [self.answers.get() for _ in self.orders]
        self.memory = sum(kilobytes for _, kilobytes in answers)
        return statistics.mean(milliseconds for milliseconds, _ in answers)

    def measure(self, kind, seconds):
        if kind not in self.last:
            self.last[kind] = self.run(kind, 3)
        self.last[kind] = self.run(kind, max(2, round(seconds * 1e3 / self.last[kind])))
        return self.last[kind]

    def close(self):
        for orders in self.orders:
            orders.put(None)
        for worker in self.workers:
            worker.join()


# PyTorch says once a process that an even kernel's "same" padding takes a copy.
warnings.filterwarnings("ignore", message="Using padding='same'")

prepared = {}


def prepare(mode, name, threads, batch):
    key = (mode, name, threads, batch)
    if key not in prepared:
        if mode == "replicas":
            prepared[key] = Replicas(name, threads, batch // threads)
        elif mode == "streams":
            prepared[key] = Replicas(name, threads, batch)
        else:
            prepared[key] = Single(mode, name, threads, batch)
    return prepared[key]


def answer(kind, *words):
    if kind == "info":
        [name] = words
        if name not in nets:
            return {"known": False}
        model = make(name, 1)[0]
        parameters = sum(parameter.numel() for parameter in model.parameters())
        return {"known": True, "torch": torch.__version__, "parameters": parameters, "multiplyAdds": multiply_adds(name)}
    if kind == "gemm":
        threads, seconds = words
        torch.set_num_threads(int(threads))
        a, b = torch.randn(1024, 1024), torch.randn(1024, 1024)
        return {"gigaflops": 2 * 1024**3 / timed(lambda: a @ b, float(seconds)) / 1e6}
    if kind == "forget":
        for each in prepared.values():
            each.close()
        prepared.clear()
        torch.compiler.reset()
        return {}
    mode, name, threads, batch, *rest = words
    made = prepare(mode, name, int(threads), int(batch))
    if kind == "memory":
        made.measure("train", 0.5)
        own = made.memory if mode == "replicas" else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return {"megabytes": own / 1024}
    milliseconds = made.measure(kind, float(rest[0]))
    batches = int(threads) if mode == "streams" else 1
    return {"milliseconds": milliseconds, "samplesPerSecond": batches * int(batch) / milliseconds * 1e3}


def main():
    for line in sys.stdin:
        try:
            print(json.dumps(answer(*line.split())), flush=True)
        except Exception as error:  # The bench says which mode could not be measured, and goes on.
            print(json.dumps({"error": f"{type(error).__name__}: {error}".splitlines()[0]}), flush=True)
    answer("forget")


if __name__ == "__main__":
    main()
