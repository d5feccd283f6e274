"""Write the amounts in a folder of pictures into a table, the doubtful ones last."""

import csv
import sys
from pathlib import Path

import inkling

AMOUNT = inkling.Restriction(pattern=r"\d{1,5}[.,]?\d*")


def read_amounts(folder: Path) -> list[tuple[str, str, str]]:
    """Return the file, the amount, and what to check of each picture, nothing if it is certain."""
    rows: list[tuple[str, str, str]] = []
    for name, found in inkling.read_many([folder], AMOUNT, processes=2):
        file = Path(name).name
        if isinstance(found, inkling.Reading):
            rows.append((file, found.text, "" if found.certain else f"{found.doubt}"))
        else:
            rows.append((file, "", str(found)))
    return sorted(rows, key=lambda row: bool(row[2]))


def main(folder: str, table: str) -> None:
    """Read the folder and write the table."""
    with Path(table).open("w", newline="") as file:
        csv.writer(file).writerows([("file", "amount", "check"), *read_amounts(Path(folder))])


if __name__ == "__main__":
    main(*sys.argv[1:])
