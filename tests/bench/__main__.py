"""All benchmarks, one after the other: ``make bench``."""

from tests.bench import article_epoch

article_epoch.main()
