"""What people have acknowledged, kept in a small database that several processes may use.

A row is never removed: one that is withdrawn says when and by whom, so that what was reported can
be explained afterwards.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Index,
    Integer,
    MetaData,
    Row,
    String,
    Table,
    create_engine,
    event,
    insert,
    select,
    update,
)
from sqlalchemy.exc import DatabaseError, IntegrityError, OperationalError
from sqlalchemy.pool import NullPool, StaticPool

from ramkoll.model.errors import RamkollError
from ramkoll.model.findings import Acknowledgement
from ramkoll.model.period import Period

FILE = "ramkoll.db"
BUSY_SECONDS = 10
FEWEST_LETTERS, MOST_CHARACTERS = 5, 1000

_META = MetaData()
_TABLE = Table(
    "acknowledgement",
    _META,
    Column("number", Integer, primary_key=True),
    Column("finding", String, nullable=False),
    Column("rule", String, nullable=False),
    Column("enhet", String, nullable=False),
    Column("period", String, nullable=False),
    Column("place", String, nullable=False),
    Column("message", String, nullable=False),
    Column("reason", String, nullable=False),
    Column("who", String, nullable=False),
    Column("at", String, nullable=False),
    Column("withdrawn_by", String),
    Column("withdrawn_at", String),
)
_STANDS = _TABLE.c.withdrawn_at.is_(None)
# At most one that stands for a finding, whoever else writes at the same moment.
Index("one_that_stands", _TABLE.c.finding, unique=True, sqlite_where=_STANDS)
Index("by_period", _TABLE.c.period, _TABLE.c.enhet)


class Acknowledgements:
    """The acknowledgements of a region. Without a path they are kept in memory only.

    The file is made when it is first needed. Every method raises RamkollError when the database
    cannot be read or written.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._engine: Engine | None = None

    def of(self, enhet: str, period: Period) -> tuple[Acknowledgement, ...]:
        """What stands for a unit in a period, oldest first."""
        return self._standing(_TABLE.c.enhet == enhet, _TABLE.c.period == str(period))

    def all(self, period: Period) -> tuple[Acknowledgement, ...]:
        """What stands for every unit in a period, oldest first."""
        return self._standing(_TABLE.c.period == str(period))

    def add(self, acknowledgement: Acknowledgement) -> bool:
        """Keep an acknowledgement; whether it was new. The same again changes nothing.

        One with another reason takes the place of the one that stands.
        """
        reason = checked_reason(acknowledgement.reason)
        values = {
            "finding": acknowledgement.finding,
            "rule": acknowledgement.rule,
            "enhet": acknowledgement.enhet,
            "period": str(acknowledgement.period),
            "place": acknowledgement.place,
            "message": acknowledgement.message,
            "reason": reason,
            "who": acknowledgement.who,
            "at": acknowledgement.when.isoformat(),
        }
        with self._connection() as connection:
            same = _TABLE.c.finding == acknowledgement.finding
            standing = connection.execute(select(_TABLE.c.reason).where(same, _STANDS)).scalar()
            if standing == reason:
                return False
            if standing is not None:
                _withdraw(connection, same, acknowledgement.who, acknowledgement.when)
            connection.execute(insert(_TABLE).values(values))
        return True

    def withdraw(self, finding: str, who: str = "", when: datetime | None = None) -> bool:
        """Take an acknowledgement back; whether there was one that stood."""
        with self._connection() as connection:
            return _withdraw(connection, _TABLE.c.finding == finding, who, when or datetime.now())

    def _standing(self, *chosen: Any) -> tuple[Acknowledgement, ...]:
        with self._connection() as connection:
            query = select(_TABLE).where(_STANDS, *chosen).order_by(_TABLE.c.number)
            rows = connection.execute(query).all()
        try:
            return tuple(_acknowledgement(row) for row in rows)
        except (TypeError, ValueError) as error:
            raise self._unusable("innehåller något som Ramkoll inte har skrivit") from error

    @contextmanager
    def _connection(self) -> Iterator[Connection]:
        """A transaction: kept as a whole, or not at all."""
        try:
            if self._engine is None:
                self._engine = _opened(self._path)
            with self._engine.begin() as connection:
                yield connection
        except OSError as error:
            raise self._unusable(f"går inte att öppna ({error.strerror})") from error
        except IntegrityError as error:
            raise self._unusable("ändrades samtidigt av någon annan") from error
        except OperationalError as error:
            locked = "locked" in str(error.orig)
            why = "är upptagen av ett annat program" if locked else "går inte att läsa eller skriva"
            raise self._unusable(why) from error
        except DatabaseError as error:
            raise self._unusable("är skadad eller är ingen databas") from error

    def _unusable(self, why: str) -> RamkollError:
        return RamkollError(
            f"Filen med kvitteringar {why}.",
            where=self._path.name if self._path else "",
            todo="Försök igen. Hjälper det inte: be den som sköter Ramkoll återställa filen "
            "från en säkerhetskopia, eller flytta undan den så att en ny skapas.",
        )


def checked_reason(reason: str) -> str:
    """A reason without blanks around it. RamkollError when it says nothing."""
    said = reason.strip()
    if sum(each.isalpha() for each in said) < FEWEST_LETTERS:
        raise RamkollError(
            "Skälet är för kort.",
            expected=f"minst {FEWEST_LETTERS} bokstäver: «ok» säger ingen varför",
            todo="Skriv med några ord varför fyndet kan stå kvar.",
        )
    if len(said) > MOST_CHARACTERS:
        raise RamkollError(
            f"Skälet är {len(said)} tecken långt.",
            expected=f"högst {MOST_CHARACTERS} tecken",
            todo="Korta texten.",
        )
    return said


def _withdraw(connection: Connection, chosen: Any, who: str, when: datetime) -> bool:
    done = update(_TABLE).where(chosen, _STANDS)
    withdrawn = {"withdrawn_by": who, "withdrawn_at": when.isoformat()}
    return connection.execute(done.values(withdrawn)).rowcount > 0


def _opened(path: Path | None) -> Engine:
    if path is None:
        # One connection for all threads, or each would have an empty memory of its own.
        engine = create_engine(
            "sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False}
        )
    else:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _owners_only(path)
        # No connection is kept between calls: a forked or ended process leaves nothing behind.
        engine = create_engine(
            f"sqlite:///{path}", poolclass=NullPool, connect_args={"timeout": BUSY_SECONDS}
        )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        # The driver would begin a transaction only at the first write: two processes could read,
        # and then both write. We begin one ourselves, below.
        connection.isolation_level = None
        if path is not None:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    with engine.begin() as connection:
        _META.create_all(connection)
    return engine


def _owners_only(path: Path) -> None:
    """Make the file so that only its owner can read it; SQLite gives its own files the same."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


def _acknowledgement(row: Row[Any]) -> Acknowledgement:
    return Acknowledgement(
        finding=row.finding,
        rule=row.rule,
        enhet=row.enhet,
        period=Period.parse(row.period),
        place=row.place,
        message=row.message,
        reason=row.reason,
        who=row.who,
        when=datetime.fromisoformat(row.at),
    )
