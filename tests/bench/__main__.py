"""All benchmarks, one after the other: ``make bench``."""

from tests.bench import article_epoch, convnet_speed, half_drawn, predict_rate

article_epoch.main()
convnet_speed.main()
half_drawn.main()
predict_rate.main()
