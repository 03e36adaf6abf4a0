"""Screen the suppliers of a network against lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from keepline.model.decisions import Candidate, Decision, Seen, fingerprint, latest, standing
from keepline.model.screening import LIST_WORD, SCENARIO_LIST, Hits, Screened, Screening
from keepline.screen.bands import REVIEW, band_of
from keepline.screen.entries import facts_of, names_of
from keepline.screen.matching import Matcher
from keepline.screen.ownership import Owners
from keepline.screen.qualifiers import qualified
from keepline.screen.reasons import reasons
from keepline.screen.stake import stakes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from keepline.model.lexicon import Lexicon
    from keepline.model.network import Network
    from keepline.model.partylist import PartyList

#: The order of the review queue's bands.
_RANKS: Final = {"match": 0, "review": 1, "clear": 2}


def screen(
    network: Network,
    lists: Sequence[PartyList],
    lexicon: Lexicon,
    decisions: Iterable[Decision] = (),
) -> Screening:
    """Screen every supplier, at every tier, against lists, by its names and by its owners.

    A candidate is a supplier and an entry, told by the pair of their names that is most alike. It
    is told when its band is match or review; of a supplier that has none, the nearest entry is
    told, so that one sees how near it was.

    Args:
        network: Whose suppliers are screened.
        lists: The lists.
        lexicon: What the words of company names mean.
        decisions: What people have said so far, in order.

    Returns:
        The tables ``hits``, the review queue first: open candidates by the traffic at stake; and
        ``screened``. The order of rows of network and lists changes nothing.
    """
    matcher = Matcher(lexicon)
    suppliers = network["suppliers"].sort("supplier_id")
    found = _direct(suppliers, lists, matcher)
    said = latest(decisions)
    found = _stood(found, suppliers, said)
    found = pl.concat([found, _inherited(found, network, suppliers, said)])
    titles = {one.list_id: one.title for one in lists}
    whole = found.join(stakes(network, found["supplier_id"].unique()), "supplier_id").with_columns(
        entry="listed_name",
        list_name=pl.col("list_id").replace_strict(titles, return_dtype=pl.String),
    )
    hits = _in_order(whole).select([*Hits.columns()])
    return Screening(
        hits=hits.cast({name: one.dtype for name, one in Hits.columns().items()}),
        screened=_screened(network, suppliers, hits),
        lists={one.list_id: one.version for one in lists},
        likenesses=_likenesses(hits),
        prints={
            (list_id, entry_id): told
            for list_id, entry_id, told in found.select(
                "list_id", "entry_id", "entry_print"
            ).iter_rows()
        },
    )


def _likenesses(hits: pl.DataFrame) -> pl.DataFrame:
    """Return who may be meant by a list's name, and by each name of the scenario's parties.

    What is owned is left out: an event says itself whether, and from what share, that counts.
    """
    is_named = pl.col("list_id") == SCENARIO_LIST
    word = (
        pl.when(is_named)
        .then(pl.col("entry_id"))
        .otherwise(pl.concat_str(pl.lit(LIST_WORD), "list_id"))
    )
    return (
        hits.filter(
            pl.col("through").is_null()
            & (pl.col("band") != "clear")
            & (pl.col("standing") != "cleared")
        )
        .group_by(word=word, supplier_id="supplier_id")
        .agg(is_confirmed=(pl.col("standing") == "confirmed").any())
        .sort("word", "supplier_id")
    )


def asked_names(suppliers: pl.DataFrame) -> pl.DataFrame:
    """Return every name of every supplier: supplier_id, name; sorted."""
    aliases = suppliers.select(
        "supplier_id", name=pl.col("aliases").str.split(";").fill_null([])
    ).explode("name")
    return (
        pl.concat([suppliers.select("supplier_id", "name"), aliases])
        .with_columns(pl.col("name").str.strip_chars())
        .filter(pl.col("name") != "")
        .unique()
        .sort("supplier_id", "name")
    )


def _direct(suppliers: pl.DataFrame, lists: Sequence[PartyList], matcher: Matcher) -> pl.DataFrame:
    """Return the candidates by name, without their standing."""
    asked, listed = asked_names(suppliers), names_of(lists)
    near = matcher.nearest(asked["name"].to_list(), listed["listed_name"].to_list())
    pairs = pl.concat(
        [
            asked[near.asked], listed[near.listed], pl.DataFrame({"likeness": near.score}),
        ],
        how="horizontal",
    )  # fmt: skip
    # the pair of names that is most alike tells the candidate
    pairs = pairs.sort(
        ["supplier_id", "list_id", "entry_id", "likeness", "name", "listed_name"],
        descending=[False, False, False, True, False, False],
    ).unique(["supplier_id", "list_id", "entry_id"], keep="first", maintain_order=True)
    scored = qualified(pairs, suppliers, facts_of(lists) if lists else None)
    best = scored.group_by("supplier_id").agg(best=pl.col("score").max())
    told = scored.join(best, "supplier_id").filter(
        (pl.col("score") >= REVIEW.least)
        | ((pl.col("score") == pl.col("best")) & (pl.col("best") > 0.0))
    )
    told = told.sort("supplier_id", "list_id", "entry_id")
    is_near = pl.col("score") >= REVIEW.least
    rest = told.filter(~is_near).unique("supplier_id", keep="first", maintain_order=True)
    told = pl.concat([told.filter(is_near), rest]).sort("supplier_id", "list_id", "entry_id")
    return told.with_columns(
        band=pl.Series([band_of(score) for score in told["score"]], dtype=pl.String),
        reasons=pl.Series(
            [
                "; ".join(filter(None, (reasons(matcher, name, other), more)))
                for name, other, more in told.select("name", "listed_name", "more").iter_rows()
            ],
            dtype=pl.String,
        ),
        through=pl.lit(None, pl.String),
        owned_share=pl.lit(None, pl.Float64),
    ).drop("best", "more", "likeness")


def _stood(
    found: pl.DataFrame, suppliers: pl.DataFrame, said: Mapping[Candidate, Decision]
) -> pl.DataFrame:
    """Add how each candidate stands; what must be asked again says what has changed."""
    prints = name_prints(suppliers)
    stands, reasons_told = [], []
    for row in found.iter_rows(named=True):
        candidate = Candidate(row["supplier_id"], row["list_id"], row["entry_id"])
        seen = Seen(prints[row["supplier_id"]], row["entry_print"], row["band"])
        now, changed = standing(said.get(candidate), seen)
        stands.append(now)
        more = f"decided before, but changed since: {changed}" if changed else ""
        reasons_told.append("; ".join(filter(None, (row["reasons"], more))))
    return found.with_columns(
        standing=pl.Series(stands, dtype=pl.String),
        reasons=pl.Series(reasons_told, dtype=pl.String),
    )


def name_prints(suppliers: pl.DataFrame) -> dict[str, str]:
    """Return the fingerprint of each supplier's names."""
    grouped = asked_names(suppliers).group_by("supplier_id").agg("name")
    return {one: fingerprint(names) for one, names in grouped.iter_rows()}


