"""What was read, and what is doubtful, in sentences."""

from collections.abc import Sequence

from app.languages import Language
from nn.reading.doubts import Doubt, DoubtfulSign, Misfit, ReasonNotRead, SignDoubt
from nn.reading.reading import Line, Reading

_REASONS = {
    ReasonNotRead.NOT_A_DIGIT: "something that does not look like a digit",
    ReasonNotRead.BESIDE_THE_DIGIT: "something beside the digit",
    ReasonNotRead.CUT_BY_EDGE: "something that goes on beyond the picture's edge",
    ReasonNotRead.TAKEN_FOR_LINE: "a line that may be a 1",
    ReasonNotRead.FAINT: "something pale",
}
_DOUBTS_OF_DIGITS = {  # the sentence about one digit, and about several
    Doubt.TOUCHING: ("{which} seems to touch another.", "{which} seem to touch."),
    Doubt.NOT_A_DIGIT: ("{which} does not look like a digit.", "{which} do not look like digits."),
    Doubt.UNCLEAR: ("{which} is not certain.", "{which} are not certain."),
}
MAX_NAMED = 3
"""Digits, marks and numbers that a sentence names one by one; more are counted."""
MAX_NUMBER_LENGTH = 32
"""Characters of an answer's numbers that its message repeats; of longer ones it says how many."""
MIN_NAMED = 0.05
"""Probability from which on a doubtful digit's runner-up is named."""

_SIGNS = {".": "a point", ",": "a comma", "-": "a minus sign"}
_MISSING_SIGN = "whether a sign is missing"
_ORDINALS = ("{place}th", "{place}st", "{place}nd", "{place}rd")
TEXTS = (
    *_REASONS.values(),
    *(text for pair in _DOUBTS_OF_DIGITS.values() for text in pair),
    *_SIGNS.values(),
    _MISSING_SIGN,
    *_ORDINALS,
)
"""English texts of the tables, which are translated with those of the functions."""


def message(reading: Reading, language: Language) -> str:
    """Return what was read, and what is doubtful, as sentences."""
    if reading.is_restricted:
        return _allowed_message(reading, language)
    if not reading.is_number:
        return _digit_message(reading, language)
    return _number_message(reading, language)


def _digit_message(reading: Reading, language: Language) -> str:
    activations = reading.digits[0].activations
    second, best = sorted(range(10), key=lambda digit: (activations[digit], -digit))[-2:]
    match reading.doubt:
        case None:
            return language.text(
                "This looks like {a_digit}.", a_digit=_with_article(best, language)
            )
        case Doubt.UNCLEAR:
            return language.text(
                "Not certain: {a_digit}, or perhaps {another}.",
                a_digit=_with_article(best, language),
                another=_with_article(second, language),
            )
        case Doubt.NOT_A_DIGIT:
            sentence = language.text("This does not look like a digit.")
            return f"{sentence} {_best_guess(best, language)}"
        case _:
            return f"{_best_guess(best, language)} {_not_read(reading, language)}"


def _number_message(reading: Reading, language: Language) -> str:
    lines, doubts = [line.text for line in reading.lines], [digit.doubt for digit in reading.digits]
    number = _numbers(lines, language)
    if doubts.count(Doubt.NOT_A_DIGIT) > len(doubts) / 2:
        sentence = language.text("This does not look like a number.")
        return f"{sentence} {_best_guess(number, language)}"
    reasons = [_not_read(reading, language)] if reading.left_out else []
    written = [character for line in lines for character in line if character.isdigit()]
    reasons += _other_number(reading, language) or _doubt_sentences(written, doubts, language)
    reasons += _sign_sentences(reading.doubtful_signs, language)
    questions = _gap_questions(reading.lines, language)
    # A gap in a single number, and nothing else doubtful, is a question instead of a guess.
    if not reasons and len(lines) == len(questions) == 1:
        return questions[0]
    if not reasons and not questions:
        return language.text("This looks like {number}.", number=number)
    return " ".join([_best_guess(number, language), *reasons, *questions])


def _allowed_message(reading: Reading, language: Language) -> str:
    texts = [line.text for line in reading.lines if line.text]
    number = _numbers(texts, language)
    if reading.certain:
        return language.text("This looks like {number}.", number=number)
    sentences = [_best_guess(number, language)] if texts else []
    if reading.left_out:
        sentences.append(_not_read(reading, language))
    if len(texts) < len(reading.lines):
        sentences.append(language.text("No allowed number fits what is written."))
    misfits = [match.misfit for match in reading.matches if match.text]
    others = [match.alternatives[0][0] for match in reading.matches if match.alternatives]
    if Misfit.NONE_FITS in misfits:
        sentences.append(language.text("It may be a number that is not allowed."))
    elif Misfit.SEVERAL_FIT in misfits and others:
        numbers = ", ".join(others[:MAX_NAMED])
        sentences.append(language.text("It may be another one: {numbers}.", numbers=numbers))
    return " ".join(sentences)


