"""What may stand in a domain's folder, and what its files may reach."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

AGREED = {
    "manifest", "facts", "rules", "models", "queries", "actions", "views", "urls", "forms", "api", "tasks",
    "reactions", "collect", "notices", "reports", "cards", "tools",
}  # fmt: skip
FOLDERS = {"templates", "migrations", "catalogue", "tests", "checks"}
PUBLIC = {"actions", "queries", "facts", "rules", "models"}
DOMAIN_SHELVES = ("tenantry.portal.", "tenantry.modules.")


def strangers(folder: Path) -> Iterator[str]:
    """Names in a domain folder that nobody agreed on."""
    agreed = AGREED | FOLDERS | {"__init__"} | ({"resolver"} if folder.name == "access" else set())
    for path in sorted(folder.iterdir()):
        if path.name == "__pycache__":
            continue
        name = path.stem if path.suffix == ".py" else path.name
        if name not in agreed or (path.is_file() and path.suffix != ".py"):
            yield f"{folder.name}/{path.name} is no agreed name."
    yield from (f"{folder.name}/tests/{path.name} is no test." for path in _odd_tests(folder / "tests"))


def _odd_tests(folder: Path) -> list[Path]:
    files = sorted(folder.glob("*.py")) if folder.exists() else []
    return [path for path in files if not path.name.startswith("test_") and path.name not in {"__init__.py"}]


def reaches_inside(name: str, tree: ast.Module) -> Iterator[str]:
    """Imports of another domain's file that is not public; `name` is the importing module's dotted name."""
    own = ".".join(name.split(".")[:3])
    for target in sorted(_imported(tree)):
        parts = target.split(".")
        if not target.startswith(DOMAIN_SHELVES) or len(parts) < 4 or ".".join(parts[:3]) == own:
            continue
        if parts[3] not in PUBLIC:
            yield f"{name} imports {target}, which is not public."


def _imported(tree: ast.Module) -> set[str]:
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def unguarded(name: str, tree: ast.Module) -> Iterator[str]:
    """Public functions of an actions file whose first statement is not `actor.require(...)`."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_"):
            body = node.body[1:] if ast.get_docstring(node) is not None else node.body
            if not body or not _asks_leave(body[0]):
                yield f"{name}.{node.name} does not begin with actor.require(...)."


def _asks_leave(statement: ast.stmt) -> bool:
    call = statement.value if isinstance(statement, ast.Expr) else None
    return isinstance(call, ast.Call) and ast.unparse(call.func) == "actor.require"


def untranslated_imports(name: str, tree: ast.Module) -> Iterator[str]:
    """Imports of gettext that do not go through kernel.text."""
    for target in sorted(_imported(tree)):
        if target.startswith(("django.utils.translation.gettext", "django.utils.translation.ngettext", "gettext.")):
            yield f"{name} imports {target} instead of kernel.text."


def forbidden(name: str, tree: ast.Module) -> Iterator[str]:
    """`apps.get_model`, and handlers that catch everything."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr == "get_model":
            yield f"{name}:{node.lineno} calls get_model."
        if isinstance(node, ast.ExceptHandler) and _catches_all(node.type):
            yield f"{name}:{node.lineno} catches every exception."


def _catches_all(kind: ast.expr | None) -> bool:
    kinds = kind.elts if isinstance(kind, ast.Tuple) else [kind]
    return any(item is None or ast.unparse(item) in {"Exception", "BaseException"} for item in kinds)


def uses(tree: ast.Module, function: str) -> int:
    """How often a file calls a function, by its whole dotted name or its last part alone."""
    names = {function, function.rpartition(".")[2]}
    return sum(isinstance(node, ast.Call) and ast.unparse(node.func) in names for node in ast.walk(tree))


def permissions_named(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Permissions written out where one is asked for, with their lines."""
    asking = {"require", "holds", "everywhere", "page", "operation", "narrowed", "must_hold"}
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    for argument in (item for call in calls if _last_name(call) in asking for item in call.args):
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
            yield argument.lineno, argument.value


def _last_name(call: ast.Call) -> str:
    return ast.unparse(call.func).rpartition(".")[2]
