"""Input tables that a policy's rules read: traffic by technology, and documents on record."""

from __future__ import annotations

from keepline.model.declare import Table, day, identifier, number, text


class Traffic(Table):
    """A site's traffic where it is known by technology."""

    site_id = identifier("The site.", "ee-00001", key=True, references="sites.site_id")
    technology = text("The technology.", "5G-RAN", key=True)
    volume = number("Relative busy-hour volume.", "0.4", "traffic")


class Documents(Table):
    """A report, review, plan or register that an operator has on record, by its latest day."""

    document = text("What it is, in the word of a policy's rule.", "supplier-loss-assessment",
                    key=True)  # fmt: skip
    operator_id = identifier(
        "Whose it is; empty for all.",
        "ee",
        key=True,
        references="operators.operator_id",
        optional=True,
    )
    dated_on = day("The day from which it is.", "2021-03-31", key=True)
