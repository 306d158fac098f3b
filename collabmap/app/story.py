"""The demo story: one coordinator, three residents, two rounds, and the same map for all."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from collabmap.app.demo import COORDINATOR, demo_basemap, take_turn, view_of
from collabmap.app.picture import write_picture
from collabmap.app.session import Session
from collabmap.app.words import N_, _
from collabmap.domain.feature import FeatureState, PlaceDraft
from collabmap.domain.geo import Bbox
from collabmap.store.device import Device

MARCEL, AICHA, INES = "Marcel", "Aïcha", "Inès"
# Whose name may stand on the published map: Marcel has said no.
_SHOWN = {COORDINATOR, AICHA, INES}
# The coordinator's, the one that two residents share, and the third resident's.
OFFICE, HALL, THIRD = "office", "hall", "third"
# La Condamine, where the story plays.
AREA = Bbox(7.4150, 43.7300, 7.4260, 43.7362)
# A number that was set aside for fiction.  Source: ARCEP, decision 2018-0881.
CONTACT = "06 39 98 12 34"

_VERDICTS = {
    FeatureState.ACCEPTED: N_("accepted"),
    FeatureState.REJECTED: N_("refused: {reason}"),
    FeatureState.PENDING: N_("awaiting review"),
    FeatureState.CHANGE_PROPOSED: N_("change awaiting review"),
    FeatureState.DELETE_PROPOSED: N_("deletion awaiting review"),
}


@dataclass(frozen=True, slots=True)
class StoryResult:
    """How the story ended.

    folders: each laptop's own, with its device and its copy of the map.  digests: of each copy.
    verdicts: what each resident's copy says of each of the places, by person and name.
    contact: the private text, which no other laptop may hold in clear.
    """

    folders: Mapping[str, Path]
    projects: Mapping[str, Path]
    digests: Mapping[str, str]
    verdicts: Mapping[str, Mapping[str, str]]
    geojson: Path
    published: int
    picture: Path
    contact: str

    @property
    def is_one_map(self) -> bool:
        return len(set(self.digests.values())) == 1


def play_story(folder: Path, language: str, echo: Callable[[str], None]) -> StoryResult:
    """Play the story in an empty folder, one plain sentence at a time.

    Every laptop has a device folder of its own; files go from one to the other as on a stick.
    language: of the exported file and the picture, 'fr' or 'en'.
    """
    stick = folder / "stick"
    stick.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        story = _Story(folder, stick, echo)
        stack.enter_context(story.playing())
        story.begin()
        story.first_round()
        story.second_round()
        story.review()
        return story.end(language)


class _Story:
    def __init__(self, folder: Path, stick: Path, echo: Callable[[str], None]) -> None:
        self._folder = folder
        self._stick = stick
        self._echo = echo
        self._laptops: dict[str, Session] = {}
        self._devices: dict[str, Device] = {}
        self._ids: dict[str, bytes] = {}

    @contextmanager
    def playing(self) -> Iterator[None]:
        """Close every laptop at the end, however the story ends."""
        try:
            yield
        finally:
            for laptop in self._laptops.values():
                laptop.close()
            for device in self._devices.values():
                device.close()

    def _device(self, laptop: str) -> Device:
        self._devices[laptop] = Device(self._folder / laptop / "device")
        return self._devices[laptop]

    def _send(self, laptop: str, number: int) -> Path:
        return self._laptops[laptop].send(self._stick / f"{laptop}-{number}.cmbundle").path

    def _add(self, laptop: str, person: str, key: str, draft: PlaceDraft) -> None:
        take_turn(self._laptops[laptop], person, consent=person in _SHOWN)
        self._ids[key] = self._laptops[laptop].add(draft)
        self._echo(_("{name} adds “{place}”.").format(name=person, place=draft.name))

    # --- the acts -----------------------------------------------------------------------------

    def begin(self) -> None:
        """The coordinator makes the territory and hands it out."""
        office = self._folder / OFFICE
        device = self._device(OFFICE)
        self._laptops[OFFICE] = session = Session.create(
            office / "condamine.collabmap",
            device,
            "La Condamine",
            COORDINATOR,
            consent=True,
            basemap=demo_basemap(),
        )
        self._echo(
            _("{name}, coordinator, makes the map “{map}”.").format(
                name=COORDINATOR, map=session.name
            )
        )
        self._add(
            OFFICE,
            COORDINATOR,
            "market",
            PlaceDraft("Marché de la Condamine", "commerces", 7.41953, 43.732633),
        )
        kit = session.hand_out(self._stick / "condamine.cmkit").path
        for laptop in (HALL, THIRD):
            device = self._device(laptop)
            self._laptops[laptop] = Session.open_kit(kit, self._folder / laptop, device)
        self._echo(
            _(
                "Copies are handed out: one laptop for {first} and {second}, one for {third}."
            ).format(first=MARCEL, second=AICHA, third=INES)
        )

    def first_round(self) -> None:
        """Everybody adds, a first round of bundles, and the map goes back."""
        self._add(
            HALL,
            MARCEL,
            "fountain",
            PlaceDraft(
                _("Fountain, rue Princesse-Caroline"), "eau", 7.42142, 43.73318, contact=CONTACT
            ),
        )
        self._add(
            HALL, AICHA, "repair", PlaceDraft(_("Repair café"), "savoir-faire", 7.42231, 43.73338)
        )
        self._add(
            THIRD,
            INES,
            "benches",
            PlaceDraft(_("Benches in the shade"), "idees", 7.42172, 43.73427),
        )
        self._add(
            THIRD,
            INES,
            "ghost",
            PlaceDraft(_("Bus stop without a bus"), "deplacer", 7.42038, 43.73220),
        )
        sent = [self._send(THIRD, 1), self._send(HALL, 1)]
        back = self._merge_and_give_back(sent, 1)
        for laptop in (HALL, THIRD):
            self._laptops[laptop].merge([back])
        self._echo(_("Everybody sends a contribution and gets the map back."))

    def second_round(self) -> None:
        """The same place edited differently, and one deleted that another edits; then bundles."""
        hall, third = self._laptops[HALL], self._laptops[THIRD]
        self._rename(HALL, MARCEL, _("Drinking fountain"))
        self._rename(THIRD, INES, _("Fountain with cool water"))
        take_turn(hall, AICHA)
        hall.delete(view_of(hall, self._ids["repair"]))
        self._echo(_("{name} deletes “{place}”.").format(name=AICHA, place=_("Repair café")))
        third.edit(
            view_of(third, self._ids["repair"]),
            {"description": _("First Saturday of the month.")},
        )
        self._echo(_("{name}, who does not know, writes a few words about it.").format(name=INES))
        sent_hall, sent_third = self._send(HALL, 2), self._send(THIRD, 2)
        # Each laptop gets the files in another order, and one of them twice.
        self._laptops[OFFICE].merge([sent_third])
        third.merge([sent_hall])
        hall.merge([sent_third])
        self._laptops[OFFICE].merge([sent_hall, sent_third])
        self._echo(_("The files go round in different orders."))
        self._say_digests()

    def _rename(self, laptop: str, person: str, name: str) -> None:
        session = self._laptops[laptop]
        take_turn(session, person)
        view = view_of(session, self._ids["fountain"])
        session.edit(view, {"name": name})
        words = _("{name} calls “{old}” now “{new}”.")
        self._echo(words.format(name=person, old=view.name, new=name))

    def review(self) -> None:
        """The coordinator decides; the verdicts go back to everybody."""
        office = self._laptops[OFFICE]
        for item in office.reader.review_items():
            if item.id == self._ids["ghost"]:
                office.reject(item, _("there is a bus after all, line 6"))
                self._echo(_("{name} refuses “{place}”.").format(name=COORDINATOR, place=item.name))
                continue
            disputed = [field for field in item.fields if field.values]
            for field in disputed:
                both = _("{values}: all are kept; {name} decides.")
                values = ", ".join(
                    _("“{words}”").format(words=value.text) for value in field.values
                )
                self._echo(both.format(values=values, name=COORDINATOR))
            taken = {
                field.field: value.change
                for field in disputed
                for value in field.values
                if value.author_name == INES
            }
            office.accept(item, choose=taken)
            self._echo(
                _("{name} accepts “{place}”.").format(
                    name=COORDINATOR, place=view_of(office, item.id).name
                )
            )
        back = office.give_back(self._stick / "back-2.cmbundle").path
        for laptop in (HALL, THIRD):
            self._laptops[laptop].merge([back])
        self._echo(_("The map is given back with the verdicts."))

    def _merge_and_give_back(self, sent: list[Path], number: int) -> Path:
        office = self._laptops[OFFICE]
        office.merge(sent)
        return office.give_back(self._stick / f"back-{number}.cmbundle").path

    # --- how it ends --------------------------------------------------------------------------

    def end(self, language: str) -> StoryResult:
        """Say the verdicts and the digests; write the published map and its picture."""
        verdicts = {
            MARCEL: self._verdicts(HALL, MARCEL, ("fountain",)),
            AICHA: self._verdicts(HALL, AICHA, ("repair",)),
            INES: self._verdicts(THIRD, INES, ("benches", "ghost")),
        }
        office = self._laptops[OFFICE]
        geojson = self._folder / OFFICE / "condamine.geojson"
        published = office.export_geojson(geojson, language=language).features
        picture = self._folder / OFFICE / "condamine.png"
        write_picture(office, picture, bbox=AREA, size=(1366, 768))
        digests = self._say_digests()
        self._echo(_("The published map: {path}").format(path=geojson))
        self._echo(_("Its picture: {path}").format(path=picture))
        return StoryResult(
            folders={laptop: self._folder / laptop for laptop in self._laptops},
            projects={laptop: session.path for laptop, session in self._laptops.items()},
            digests=digests,
            verdicts=verdicts,
            geojson=geojson,
            published=published,
            picture=picture,
            contact=CONTACT,
        )

    def _verdicts(self, laptop: str, person: str, keys: tuple[str, ...]) -> dict[str, str]:
        session = self._laptops[laptop]
        take_turn(session, person)
        told = {}
        for key in keys:
            view = view_of(session, self._ids[key])
            words = _(_VERDICTS[view.state]).format(reason=view.reason)
            told[view.name] = view.state.value
            sentence = _("{name} sees: “{place}” is {verdict}.")
            self._echo(sentence.format(name=person, place=view.name, verdict=words))
        return told

    def _say_digests(self) -> dict[str, str]:
        names = {OFFICE: COORDINATOR, HALL: f"{MARCEL}, {AICHA}", THIRD: INES}
        digests = {laptop: session.info().digest_hex for laptop, session in self._laptops.items()}
        for laptop, digest in digests.items():
            self._echo(f"  {digest}  {names[laptop]}")
        if len(set(digests.values())) == 1:
            self._echo(_("All copies have the same digest: they are one map."))
        else:
            self._echo(_("The copies differ."))
        return digests