def _inherited(
    found: pl.DataFrame,
    network: Network,
    suppliers: pl.DataFrame,
    said: Mapping[Candidate, Decision],
) -> pl.DataFrame:
    """Return the candidates by ownership: the hits of owners, list by list."""
    owners = Owners(suppliers, network["holdings"])
    likely = found.filter((pl.col("band") != "clear") & (pl.col("standing") != "cleared"))
    rows = []
    for (list_id,), hits in likely.group_by("list_id", maintain_order=True):
        is_sure = (pl.col("band") == "match") | (pl.col("standing") == "confirmed")
        sure = hits.filter(is_sure)["supplier_id"].unique()
        best = hits.sort(
            [pl.col("standing") != "confirmed", -pl.col("score"), "entry_id"]
        ).unique("supplier_id", keep="first", maintain_order=True)  # fmt: skip
        of_owner = {row["supplier_id"]: row for row in best.iter_rows(named=True)}
        for heir in owners.heirs(set(sure), set(of_owner)):
            row = {**of_owner[heir.owner_id], "supplier_id": heir.supplier_id}
            row["through"], row["owned_share"] = heir.through, heir.share
            row["band"] = "match" if heir.is_sure else "review"
            row["reasons"] = f"owned: {heir.through}; of the owner: {row['reasons']}"
            row["country"] = "unknown"
            decision = said.get(Candidate(heir.supplier_id, str(list_id), row["entry_id"]))
            if decision is not None:
                seen = Seen(decision.names_print, row["entry_print"], row["band"])
                row["standing"], _ = standing(decision, seen)
            elif row["standing"] != "confirmed":
                row["standing"] = "open"
            rows.append(row)
    return pl.DataFrame(rows, schema=found.schema)


def _in_order(hits: pl.DataFrame) -> pl.DataFrame:
    """Put what waits for a person first, by what a match would put at risk."""
    waits = pl.col("standing").is_in(["open", "ask again"]) & (pl.col("band") != "clear")
    return hits.sort(
        [
            ~waits,
            pl.col("band").replace_strict(_RANKS, default=9) == _RANKS["clear"],
            -pl.col("traffic"),
            pl.col("through").is_not_null(),
            pl.col("band").replace_strict(_RANKS, default=9),
            -pl.col("score"),
            "supplier_id", "list_id", "entry_id", "through",
        ],
        nulls_last=False,
    )  # fmt: skip


def _screened(network: Network, suppliers: pl.DataFrame, hits: pl.DataFrame) -> pl.DataFrame:
    """Return how every supplier stands."""
    told = hits.filter(pl.col("band") != "clear")
    standing_is = pl.col("standing")
    counts = told.group_by("supplier_id").agg(
        open_hits=standing_is.is_in(["open", "ask again"]).sum().cast(pl.Int64),
        confirmed_hits=(standing_is == "confirmed").sum().cast(pl.Int64),
        cleared_hits=(standing_is == "cleared").sum().cast(pl.Int64),
        rank=pl.col("band").filter(standing_is != "cleared").replace_strict(_RANKS).min(),
    )
    best = (
        hits.filter(pl.col("through").is_null())
        .group_by("supplier_id").agg(best_score=pl.col("score").max())
    )  # fmt: skip
    names = {rank: band for band, rank in _RANKS.items()}
    whole = (
        suppliers.select("supplier_id", "name")
        .join(counts, "supplier_id", "left").join(best, "supplier_id", "left")
        .join(stakes(network, suppliers["supplier_id"]), "supplier_id", "left")
        .with_columns(
            pl.col("open_hits", "confirmed_hits", "cleared_hits").fill_null(0),
            band=pl.col("rank").fill_null(_RANKS["clear"]).replace_strict(names),
        )
    )  # fmt: skip
    columns = Screened.columns()
    return (
        whole.select([*columns])
        .cast({name: one.dtype for name, one in columns.items()})
        .sort("supplier_id")
    )
