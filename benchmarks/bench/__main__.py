"""All benchmarks, one after the other: ``make bench``."""

from benchmarks.bench import (
    article_epoch,
    convnet_speed,
    folder_rate,
    half_drawn,
    predict_rate,
)

article_epoch.main()
convnet_speed.main()
half_drawn.main()
folder_rate.main()
predict_rate.main()
