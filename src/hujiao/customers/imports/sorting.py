"""What becomes of each row of a batch: a new customer, one who is known, or a refusal. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from hujiao.customers.imports.rows import Fault, Row


@dataclass(frozen=True, slots=True)
class Holder:
    """Who has a number or address; `project_id` None: the whole company's customer."""

    id: UUID
    project_id: UUID | None


@dataclass(slots=True)
class Sorted:
    """`known` are rows with the customer whom each is about; None: one of an earlier row."""

    new: list[Row] = field(default_factory=list)
    known: list[tuple[Row, UUID | None]] = field(default_factory=list)
    refused: list[tuple[Row, Fault]] = field(default_factory=list)


def sort(rows: Iterable[Row], holders: Mapping[str, Sequence[Holder]], taken: set[int], reached: str) -> Sorted:
    """Rows by what becomes of them. `taken` are contacts of new customers of earlier rows; theirs are added.

    `reached` are the headings of the columns with numbers and addresses.
    """
    done = Sorted()
    for row in rows:
        if row.fault:
            done.refused.append((row, row.fault))
            continue
        having = {
            one.id for key in row.keys for one in holders.get(key, ()) if one.project_id in (None, row.project_id)
        }
        if len(having) > 1:
            done.refused.append((row, Fault(reached, "error.import_several")))
        elif having:
            done.known.append((row, having.pop()))
        elif any(not taken.isdisjoint(_places(row.project_id, key)) for key in row.keys):
            done.known.append((row, None))
        elif row.unfit:
            done.refused.append((row, row.unfit))
        else:
            taken.update(hash((row.project_id, key)) for key in row.keys)
            done.new.append(row)
    return done


def _places(project_id: UUID | None, key: str) -> tuple[int, int]:
    """Where an earlier row may have taken it: in the project, or for the whole company."""
    return hash((project_id, key)), hash((None, key))
