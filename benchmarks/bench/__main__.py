"""All benchmarks, one after the other: ``make bench``."""

from benchmarks.bench import article_epoch, convnet_speed, predict_rate

article_epoch.main()
convnet_speed.main()
predict_rate.main()
