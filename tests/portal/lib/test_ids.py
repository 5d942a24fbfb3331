import os
import signal
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.lib import ids
from portal.lib.ids import CODE_ALPHABET, random_code, uuid7


def test_an_id_is_a_version_7_uuid_of_the_standard_variant():
    for _ in range(100):
        made = uuid7()
        assert made.version == 7
        assert made.variant == uuid.RFC_4122


def test_an_id_begins_with_the_millisecond_of_its_making(monkeypatch):
    # Where the machine's clock was set back meanwhile, the ids of this process go on from where they were.
    monkeypatch.setattr(ids, "_sequence", ids._Sequence())
    before = time.time_ns() // 1_000_000
    made = uuid7().int >> 80
    assert before <= made <= time.time_ns() // 1_000_000


def test_ids_rise_within_and_across_milliseconds():
    made = [uuid7() for _ in range(20_000)]
    assert all(earlier < later for earlier, later in pairwise(made))
    assert [str(each) for each in made] == sorted(str(each) for each in made)


def test_ids_rise_when_the_clock_steps_back():
    sequence = ids._Sequence()
    first = sequence.next(1_000_000)
    assert sequence.next(999_000) > first
    assert sequence.next(999_001) > first


def test_a_spent_counter_borrows_the_next_millisecond():
    sequence = ids._Sequence()
    sequence.next(5)
    sequence.counter = (1 << 42) - 1
    millisecond, counter = sequence.next(5)
    assert millisecond == 6
    assert counter < 1 << 41


@given(st.lists(st.integers(0, (1 << 48) - 1), min_size=2, max_size=30))
def test_whatever_the_clock_does_the_order_holds(clock):
    sequence = ids._Sequence()
    made = [sequence.next(now) for now in clock]
    assert all(earlier < later for earlier, later in pairwise(made))


def test_threads_never_get_the_same_id_and_each_sees_its_own_rise():
    with ThreadPoolExecutor(8) as pool:
        batches = list(pool.map(lambda _: [uuid7() for _ in range(2_000)], range(8)))
    assert len({made for batch in batches for made in batch}) == 16_000
    for batch in batches:
        assert all(earlier < later for earlier, later in pairwise(batch))


def test_the_tail_cannot_be_guessed_from_the_id_before():
    tails = {uuid7().int & 0xFFFFFFFF for _ in range(1_000)}
    assert len(tails) > 990


@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system does not fork")
def test_a_child_forked_while_an_id_was_being_made_can_make_its_own():
    with ids._sequence.lock:
        child = os.fork()
        if child == 0:
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            signal.alarm(10)
            try:
                uuid7()
            finally:
                os._exit(0)
    _pid, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0


def test_a_random_code_has_the_wanted_length_and_no_letter_that_looks_like_a_digit():
    codes = {random_code(13) for _ in range(200)}
    assert len(codes) == 200
    assert all(len(code) == 13 and set(code) <= set(CODE_ALPHABET) for code in codes)
    assert len(CODE_ALPHABET) == 32
    assert not set("ILOU") & set(CODE_ALPHABET)
