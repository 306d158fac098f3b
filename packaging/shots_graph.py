"""Pictures of the links as a graph beside the map, of what it answers, and of a large one."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shots import Camera
    from shots_links import Ecosystem

    from collabmap.app.session import Session


def prepare_questions(made: "Ecosystem") -> None:
    """Let the map of the links have something to answer."""
    from contextlib import closing

    from collabmap.app.session import Session

    with closing(Session.open(made.project, made.device)) as session:
        session.switch_person(session.people_here()[0].id)
        _join(session, made, "association", "offers", "marcel")
        _join(session, made, "school", "needs", "marcel")


def _join(session: "Session", made: "Ecosystem", one: str, type_: str, other: str) -> None:
    view = session.reader.place(made.places[one])
    assert view is not None
    session.add_link(view, made.places[other], type_)


def _close_popovers(camera: "Camera") -> None:
    from collabmap.ui.widgets.popover import Popover

    for popover in camera.window.findChildren(Popover):
        popover.close_popover()


def graphs(camera: "Camera", folder: Path, made: "Ecosystem") -> None:
    """From a place to its links, one step more, the list and the questions."""
    from collabmap.domain.geo import Bbox
    from collabmap.domain.graph_scope import EVERYTHING
    from collabmap.ui.panels.graph import GraphPanel, open_graph

    window, view = camera.window, camera.window.map
    window.desk.open(made.project)
    camera.until(lambda: window.info is not None)
    camera.settle()
    panel = open_graph(window, made.places["garden"])
    camera.until(lambda: len(panel.view.scene.nodes) > 2)
    view.fit(Bbox(7.4160, 43.7296, 7.4230, 43.7364))
    camera.take(folder, "230-links-of-one")
    panel.model.show_steps(2)
    camera.settle()
    camera.take(folder, "231-two-steps")
    panel.kinds.click()
    camera.take(folder, "232-kinds-of-link")
    _close_popovers(camera)
    panel.steps.click()
    camera.take(folder, "233-steps")
    _close_popovers(camera)
    panel.chips["skill"].click()
    camera.take(folder, "234-without-skills")
    panel.chips["skill"].click()
    panel.show_part("list")
    camera.take(folder, "235-list")
    panel.show_part("questions")
    camera.until(lambda: bool(panel.questions.cards))
    camera.take(folder, "236-questions")
    panel.show_answer(panel.questions.cards[-1].answer)
    camera.settle()
    camera.take(folder, "237-an-answer")
    panel.begin(made.places["garden"])
    panel.model.show_steps(EVERYTHING)
    camera.settle()
    camera.take(folder, "238-all-links")
    panel = camera.shown(GraphPanel)
    for chip in panel.chips.values():
        chip.setChecked(False)
    camera.take(folder, "239-all-hidden")
