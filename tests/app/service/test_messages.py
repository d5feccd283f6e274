"""Answers in words."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import pytest

from app import languages
from app.errors import Problem
from app.service.messages import message
from app.service.upload import attempt, to_problem
from nn.decoding.picture_errors import PictureError, PictureFault
from nn.reading.doubts import Doubt, DoubtfulSign, ReasonNotRead, SignDoubt
from nn.reading.reading import Digit, LeftOut, Line, Mark, Reading

INK_LEFT_OUT, TOUCHING, NOT_A_DIGIT, UNCLEAR = Doubt
ENGLISH = languages.load("en")
GUESS = "Best guess: -3.14, 7."
POINT = DoubtfulSign(SignDoubt.MARK, 0, 1, ".")
MINUS = DoubtfulSign(SignDoubt.MARK, 0, 0, "-")
GAP, MISSING = DoubtfulSign(SignDoubt.GAP, 0, 1), DoubtfulSign(SignDoubt.MISSING_SIGN, 1)
SEVERAL_SIGNS = "Not certain: a minus sign; a point; whether a sign is missing."
BLANK, BOX = np.zeros((28, 28), np.uint8), (0, 0, 1, 1)
NO_ACTIVATIONS = [1.0] + 9 * [0.0]
SEVEN_OR_ONE = [0.0, 0.3, 0.0, 0.0, 0.0, 0.0, 0.0, 0.7, 0.0, 0.0]
EIGHT_OR_ZERO = [0.5, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.5, 0.0]


def said_of(
    *lines: str,
    doubts: Sequence[Doubt | None] = (),
    activations: Sequence[float] = NO_ACTIVATIONS,
    doubt: Doubt | None = None,
    left_out: Sequence[ReasonNotRead] = (),
    signs: Sequence[DoubtfulSign] = (),
) -> str:
    """Return the message about lines of digits, or about one digit without any."""
    of_lines = [Line([Digit(activations, BLANK, BOX, doubt=doubt)])]
    if lines:
        remaining = iter(doubts)
        of_lines = [line_of(text, number, remaining, signs) for number, text in enumerate(lines)]
    ink = [LeftOut(BOX, why) for why in left_out]
    return message(Reading(of_lines, doubt, ink, 1, 1, is_number=bool(lines)), ENGLISH)


def line_of(
    text: str, number: int, doubts: Iterator[Doubt | None], signs: Sequence[DoubtfulSign]
) -> Line:
    """Return a line of a text, whose digits and signs are doubtful or not."""
    digits, marks = list[Digit](), list[Mark]()
    for character in text:
        if character.isdigit():
            one_hot = np.eye(10)[int(character)].tolist()
            digits.append(Digit(one_hot, BLANK, BOX, doubt=next(doubts, None)))
        else:
            doubt = DoubtfulSign(SignDoubt.MARK, number, len(digits), character)  # type: ignore[arg-type]
            marks.append(Mark(BOX, character, len(digits), is_sure=doubt not in signs))  # type: ignore[arg-type]
    of_line = [sign for sign in signs if sign.line == number]
    gaps = [sign.position for sign in of_line if sign.what is SignDoubt.GAP]
    missed = float(any(sign.what is SignDoubt.MISSING_SIGN for sign in of_line))
    return Line(digits, marks, gaps, missed)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("activations", "doubt", "expected"),
    [
        (SEVEN_OR_ONE, None, "This looks like a 7."),
        (SEVEN_OR_ONE, UNCLEAR, "Not certain: a 7, or perhaps a 1."),
        (SEVEN_OR_ONE, NOT_A_DIGIT, "This does not look like a digit. Best guess: 7."),
        (SEVEN_OR_ONE, INK_LEFT_OUT,
         "Best guess: 7. Not read: something pale; something beside the digit."),
        (EIGHT_OR_ZERO[::-1], None, "This looks like a 1."),
        (EIGHT_OR_ZERO, UNCLEAR, "Not certain: a 0, or perhaps an 8."),
    ],
)  # fmt: skip
def test_the_doubt_is_said(activations: list[float], doubt: Doubt | None, expected: str) -> None:
    left_out = [ReasonNotRead.FAINT, ReasonNotRead.BESIDE_THE_DIGIT, ReasonNotRead.FAINT]
    assert said_of(activations=activations, doubt=doubt, left_out=left_out) == expected


@pytest.mark.parametrize(
    ("doubts", "expected"),
    [
        ([None] * 3, "This looks like 279."),
        ([None, UNCLEAR, None], "Best guess: 279. The 2nd digit, 7, is not certain."),
        ([UNCLEAR, None, UNCLEAR],
         "Best guess: 279. The 1st and 3rd digits, 2 and 9, are not certain."),
        ([UNCLEAR] * 3,
         "Best guess: 279. The 1st, 2nd and 3rd digits, 2, 7 and 9, are not certain."),
        ([TOUCHING, TOUCHING, None],
         "Best guess: 279. The 1st and 2nd digits, 2 and 7, seem to touch."),
        (
            [TOUCHING, TOUCHING, UNCLEAR],
            "Best guess: 279. The 1st and 2nd digits, 2 and 7, seem to touch. "
            "The 3rd digit, 9, is not certain.",
        ),
        ([None, NOT_A_DIGIT, None],
         "Best guess: 279. The 2nd digit, 7, does not look like a digit."),
        ([NOT_A_DIGIT, None, NOT_A_DIGIT], "This does not look like a number. Best guess: 279."),
    ],
)  # fmt: skip
def test_the_message_names_the_digits_that_are_not_certain_and_why(
    doubts: list[Doubt | None], expected: str
) -> None:
    assert said_of("279", doubts=doubts) == expected


ONE_OR_SEVEN = [0.0, 0.7, 0.0, 0.0, 0.0, 0.0, 0.0, 0.3, 0.0, 0.0]
ALMOST_ONE = [0.0, 0.96, 0.0, 0.0, 0.0, 0.0, 0.0, 0.04, 0.0, 0.0]


@pytest.mark.parametrize(
    ("doubts", "activations", "expected"),
    [
        ([None, UNCLEAR], ONE_OR_SEVEN, "The 2nd digit, 1, may be a 7: -2,70."),
        ([None, UNCLEAR], ALMOST_ONE, "The 2nd digit, 1, is not certain."),
        ([None, TOUCHING], ONE_OR_SEVEN, "The 2nd digit, 1, seems to touch another."),
        ([UNCLEAR, UNCLEAR], ONE_OR_SEVEN,
         "The 1st and 2nd digits, 2 and 1, are not certain."),
    ],
)  # fmt: skip
def test_where_one_digit_is_unclear_the_number_that_it_may_be_is_said(
    doubts: list[Doubt | None], activations: list[float], expected: str
) -> None:
    two, one, zero = (Digit(np.eye(10)[digit].tolist(), BLANK, BOX) for digit in (2, 1, 0))
    digits = [replace(two, doubt=doubts[0]), replace(one, activations=activations, doubt=doubts[1])]
    marks = [Mark(BOX, "-", 0, is_sure=True), Mark(BOX, ",", 1, is_sure=True)]
    reading = Reading([Line([*digits, zero], marks)], UNCLEAR, [], 1, 1, is_number=True)
    assert message(reading, ENGLISH) == f"Best guess: -2,10. {expected}"


@pytest.mark.parametrize(
    ("left_out", "signs", "expected"),
    [
        ([], [], "This looks like -3.14, 7."),
        (
            [ReasonNotRead.BESIDE_THE_DIGIT],
            [],
            f"{GUESS} Not read: something beside the digit.",
        ),
        ([], [POINT], f"{GUESS} Not certain: a point."),
        ([], [MISSING], f"{GUESS} Not certain: whether a sign is missing."),
        ([], [POINT, POINT, MINUS, MISSING], f"{GUESS} {SEVERAL_SIGNS}"),
        ([], [GAP], f"{GUESS} -3.14, or -3. and 14 apart?"),
        (
            [ReasonNotRead.FAINT],
            [GAP],
            f"{GUESS} Not read: something pale. -3.14, or -3. and 14 apart?",
        ),
    ],
)
def test_the_message_says_what_else_is_doubtful_in_a_number(
    left_out: list[ReasonNotRead], signs: list[DoubtfulSign], expected: str
) -> None:
    assert said_of("-3.14", "7", doubts=[None] * 4, left_out=left_out, signs=signs) == expected


@pytest.mark.parametrize(
    ("text", "gaps", "expected"),
    [
        ("27", [1], "27, or 2 and 7 apart?"),
        ("4296", [1, 3], "4296, or 4, 29 and 6 apart?"),
        ("2-7", [1], "2-7, or 2 and -7 apart?"),
        ("2,7", [1], "2,7, or 2, and 7 apart?"),
    ],
)
def test_a_gap_and_nothing_else_is_a_question(text: str, gaps: list[int], expected: str) -> None:
    signs = [DoubtfulSign(SignDoubt.GAP, 0, gap) for gap in gaps]
    assert said_of(text, doubts=[None] * 2, signs=signs) == expected


def test_three_numbers_that_may_be_several_are_named() -> None:
    gaps = [DoubtfulSign(SignDoubt.GAP, line, 1) for line in range(3)]
    said = said_of("27", "27", "27", doubts=[None] * 6, signs=gaps)
    assert said.count("27, or 2 and 7 apart?") == 3


def test_each_reason_has_its_words() -> None:
    said = said_of(doubt=INK_LEFT_OUT, left_out=list(ReasonNotRead))
    assert said.count(";") == len(ReasonNotRead) - 1


def test_what_is_many_is_counted_and_the_gravest_is_said_first() -> None:
    lines = ["0.123456789", *["0123456789"] * 3]
    doubts = [*[NOT_A_DIGIT] * 4, *[TOUCHING] * 2, *[UNCLEAR] * 11, *[None] * 23]
    left_out = [ReasonNotRead.FAINT, ReasonNotRead.NOT_A_DIGIT] * 17
    gaps = [DoubtfulSign(SignDoubt.GAP, line, 5) for line in range(4)]
    said = said_of(*lines, doubts=doubts, left_out=left_out, signs=[*gaps, POINT])
    assert said.split(". ") == [
        "Best guess: 4 numbers",
        "Not read: 34 pieces of ink",
        "Among them: something pale; something that does not look like a digit",
        "The 5th and 6th digits, 4 and 5, seem to touch",
        "4 digits do not look like digits",
        "11 digits are not certain",
        "Not certain: a point",
        "4 of the numbers may be several each.",
    ]


def test_a_long_number_is_not_repeated() -> None:
    assert said_of("5" * 32, doubts=[None] * 32) == f"This looks like {'5' * 32}."
    said = said_of("-" + "5" * 32, doubts=[None] * 32)
    assert said == "This looks like a number with 32 digits."


@pytest.mark.parametrize(
    ("place", "ordinal"), [(4, "4th"), (11, "11th"), (13, "13th"), (21, "21st"), (112, "112th")]
)
def test_places_are_said_as_ordinals(place: int, ordinal: str) -> None:
    doubts = [UNCLEAR if each == place else None for each in range(1, 113)]
    said = said_of("5" * 112, doubts=doubts)
    assert said.endswith(f"The {ordinal} digit, 5, is not certain.")


@pytest.mark.parametrize("fault", PictureFault)
def test_each_fault_of_a_picture_is_a_problem_of_the_client(fault: PictureFault) -> None:
    problem = to_problem(PictureError(fault, "Why."))
    assert problem.type == "urn:inkling:" + fault.name.lower().replace("_", "-")
    assert problem.code in (400, 413, 415, 422)
    assert str(problem.description).startswith("Why.")


def test_a_picture_that_is_not_read_is_refused_and_another_error_is_not_hidden() -> None:
    def read(error: Exception) -> None:
        raise error

    problem = attempt(read, PictureError(PictureFault.NO_DIGIT_FOUND, "Why."))
    assert isinstance(problem, Problem)
    with pytest.raises(ValueError, match="Ours"):
        attempt(read, ValueError("Ours."))
