"""Screen suppliers against lists, keep lists, and remember what people decide."""

from __future__ import annotations

import datetime as dt
import os
import sys
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from keepline.formats import decisionlog
from keepline.formats import folder as folders
from keepline.formats.lexicontext import lexicon_of
from keepline.formats.partylists import store
from keepline.formats.partylists.reading import read_contents, read_files
from keepline.model.decisions import Decision
from keepline.model.errors import InputError
from keepline.model.network import Network
from keepline.model.parties import suppliers_by_word
from keepline.model.partylist import of_names
from keepline.model.screening import SCENARIO_LIST
from keepline.model.soundness import unsound

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from keepline.model.decisions import Candidate
    from keepline.model.lexicon import Lexicon
    from keepline.model.partylist import PartyList
    from keepline.model.scenario import Scenario
    from keepline.model.screening import Screening

    AnyPath = str | Path


class Known(NamedTuple):
    """A list that can be screened with.

    Attributes:
        found: The list.
        is_shipped: Whether it ships with Keepline; else it was added.
        flaws: Why it should not be relied on.
    """

    found: PartyList
    is_shipped: bool
    flaws: tuple[str, ...]


_WHERE: Final = "KEEPLINE_LISTS"


def lists_folder() -> Path:
    """Return where lists are kept: as the environment says, or in the user's data."""
    if said := os.environ.get(_WHERE):
        return Path(said)
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or str(Path.home() / "AppData" / "Local")
    else:
        base = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(base) / "keepline" / "lists"


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """Read what the words of company names mean."""
    from keepline.packs import names

    return lexicon_of(names.text(names.LEXICON), names.text(names.COUNTS))


@lru_cache(maxsize=16)
def _shipped(list_id: str) -> PartyList:
    from keepline.packs import lists

    partial = lists.LISTS[list_id].is_partial
    return read_contents(lists.contents(list_id), list_id=list_id, is_partial=partial)


def list_ids(folder: AnyPath | None = None) -> dict[str, bool]:
    """Return the names of all lists, and whether each is a shipped one.

    A list that was added stands for the shipped one of its name.
    """
    from keepline.packs import lists

    added = store.kept(Path(folder)) if folder else {}
    return {name: name not in added for name in sorted({*lists.LISTS, *added})}


def read_lists(folder: AnyPath | None = None, only: Iterable[str] = ()) -> list[PartyList]:
    """Read lists: those that were added to a folder, and those that ship.

    Args:
        folder: Where lists were added; None for the shipped ones alone.
        only: The names of those that are wanted; all if left out.

    Raises:
        InputError: When there is no list of a name.
        StoreError: When a kept list is broken.
    """
    known = list_ids(folder)
    wanted = [*only] or [*known]
    for name in wanted:
        if name not in known:
            raise InputError(
                f"There is no list {name}; there are {', '.join(known)}.", code="IN-520"
            )
    return [_one(name, known[name], folder) for name in dict.fromkeys(wanted)]


def _one(list_id: str, is_shipped: bool, folder: AnyPath | None) -> PartyList:
    if is_shipped or folder is None:
        return _shipped(list_id)
    return store.read(Path(folder), list_id)


def known_lists(folder: AnyPath | None, today: dt.date) -> list[Known]:
    """Return every list with its flaws on a day."""
    return [
        Known(one, is_shipped, tuple(_flaws(one, today)))
        for one, is_shipped in zip(read_lists(folder), list_ids(folder).values(), strict=True)
    ]


def _flaws(found: PartyList, today: dt.date, before: PartyList | None = None, *,
           is_old: bool = False) -> list[str]:  # fmt: skip
    from keepline.screen import finder

    return unsound(found, today, finder(found, lexicon()), before=before, is_old=is_old)


def add_list(
    files: Sequence[AnyPath],
    folder: AnyPath,
    today: dt.date,
    *,
    list_id: str | None = None,
    published: dt.date | None = None,
    is_partial: bool = False,
    is_old: bool = False,
) -> PartyList:
    """Read a list, test it, and keep it beside its earlier versions.

    Args:
        files: Its files: one; for OFAC its sdn, alt and add.
        folder: Where lists are kept.
        today: The day of the test.
        list_id: What to call it; its usual name if left out.
        published: Of which day it is; else what its content tells, else the day of its file.
        is_partial: Whether it is known to be only a part: then it need not be whole.
        is_old: Whether it is known to be old.

    Raises:
        InputError: With every problem, or when the list is not sound.
        StoreError: When a file cannot be read, or the folder not written.
    """
    paths = [Path(one) for one in files]
    found = read_files(paths, list_id=list_id, published=published, is_partial=is_partial)
    if found.published is None:
        last = max(path.stat().st_mtime for path in paths)
        day = dt.datetime.fromtimestamp(last, dt.UTC).date()
        found = read_files(paths, list_id=list_id, published=day, is_partial=is_partial)
    place = Path(folder)
    before = store.read(place, found.list_id) if found.list_id in store.kept(place) else None
    flaws = _flaws(found, today, before, is_old=is_old)
    if flaws:
        raise InputError(
            f"The list {found.list_id} is not sound: {'; '.join(flaws)}. Fetch it again, or keep "
            "it as it is with --partial or --old.",
            code="IN-526",
        )
    store.add(place, found, dt.datetime.now(dt.UTC))
    return found


