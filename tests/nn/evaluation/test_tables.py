from nn.evaluation.tables import count, markdown, proportion


def test_a_proportion_has_its_interval() -> None:
    assert proportion(8, 10) == "80.00 % (49.02-94.33)"
    assert proportion(9941, 10000) == "99.41 % (99.24-99.54)"


def test_a_count_is_followed_by_its_proportion() -> None:
    assert count(1500, 10000) == f"1,500: {proportion(1500, 10000)}"


def test_a_table_has_a_heading_for_its_titles_and_for_each_column() -> None:
    table = markdown("network", ["digits", "seconds"], [("article", ["8", "0.1"])])
    assert table == "| network | digits | seconds |\n| --- | --- | --- |\n| article | 8 | 0.1 |"
