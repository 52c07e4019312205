"""The printed names of attributes in visual zones, in the languages that are common.

Labels are compared without accents and blanks, as recognisers often drop both.
"""

from __future__ import annotations

import re

from app.proofing.attributes import AttributeName
from app.proofing.name_forms import compact

_N = AttributeName
# The first that fits a line decides: "Given names" before the names that contain it.
_LABEL_WORDS: dict[AttributeName, tuple[str, ...]] = {
    _N.GIVEN_NAMES: (
        "GIVENNAME", "FORENAME", "FIRSTNAME", "PRENOM", "VORNAME", "NOMBRES?$", "^NOMBRE/",
        "SECONDARYIDENT", "OTHERNAMES", "VOORNA", "^IMIE", "^IMIONA", "FORNAMN", "FORNAVN",
        "ETUNIMI", "ETUNIMET", "^JMENO", "^MENO$", "NOMEPROPRIO", "NOMIPROPRI", "^NOME$",
        "^PRENUME",
    ),
    _N.DATE_OF_BIRTH: (
        "DATEOFBIRTH", "BIRTHDATE", "DATEDENAIS", "NEELE", "GEBURTSDAT", "GEBURTSTAG",
        "FECHADENAC", "DAT[AE]DINASC", "DATADENAS", "^3?DOB", "GEBOORTEDAT", "FODELSE", "FODSELS",
        "SYNTYMAAIKA", "DATAURODZ", "DATUMNARO", "DATANASTERII", "DOGUMTARIHI",
    ),
    _N.DATE_OF_EXPIRY: (
        "EXPIR", "VALIDUNTIL", "VALID[AO]?HASTA", "VALIDTHRU", "GULTIGBIS", "DATEOFEXP", "^4B?EXP",
        "SCADENZA", "GELDIGTOT", "DATAWAZNOSCI", "TERMINWAZNOSCI", "PLATNOSTDO", "VALIDADE",
        "VALIDFINS", "SONGECERLILIK", "GILTIGT", "UDLOBSDATO",
    ),
    _N.DATE_OF_ISSUE: (
        "DATEOFISSUE", "DATEISSUED", "ISSUEDATE", "DELIVRELE", "DATEDEDELIV", "AUSSTELLUNGSDAT",
        "FECHADEEXPED", "^4A?ISS", "DATAWYDANIA", "DATUMVYDANI", "DATADIRILASCIO", "DATADEEMISS",
    ),
    _N.DOCUMENT_NUMBER: (
        "PASSPORTN", "DOCUMENTN", "DOCN", "CARDN", "LICEN[CS]EN", "^4D?LIC", "NUMERODEDOC",
        "DUPASSEPORT", "PASSEPORTN", "AUSWEISN", "^4?DLN", "IDENTITYNO", "^NUM$", "^DNI$",
        "NUMSOPORTE", "REISEPASSN", "PASAPORTEN",
    ),
    _N.FAMILY_NAME: (
        "SURNAME", "FAMILYNAME", "LASTNAME", "^NOM$", "NAME/NOM", "/NOM$", "^NAMENOM",
        "PRIMERAPELLIDO", "^1?APELLIDOS?", "PRIMARYIDENT", "FAMILIENNAME", "^NACHNAME", "^NAME$",
        "^COGNOME", "^NAZWISKO", "EFTERNAMN", "EFTERNAVN", "SUKUNIMI", "^PRIJMENI",
        "^PRIEZVISKO", "APELIDO",
        "SOBRENOME", "^NAAM", "^SOYADI",
    ),
    _N.NATIONALITY: ("NATIONALIT", "STAATSANG", "NACIONALIDAD", "CITTADINANZA", "OBYWATELSTWO"),
    _N.SEX: (
        "^1?5?SEX", "^GESCHLECHT", "SEXE$", "^SEXO", "^SESSO", "^PLEC$", "^PLEC/", "^KON$",
        "GESLACHT",
    ),
}  # fmt: skip
_OTHER_WORDS = (
    r"PLACEOF|LIEUDE|PERSONALN|AUTHORIT|AUTORITE|HEIGHT|TAILLE|ADDRESS|ADRESSE|SIGNATURE|TYPE|CODEOF|"
    r"CODEDU|COUNTRYCODE|RESTRICTION|CLASS|EYES|ORGANDONOR|BEHORDE|GROSSE|DISCRIMINATOR|PROFESSION|"
    r"GEBURTSORT|GEBURTSNAME|NAMEATBIRTH|BIRTHNAME|NOMDENAISS|NOMDUSAGE|FIRMA|DOMICILE|RESIDENCE|"
    r"LUGARDE|MIEJSCE|COULEURDES"
)
_SECOND_WORDS = r"SEGUNDOAPELLIDO|SEGONCOGNOM|SECONDSURNAME|SECONDFAMILYNAME"
_LOOKALIKES = str.maketrans("015L", "OISI")


def _folded(text: str) -> str:
    """Small print is taken for its look-alikes: Sex0, Explry, Vomamen. Labels and words alike."""
    return text.translate(_LOOKALIKES).replace("RN", "M")


_LABELS = {name: re.compile(_folded("|".join(words))) for name, words in _LABEL_WORDS.items()}
_OTHER_LABELS = re.compile(_folded(_OTHER_WORDS))
_SECOND_FAMILY_NAME = re.compile(_folded(_SECOND_WORDS))


def label_of(text: str) -> AttributeName | None:
    """The attribute whose printed name the text is or begins with."""
    bare = _folded(compact(text, keep="/"))
    if _SECOND_FAMILY_NAME.search(bare):
        return _N.FAMILY_NAME
    return next((name for name, pattern in _LABELS.items() if pattern.search(bare)), None)


def is_other_label(text: str) -> bool:
    """Whether the text is the printed name of something that is not read."""
    return _OTHER_LABELS.search(_folded(compact(text))) is not None


def is_second_family_name(text: str) -> bool:
    """Whether the text is the label of a second family name, as Spain prints."""
    return _SECOND_FAMILY_NAME.search(_folded(compact(text))) is not None
