"""The process that reads a file for an import: batches of rows come out of it as fast as they are taken.

python -m hujiao.customers.imports.reader: a pickled `Task` comes in, (length, batch) … go out until `ended`. A parser
that swells ends this process and nothing else.
"""

from __future__ import annotations

import os
import pickle
import resource
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from uuid import UUID

import msgspec

from hujiao.customers.imports import tables
from hujiao.customers.imports.rows import Fault, Plan, Row, Rows
from hujiao.customers.imports.tables import Format
from hujiao.kit.apart import LENGTH
from hujiao.kit.errors import BadField
from hujiao.kit.secrets import TenantSecrets

MOST_ROWS = 1_048_575  # as many as a sheet has
BATCH_ROWS, BATCH_TEXT = 1000, 1 << 20
MEMORY = 2 * 1024**3
CPU_SECONDS = 1800  # a file of the most rows takes one or two minutes


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """What to read: the rows after the first `done`. A batch with `distinct` has no contact twice."""

    path: Path
    format: Format
    plan: Plan
    tenant_id: UUID
    secret_key: str
    done: int
    distinct: bool


class Batch(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Rows in the file's order. `share` of the file has been read; `problem` is why no more can be."""

    rows: list[Row]
    share: float
    ended: bool = False
    problem: Fault | None = None


def batches(task: Task) -> Iterator[Batch]:
    rows: list[Row] = []
    seen: set[str] = set()
    size, share = 0, 0.0
    problem = None
    read = Rows(task.plan, TenantSecrets(task.secret_key, task.tenant_id)).read
    try:
        with tables.reading(task.path, task.format) as reading:
            table = iter(reading)
            next(table, None)  # the headings
            for count, cells in enumerate(islice(filter(tables.filled, table), task.done, None), task.done + 1):
                if count > MOST_ROWS:
                    raise BadField("error.import_rows", detail={"most": MOST_ROWS})
                row = read(cells)
                keys = row.keys
                full = len(rows) >= BATCH_ROWS or size > BATCH_TEXT
                if full or (task.distinct and not seen.isdisjoint(keys)):
                    share = reading.share
                    yield Batch(rows, share)
                    rows, size = [], 0
                    seen.clear()
                rows.append(row)
                seen.update(keys)
                size += sum(map(len, cells))
            share = reading.share
    except BadField as error:
        problem = Fault("", error.message, error.detail)
    yield Batch(rows, share, True, problem)


def main() -> None:
    os.nice(10)  # calls come first
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    task: Task = pickle.load(sys.stdin.buffer)  # our own process's
    out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a library prints is no batch
    encode = msgspec.msgpack.Encoder().encode
    try:
        for batch in batches(task):
            content = encode(batch)
            out.write(LENGTH.pack(len(content)) + content)
            out.flush()
    except BrokenPipeError:
        os._exit(0)  # nobody wants more


if __name__ == "__main__":
    main()
