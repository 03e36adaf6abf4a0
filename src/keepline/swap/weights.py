"""A rule as figures: what each site counts in its share, and what limit holds on which day.

These two are all that whoever checks or plans swaps needs of a rule: the weights of the sites that
are in scope, and the limits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from keepline.swap.matching import NO, YES, exempt_of, groups, scope_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence

    from keepline.model.policy_rules import Rule
    from keepline.swap.fleet import Fleet
    from keepline.swap.matching import Group

#: Who and what a weight is of.
KEYS: Final = ("operator_id", "technology", "vendors")
#: Kinds that are judged for each technology that they name by itself.
BY_TECHNOLOGY: Final = ("cap", "min_vendors")


def weights(rule: Rule, fleet: Fleet, day: dt.date) -> pl.DataFrame:
    """Return what each site counts in a rule on a day, for each operator.

    A site counts once, however many units stand there: 1 by the metric sites, its traffic or its
    premises; by the metric units it counts its units. Exempt units count in the whole alone.

    Args:
        rule: A cap, exclusion, removal or replacement of software.
        fleet: What stands there, or what :func:`in_scope` leaves of it for this rule.
        day: The day.

    Returns:
        operator_id, technology (empty where the rule names none, or is no cap), vendors (the
        supplier where each counts by itself, else empty), site_id, and

        - whole: what it counts in the whole when what is not known counts against the operator;
        - counted: what it counts for the vendors then;
        - whole_known, counted_known: the same when only what is sure counts for the vendors, and
          all that may be in scope counts in the whole;
        - units, units_unknown: units of the vendors, and those of them that are not sure;
        - part_ids: their parts.

        The share that a rule limits is the sum of counted over the sum of whole.
    """
    seen = (
        in_scope(rule, fleet).standing(day).with_columns(exempt=exempt_of(rule, day, fleet.seen_on))
    )
    if not rule.where.words("technology") or rule.kind not in BY_TECHNOLOGY:
        seen = seen.with_columns(technology=pl.lit(None, pl.String))
    column = "managed_by_id" if rule.kind == "replace_software" else "supplier_id"
    listed = groups(rule.vendors, fleet.suppliers, seen[column].drop_nulls().unique())
    return pl.concat(_of_group(seen, one, column) for one in listed).pipe(_weighed, rule, fleet)


def in_scope(rule: Rule, fleet: Fleet) -> Fleet:
    """Return the fleet without what a rule does not look at, with how surely it looks at the rest.

    Whoever asks for the weights of many days spares work by asking for this once.
    """
    if "scope" in fleet.units.columns:
        return fleet
    scoped = fleet.units.with_columns(scope=scope_of(rule.where, fleet.seen_on))
    return fleet._replace(units=scoped.filter(pl.col("scope") > NO))


def _of_group(seen: pl.DataFrame, group: Group, column: str) -> pl.DataFrame:
    """Return the units of each site: in scope, and of the group, surely and perhaps."""
    known = (pl.col("exempt") == NO) & (pl.min_horizontal("scope", "meant") == YES)
    counted = (pl.col("exempt") < YES) & (pl.col("meant") > NO)
    whole = (pl.col("scope") == YES) | counted
    units = pl.col("quantity")
    return (
        seen.with_columns(meant=group.meant(column))
        .group_by("operator_id", "technology", "site_id")
        .agg(
            whole=units.filter(whole).sum(),
            counted=units.filter(counted).sum(),
            whole_known=units.sum(),
            counted_known=units.filter(known).sum(),
            part_ids=pl.col("part_id").filter(counted),
        )
        .with_columns(
            # in one go for all sites, which is far faster than site by site
            part_ids=pl.col("part_ids").list.unique().list.sort().list.join("; "),
            vendors=pl.lit(group.label, pl.String),
            units=pl.col("counted"),
            units_unknown=pl.col("counted") - pl.col("counted_known"),
        )
    )


def _weighed(found: pl.DataFrame, rule: Rule, fleet: Fleet) -> pl.DataFrame:
    figures = ("whole", "counted", "whole_known", "counted_known")
    if rule.metric != "units":
        weighed = found.join(
            _site_weights(rule.metric, fleet, found),
            on=["site_id", "technology"], how="left", maintain_order="left", nulls_equal=True,
        )  # fmt: skip
        found = weighed.with_columns(
            pl.when(pl.col(name) > 0).then("weight").otherwise(0.0).alias(name) for name in figures
        ).drop("weight")
    return found.select(
        *KEYS, "site_id", *(pl.col(name).cast(pl.Float64) for name in figures),
        "units", "units_unknown", "part_ids",
    ).sort(*KEYS, "site_id", nulls_last=False)  # fmt: skip


def _site_weights(metric: str, fleet: Fleet, found: pl.DataFrame) -> pl.DataFrame:
    """Return site_id, technology and the weight by a metric: traffic by technology where known."""
    wanted = found.select("site_id", "technology").unique()
    sites = wanted.join(fleet.sites, on="site_id", how="left", maintain_order="left")
    if metric == "sites":
        return sites.select("site_id", "technology", weight=pl.lit(1.0))
    if metric == "premises":
        return sites.select("site_id", "technology", weight="premises")
    by_technology = sites.join(fleet.traffic, on=["site_id", "technology"], how="left")
    return by_technology.select("site_id", "technology", weight=pl.coalesce("volume", "traffic"))


def limits(rule: Rule, days: Iterable[dt.date]) -> pl.DataFrame:
    """Return the limit of a rule on each day, and how it binds then.

    Returns:
        on, limit (a share, or a number; empty where there is none), force.
    """
    rows = []
    for day in sorted(set(days)):
        limit = rule.limit_on(day)
        rows.append((day, None if limit is None else float(limit), rule.force_on(day)))
    return pl.DataFrame(
        rows, schema={"on": pl.Date, "limit": pl.Float64, "force": pl.String}, orient="row"
    )


def vendors_standing(
    rule: Rule, fleet: Fleet, day: dt.date, together: Sequence[str | None] = ()
) -> pl.DataFrame:
    """Return which makers stand in the scope of a rule on the number of vendors.

    Args:
        rule: The rule.
        fleet: What stands there.
        day: The day.
        together: Operators to take as one; none for each by itself.

    Returns:
        operator_id (empty where taken as one), technology, vendors (empty), known: distinct makers
        that surely stand there, most: their number if every unit in doubt is of one more, units.
    """
    doubtful = fleet.suppliers.filter("is_unknown")["supplier_id"].to_list()
    seen = in_scope(rule, fleet).standing(day)
    if together:
        seen = seen.filter(pl.col("operator_id").is_in(list(together), nulls_equal=True))
        seen = seen.with_columns(operator_id=pl.lit(None, pl.String))
    if not rule.where.words("technology"):
        seen = seen.with_columns(technology=pl.lit(None, pl.String))
    is_sure = (pl.col("scope") == YES) & ~pl.col("supplier_id").is_in(doubtful)
    return seen.group_by("operator_id", "technology").agg(
        known=pl.col("supplier_id").filter(is_sure).n_unique(),
        most=pl.col("supplier_id").n_unique(),
        units=pl.col("quantity").sum(),
    ).with_columns(vendors=pl.lit(None, pl.String))  # fmt: skip
