"""Crews of several processes: a pool on this machine, or a cluster that Dask runs.

Both meet the contract of :mod:`keepline.maths.crew`: they change who does the work, and no bit of
what comes out. This is the only room that starts a process or calls another machine.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from keepline.model.errors import InputError, MissingExtra

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keepline.maths.crew import Crew

LOCAL = "local"
_ADDRESSES = ("tcp://", "tls://", "ws://", "wss://", "ucx://")


@contextmanager
def hired(workers: int | None = None, cluster: str | None = None) -> Iterator[Crew | None]:
    """Hire a crew, and let it go at the end.

    Args:
        workers: Processes of this machine; None for none beside this one.
        cluster: Address of a Dask scheduler, or ``local`` for a cluster on this machine, of so
            many workers as there are processors unless ``workers`` says how many.

    Yields:
        The crew; None where neither is asked for, and this process does the work.

    Raises:
        InputError: When what is asked for is no crew.
        MissingExtra: When Dask is asked for and not installed.
        StoreError: When the cluster does not answer.
    """
    _refuse_unclear(workers, cluster)
    if cluster is not None:
        try:
            from keepline.crews.cluster import Cluster  # noqa: PLC0415 - an optional part
        except ImportError as error:
            raise MissingExtra(
                "A cluster needs keepline[cluster]: pip install 'keepline[cluster]'."
            ) from error
        with Cluster.joined(cluster, workers) as found:
            yield found
    elif workers is not None:
        from keepline.crews.pool import Pool  # noqa: PLC0415 - not needed at start-up

        with Pool(workers) as pool:
            yield pool
    else:
        yield None


def _refuse_unclear(workers: int | None, cluster: str | None) -> None:
    if workers is not None and workers < 1:
        said = f"There cannot be {workers} workers; give 1 or more."
    elif cluster is not None and cluster != LOCAL and not cluster.startswith(_ADDRESSES):
        said = f"{cluster!r} is no cluster: give the address of a scheduler, tcp://HOST:PORT, or "
        said += f"{LOCAL}."
    elif cluster not in {None, LOCAL} and workers is not None:
        said = "--workers goes with this machine or with --cluster local; a cluster has its own."
    else:
        return
    raise InputError(said, code="IN-257")
