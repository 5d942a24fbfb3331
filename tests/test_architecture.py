"""The house rules that a machine can see: who imports whom, who writes the status, and how large a file may be."""

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from dev.rooms import (
    APPS,
    HOUSE,
    ROOMS_OF_INVOICES,
    ROOT,
    imports,
    module_of,
    room_in,
    sources,
    upward_imports,
    within,
)

LINES_MAX = 400
TEXTS = (".py", ".html", ".txt", ".toml", ".md", ".css", ".js", ".yml", ".json", ".csv", "")
JAVASCRIPT_MAX = 1100

# Within `web`: no audience knows another's pages.
AUDIENCES = [["supplier", "city", "public"], ["shared"]]
THE_WRITER = "invoices/lifecycle/workflow.py"
THE_PUBLISHER = "portal/lib/jobs.py"
THE_COUNTER = "accounts/rate_limits.py"


def test_the_apps_import_downward_only():
    assert upward_imports(sources(), HOUSE) == []


def test_the_rooms_of_invoices_import_downward_only():
    assert upward_imports(sources(), ROOMS_OF_INVOICES, "invoices.") == []


@pytest.mark.parametrize("prefix", ["invoices.web.", "suppliers.web."])
def test_no_audience_imports_the_pages_of_another(prefix):
    assert upward_imports(sources(), AUDIENCES, prefix) == []


def test_every_room_of_invoices_has_its_place_in_the_order():
    known = {room for rooms in ROOMS_OF_INVOICES for room in rooms} | {"__init__", "migrations"}
    present = {
        path.stem for path in (ROOT / "invoices").iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()
    }
    assert present - known == set()


def test_there_is_no_other_app():
    outside = {"tests", "bench", "dev", "docs", "static", "templates", "requirements", "staticfiles", "var"}
    folders = {path.name for path in ROOT.iterdir() if path.is_dir() and any(path.glob("*.py"))}
    assert {name for name in folders if not name.startswith(".")} - outside == set(APPS)


# Further out stands who may know whom: the image holds the apps alone, and a measurement must not hang on a test.
OUTSIDE = [["tests"], ["bench"], ["dev"], [*APPS]]


def test_what_is_outside_the_apps_is_imported_by_no_app_and_nobody_imports_the_tests():
    faults = []
    for path in project_files(".py"):
        name = path.relative_to(ROOT).as_posix()
        own = room_in(module_of(name), OUTSIDE) or (len(OUTSIDE), "")
        for line, imported in imports(name, ast.parse(path.read_text(encoding="utf-8"))):
            target = room_in(imported, OUTSIDE)
            if target and target[0] < own[0]:
                faults.append(f"{name}:{line} imports {imported}")
    assert faults == []


def test_the_readme_of_the_runners_says_what_each_of_them_is():
    text = (ROOT / "dev" / "README.md").read_text(encoding="utf-8")
    assert [path.name for path in sorted((ROOT / "dev").glob("*.py")) if f"`{path.name}`" not in text] == []


def functions(tree: ast.Module) -> Iterator[ast.AST]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda))


def test_imports_stand_at_the_top_of_the_file_except_the_slow_layout_engine():
    faults = []
    for path, tree in sources().items():
        for function in functions(tree):
            for node in ast.walk(function):
                if isinstance(node, ast.Import | ast.ImportFrom):
                    names = {name.name for name in node.names} if isinstance(node, ast.Import) else {node.module or ""}
                    engine = {name.partition(".")[0] for name in names} == {"weasyprint"}
                    if not (engine and path.startswith("invoices/documents/")):
                        faults.append(f"{path}:{node.lineno} imports {', '.join(sorted(names))} inside a function")
    assert faults == []


def test_the_layout_engine_is_imported_late_and_in_one_room():
    faults = []
    for path, tree in sources().items():
        for node in tree.body:
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = [name.name for name in node.names] if isinstance(node, ast.Import) else [node.module or ""]
                faults += [f"{path}:{node.lineno}" for name in names if within(name, "weasyprint")]
    assert faults == []


def test_no_import_hides_in_a_call():
    faults = [
        f"{path}:{node.lineno}"
        for path, tree in sources().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and called(node) in ("__import__", "import_module", "import_string", "get_model")
    ]
    assert faults == []


def called(node: ast.Call) -> str:
    """The last name of what is called: `update` of `Invoice.objects.update(…)`."""
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""


def texts(node: ast.AST) -> set[str]:
    return {part.value for part in ast.walk(node) if isinstance(part, ast.Constant) and isinstance(part.value, str)}


WRITING_CALLS = {"update", "create", "get_or_create", "update_or_create", "Invoice", "_replace", "build"}
WRITING_CALLS |= {f"a{name}" for name in ("update", "create", "get_or_create", "update_or_create")}


