"""All benchmarks, printed as one Markdown table: ``python benchmarks/run.py``.

Timings vary from run to run, so compare the last column: ratios of values measured in the same run.
"""

import batch
import engine
import page


def main() -> None:
    table = [
        ("what", "measured", "ratio"),
        ("---", "---", "---"),
        *engine.rows(),
        *batch.rows(),
        *page.rows(),
    ]
    for line in table:
        print(f"| {' | '.join(line)} |", flush=True)


if __name__ == "__main__":
    main()
