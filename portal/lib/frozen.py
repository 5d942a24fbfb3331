"""Rows that the database itself refuses to change, also for a script or a person at a database prompt.

What is frozen is written in the constraints of the model. So migrations contain it, `makemigrations` notices a change
that has no migration, and there is no second list.

On PostgreSQL, migrations create and drop the triggers. On SQLite, Django changes a table by making a new one and
dropping the old one with its triggers, and meanwhile no trigger of another table may refer to it. So on SQLite all
triggers are dropped before every `migrate` and created again from the models after it.
"""

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any, TypeAlias

from django.apps import AppConfig, apps
from django.db import connections, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models.constraints import BaseConstraint
from django.db.transaction import atomic

_MARK = "frozen row:"

_Column: TypeAlias = "models.Field[Any, Any]"
_Model = type[models.Model] | None
_Editor = BaseDatabaseSchemaEditor | None

_ON_POSTGRESQL = """
CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    kept {table}%ROWTYPE;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        -- What the row would be if only the open columns had changed.
        kept := OLD;{opened}
    END IF;{held}
    IF (CASE TG_OP {conditions} END) THEN
        RAISE EXCEPTION '{mark} % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN COALESCE(NEW, OLD);
END $$;
CREATE TRIGGER {name} BEFORE {operations} ON {table} FOR EACH ROW EXECUTE FUNCTION {function}();
"""

_ON_SQLITE = """
CREATE TRIGGER {name}_{operation} BEFORE {operation} ON {table} WHEN {condition}
BEGIN SELECT RAISE(ABORT, '{mark} {operation} on {table}'); END
"""


