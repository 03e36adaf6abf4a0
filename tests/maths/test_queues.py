import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from keepline.maths.queues import NONE, clear, grown, lanes_of, length, pop, push

STEPS = st.lists(
    st.one_of(
        st.tuples(st.integers(0, 2), st.integers(0, 5)),  # push into a lane at a time
        st.integers(0, 2),  # pop from a lane
    ),
    max_size=60,
)


@settings(deadline=None)
@given(STEPS)
def test_lanes_give_entries_by_time_and_by_order_of_coming(steps):
    lanes = lanes_of(3, 2)
    expected = [[], [], []]
    for came, step in enumerate(steps):
        if isinstance(step, tuple):
            lane, time = step
            if lanes.free[1] == 0:
                lanes = grown(lanes)
            push(lanes, lane, float(time), came)
            expected[lane].append((time, came))
            expected[lane].sort()
        elif expected[step]:
            assert pop(lanes, step) == expected[step].pop(0)[1]
        for lane in range(3):
            due = expected[lane][0][0] if expected[lane] else np.inf
            assert lanes.due[lane] == due
            assert length(lanes, lane) == len(expected[lane])
        assert lanes.free[1] + sum(map(len, expected)) == lanes.time.size


def test_clear_gives_every_slot_back():
    lanes = lanes_of(2, 8)
    for entry in range(6):
        push(lanes, entry % 2, float(entry), entry)
    clear(lanes)
    assert list(lanes.first) == [NONE, NONE]
    assert np.isinf(lanes.due).all()
    for entry in range(8):
        push(lanes, 0, float(-entry), entry)
    assert [pop(lanes, 0) for _ in range(8)] == list(range(7, -1, -1))
