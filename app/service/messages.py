"""Answers in words."""

from collections.abc import Iterator, Sequence

from app.languages import Language
from nn.reading.doubts import Doubt, DoubtfulSign, SignDoubt, Why
from nn.reading.readings import apart

_WHY = {
    Why.NOT_A_DIGIT: "something that does not look like a digit",
    Why.BESIDE_THE_DIGIT: "something beside the digit",
    Why.CUT_BY_EDGE: "what goes on beyond the picture's edge",
    Why.TAKEN_FOR_LINE: "a line that may be a 1",
    Why.FAINT: "something pale",
    Why.NO_PAPER: "something in a shadow or off the paper",
}
_OF_DIGITS = {  # of one, and of several
    Doubt.TOUCHING: ("{which} seems to touch another.", "{which} seem to touch."),
    Doubt.NOT_A_DIGIT: ("{which} does not look like one.", "{which} do not look like digits."),
    Doubt.UNCLEAR: ("{which} is not certain.", "{which} are not certain."),
}
_OF_SIGNS = {".": "a point", ",": "a comma", "-": "a minus sign"}
_MISSING_SIGN = "whether a sign is missing"
_ORDINALS = ("{place}th", "{place}st", "{place}nd", "{place}rd")
TEXTS = (
    *_WHY.values(),
    *(text for pair in _OF_DIGITS.values() for text in pair),
    *_OF_SIGNS.values(),
    _MISSING_SIGN,
    *_ORDINALS,
)
"""English texts of the tables, which are translated with those of the functions."""


def digit_message(
    activations: Sequence[float], doubt: Doubt | None, left_out: Sequence[Why], language: Language
) -> str:
    """Return what to say of one digit with these activations (10,)."""
    second, best = sorted(range(10), key=lambda digit: (activations[digit], -digit))[-2:]
    match doubt:
        case None:
            return language.text("This looks like {a_digit}.", a_digit=_a(best, language))
        case Doubt.UNCLEAR:
            return language.text(
                "Not certain: {a_digit}, or perhaps {another}.",
                a_digit=_a(best, language),
                another=_a(second, language),
            )
        case Doubt.NOT_A_DIGIT:
            sentence = language.text("This does not look like a digit.")
            return f"{sentence} {_best_guess(best, language)}"
        case _:
            return f"{_best_guess(best, language)} {_not_read(left_out, language)}"


def number_message(
    lines: Sequence[str],
    doubts: Sequence[Doubt | None],
    left_out: Sequence[Why],
    language: Language,
    *,
    doubtful_signs: Sequence[DoubtfulSign],
) -> str:
    """Return what to say of lines of digits and marks.

    Parameters
    ----------
    lines
        The text of each line.
    doubts
        Of each digit, None if it is certain; the digits are counted from 1, through all lines.
    left_out
        Why each piece of ink was left out.
    language
        Of the message.
    doubtful_signs
        What is doubtful between the digits. A gap in a single number, and nothing else, is a
        question instead of a guess.
    """
    number = ", ".join(lines)
    if doubts.count(Doubt.NOT_A_DIGIT) > len(doubts) / 2:
        sentence = language.text("This does not look like a number.")
        return f"{sentence} {_best_guess(number, language)}"
    reasons = [_not_read(left_out, language)] if left_out else []
    reasons += _of_digits([each for each in number if each.isdigit()], doubts, language)
    reasons += _of_signs(doubtful_signs, language)
    questions = list(_of_gaps(lines, doubtful_signs, language))
    if not reasons and len(lines) == len(questions) == 1:
        return questions[0]
    if not reasons and not questions:
        return language.text("This looks like {number}.", number=number)
    return " ".join([_best_guess(number, language), *reasons, *questions])


def _best_guess(number: int | str, language: Language) -> str:
    return language.text("Best guess: {number}.", number=number)


def _not_read(left_out: Sequence[Why], language: Language) -> str:
    """Return what was not read, each kind once."""
    reasons = "; ".join(language.text(_WHY[why]) for why in dict.fromkeys(left_out))
    return language.text("Not read: {reasons}.", reasons=reasons)


def _of_digits(
    digits: Sequence[str], doubts: Sequence[Doubt | None], language: Language
) -> list[str]:
    """Return a sentence for each kind of doubt about digits."""
    sentences = []
    for doubt, (one, several) in _OF_DIGITS.items():
        places = [place for place, each in enumerate(doubts) if each is doubt]
        if places:
            which = _which([digits[place] for place in places], places, language)
            sentences.append(language.text(one if len(places) == 1 else several, which=which))
    return sentences


def _of_signs(doubtful_signs: Sequence[DoubtfulSign], language: Language) -> list[str]:
    """Return a sentence that names the doubtful marks, each kind once; none without any."""
    signs = [each.sign for each in doubtful_signs if each.sign is not None]
    named = [_OF_SIGNS[sign] for sign in dict.fromkeys(signs)]
    if any(each.what is SignDoubt.MISSING_SIGN for each in doubtful_signs):
        named.append(_MISSING_SIGN)
    if not named:
        return []
    reasons = "; ".join(language.text(each) for each in named)
    return [language.text("Not certain: {reasons}.", reasons=reasons)]


def _of_gaps(
    lines: Sequence[str], doubtful_signs: Sequence[DoubtfulSign], language: Language
) -> Iterator[str]:
    """Yield a question for each number that may be several."""
    for line, text in enumerate(lines):
        parts = apart(text, line, doubtful_signs)
        if len(parts) > 1:
            numbers = _and(parts, language)
            yield language.text("{number}, or {numbers} apart?", number=text, numbers=numbers)


def _a(digit: int, language: Language) -> str:
    return language.text("an {digit}" if digit == 8 else "a {digit}", digit=digit)


def _which(digits: Sequence[str], places: Sequence[int], language: Language) -> str:
    """Return "The 2nd digit, 7," for digits at places counted from 0."""
    values = {
        "places": _and([_ordinal(place + 1, language) for place in places], language),
        "digits": _and(digits, language),
    }
    if len(places) == 1:
        return language.text("The {places} digit, {digits},", **values)
    return language.text("The {places} digits, {digits},", **values)


def _ordinal(place: int, language: Language) -> str:
    last = place % 10
    ending = last if last in (1, 2, 3) and place % 100 not in (11, 12, 13) else 0
    return language.text(_ORDINALS[ending], place=place)


def _and(words: Sequence[str], language: Language) -> str:
    if len(words) == 1:
        return words[0]
    return language.text("{first} and {last}", first=", ".join(words[:-1]), last=words[-1])