def screen(
    network: Network | AnyPath,
    folder: AnyPath | None = None,
    *,
    only: Iterable[str] = (),
    files: Iterable[AnyPath] = (),
    scenario: Scenario | AnyPath | None = None,
    decisions: AnyPath | None = None,
) -> Screening:
    """Screen a network's suppliers against lists.

    Args:
        network: The network, or its path; then what was decided on it counts.
        folder: Where lists were added.
        only: The names of lists that are wanted; all if left out, and nothing else is named.
        files: Further lists, that are not kept: each one file.
        scenario: Whose lists, and whose companies as list ``scenario``, are to be met too.
        decisions: The file of decisions, if it stands elsewhere.

    Raises:
        InputError: With every problem.
        StoreError: When something cannot be read.
    """
    from keepline.screen import screen as screened

    place = decisions
    if not isinstance(network, Network):
        place = place or decisionlog.place_of(Path(network))
    said = decisionlog.read(Path(place)) if place else []
    more = [read_files([Path(one)], list_id=_own_name(Path(one))) for one in files]
    here = network if isinstance(network, Network) else folders.read(Path(network))
    if scenario is not None:
        from keepline.face.reading import read_scenario

        what = read_scenario(scenario) if isinstance(scenario, str | Path) else scenario
        more += _lists_of(what, here, folder)
    is_all = not only and not more and scenario is None
    lists = [*(read_lists(folder, only) if only or is_all else ()), *more]
    return screened(here, lists, lexicon(), said)


def screened_for(here: Network, what: Scenario, decisions: AnyPath | None = None) -> Network:
    """Return a network with whoever may be meant by a scenario's names, and stand on its lists.

    Names that suppliers bear letter by letter need no screening; a scenario without others, and
    without lists, leaves the network as it is.

    Raises:
        InputError: When a file of decisions, or a list, is wrong.
        StoreError: When one cannot be read.
    """
    from keepline.screen import screen as screened

    lists = _lists_of(what, here, lists_folder())
    if not lists:
        return here
    said = decisionlog.read(Path(decisions)) if decisions else []
    return replace(here, screening=screened(here, lists, lexicon(), said))


def _lists_of(what: Scenario, here: Network, folder: AnyPath | None) -> list[PartyList]:
    """Return the lists that a scenario hits, and one of the companies that it names."""
    names, wanted = _named(what, here)
    known = list_ids(folder)
    here_are = [one for one in wanted if one in known]  # another is told where it is asked for
    lists = read_lists(folder, here_are) if here_are else []
    return [*lists, *([of_names(SCENARIO_LIST, names)] if names else [])]


def _named(what: Scenario, here: Network) -> tuple[list[str], list[str]]:
    """Return the companies that a scenario names as no supplier is called, and its lists."""
    known = suppliers_by_word(here["suppliers"])
    hits = [event.hits for event in what.events if event.hits is not None]
    names = {
        name.strip()
        for one in hits
        for name in (*one.suppliers, *one.suppliers_not, *one.receivers, *one.makers)
    }
    return (
        sorted(name for name in names if name and name.casefold() not in known),
        sorted({name for one in hits for name in one.lists}),
    )


def _own_name(path: Path) -> str:
    plain = "".join(one if one.isascii() and one.isalnum() else "-" for one in path.stem.lower())
    return "-".join(filter(None, plain.split("-"))) or "list"


def decide(
    network: AnyPath,
    candidate: Candidate,
    said: str,
    *,
    by: str,
    why: str,
    folder: AnyPath | None = None,
    files: Iterable[AnyPath] = (),
    scenario: Scenario | AnyPath | None = None,
) -> Decision:
    """Remember what a person says of a candidate: who, when, why, and what it looks like now.

    Raises:
        InputError: When the network has no such candidate, or something is wrong with the input.
        StoreError: When the decision cannot be written down.
    """
    from keepline.screen import name_prints

    here = folders.read(Path(network))
    place = decisionlog.place_of(Path(network))
    only = [candidate.list_id] if candidate.list_id in list_ids(folder) else []
    found = screen(here, folder, only=only, files=files, scenario=scenario, decisions=place)
    hits = found.hits.filter(
        supplier_id=candidate.supplier_id, list_id=candidate.list_id, entry_id=candidate.entry_id
    )
    if hits.is_empty():
        told = ", ".join(candidate)
        raise InputError(
            f"There is no candidate {told} in this network; keepline screen lists them.",
            code="IN-525",
        )
    hit = hits.row(0, named=True)
    decision = Decision(
        candidate=candidate,
        said=said,
        by=by,
        at=dt.datetime.now(dt.UTC),
        why=why,
        names_print=name_prints(here["suppliers"])[candidate.supplier_id],
        entry_print=found.prints[candidate.list_id, candidate.entry_id],
        list_version=hit["list_version"],
        name=hit["name"],
        listed_name=hit["entry"],
        score=hit["score"],
        band=hit["band"],
    )
    decisionlog.append(place, [decision])
    return decision


def decisions_of(network: AnyPath) -> list[Decision]:
    """Return every decision on a network, in the order in which they were made."""
    return decisionlog.read(decisionlog.place_of(Path(network)))
