"""Attributes out of printed lines, whatever the layout: below, behind or after a number."""

from datetime import date

import numpy as np
import pytest

from app.proofing.attributes import Attribute, AttributeName, Zone
from app.proofing.visual_zone import labels_of_letters, visual_attributes
from app.vision.text import TextLine

TODAY = date(2026, 11, 21)
HEIGHT = 30


def line(text: str, left: int, top: int, height: int = HEIGHT) -> TextLine:
    right, bottom = left + len(text) * height // 2, top + height
    corners = [[left, top], [right, top], [right, bottom], [left, bottom]]
    return TextLine(text, np.array(corners, dtype=np.float64), 0.97)


def column(*texts: str) -> list[TextLine]:
    return [line(text, 400, 40 * row) for row, text in enumerate(texts)]


def read(lines: list[TextLine], known: tuple[Attribute, ...] = ()) -> dict[str, str]:
    return {each.name.value: each.value for each in visual_attributes(lines, known, TODAY)}


def test_values_stand_below_their_labels() -> None:
    lines = column(
        "Nom / Surname (1)", "LEFÈVRE", "Prénoms /Given names (2)", "Noël François",
        "Date de naissance / Date of birth (4)", "21 12 1974",
        "Date d'expiration / Date of expiry (8)", "13 10 2034",
    )  # fmt: skip
    assert read(lines) == {
        "family_name": "LEFÈVRE",
        "given_names": "NOËL FRANÇOIS",
        "date_of_birth": "1974-12-21",
        "date_of_expiry": "2034-10-13",
    }


def test_values_stand_behind_the_colon_of_their_labels() -> None:
    lines = column(
        "NUM: V8AF6U3FT", "Primer apellido / Primer cognom: Fernández",
        "Segundo apellido / Segon cognom : García", "Nombre /Nom: Lucía", "Sex0/Sexe: F",
        "Fecha de nacimiento / Data de naixement : 10 09 1954",
        "Valido hasta /Vàlid fins: 19 02 2034",
    )  # fmt: skip
    assert read(lines) == {
        "document_number": "V8AF6U3FT",
        "family_name": "FERNÁNDEZ GARCÍA",
        "given_names": "LUCÍA",
        "sex": "F",
        "date_of_birth": "1954-09-10",
        "date_of_expiry": "2034-02-19",
    }


def test_an_empty_field_takes_no_value_from_the_next() -> None:
    lines = column("Primer apellido: Petrová", "Segundo apellido:", "Nombre: Ida", "Sexo: F")
    assert read(lines)["family_name"] == "PETROVÁ"


def test_a_value_may_stand_below_a_label_in_two_lines() -> None:
    lines = column("Gültig bis", "/Expiry date/Date d'expiration", "11.05.2034")
    assert read(lines) == {"date_of_expiry": "2034-05-11"}


def test_names_on_two_lines_are_one_value() -> None:
    names = [line("MAXIMILIAN", 400, 40), line("ALEXANDER", 400, 75)]
    assert read([line("Given names", 400, 0), *names]) == {"given_names": "MAXIMILIAN ALEXANDER"}


def test_another_field_further_down_is_no_second_name() -> None:
    lines = [line("Surname", 400, 0), line("ABDI", 400, 40), line("MAXIMILIAN", 400, 130)]
    assert read(lines) == {"family_name": "ABDI"}


@pytest.mark.parametrize("label", ["Sumame", "Surname/Nom", "5urname", "SURNAME"])
def test_labels_are_known_by_their_lookalikes(label: str) -> None:
    assert read(column(label, "ROSSI")) == {"family_name": "ROSSI"}


@pytest.mark.parametrize("dot", [". ", " ", "."])
def test_the_numbered_fields_of_a_european_licence(dot: str) -> None:
    lines = column(
        f"1{dot}MÜLLER", f"2{dot}JÖRG EMIL", f"3{dot}12.10.1983 MÜNCHEN",
        f"4a{dot}03.07.2026 4c. Landratsamt", f"4b{dot}03.07.2041", f"4d{dot}5574835822",
        f"5{dot}F62RR2962", f"9{dot}AM/B/L",
    )  # fmt: skip
    assert read(lines) == {
        "family_name": "MÜLLER",
        "given_names": "JÖRG EMIL",
        "date_of_birth": "1983-10-12",
        "date_of_issue": "2026-07-03",
        "date_of_expiry": "2041-07-03",
        "document_number": "F62RR2962",
    }


def test_a_number_of_a_field_may_stand_apart() -> None:
    lines = [
        line("1.", 400, 0), line("O'SULLIVAN", 450, 0), line("2.", 400, 40), line("SEÁN", 450, 40),
        line("3.", 400, 80), line("20/03/63", 450, 80), line("4a.", 400, 120),
        line("04/01/22", 470, 120),
    ]  # fmt: skip
    assert read(lines) == {
        "family_name": "O'SULLIVAN",
        "given_names": "SEÁN",
        "date_of_birth": "1963-03-20",
        "date_of_issue": "2022-01-04",
    }


def test_two_numbered_lines_make_no_licence() -> None:
    assert read(column("1 MAIN STREET", "2 HILL ROAD")) == {}


def test_a_number_without_a_label_is_taken_when_it_is_alone() -> None:
    lines = [*column("Name", "ABDI"), line("N4B13LPPP", 900, 0)]
    assert read(lines)["document_number"] == "N4B13LPPP"
    assert "document_number" not in read([*lines, line("T22000129", 900, 80)])


def test_dates_without_labels_are_told_by_their_order() -> None:
    assert read(column("05/01/1987", "19/04/2014", "19/04/2024")) == {
        "date_of_birth": "1987-01-05",
        "date_of_issue": "2014-04-19",
        "date_of_expiry": "2024-04-19",
    }


def test_a_last_day_that_is_past_is_no_expiry_without_its_issue() -> None:
    assert read(column("05/01/1987", "19/04/2024")) == {"date_of_birth": "1987-01-05"}
    assert "date_of_expiry" in read(column("05/01/1987", "19/04/2034"))


def test_the_order_of_dates_says_nothing_against_a_label() -> None:
    lines = column("Date of birth", "05/01/1987", "19/04/1960", "19/04/2034")
    assert read(lines) == {"date_of_birth": "1987-01-05"}


def test_issue_and_expiry_alone_are_not_taken_for_a_birth() -> None:
    assert read(column("19/04/2014", "19/04/2029")) == {}


def test_what_is_known_is_given_in_the_spelling_of_the_print() -> None:
    known = (Attribute(AttributeName.FAMILY_NAME, Zone.MRZ, "AASTROEM"),)
    assert read([line("Åström", 100, 0)], known) == {"family_name": "ÅSTRÖM"}


def test_a_label_that_stands_for_a_value_is_none() -> None:
    assert read(column("Nom / Surname (1)", "Family name", "Prénoms", "Given names")) == {}


def test_labels_of_letters_are_those_without_one() -> None:
    sex = line("Sex / Sexe", 400, 0)
    assert labels_of_letters([sex]) == [sex]
    assert labels_of_letters([sex, line("F", 400, 40)]) == []
    assert labels_of_letters([line("Sexo: F", 400, 0)]) == []


def test_an_attribute_says_where_it_stands_and_how_sure_it_is() -> None:
    [found] = visual_attributes(column("Surname", "ROSSI"), (), TODAY)
    assert found.zone is Zone.VIZ
    assert found.confidence == 0.97
    assert found.quad is not None
    assert found.quad[0].tolist() == [400, 40]
