"""All measurements under load, one after the other: ``python -m benchmarks.load``."""

from benchmarks.load import latency, memory, replicas, throughput
from benchmarks.load.report import show

show(module.measure for module in (throughput, replicas, latency, memory))