def _numbers(lines: Sequence[str], language: Language) -> str:
    """Return the numbers of an answer, or how many digits or numbers they are if they are long."""
    numbers = ", ".join(lines)
    if len(numbers) <= MAX_NUMBER_LENGTH:
        return numbers
    if len(lines) > 1:
        return language.text("{count} numbers", count=len(lines))
    return language.text("a number with {count} digits", count=sum(map(str.isdigit, numbers)))


def _best_guess(number: int | str, language: Language) -> str:
    return language.text("Best guess: {number}.", number=number)


def _not_read(reading: Reading, language: Language) -> str:
    """Return a sentence that names each reason for ink left out once, or says how much was."""
    reasons = "; ".join(
        language.text(_REASONS[why]) for why in dict.fromkeys(ink.why for ink in reading.left_out)
    )
    count = len(reading.left_out)
    if count <= MAX_NAMED:
        return language.text("Not read: {reasons}.", reasons=reasons)
    counted = language.text("Not read: {count} pieces of ink.", count=count)
    return f"{counted} {language.text('Among them: {reasons}.', reasons=reasons)}"


def _doubt_sentences(
    digits: Sequence[str], doubts: Sequence[Doubt | None], language: Language
) -> list[str]:
    sentences = []
    for doubt, (one, several) in _DOUBTS_OF_DIGITS.items():
        places = [place for place, each in enumerate(doubts) if each is doubt]
        if places:
            which = _named_digits([digits[place] for place in places], places, language)
            sentences.append(language.text(one if len(places) == 1 else several, which=which))
    return sentences


def _other_number(reading: Reading, language: Language) -> list[str]:
    """Return a sentence with the number that it may be if one digit of it, unclear, is another.

    None where more is doubtful, no other digit is likely, or the number is long.
    """
    doubtful = [place for place, digit in enumerate(reading.digits) if digit.doubt]
    text = reading.text
    if len(doubtful) != 1 or len(reading.lines) > 1 or len(text) > MAX_NUMBER_LENGTH:
        return []
    (place,) = doubtful
    activations = reading.digits[place].activations
    other, digit = sorted(range(10), key=lambda digit: (activations[digit], -digit))[-2:]
    if reading.digits[place].doubt is not Doubt.UNCLEAR or activations[other] < MIN_NAMED:
        return []
    at = [column for column, character in enumerate(text) if character.isdigit()][place]
    which = _named_digits([str(digit)], [place], language)
    another, number = _with_article(other, language), f"{text[:at]}{other}{text[at + 1 :]}"
    values = {"which": which, "another": another, "number": number}
    return [language.text("{which} may be {another}: {number}.", **values)]


def _sign_sentences(doubtful_signs: Sequence[DoubtfulSign], language: Language) -> list[str]:
    """Return a sentence that names the doubtful marks, each kind once; none without any."""
    signs = [doubtful.sign for doubtful in doubtful_signs if doubtful.sign is not None]
    named = [_SIGNS[sign] for sign in dict.fromkeys(signs)]
    if any(sign.what is SignDoubt.MISSING_SIGN for sign in doubtful_signs):
        named.append(_MISSING_SIGN)
    if not named:
        return []
    reasons = "; ".join(language.text(name) for name in named)
    return [language.text("Not certain: {reasons}.", reasons=reasons)]


def _gap_questions(lines: Sequence[Line], language: Language) -> list[str]:
    """Return a question for each number that may be several, or a sentence for many of them."""
    questions = []
    for line in lines:
        parts = line.texts_apart
        if len(parts) > 1:
            values = {"number": line.text, "numbers": _joined(parts, language)}
            questions.append(language.text("{number}, or {numbers} apart?", **values))
    if len(questions) <= MAX_NAMED:
        return questions
    return [language.text("{count} of the numbers may be several each.", count=len(questions))]


def _with_article(digit: int, language: Language) -> str:
    return language.text("an {digit}" if digit == 8 else "a {digit}", digit=digit)


def _named_digits(digits: Sequence[str], places: Sequence[int], language: Language) -> str:
    """Return "The 2nd digit, 7," for digits at places counted from 0, "4 digits" for many."""
    if len(places) > MAX_NAMED:
        return language.text("{count} digits", count=len(places))
    values = {
        "places": _joined([_ordinal(place + 1, language) for place in places], language),
        "digits": _joined(digits, language),
    }
    if len(places) == 1:
        return language.text("The {places} digit, {digits},", **values)
    return language.text("The {places} digits, {digits},", **values)


def _ordinal(place: int, language: Language) -> str:
    last = place % 10
    ending = last if last in (1, 2, 3) and place % 100 not in (11, 12, 13) else 0
    return language.text(_ORDINALS[ending], place=place)


def _joined(words: Sequence[str], language: Language) -> str:
    if len(words) == 1:
        return words[0]
    return language.text("{first} and {last}", first=", ".join(words[:-1]), last=words[-1])
