"""Pages on a grid, without an engine: what stands on which line of which page."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoices.documents.pdf.typesetting import (
    EMPTY,
    PLAIN,
    ROWS,
    THICK,
    THIN,
    Band,
    Row,
    Sheets,
    beside,
    gap,
    heading_of_table,
    picture,
    pour,
    rules,
    runs,
    split,
    stack,
    sum_of_table,
    table,
    text,
)


def lines(count: int, name: str = "行") -> list[str]:
    return [f"{name}{number}" for number in range(count)]


def written(page) -> list[tuple[int, str, str]]:
    """Line, style and text of all that is written on a page, from top to bottom."""
    return sorted(
        (block.row + index * block.leading, block.style, line)
        for block in page
        if not block.rule and not block.image
        for index, line in enumerate(block.text.split("\n"))
    )


def ruled(page) -> list[tuple[int, str]]:
    return sorted((block.row, block.rule) for block in page if block.rule)


def on(sheets: Sheets) -> list[list[tuple[int, str, str]]]:
    return [written(page) for page in sheets.pages]


def poured(rows: list[Row], before: int = 0, after: int = 0) -> Sheets:
    sheets = Sheets()
    sheets.place(text("head", lines(before)))
    if after:
        sheets.place_at_end(text("foot", lines(after)))
    pour(sheets, ["見出し"], rows, lambda amount: f"計 {amount}")
    return sheets


def one_line_rows(count: int) -> list[Row]:
    return [Row((f"品{number}",), 10 + number) for number in range(count)]


def test_bands_are_stacked_each_below_the_other():
    band = stack(text("a", ["一", "二"]), gap(), text("b", ["三"], leading=2), EMPTY, text("c", ["四"]))
    assert band.height == 6
    assert written(band.blocks) == [(0, "a", "一"), (1, "a", "二"), (3, "b", "三"), (5, "c", "四")]


def test_bands_beside_each_other_share_their_lines_and_the_higher_one_counts():
    band = beside(text("left", lines(3)), text("right", lines(5)), EMPTY)
    assert band.height == 5
    assert {block.row for block in band.blocks} == {0}


@pytest.mark.parametrize("band", [text("a", []), stack(), beside(), rules(THIN, [])])
def test_nothing_takes_no_room(band):
    assert band == EMPTY


def test_a_heading_is_ruled_below_and_a_sum_above():
    band = stack(heading_of_table(["見出し"]), table([["一"], ["二", "二の続き"], ["三"]]), sum_of_table(["計"]))
    assert ruled(band.blocks) == [(1, THICK), (2, THIN), (4, THIN), (5, THICK)]
    assert band.height == 6


def test_a_band_that_fits_stays_on_the_page():
    sheets = Sheets()
    sheets.place(text("a", lines(ROWS - 2)))
    sheets.place(text("b", lines(2)))
    assert len(sheets.pages) == 1
    assert sheets.room == 0


def test_a_band_that_does_not_fit_goes_whole_to_the_next_page():
    sheets = Sheets()
    sheets.place(text("a", lines(ROWS - 1)))
    sheets.place(stack(text("b", ["一"]), text("c", ["二"])))
    assert on(sheets)[1] == [(0, "b", "一"), (1, "c", "二")]
    assert sheets.row == 2


def test_bands_that_belong_together_move_together():
    sheets = Sheets()
    sheets.place(text("a", lines(40)))
    sheets.place(text("b", lines(8)), text("c", lines(8)))
    assert [len(page) for page in on(sheets)] == [40, 16]


def test_bands_that_no_page_holds_together_turn_the_page_between_them():
    sheets = Sheets()
    sheets.place(text("a", lines(30)), text("b", lines(15)), text("c", lines(20)))
    assert [{style for _row, style, _text in page} for page in on(sheets)] == [{"a", "b"}, {"c"}]


def test_a_band_that_fits_no_page_is_cut_between_its_lines():
    sheets = Sheets()
    sheets.place(text("head", ["頭"]))
    sheets.place(text("a", lines(2 * ROWS + 5)))
    assert [len(page) for page in on(sheets)] == [1, ROWS, ROWS, 5]
    assert [line for page in on(sheets)[1:] for _row, _style, line in page] == lines(2 * ROWS + 5)


def test_what_follows_a_band_that_was_cut_stands_below_its_end():
    sheets = Sheets()
    sheets.place(text("a", lines(ROWS + 5)))
    sheets.place(text("b", ["次"]))
    assert on(sheets)[1][-1] == (5, "b", "次")


def test_columns_beside_each_other_are_cut_at_the_same_line():
    sheets = Sheets()
    sheets.place(beside(text("left", lines(ROWS + 2)), text("right", lines(ROWS + 1))))
    assert on(sheets)[1] == [(0, "left", f"行{ROWS}"), (0, "right", f"行{ROWS}"), (1, "left", f"行{ROWS + 1}")]


def test_a_high_line_or_a_picture_is_never_cut_through():
    above, below = split(stack(text("high", ["一", "二"], leading=3), picture("seal", "印", 4)), 5)
    assert written(above.blocks) == [(0, "high", "一")]
    assert written(below.blocks) == [(0, "high", "二")]
    assert [block.row for block in below.blocks if block.image] == [3]
    above, below = split(stack(gap(3), picture("seal", "印", 4)), 5)
    assert above.blocks == ()
    assert [(block.row, block.image) for block in below.blocks] == [(0, "印")]


def test_a_rule_at_the_cut_stays_with_what_it_closes():
    above, below = split(stack(heading_of_table(["見出し"]), table([["一"], ["二"]])), 2)
    assert ruled(above.blocks) == [(1, THICK), (2, THIN)]
    assert ruled(below.blocks) == []


BANDS = st.recursive(
    st.builds(lambda count, high: text("a", lines(count), leading=high), st.integers(0, 9), st.integers(1, 3))
    | st.builds(gap, st.integers(0, 3))
    | st.builds(lambda high: picture("seal", "印", high), st.integers(1, 5)),
    lambda inner: (
        st.builds(lambda bands: stack(*bands), st.lists(inner, max_size=4))
        | st.builds(lambda bands: beside(*bands), st.lists(inner, max_size=3))
    ),
    max_leaves=12,
)


@given(BANDS, st.integers(5, 20))
def test_a_cut_loses_nothing_and_keeps_all_distances(band: Band, rows: int):
    above, below = split(band, min(rows, max(band.height, 1)))
    assert above.height + below.height == band.height
    before = written(band.blocks)
    after = written(above.blocks) + [(row + above.height, style, line) for row, style, line in written(below.blocks)]
    assert sorted(line for _row, _style, line in after) == sorted(line for _row, _style, line in before)
    if not any(_through(block, above.height) for block in band.blocks):
        assert sorted(after) == before


def _through(block, cut: int) -> bool:
    height = block.leading * (1 if block.image else block.text.count("\n") + 1)
    return block.row < cut < block.row + height and (cut - block.row) % block.leading != 0


def test_a_band_at_the_end_leaves_the_lines_before_it():
    sheets = Sheets()
    sheets.place(text("head", lines(3)))
    sheets.place_at_end(text("foot", lines(4)))
    assert sheets.room == ROWS - 3 - 4
    assert on(sheets)[0][-4:] == [(ROWS - 4 + index, "foot", f"行{index}") for index in range(4)]
    sheets.turn()
    assert sheets.room == ROWS


def test_a_table_that_fits_has_its_heading_once_and_no_sum():
    sheets = poured(one_line_rows(3), before=5)
    assert on(sheets)[0][5:] == [
        (5, "strong", "見出し"),
        (6, PLAIN, "品0"),
        (7, PLAIN, "品1"),
        (8, PLAIN, "品2"),
    ]
    assert ruled(sheets.pages[0]) == [(6, THICK), (7, THIN), (8, THIN), (9, THICK)]
    assert sheets.row == 9


@pytest.mark.parametrize("count", [47, 48, 49, 50, 96, 200])
@pytest.mark.parametrize(("before", "after"), [(0, 0), (20, 0), (20, 15), (46, 0), (30, 19)])
def test_a_table_over_pages_repeats_its_heading_and_adds_up(count, before, after):
    rows = one_line_rows(count)
    pages = [page for page in on(poured(rows, before, after)) if any(style == PLAIN for _row, style, _text in page)]
    seen: list[str] = []
    for page in pages:
        strong = [line for _row, style, line in page if style == "strong"]
        plain = [line for _row, style, line in page if style == PLAIN]
        amounts = sum(10 + int(line.removeprefix("品")) for line in plain)
        assert strong == (["見出し"] if len(pages) == 1 else ["見出し", f"計 {amounts}"])
        seen += plain
    assert seen == [row.lines[0] for row in rows]


@pytest.mark.parametrize("height", [1, 2, 3, 7, 20])
def test_a_row_is_never_split(height):
    rows = [Row(tuple(lines(height, f"品{number}の")), 1) for number in range(40)]
    for page in on(poured(rows, before=10)):
        heads = [line.partition("の")[0] for _row, style, line in page if style == PLAIN]
        assert all(heads.count(head) == height for head in heads)


@given(st.lists(st.integers(1, 9), max_size=120), st.integers(0, ROWS - 1), st.integers(0, 30))
def test_no_table_stands_over_anything(heights, before, after):
    after = min(after, ROWS - before)
    rows = [Row(tuple(lines(height, f"品{number}の")), number) for number, height in enumerate(heights)]
    sheets = poured(rows, before, after)
    for page in on(sheets):
        places = [row for row, _style, _line in page]
        assert len(places) == len(set(places))
        assert all(0 <= row < ROWS for row in places)
    assert sum(style == PLAIN for page in on(sheets) for _row, style, _line in page) == sum(heights)


def test_a_sum_row_counts_for_nothing_in_the_sum_of_its_page():
    rows = [*one_line_rows(2), Row(("伝票の計",)), *one_line_rows(60)]
    first = on(poured(rows))[0]
    expected = 10 + 11 + sum(10 + number for number in range(47 - 3))
    assert first[-1] == (ROWS - 1, "strong", f"計 {expected}")


def test_a_sum_is_not_the_first_row_of_a_page():
    rows = [*one_line_rows(47), Row(("伝票の計",)), *one_line_rows(5)]
    first, second = on(poured(rows))
    assert [line for _row, style, line in first if style == PLAIN] == [f"品{number}" for number in range(46)]
    assert [line for _row, style, line in second if style == PLAIN][:2] == ["品46", "伝票の計"]


def test_a_heading_does_not_stand_alone_at_the_foot_of_a_page():
    sheets = poured(one_line_rows(1), before=ROWS - 1)
    assert [len(page) for page in on(sheets)] == [ROWS - 1, 2]


def test_no_rows_are_no_table():
    sheets = poured([], before=3)
    assert on(sheets) == [[(index, "head", f"行{index}") for index in range(3)]]


def joined(*bands: Band) -> list[list[str]]:
    return [[block.text for block in run] for run in runs(stack(*bands).blocks)]


def test_lines_of_several_styles_are_set_in_one_go():
    assert joined(text("strong", ["備考"]), text(PLAIN, ["一", "二"])) == [["備考", "一\n二"]]


@pytest.mark.parametrize(("empty", "count"), [(0, 1), (2, 1), (3, 2)])
def test_a_run_goes_on_over_a_few_empty_lines(empty, count):
    assert len(joined(text(PLAIN, ["上"]), gap(empty), text(PLAIN, ["下"]))) == count


def test_each_half_of_the_page_has_runs_of_its_own():
    left, right = stack(text(PLAIN, ["左"]), text(PLAIN, ["左下"])), stack(text("name", ["右"], right=True))
    assert joined(beside(left, right), text(PLAIN, ["右下"], right=True)) == [["左", "左下"], ["右", "右下"]]


def test_a_higher_line_parts_the_runs_above_and_below_it():
    bands = text(PLAIN, ["市"]), text("addressee", ["市長 様"], leading=2), text(PLAIN, ["課"])
    assert joined(*bands) == [["市"], ["市長 様"], ["課"]]


def test_a_picture_beside_the_lines_does_not_part_them():
    lines = stack(text(PLAIN, ["名"], right=True), text(PLAIN, ["番"], right=True))
    assert joined(beside(picture("seal", "seal:1", 2), lines)) == [[""], ["名", "番"]]


def test_what_stands_beside_a_run_and_ends_above_a_block_is_read_before_that_block():
    halves = beside(text(PLAIN, ["左", "左"]), text(PLAIN, ["右"], right=True))
    assert joined(halves, gap(), text("strong", ["下"])) == [["左\n左"], ["右"], ["下"]]


def test_what_is_set_at_the_end_of_a_page_is_read_at_its_end():
    sheets = Sheets()
    sheets.place_at_end(text(PLAIN, ["末"]))
    sheets.place(text(PLAIN, ["初"]))
    assert [[block.text for block in page] for page in sheets.pages] == [["初", "末"]]


def test_marks_are_explained_below_the_table_on_each_page_that_has_them():
    rows = [Row((f"品{number}",), 1, ("※の説明",) if number in (1, 2, 60) else ()) for number in range(120)]
    pages = on(poured(rows))
    assert [sum(text == "※の説明" for _row, style, text in page) for page in pages] == [1, 1, 0]
    assert all(row < ROWS for page in pages for row, _style, _text in page)
