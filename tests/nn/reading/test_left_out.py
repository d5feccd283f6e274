from nn.reading.left_out import LeftOut, Why, without_repeats


def test_the_same_ink_found_twice_is_listed_once_and_the_rest_from_top_to_bottom() -> None:
    low = LeftOut((0, 50, 10, 20), Why.FAINT)
    again = LeftOut((1, 51, 10, 20), Why.BESIDE_THE_DIGIT)  # 171 of 229 pixels are in both
    high = LeftOut((0, 10, 10, 20), Why.NOT_A_DIGIT)
    beside = LeftOut((5, 50, 10, 20), Why.CUT_BY_EDGE)  # 100 of 300
    assert without_repeats([low, again, high, beside]) == [high, low, beside]


def test_boxes_without_an_area_are_no_repeats() -> None:
    point = LeftOut((3, 3, 0, 0), Why.FAINT)
    assert without_repeats([point, point]) == [point, point]
