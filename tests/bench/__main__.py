"""All benchmarks, one after the other: ``make bench``."""

from tests.bench import article_epoch, convnet_speed, predict_rate

article_epoch.main()
convnet_speed.main()
predict_rate.main()
