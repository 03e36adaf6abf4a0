"""Take blocks that an earlier run kept, play the others, and keep them as they finish."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keepline.simulation.outcome import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from keepline.maths.crew import Crew
    from keepline.simulation.block import Setup
    from keepline.simulation.effort import Effort, Store

    Block = tuple[int, int]
    Numbered = Iterator[tuple[int, Outcome]]


def played_or_saved(
    crew: Crew,
    act: Callable[[Setup, Block], Outcome],
    setup: Setup,
    blocks: Sequence[Block],
    effort: Effort,
) -> Numbered:
    """Give every block's outcome with the block's number, as they come.

    Args:
        crew: Who plays what is not kept.
        act: Plays a block.
        setup: What decides the bits.
        blocks: First replication and how many, block by block.
        effort: Where blocks are kept, if anywhere.

    Raises:
        StoreError: When the store keeps another run, or refuses.
    """
    store = effort.store
    if store is None:
        yield from crew.play(act, setup, blocks)
        return
    store.open({**setup.decided_by(), "program": effort.program})
    kept = [number for number, block in enumerate(blocks) if _saved(store, block) is not None]
    known = set(kept)
    missing = [number for number in range(len(blocks)) if number not in known]
    yield from _merged(
        ((number, _read(store, act, setup, blocks[number])) for number in kept),
        _kept(store, crew.play(act, setup, [blocks[n] for n in missing]), missing, blocks),
        missing,
    )


def _merged(kept: Numbered, played: Numbered, missing: Sequence[int]) -> Numbered:
    """Give what is kept when its turn comes, so that no more of it is held than of the rest."""
    early = next(kept, None)
    for number in missing:
        while early is not None and early[0] < number:
            yield early
            early = next(kept, None)
        yield next(played)
    while early is not None:
        yield early
        early = next(kept, None)


def _kept(
    store: Store, played: Numbered, missing: Sequence[int], blocks: Sequence[Block]
) -> Numbered:
    for row, outcome in played:
        number = missing[row]
        store.write(*blocks[number], outcome.to_bytes())
        yield number, outcome


def _saved(store: Store, block: Block) -> Outcome | None:
    content = store.read(*block)
    if content is None:
        return None
    try:
        return Outcome.from_bytes(content)
    except ValueError:
        return None  # not whole: it is played again and written anew


def _read(
    store: Store, act: Callable[[Setup, Block], Outcome], setup: Setup, block: Block
) -> Outcome:
    # a block that has vanished since it was looked for is played
    return _saved(store, block) or act(setup, block)
