"""The likeliest allowed text of a line, found in the network's frames.

A prefix beam search extends only what can still become an allowed text.

A. Graves, N. Jaitly, "Towards end-to-end speech recognition with recurrent neural networks", 2014,
section 4.
"""

from collections.abc import Mapping
from math import exp, log

import numpy as np
from numpy.typing import NDArray

from nn.reading.allowed import MAX_LENGTH, SIGNS, Automaton, Restriction, State, TextList
from nn.reading.doubts import NO_MATCH, Match
from nn.reading.lines.strip import BLANK, OTHER

BEAM_WIDTH = 50  # texts that are kept from one frame to the next
MIN_PROBABILITY = 1e-6  # of a sign in a frame: less probable ones extend no text
OUTSIDE = 0.02  # probability, before anything is read, that a line holds a text that is not allowed
N_ALTERNATIVES = 3


def best_match(frames: NDArray[np.floating], read: str, restriction: Restriction) -> Match:
    """Return the likeliest allowed text of a line, ``NO_MATCH`` where none has any probability.

    Bayes' theorem with the same probability before for each allowed text, and ``OUTSIDE`` for all
    others together, of which ``read`` stands for the likeliest.

    Parameters
    ----------
    frames
        (T, 15): the probability of each class and of the blank in each frame.
    read
        What is read without a restriction.
    restriction
        What is allowed.
    """
    found = search(frames, restriction.automaton)
    fitting: dict[str, float] = {}
    for text in filter(restriction.accepts, found):
        listed = restriction.as_listed(text)
        fitting[listed] = float(np.logaddexp(fitting.get(listed, -np.inf), found[text]))
    if not fitting:
        return NO_MATCH
    is_fitting = restriction.as_listed(read) in fitting
    others = {} if is_fitting or not read else search(frames, TextList([read]))
    greatest = max([*fitting.values(), *others.values()])
    outside = sum(OUTSIDE * exp(chance - greatest) for chance in others.values())
    chances = {text: exp(each - greatest) for text, each in fitting.items()}
    total = sum(chances.values()) + outside
    order = sorted(chances, key=lambda text: -chances[text])[: N_ALTERNATIVES + 1]
    (text, confidence), *alternatives = ((text, chances[text] / total) for text in order)
    return Match(text, confidence, outside / total, alternatives)


def search(frames: NDArray[np.floating], automaton: Automaton) -> dict[str, float]:
    """Return the texts that an automaton reads, with the logarithm of the probability of each.

    A prefix beam search. Other signs count as blanks: they are not of the text.
    """
    blanks = np.maximum(frames[:, BLANK] + frames[:, OTHER], MIN_PROBABILITY)
    beams = {"": (1.0, 0.0)}  # the probability that a text ends with a blank, with its last sign
    states = {"": automaton.start}
    following: dict[str, dict[str, State]] = {}  # the states after each sign that may be next
    logarithm = 0.0  # of the factor by which the beams are divided: their products would vanish
    for chances, blank in zip(frames[:, :OTHER].tolist(), blanks.tolist(), strict=True):
        chance_of = dict(zip(SIGNS, chances, strict=True))
        longer = {}
        for text, (with_blank, with_sign) in beams.items():
            either = with_blank + with_sign
            again = with_sign * chance_of[text[-1]] if text else 0.0
            if text[:-1] in beams and chance_of.get(text[-1:], 0.0) >= MIN_PROBABILITY:
                again += _before(text[:-1], text[-1], beams) * chance_of[text[-1]]
            longer[text] = (either * blank, again)
        # What is less probable than all of a full beam will not be kept.
        least = min(map(sum, longer.values())) if len(beams) == BEAM_WIDTH else 0.0
        likely = sorted(((chance, sign) for sign, chance in chance_of.items()), reverse=True)
        for text, (with_blank, with_sign) in beams.items():
            if (with_blank + with_sign) * likely[0][0] < least:
                break
            if text not in following:
                signs = SIGNS if len(text) < MAX_LENGTH else ""
                after = {sign: automaton.step(states[text], sign) for sign in signs}
                following[text] = {
                    sign: state for sign, state in after.items() if state is not None
                }
            for chance, sign in likely:
                if chance < MIN_PROBABILITY or (with_blank + with_sign) * chance < least:
                    break
                probability = _before(text, sign, beams) * chance
                if sign in following[text] and probability >= least and text + sign not in beams:
                    states[text + sign] = following[text][sign]
                    longer[text + sign] = (0.0, probability)
        kept = sorted(longer, key=lambda text: -sum(longer[text]))[:BEAM_WIDTH]
        largest = sum(longer[kept[0]])
        logarithm += log(largest)
        beams = {text: (longer[text][0] / largest, longer[text][1] / largest) for text in kept}
        states = {text: states[text] for text in kept}
        following = {text: following[text] for text in kept if text in following}
    return {
        text: logarithm + log(with_blank + with_sign)
        for text, (with_blank, with_sign) in beams.items()
        if automaton.is_whole(states[text]) and with_blank + with_sign
    }


def _before(text: str, sign: str, beams: Mapping[str, tuple[float, float]]) -> float:
    """Return the probability of a text before another sign: between two equal ones is a blank."""
    with_blank, with_sign = beams[text]
    return with_blank if text.endswith(sign) else with_blank + with_sign
