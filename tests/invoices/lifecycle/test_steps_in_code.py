"""How the functions that take a step of the workflow are written."""

import ast
from pathlib import Path

from invoices import lifecycle


def test_every_function_that_takes_a_step_is_one_transaction():
    """Then mails and pending work commit with their cause, and what any of it raises undoes all."""
    seen, faults = 0, []
    for path in Path(lifecycle.__file__).parent.glob("*.py"):
        functions = [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.FunctionDef)]
        for function in functions:
            calls = {ast.unparse(node.func) for node in ast.walk(function) if isinstance(node, ast.Call)}
            if calls & {"step", "transition"} and path.name != "workflow.py":
                seen += 1
                if "transaction.atomic" not in map(ast.unparse, function.decorator_list):
                    faults.append(f"{path.name}: {function.name}")
    assert seen > 10
    assert faults == []
