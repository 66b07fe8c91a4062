"""What xlwings offers, and what we use of it, read from source text without running any of it."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

#: The objects that a command gets, by the names they have both in main.py and in an engine.
CLASSES = ("App", "Book", "Sheets", "Sheet", "Range", "Font", "Names", "Name")
_ITEM_OF = {"Sheets": "Sheet", "Names": "Name", "Range": "Range", "Sheet": "Range"}


@dataclass
class Source:
    """The three modules of xlwings that an engine hangs on, as class → member → its functions."""

    main: dict[str, dict[str, list[Any]]]
    windows: dict[str, dict[str, list[Any]]]
    base: dict[str, dict[str, list[Any]]]

    @classmethod
    def read(cls, folder: Path) -> "Source":
        trees = {
            name: ast.parse((folder / f"{name}.py").read_text(encoding="utf-8"))
            for name in ("main", "_xlwindows", "base_classes")
        }
        main = {c.name: _members(c) for c in trees["main"].body if isinstance(c, ast.ClassDef)}
        for name in ("Sheets",):  # what the collection gives it
            main[name] = {**main["Collection"], **main[name]}
        return cls(
            main,
            {c.name: _members(c) for c in trees["_xlwindows"].body if isinstance(c, ast.ClassDef)},
            {
                c.name: _members(c)
                for c in trees["base_classes"].body
                if isinstance(c, ast.ClassDef)
            },
        )

    def on_windows(self, of: str, member: str) -> bool:
        """Whether the Windows engine has a member, of its own or one that the base carries out."""
        if member in self.windows.get(of, {}):
            return True
        return any(not _only_raises(f) for f in self.base.get(of, {}).get(member, []))

    def asked_of_engine(self, of: str, member: str) -> set[str]:
        """The members of an engine's object that xlwings' own member hands its work to."""
        return {
            node.attr
            for function in self.main[of].get(member, [])
            for node in ast.walk(function)
            if isinstance(node, ast.Attribute)
            and _is_impl(node.value)
            and isinstance(node.ctx, ast.Load)  # options are left there for Windows to ignore
            and not node.attr.startswith("__")
        }

    def all_asked(self, of: str) -> set[str]:
        """Everything that xlwings' class asks of an engine's object."""
        return {asked for member in self.main[of] for asked in self.asked_of_engine(of, member)}

    def gives(self, of: str, member: str) -> str | None:
        """The class of what a member returns, when it is one of ours to follow."""
        for function in self.main[of].get(member, []):
            returns = getattr(function, "returns", None)
            if returns is not None:
                for node in ast.walk(returns):
                    if isinstance(node, ast.Name) and node.id in CLASSES:
                        return node.id
        return None


def missing(source: Source, ours: dict[str, set[str]], used: set[tuple[str, str]]) -> list[str]:
    """What we use and xlwings, or its Windows engine, has not: ``Range.merge_area`` and the like.

    ``ours`` are the members of our engine's objects, ``used`` those of xlwings' own that our
    code uses.
    """
    found = set()
    for of, members in ours.items():
        for member in members & source.all_asked(of):
            if not source.on_windows(of, member):
                found.add(f"{of}.{member} (_xlwindows)")
    for of, member in used:
        if member not in source.main[of]:
            found.add(f"{of}.{member} (main)")
        for asked in source.asked_of_engine(of, member):
            if not source.on_windows(of, asked):
                found.add(f"{of}.{asked} (_xlwindows)")
    return sorted(found)


def lacking(source: Source, ours: dict[str, set[str]], used: set[tuple[str, str]]) -> list[str]:
    """What our code uses and our own engine has not."""
    return sorted(
        f"{of}.{asked}"
        for of, member in used
        for asked in source.asked_of_engine(of, member)
        if asked not in ours[of]
    )


def used_members(source: Source, code: str) -> set[tuple[str, str]]:
    """The members of xlwings' objects that a module uses, followed from its annotations.

    ``book: xlwings.Book`` is one, and so are what its members give, what is assigned from them,
    the items of loops over them, and anything's ``.book``.
    """
    used: set[tuple[str, str]] = set()
    module = ast.parse(code)
    # What the module's own functions return, so that helpers are followed too.
    helpers = {
        node.name: _annotated(node.returns)
        for node in ast.walk(module)
        if isinstance(node, ast.FunctionDef)
    }
    for function in ast.walk(module):
        if isinstance(function, ast.FunctionDef):
            arguments = [*function.args.args, *function.args.kwonlyargs]
            known = {a.arg: kind for a in arguments if (kind := _annotated(a.annotation))}
            for _ in range(2):  # twice: a name may be used above where it is assigned
                for node in ast.walk(function):
                    _follow(source, node, known, helpers, used)
    return used


def _follow(source, node, known, helpers, used) -> None:
    def kind_of(expression: ast.AST) -> str | None:
        match expression:
            case ast.Name(id=name):
                return known.get(name)
            case ast.Attribute(value=value, attr=attr):
                of = kind_of(value)
                if of is None:
                    return "Book" if attr in ("book", "_book") else None
                return source.gives(of, attr)
            case ast.Call(func=ast.Name(id=name)):
                return known.get(name) or helpers.get(name)
            case ast.Call(func=called):
                return kind_of(called)
            case ast.Subscript(value=value):
                return _ITEM_OF.get(kind_of(value) or "")
            case ast.IfExp(body=body):
                return kind_of(body)
        return None

    match node:
        case ast.Attribute(value=value, attr=attr):
            of = kind_of(value)
            if of is not None and attr != "impl":
                used.add((of, attr))
        case ast.Call(func=ast.Name(id=name)) if name in known:
            used.add((known[name], "__call__"))
        case ast.Subscript(value=value) if of := kind_of(value):
            used.add((of, "__getitem__"))
        case ast.Assign(targets=[ast.Name(id=name)], value=value) if of := kind_of(value):
            known[name] = of
        case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation) if of := _annotated(
            annotation
        ):
            known[name] = of
        case (
            ast.For(target=ast.Name(id=name), iter=many)
            | ast.comprehension(target=ast.Name(id=name), iter=many)
        ):
            of = kind_of(many)
            if of in _ITEM_OF:
                used.add((of, "__iter__"))
                known[name] = _ITEM_OF[of]


def imports_of_pro(code: str) -> Iterator[int]:
    """The lines on which a module reaches for xlwings' paid part, in any spelling."""
    node: Any
    for node in ast.walk(ast.parse(code)):
        match node:
            case ast.Import(names=names):
                found = any(f"{alias.name}.".startswith("xlwings.pro.") for alias in names)
            case ast.ImportFrom(module=module, names=names):
                found = f"{module}.".startswith("xlwings.pro.") or (
                    module == "xlwings" and any(alias.name == "pro" for alias in names)
                )
            case ast.Attribute(value=ast.Name(id="xlwings" | "xw"), attr="pro"):
                found = True
            case ast.Call(
                func=ast.Name(id=name) | ast.Attribute(attr=name),
                args=[ast.Constant(value=str(text)), *_],
            ):
                found = name in ("import_module", "__import__") and f"{text}.".startswith(
                    "xlwings.pro."
                )
            case _:
                found = False
        if found:
            yield node.lineno


def without(text: str, of: str, member: str) -> str:
    """The source of a module with one member of a class taken out, setter and all."""
    lines = text.splitlines(keepends=True)
    (found,) = (c for c in ast.parse(text).body if isinstance(c, ast.ClassDef) and c.name == of)
    for function in _members(found)[member]:
        first = min([function.lineno, *(d.lineno for d in function.decorator_list)])
        for line in range(first, function.end_lineno + 1):
            lines[line - 1] = "    # taken out\n"
    return "".join(lines)


def _members(of: ast.ClassDef) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for node in of.body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            found.setdefault(node.name, []).append(node)
    return found


def _only_raises(function: Any) -> bool:
    body = [
        n
        for n in function.body
        if not (isinstance(n, ast.Expr) and isinstance(n.value, ast.Constant))
    ]
    return all(isinstance(node, (ast.Raise, ast.Pass)) for node in body)


def _is_impl(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and node.attr in ("impl", "_impl")


def _annotated(annotation: ast.AST | None) -> str | None:
    if annotation is None:
        return None
    for node in ast.walk(annotation):
        match node:
            case ast.Attribute(value=ast.Name(id="xlwings" | "xw"), attr=name) if name in CLASSES:
                return name
    return None
