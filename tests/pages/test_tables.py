"""A visitor's own file: what can be read, and the sentence where it cannot."""

import numpy as np
import pytest

from pages.parts import tables
from pages.parts.houses import surface

GOOD = "rooms,size,rent\n1,30,500\n2,55,800\n3,80,1000\n"


def read(text, name="own.csv"):
    return tables.read(name, text if isinstance(text, bytes) else text.encode())


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