def status_writes(path: str, tree: ast.Module) -> Iterator[int]:
    """Lines that look like writing the column `status`, in any of the ways in which Django and Python let one."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                parts = target.elts if isinstance(target, ast.Tuple) else [target]
                if any(isinstance(part, ast.Attribute) and part.attr == "status" for part in parts):
                    yield node.lineno
        elif isinstance(node, ast.Call):
            name = called(node)
            named = {keyword.arg: keyword.value for keyword in node.keywords}
            if (
                (name in WRITING_CALLS and "status" in named)
                or (name in WRITING_CALLS and "status" in texts(named.get("defaults", ast.Pass())))
                or (name == "setattr" and len(node.args) > 1 and "status" in texts(node.args[1]))
                or (name in ("save", "asave") and "status" in texts(named.get("update_fields", ast.Pass())))
                or (
                    name in ("bulk_update", "abulk_update")
                    and any("status" in texts(argument) for argument in node.args)
                )
            ):
                yield node.lineno
        elif isinstance(node, ast.Dict) and path.startswith(("invoices/lifecycle/", "invoices/exchange/")):
            # Elsewhere a dictionary with this key is a page's context.
            if any(isinstance(key, ast.Constant) and key.value == "status" for key in node.keys):
                yield node.lineno
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and "UPDATE invoices_invoice" in node.value:
            yield node.lineno


def test_only_the_workflow_writes_the_status_of_an_invoice():
    faults = [
        f"{path}:{line}" for path, tree in sources().items() if path != THE_WRITER for line in status_writes(path, tree)
    ]
    assert faults == []


@pytest.mark.parametrize(
    "code",
    [
        "invoice.status = Status.SENT",
        "invoice.status, invoice.number = a, b",
        "Invoice.objects.filter(pk=pk).update(status=after)",
        "Invoice.objects.create(status='sent')",
        "Invoice.objects.get_or_create(pk=pk, defaults={'status': after})",
        "Invoice(status=after)",
        "setattr(invoice, 'status', after)",
        "invoice.save(update_fields=['status'])",
        "Invoice.objects.bulk_update(rows, ['status'])",
        "cursor.execute('UPDATE invoices_invoice SET status = 1')",
        "columns = {'status': after}",
    ],
)
def test_the_search_for_writers_finds_every_way_of_writing(code):
    assert list(status_writes("invoices/lifecycle/other.py", ast.parse(code)))


@pytest.mark.parametrize(
    "code",
    [
        "render(request, page, status=422)",
        "invoice.status == after",
        "visible.filter(status=after)",
        "x = {'status': s}",
    ],
)
def test_the_search_for_writers_leaves_reading_alone(code):
    assert not list(status_writes("invoices/web/page.py", ast.parse(code)))


def test_the_writer_is_seen_writing():
    assert list(status_writes("invoices/web/moved.py", sources()[THE_WRITER]))


def test_work_is_started_through_the_rows_alone():
    """A message without a row can be lost; `eta` and `countdown` would make the broker the schedule."""
    faults = [
        f"{path}:{node.lineno}"
        for path, tree in sources().items()
        if path != THE_PUBLISHER
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and called(node) in ("delay", "apply_async", "send_task", "signature", "publish")
        if not (path == "portal/work.py" and called(node) == "publish")
    ]
    assert faults == []


def test_the_internal_part_of_allauth_is_imported_in_one_file():
    """It may change with every release, so there is one place to mend."""
    faults = [
        f"{path}:{line}"
        for path, tree in sources().items()
        if path != THE_COUNTER
        for line, name in imports(path, tree)
        if name.startswith("allauth.") and "internal" in name.split(".")
    ]
    assert faults == []


# Names that a framework or the house gives to one file of many folders.
CONVENTIONAL = {
    "__init__.py": "a package",
    "admin.py": "an app's part of the operator's site; portal/lib/admin.py holds its base classes",
    "apps.py": "an app's configuration",
    "models.py": "an app's tables, where there are few",
    "tasks.py": "an app's Celery tasks",
    "urls.py": "an app's or an audience's URLs",
    "forms.py": "the forms of one audience; portal/lib/forms.py holds the fields that they are made of",
}


def files_of_one_name(paths: Iterable[str]) -> list[list[str]]:
    """Groups of files that have the same name and different jobs.

    A table in models/ and the module of the same app that works on it may share the trade's word. The name of a command
    is what a person types.
    """
    groups: dict[str, list[str]] = {}
    for path in paths:
        folder, _slash, name = path.rpartition("/")
        if name not in CONVENTIONAL and not folder.endswith("/management/commands"):
            groups.setdefault(name, []).append(path)
    faults = []
    for group in groups.values():
        tables = [path for path in group if path.split("/")[1] == "models"]
        others = [path for path in group if path not in tables]
        of_one_app = len({path.split("/")[0] for path in group}) == 1
        if len(group) > 1 and not (len(tables) == len(others) == 1 and of_one_app):
            faults.append(group)
    return faults


def test_no_two_files_have_one_name_and_different_jobs():
    assert files_of_one_name(sources()) == []


def test_the_search_for_equal_names_knows_what_may_be_equal():
    assert files_of_one_name(["accounts/mail.py", "accounts/models/mail.py", "a/urls.py", "b/urls.py"]) == []
    assert files_of_one_name(["portal/work.py", "portal/management/commands/work.py"]) == []
    for one, other in (
        ("accounts/acting.py", "suppliers/acting.py"),
        ("accounts/models/policy.py", "invoices/policy.py"),
        ("invoices/lifecycle/returns.py", "invoices/rules/returns.py"),
    ):
        assert files_of_one_name([one, other]) == [[one, other]]


def run_at_import(node: ast.AST) -> Iterator[ast.AST]:
    """What runs when a module is imported: all but the bodies of functions."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.Lambda):
            rest = [*getattr(child, "decorator_list", []), *child.args.defaults, *child.args.kw_defaults]
            for part in filter(None, rest):
                yield part
                yield from run_at_import(part)
        else:
            yield child
            yield from run_at_import(child)


