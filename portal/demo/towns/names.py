"""Names for the people of the demo municipality, put together by number: nobody in particular."""

from collections.abc import Iterator

FIRST = (
    "Anne", "Øyvind", "Kari", "Lars", "Åse", "Mohammed", "Ingrid", "Per", "Sara", "Knut", "Marit", "Ola", "Amina",
    "Bjørn", "Hilde", "Jon", "Liv", "Nils", "Tove", "Erik", "Solveig", "Arne", "Fatima", "Geir", "Astrid", "Tor",
    "Maja", "Svein", "Ellen", "Odd", "Ragnhild", "Pål", "Zofia", "Håkon", "Berit", "Egil", "Nina", "Trond", "Aud",
    "Stian", "Máret", "Leif", "Guro", "Rune", "Siv", "Asbjørn", "Hege", "Jakub", "Torunn", "Kjell", "Ida", "Áilu",
    "Wenche", "Magnus", "Gunn", "Eirik", "Randi", "Yusuf", "Signe", "Dag", "Bente", "Vidar",
)  # fmt: skip
LAST = (
    "Lien", "Berg", "Moen", "Eira", "Hansen", "Haugen", "Bakke", "Nilsen", "Solberg", "Dahl", "Lund", "Ali", "Strand",
    "Myhre", "Sæther", "Ødegård", "Åsen", "Kristiansen", "Nygård", "Rønning", "Kowalska", "Fossum", "Hagen", "Brekke",
    "Tangen", "Utsi", "Viken", "Aas", "Holm", "Skaugen", "Gran", "Hovland", "Næss", "Ahmed", "Engen", "Løken", "Røed",
    "Sunde", "Bråten", "Juvkam", "Hætta", "Teigen", "Mørk",
)  # fmt: skip


def people() -> Iterator[str]:
    """Yield names, each only once, in an order that mixes first and last names well."""
    seen = set()
    for number in range(len(FIRST) * len(LAST)):
        name = f"{FIRST[number % len(FIRST)]} {LAST[(number * 7 + number // len(FIRST)) % len(LAST)]}"
        if name not in seen:
            seen.add(name)
            yield name


def address(name: str, domain: str) -> str:
    """Return the e-mail address of somebody called ``name``: plain letters, so that every mail server takes it."""
    plain = name.lower().replace("æ", "ae").translate(str.maketrans("øåá ", "oaa."))
    return f"{plain}@{domain}"
