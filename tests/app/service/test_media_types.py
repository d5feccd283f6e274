import pytest

from app.errors import Problem
from app.service.media_types import check_media_type


@pytest.mark.parametrize("media_type", ["image/png", "IMAGE/JPEG", "image/jpg", "image/x-ms-bmp"])
def test_every_name_of_a_format_that_is_read_is_taken(media_type: str) -> None:
    check_media_type(media_type)


@pytest.mark.parametrize("media_type", ["image/svg+xml", "image/tiff", "text/plain", "", "png"])
def test_the_name_of_any_other_format_is_refused(media_type: str) -> None:
    with pytest.raises(Problem) as caught:
        check_media_type(media_type)
    assert caught.value.code == 415