def test_no_test_takes_the_day_of_its_import_for_today():
    """A run may go past midnight; then today is another day than when the tests were read in."""
    clocks = {"today_jst", "now", "today", "day"}
    faults = []
    for path in sorted((ROOT / "tests").rglob("*.py")):
        for node in run_at_import(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                if name in clocks:
                    faults.append(f"{path.relative_to(ROOT)}:{node.lineno} {name}")
    assert faults == []


def test_every_package_says_what_it_is_for():
    faults = []
    for path, tree in sources().items():
        if path.endswith("/__init__.py") and "/management" not in path and not ast.get_docstring(tree):
            faults.append(path)
    assert faults == []


def test_every_folder_of_modules_is_a_package():
    folders = {path.parent for app in APPS for path in (ROOT / app).rglob("*.py")}
    assert [str(folder) for folder in sorted(folders) if not (folder / "__init__.py").exists()] == []


def project_files(*endings: str) -> list[Path]:
    folders = [*APPS, "templates", "static", "tests", "bench", "dev", ".ci", "docs", "requirements"]
    found = [path for folder in folders for path in (ROOT / folder).rglob("*") if path.is_file()]
    # In a second working tree of git `.git` is a file, and says where the first one lies.
    found += [path for path in ROOT.iterdir() if path.is_file() and path.name != ".git"]
    skipped = {"vendor", "__pycache__", "assets", "migrations"}
    return [path for path in found if path.suffix in endings and not skipped & set(path.relative_to(ROOT).parts)]


def test_no_file_is_longer_than_it_may_be():
    long = {
        path.relative_to(ROOT).as_posix(): lines
        for path in project_files(".py", ".js", ".html")
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > LINES_MAX
    }
    assert long == {}


def test_there_is_little_javascript():
    total = sum(len(path.read_text(encoding="utf-8").splitlines()) for path in project_files(".js", ".mjs"))
    assert 0 < total < JAVASCRIPT_MAX


def test_scripts_get_their_words_from_the_page():
    """What people read goes through gettext, which a script cannot ask."""
    comments, japanese = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL), re.compile(r"[぀-ヿ㐀-鿿々]+")
    faults = [
        f"{path.name}: {words}"
        for path in project_files(".js", ".mjs")
        for words in japanese.findall(comments.sub("", path.read_text(encoding="utf-8")))
    ]
    assert faults == []


HOMES = re.compile(r"(?<![\w.])/(?:home|root|Users)/")
UPWARD = re.compile(r"(?:\.\./)+[\w./-]*")


def test_no_file_names_a_folder_of_one_machine():
    """Nobody's home, and not the place where this working copy happens to lie."""
    here = [f"{folder}/" for folder in (ROOT, ROOT.parent) if len(folder.parts) > 2]
    faults = []
    for path in project_files(*TEXTS):
        text = path.read_text(encoding="utf-8", errors="replace")
        found = [match[0] for match in HOMES.finditer(text)] + [place for place in here if place in text]
        faults += [f"{path.relative_to(ROOT)} names {place}" for place in found]
    assert faults == []


def test_no_link_leads_out_of_the_project():
    """Python has none: what begins with two dots there is an attack that a test tries."""
    faults = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in project_files(*TEXTS)
        if path.suffix != ".py"
        for match in UPWARD.finditer(path.read_text(encoding="utf-8", errors="replace"))
        if not (path.parent / match[0]).resolve().is_relative_to(ROOT)
    ]
    assert faults == []


STRICT = ["<script>", " style=", " onclick=", " onchange=", " onsubmit=", " oninput=", "javascript:", "<style"]


def test_no_template_needs_what_the_content_security_policy_forbids():
    faults = [
        f"{path.relative_to(ROOT)}: {word.strip()}"
        for path in (ROOT / "templates").rglob("*.html")
        for word in STRICT
        if word in path.read_text(encoding="utf-8")
    ]
    assert faults == []
