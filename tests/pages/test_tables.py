"""A visitor's own file: what can be read, and the sentence where it cannot."""

from time import process_time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from pages.parts import tables
from pages.parts.houses import surface

GOOD = "rooms,size,rent\n1,30,500\n2,55,800\n3,80,1000\n"


def read(text):
    return tables.read(text if isinstance(text, bytes) else text.encode())


def test_the_sales_that_come_with_the_app():
    source = tables.sacramento()
    assert len(source.houses) == 932
    assert source.houses.price.max() == pytest.approx(884.79)
    assert [len(array) for array in tables.places()] == [932, 932]


def test_a_plain_file():
    table = read(GOOD)
    assert list(table.columns) == ["rooms", "size", "rent"]
    source = tables.chosen(table, "size", "rent")
    assert source.own
    assert source.houses.area.tolist() == [30, 55, 80]
    assert source.houses.price.tolist() == [500, 800, 1000]
    assert source.notes == ()


@pytest.mark.parametrize(
    ("content", "column"),
    [
        (GOOD.replace(",", ";"), "size"),
        (GOOD.replace(",", "\t"), "size"),
        ("größe;miete\n30,5;500\n55;800,25\n".encode("cp1252"), "größe"),
        (b"\xff\xfe" + GOOD.encode("utf-16-le"), "size"),
        (b"\xef\xbb\xbf" + GOOD.encode(), "size"),
        (GOOD.replace("\n", "\r\n"), "size"),
        ("30,500\n55,800\n80,1000\n", "column 1"),
        ('size,price\n30,"1,250,000"\n55,"2,500,000"\n', "price"),
        ("size,price\n30,$500\n55,$700\n", "price"),
    ],
)
def test_the_forms_that_spreadsheets_write(content, column):
    table = read(content)
    assert column in table.columns
    assert all(np.isfinite(numbers).all() for numbers in table.columns.values())
    assert len(table.columns) >= 2


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b" \n\n ", "empty"),
        (b"x" * 5_000_001, "at most 5 MB"),
        ("a,b\n" + "1,2\n" * 50_001, "at most 50,000"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "not a table of text"),
        ("just a sentence without any structure", "not a table"),
        ("a,b\n1,2\n3,4,5,6\n", "not a table"),
        ('a,b\n"1,2\n3,4\n', "not a table|fewer than two"),
        ("name,town\nAnn,Rome\nBob,Oslo\n", "No column holds numbers"),
        ("name,size\nAnn,1\nBob,2\n", "Only one column holds numbers"),
        ("size,price\n1,2\n", "fewer than two rows"),
        ("size,price\n", "fewer than two rows"),
        ("a,b\nnan,nan\nnan,nan\n", "No column holds numbers"),
        ("a,b\ninf,1\n-inf,2\n", "Only one column holds numbers"),
        (",".join(f"c{i}" for i in range(201)) + "\n" + ",".join("1" * 201), "more than 200"),
    ],
)
def test_what_cannot_be_read_is_said_in_a_sentence(content, said):
    with pytest.raises(ValueError, match=said) as fault:
        read(content)
    assert str(fault.value).endswith(".")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        # In a column of decimal commas none means thousands, however many digits follow it.
        ("a;b\n0,125;1\n52,38;2\n", {"a": [0.125, 52.38]}),
        ("a;b\n1,125;1\n2,382;2\n", {"a": [1.125, 2.382]}),
        ("0,125;52,38\n1,5;2,25\n", {"column 1": [0.125, 1.5], "column 2": [52.38, 2.25]}),
        ("a;b\n1.250,50;1\n3.000;2\n-7,5;3\n", {"a": [1250.5, 3000, -7.5]}),
        ("a\tb\n12,5\t1\n1,250\t2\n", {"a": [12.5, 1.25]}),
        # And in a column of thousands all do.
        ("a;b\n1,250,000;1\n2,500;2\n", {"a": [1_250_000, 2500]}),
        ('a,b\n"1,250",1\n"2,500",2\n', {"a": [1250, 2500]}),
        ('a,b\n"1,250.75",1\n900,2\n', {"a": [1250.75, 900]}),
        ('a,b\n"$1,250",1\n-$3,2\n', {"a": [1250, -3]}),
    ],
)
def test_what_a_comma_means_holds_for_the_whole_column(content, told):
    columns = read(content).columns
    for name, numbers in told.items():
        assert columns[name].tolist() == numbers


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("a,b\n1,2,\n3,4,\n", {"a": [1, 3], "b": [2, 4]}),
        ("a,b,\n1,2,\n3,4,\n", {"a": [1, 3], "b": [2, 4]}),
        ("a;b\n1,5;2;\n3;4;\n", {"a": [1.5, 3], "b": [2, 4]}),
        ("a,b\n1,2\n3,4,\n5,\n", {"a": [1, 3, 5], "b": [2, 4, np.nan]}),
        ("a,b\nx,1,2\ny,3,4\n", {"a": [1, 3], "b": [2, 4]}),
        ('"1","2"\n"3","4"\n', {"column 1": [1, 3], "column 2": [2, 4]}),
        ("1,,2\n3,9,4\n5,8,6\n", {"column 1": [1, 3, 5], "column 3": [2, 4, 6]}),
        ('"1,250",2\n"3,500",4\n', {"column 1": [1250, 3500]}),
    ],
)
def test_every_cell_stays_under_its_name(content, told):
    columns = read(content).columns
    assert {name: numbers.tolist() for name, numbers in columns.items() if name in told} == {
        name: pytest.approx(numbers, nan_ok=True) for name, numbers in told.items()
    }


