"""Numbers as physicists write them."""

from __future__ import annotations

import math

__all__ = ["NONE", "count", "efficiency", "number", "probability", "with_error"]

#: What stands for a number that there is not.
NONE = "\N{EN DASH}"
_SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_NARROW_SPACE = "\N{NARROW NO-BREAK SPACE}"


def with_error(value: float | None, error: float | None) -> str:
    """Return a value and its error, rounded as the Particle Data Group does (Review of Particle Physics, section 5.3).

    Examples
    --------
    >>> with_error(1.96123, 0.0123), with_error(86.21, 9.1), with_error(61234.0, 456.0)
    ('1.961 ± 0.012', '86 ± 9', '61200 ± 500')
    >>> with_error(7.2123e8, 1.2e6), with_error(0.00077034, 0.0000012)
    ('(7.212 ± 0.012) × 10⁸', '(7.703 ± 0.012) × 10⁻⁴')
    >>> with_error(None, None), with_error(2.0, 0.0)
    ('–', '2')
    """
    if value is None or not math.isfinite(value):
        return NONE
    if error is None or not math.isfinite(error) or error <= 0:
        return number(value)
    power = _power(max(abs(value), error))
    scale = 10.0**power if power else 1.0
    decimals = _decimals(error / scale)
    text = f"{_rounded(value / scale, decimals)} ± {_rounded(error / scale, decimals)}"
    return f"({text}) × {_ten(power)}" if power else text


def number(value: float | None, digits: int = 4) -> str:
    """Return a number with so many significant digits.

    Examples
    --------
    >>> number(0.25312345), number(56849.0), number(0.00001234), number(None)
    ('0.2531', '56850', '1.234 × 10⁻⁵', '–')
    """
    if value is None or not math.isfinite(value):
        return NONE
    power = _power(abs(value))
    if power:
        return f"{value / 10.0**power:.{digits}g} × {_ten(power)}"
    decimals = digits - 1 - _magnitude(value)
    text = _rounded(value, decimals)
    return text.rstrip("0").rstrip(".") if "." in text else text


def count(value: int) -> str:
    """Return a whole number, its thousands set apart.

    Examples
    --------
    >>> count(999), len(count(10_000))
    ('999', 6)
    """
    return f"{value:,}".replace(",", _NARROW_SPACE)


def efficiency(value: float | None) -> str:
    """Return a share of weights; one text for sums of the same weights in any order.

    Examples
    --------
    >>> efficiency(333 / 2000), efficiency(0.16649999999999998), efficiency(None)
    ('0.167', '0.167', '–')
    """
    return number(value if value is None else float(f"{value:.12g}"), 3)


def probability(value: float | None) -> str:
    """Return a probability.

    Examples
    --------
    >>> probability(0.413), probability(0.0002)
    ('0.41', '< 0.001')
    """
    if value is None or not math.isfinite(value):
        return NONE
    return "< 0.001" if value < 0.001 else f"{value:.2g}" if value < 0.995 else "1.0"


def _magnitude(value: float) -> int:
    return math.floor(math.log10(abs(value))) if value else 0


def _power(size: float) -> int:
    """Return the power of ten to write in front: 0 for sizes that read well without."""
    magnitude = _magnitude(size)
    return magnitude if size and not -3 <= magnitude < 5 else 0


def _decimals(error: float) -> int:
    """Return the decimals of an error: two digits up to 354, one from 355, and 950 becomes 1000."""
    magnitude = _magnitude(error)
    leading = round(error / 10.0**magnitude * 100)
    if leading <= 354:
        return 1 - magnitude
    return -magnitude


def _rounded(value: float, decimals: int) -> str:
    return f"{round(value, decimals):.{max(decimals, 0)}f}"


def _ten(power: int) -> str:
    return "10" + str(power).translate(_SUPERSCRIPTS)
