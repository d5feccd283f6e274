"""All that is measured under load, one after the other: ``python -m tests.load``."""

from tests.load import (
    burst,
    full_disk,
    killed_worker,
    memory,
    mutated,
    replicas,
    slow_clients,
    steady,
    stopping,
    throughput,
)
from tests.load.report import show

show(
    module.measure
    for module in (
        throughput,
        replicas,
        steady,
        burst,
        slow_clients,
        killed_worker,
        stopping,
        full_disk,
        mutated,
        memory,
    )
)
