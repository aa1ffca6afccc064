"""The house's own rules, which imports cannot show.

- A machine, `assign.py` or a kind of node is pure: no clock, no random numbers, no files, no network, no coroutines.
- A table with a tenant is made with `keyed(…)`, so that every key starts with the tenant, and its migration forces
  row-level security on it; a table without a tenant is in the short list below.
- A row of `acceptance/` uses what everybody may use: of hujiao it imports the test phone and the client of the API, and
  nothing in that folder imports a database or the messages between processes.
- Nobody calls `commit()` or `rollback()` in a service or a repository: whoever opened the transaction ends it.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "hujiao"
MIGRATIONS = ROOT / "migrations" / "versions"

PURE_FILES = {"machine.py", "assign.py"}
PURE_FOLDERS = {"nodes"}
PURE_FORBIDDEN_MODULES = {
    "asyncio",
    "asyncpg",
    "aiohttp",
    "http",
    "io",
    "logging",
    "nats",
    "os",
    "pathlib",
    "random",
    "secrets",
    "shutil",
    "socket",
    "sqlalchemy",
    "structlog",
    "subprocess",
    "sys",
    "tempfile",
    "threading",
    "time",
    "urllib",
    "hujiao.kit.bus",
    "hujiao.kit.clock",
    "hujiao.kit.db",
    "hujiao.kit.ids",
}
PURE_FORBIDDEN_CALLS = {"open", "print", "input"}
PURE_FORBIDDEN_METHODS = {"now", "utcnow", "today", "uuid1", "uuid4", "uuid6", "uuid7"}

ACCEPTANCE = ROOT / "acceptance"
ROW_MAY_IMPORT = ("hujiao.asterisk.testphone", "hujiao.app.cli.http_client")
NOT_PUBLIC = {"asyncpg", "nats", "sqlalchemy"}
NOT_PUBLIC_OF_HUJIAO = ("hujiao.kit.bus", "hujiao.kit.db")

WITHOUT_TENANT = {"tenant", "shard_lease", "throttle_bucket"}
ENDING = {"commit", "rollback"}
TRANSACTION_FILES = {"service.py", "repository.py"}


class Finding(NamedTuple):
    path: Path
    line: int
    sentence: str

    def __str__(self) -> str:
        return f"{self.path.relative_to(ROOT)}:{self.line}: {self.sentence}"


def pure(path: Path, tree: ast.AST) -> Iterator[Finding]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for name in node.names:
                yield from _module(path, node.lineno, name.name)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from _module(path, node.lineno, node.module)
            for name in node.names:
                yield from _module(path, node.lineno, f"{node.module}.{name.name}")
        elif isinstance(node, ast.AsyncFunctionDef | ast.Await):
            yield Finding(path, node.lineno, "a machine has no coroutines: return an effect instead")
        elif isinstance(node, ast.Call):
            called = node.func
            if isinstance(called, ast.Name) and called.id in PURE_FORBIDDEN_CALLS:
                yield Finding(path, node.lineno, f"a machine does no input or output: {called.id}()")
            if isinstance(called, ast.Attribute) and called.attr in PURE_FORBIDDEN_METHODS:
                yield Finding(path, node.lineno, f"a machine gets time and ids as arguments: {called.attr}()")


def _module(path: Path, line: int, name: str) -> Iterator[Finding]:
    if name in PURE_FORBIDDEN_MODULES or name.partition(".")[0] in PURE_FORBIDDEN_MODULES:
        yield Finding(path, line, f"a machine is pure and does not import {name}")


def transactions(path: Path, tree: ast.AST) -> Iterator[Finding]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ENDING:
            yield Finding(
                path, node.lineno, f"whoever opened the transaction ends it, not a service: {node.func.attr}()"
            )


def public(path: Path, tree: ast.AST, *, row: bool) -> Iterator[Finding]:
    for node in ast.walk(tree):
        names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        names += [name.name for name in node.names] if isinstance(node, ast.Import) else []
        for name in names:
            inner = name.startswith(NOT_PUBLIC_OF_HUJIAO) or name.partition(".")[0] in NOT_PUBLIC
            inner |= row and name.partition(".")[0] == "hujiao" and not name.startswith(ROW_MAY_IMPORT)
            if inner:
                yield Finding(path, node.lineno, f"what is accepted is what everybody may use: do not import {name}")


def tables(path: Path, tree: ast.AST, secured: set[str]) -> Iterator[Finding]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.ClassDef):
            continue
        name = _assigned(node, "__tablename__")
        if not isinstance(name, ast.Constant) or not isinstance(name.value, str):
            continue
        table = name.value
        if table in WITHOUT_TENANT:
            continue
        bases = {base.id for base in node.bases if isinstance(base, ast.Name)}
        arguments = _assigned(node, "__table_args__")
        if not bases & {"TenantKey", "TenantRow"}:
            yield Finding(path, node.lineno, f"the table {table} has no tenant: make it a TenantKey or TenantRow")
        keyed = (
            isinstance(arguments, ast.Call) and isinstance(arguments.func, ast.Name) and arguments.func.id == "keyed"
        )
        if not keyed:
            yield Finding(path, node.lineno, f"the table {table} needs __table_args__ = keyed(…)")
        if table not in secured:
            yield Finding(path, node.lineno, f"no migration forces row-level security on the table {table}")


def _assigned(node: ast.ClassDef, name: str) -> ast.expr | None:
    for statement in node.body:
        if isinstance(statement, ast.Assign) and any(
            isinstance(target, ast.Name) and target.id == name for target in statement.targets
        ):
            return statement.value
    return None


def secured_tables() -> set[str]:
    """Tables on which a migration forces row-level security: named in its statement, or in a list it goes through."""
    found: set[str] = set()
    for path in sorted(MIGRATIONS.glob("*.py")):
        source = path.read_text("utf-8")
        found |= set(re.findall(r"ALTER TABLE (\w+) FORCE ROW LEVEL SECURITY", source))
        if "ALTER TABLE {table} FORCE ROW LEVEL SECURITY" not in source:
            continue
        lists = {
            target.id: node.value
            for node in ast.parse(source).body
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.For) and "FORCE ROW LEVEL SECURITY" in ast.unparse(node):
                for part in ast.walk(node.iter):
                    listed = lists.get(part.id) if isinstance(part, ast.Name) else part
                    if isinstance(listed, ast.List | ast.Tuple | ast.Set):
                        found |= {
                            e.value for e in listed.elts if isinstance(e, ast.Constant) and isinstance(e.value, str)
                        }
    return found


def acceptance(folder: Path = ACCEPTANCE) -> list[Finding]:
    found: list[Finding] = []
    for path in sorted(folder.rglob("*.py")):
        found += public(path, ast.parse(path.read_text("utf-8")), row=path.parent != folder)
    return found


def findings(source: Path = SOURCE) -> list[Finding]:
    secured = secured_tables()
    found: list[Finding] = []
    for path in sorted(source.rglob("*.py")):
        if "tests" in path.parts:
            continue
        if path.name in PURE_FILES or path.parent.name in PURE_FOLDERS:
            found += pure(path, ast.parse(path.read_text("utf-8")))
        if path.name == "models.py":
            found += tables(path, ast.parse(path.read_text("utf-8")), secured)
        if path.name in TRANSACTION_FILES:
            found += transactions(path, ast.parse(path.read_text("utf-8")))
    return found


def main() -> int:
    found = [*findings(), *acceptance()]
    for finding in found:
        sys.stdout.write(f"{finding}\n")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