class Frozen(BaseConstraint):
    """A trigger that refuses operations on rows of a table: `frozen row: UPDATE on invoices_invoice`.

    A refused statement raises IntegrityError.

    Attributes:
        name: The name of the trigger, unique in the database.
        operations: What is refused: INSERT, UPDATE, DELETE. With INSERT, an UPDATE may not make a frozen row either.
        when: Which rows are frozen: a condition in SQL for both databases. `{row}` stands for the row.
        opened: The only fields that may change. All other fields are frozen, also fields that are added later.
        only: The only fields that may not change. Without `opened` and `only`, every UPDATE is refused.
        holds: A query without its SELECT for the rows of another table that `when` reads. On PostgreSQL they stay as
            they are until the transaction ends, so that the condition still holds then; SQLite has one writer anyway.
        at: A foreign key of the model, when the rows that it points to are meant and not its own: of a table further
            down, which knows nothing of this one. `only` then names their fields.
        through: A many-to-many field of the model, when the rows that connect the two sides are meant and not its own.
    """

    def __init__(
        self,
        *,
        name: str,
        operations: Sequence[str],
        when: str = "TRUE",
        opened: Sequence[str] = (),
        only: Sequence[str] = (),
        holds: str = "",
        at: str = "",
        through: str = "",
    ) -> None:
        super().__init__(name=name)
        self.operations = tuple(operations)
        self.when = when
        self.opened = tuple(opened)
        self.only = tuple(only)
        self.holds = holds
        self.at = at
        self.through = through

    def deconstruct(self) -> tuple[str, tuple[Any, ...], dict[str, Any]]:
        path, positional, named = super().deconstruct()
        return path, tuple(positional), {**named, **{name: value for name, value in self._rule().items() if value}}

    def _rule(self) -> dict[str, Any]:
        names = ("operations", "when", "opened", "only", "holds", "at", "through")
        return {name: getattr(self, name) for name in names}

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Frozen):
            return self.name == other.name and self._rule() == other._rule()
        return NotImplemented

    def __hash__(self) -> int:
        return hash((self.name, *self._rule().values()))

    def validate(self, *args: Any, **kwargs: Any) -> None:
        """Nothing to check in forms, because no form offers frozen fields."""

    def constraint_sql(self, model: _Model, schema_editor: _Editor) -> str:
        """Nothing for the CREATE TABLE statement: the trigger is created after the table."""
        assert schema_editor is not None
        schema_editor.deferred_sql.append(self.create_sql(model, schema_editor))
        return ""

    def create_sql(self, model: _Model, schema_editor: _Editor) -> str:
        assert model is not None and schema_editor is not None
        if schema_editor.connection.vendor != "postgresql":
            return ""
        opened = [_quoted(column) for column in _columns(model) if column.name in self.opened]
        changed = [f"OLD.{_quoted(column)} IS DISTINCT FROM NEW.{_quoted(column)}" for column in self._only(model)]
        if opened:
            changed = ["kept IS DISTINCT FROM NEW"]
        return _ON_POSTGRESQL.format(
            function=self._function,
            mark=_MARK,
            name=self.name,
            table=self._table(model),
            opened="".join(f"\n        kept.{column} := NEW.{column};" for column in opened),
            held=f"\n    PERFORM {self.holds.removeprefix('SELECT ').format(row='NEW')} FOR SHARE;"
            if self.holds
            else "",
            operations=" OR ".join(self.operations),
            conditions=" ".join(f"WHEN '{each}' THEN {self._condition(each, changed)}" for each in self.operations),
        )

    def remove_sql(self, model: _Model, schema_editor: _Editor) -> str:
        assert model is not None and schema_editor is not None
        if schema_editor.connection.vendor != "postgresql":
            return ""
        return f"DROP TRIGGER {self.name} ON {self._table(model)}; DROP FUNCTION {self._function}();"

    def on_sqlite(self, model: type[models.Model]) -> Iterator[str]:
        """The statements that create the triggers on SQLite, one for each operation."""
        changed = [_changed_on_sqlite(column) for column in self._only(model)]
        for operation in self.operations:
            yield _ON_SQLITE.format(
                name=self.name,
                operation=operation,
                table=self._table(model),
                condition=self._condition(operation, changed),
                mark=_MARK,
            )

    def _only(self, model: type[models.Model]) -> list[_Column]:
        """The columns that an UPDATE may not change; empty when every UPDATE is refused."""
        columns = _columns(self._guarded(model))
        if self.opened:
            return [column for column in columns if column.name not in self.opened]
        return [column for column in columns if column.name in self.only]

    def _guarded(self, model: type[models.Model]) -> type[models.Model]:
        """The model whose rows are meant."""
        if not self.at:
            return model
        field = model._meta.get_field(self.at)
        assert isinstance(field, models.ForeignKey)
        return field.related_model

    def _table(self, model: type[models.Model]) -> str:
        if not self.through:
            return self._guarded(model)._meta.db_table
        field = model._meta.get_field(self.through)
        assert isinstance(field, models.ManyToManyField)
        return field.m2m_db_table()

    @property
    def _function(self) -> str:
        return f"refuse_{self.name}"

    def _condition(self, operation: str, changed: Sequence[str]) -> str:
        rows = {"INSERT": ["NEW"], "DELETE": ["OLD"], "UPDATE": ["OLD"]}[operation]
        if operation == "UPDATE" and "INSERT" in self.operations:
            rows = ["OLD", "NEW"]
        frozen = " OR ".join(self.when.format(row=row) for row in rows)
        return f"({frozen}) AND ({' OR '.join(changed)})" if operation == "UPDATE" and changed else f"({frozen})"


def _columns(model: type[models.Model]) -> Sequence[_Column]:
    return model._meta.concrete_fields


def _quoted(column: _Column) -> str:
    return f'"{column.column}"'


def _changed_on_sqlite(column: _Column) -> str:
    old, new = f"OLD.{_quoted(column)}", f"NEW.{_quoted(column)}"
    if isinstance(column, models.DateTimeField):
        # SQLite stores a text: in milliseconds by its own clock, in microseconds by Python's.
        old, new = (f"strftime('%Y-%m-%d %H:%M:%f', {moment})" for moment in (old, new))
    return f"{old} IS NOT {new}"


def thaw(sender: AppConfig | None, using: str, **about: Any) -> None:
    """Drop the triggers of SQLite; called before every `migrate`."""
    connection = connections[using]
    if connection.vendor != "sqlite":
        return
    with atomic(using), connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND instr(sql, %s)", [_MARK])
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP TRIGGER {connection.ops.quote_name(name)}")


def freeze(sender: AppConfig, using: str, **about: Any) -> None:
    """Create the triggers of SQLite from the models of all apps, for tables that exist; called after `migrate`."""
    connection = connections[using]
    if connection.vendor != "sqlite":
        return
    there = connection.introspection.table_names()
    with atomic(using), connection.cursor() as cursor:
        thaw(sender, using)
        for model in apps.get_models():
            frozen = [each for each in model._meta.constraints if isinstance(each, Frozen)]
            if model._meta.db_table in there:
                for statement in chain.from_iterable(each.on_sqlite(model) for each in frozen):
                    cursor.execute(statement)