@pytest.mark.parametrize(
    "content",
    [
        ",".join("c" * 400_000) + "\n" + ",".join("1" * 400_000),
        "a,b\n" + ",".join("1" * 400_000) + "\n1,2\n",
        ",".join(f"c{i}" for i in range(200)) + "\n" + (",".join(["word"] * 200) + "\n") * 4_000,
        "a,b\n" + "some words,2\n" * 50_000,
        '"' + "x" * 4_000_000 + '",b\n1,2\n',
    ],
    ids=["wide", "wide second row", "words", "long", "one cell"],
)
def test_no_file_takes_long(content):
    began = process_time()
    with pytest.raises(ValueError, match=r"\.$"):
        read(content)
    assert process_time() - began < 3.0


@given(some.text(alphabet='12,.;"ab\n\t $-', max_size=60))
def test_no_text_breaks_it(text):
    try:
        table = read(text)
    except ValueError:
        return
    assert len(table.columns) >= 2
    assert all(len(numbers) == table.rows for numbers in table.columns.values())


def test_rows_without_a_number_are_left_out_and_counted():
    table = read("size,price\n1,10\n,20\n3,NaN\n4,40\nx,50\n6,60\n7,70\n")
    source = tables.chosen(table, "size", "price")
    assert source.houses.area.tolist() == [1, 4, 6, 7]
    assert source.notes[0].startswith("3 rows are left out")


def test_large_prices_are_told_in_thousands():
    source = tables.chosen(read("a,b\n1,200000\n2,400000\n"), "a", "b")
    assert source.houses.price.tolist() == [200, 400]
    assert "thousands" in source.up


def test_one_column_does_not_predict_itself():
    with pytest.raises(ValueError, match="two different columns"):
        tables.chosen(read(GOOD), "size", "size")


def test_no_row_with_both_numbers():
    table = read("a,b\n1,\n2,\n,3\n,4\n")
    with pytest.raises(ValueError, match="Fewer than two rows"):
        tables.chosen(table, "a", "b")


def test_houses_that_are_all_alike_have_no_line():
    source = tables.chosen(read("a,b\n5,7\n5,7\n5,7\n"), "a", "b")
    with pytest.raises(ValueError, match="one value only"):
        surface(source, scaled=True)
