"""All measurements under load, one after the other: ``python -m tests.load``."""

from tests.load import latency, memory, replicas, throughput
from tests.load.report import show

show(module.measure for module in (throughput, replicas, latency, memory))
