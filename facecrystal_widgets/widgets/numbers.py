"""Numbers as text, the same in every panel."""

from pathlib import Path


def percent(part: float, digits: int = 0) -> str:
    """A part as ``12 %``; one that is nearly nothing or nearly all is not rounded to it.

    >>> percent(0.123), percent(0.001), percent(0.99999, 2), percent(1, 2)
    ('12 %', '< 1 %', '> 99.99 %', '100 %')
    """
    if part in (0, 1):
        return f"{100 * part:.0f} %"
    step = 10.0**-digits
    if 100 * part < step / 2:
        return f"< {step:.{digits}f} %"
    if 100 * (1 - part) < step / 2:
        return f"> {100 - step:.{digits}f} %"
    return f"{100 * part:.{digits}f} %"


def miller_indices(hkl: tuple[int, ...]) -> str:
    """``111``, with bars for minus signs; spaces where an index has two digits."""
    gap = "" if all(abs(index) < 10 for index in hkl) else " "
    barred = (
        "".join(f"{digit}\u0305" for digit in str(-index)) if index < 0 else str(index)
        for index in hkl
    )
    return gap.join(barred)


def network_name(model: str) -> str:
    """The network in a folder; ``""`` is the shipped one."""
    return f"the network {Path(model).name}" if model else "the shipped network"
