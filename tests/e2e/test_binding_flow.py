"""A factory-new lock bound hub first by the flow, and everything that goes wrong on the way.

Nothing is mocked: the windows are opened by a second controller that stands for the Aqara
app, the codes are real, and every failure is made to happen. After each the same dialog
goes on to success.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import pytest_asyncio

from tests.rig.aqara_app import AMAZON, APPLE_HOME, GOOGLE, SMARTTHINGS, AqaraApp
from tests.rig.matter_client import TIMED
from tests.rig.rig import NEW_HOME, Rig
from tests.rig.software import Software
from tests.rig.thread_network import OTHER
from tests.rig.waiting import wait_until

from .conftest import LOGS, SERVER_URL
from .dialog import Dialog

SOFTWARE = tuple(Software)
OPERATIONAL_CREDENTIALS = 0x003E
MOST_PAGES, MOST_CLICKS, CLICKS_OF_A_KNOWN_LOCK = 11, 10, 3
PRINTED = "34970112332"
"""A code as it is printed on a device: passcode 20202021, discriminator 3840."""


@dataclass
class Binding:
    """A home without a lock, and the app that has it."""

    rig: Rig
    app: AqaraApp
    entry_id: str
    dialogs: list[Dialog] = field(default_factory=list)

    async def dialog(self) -> Dialog:
        """Begin to add a lock."""
        dialog = await Dialog.open(self.rig.ha.client, self.entry_id)
        self.dialogs.append(dialog)
        return dialog

    @property
    def leaks(self) -> list[str]:
        """Files of Home Assistant that hold a code which was typed."""
        stored = (self.rig.ha.config / ".storage").iterdir()
        codes = [code for dialog in self.dialogs for code in dialog.codes]
        texts = {
            file.name: file.read_text(errors="replace")
            for file in (self.rig.logs / "home-assistant.log", *stored)
            if file.is_file()
        }
        return [name for name, text in texts.items() if any(c in text for c in codes)]

    async def dialog_at_code(self) -> Dialog:
        """Go by the shortest way to where the code is asked for."""
        dialog = await self.dialog()
        await dialog.set_out("u400", "in_aqara_app")
        await dialog.choose("connect_hub_failed", "calibrate", "get_code")
        return dialog

    async def try_again(self, dialog: Dialog, code: str) -> None:
        """Go on in the same dialog with a code that is right."""
        assert dialog.step == "commission_failed"
        await dialog.choose("get_code")
        await dialog.enter_code(code)
        assert dialog.step == "door", dialog.page

    async def box_lock(self) -> None:
        """Reset the lock and delete it from the app."""
        await self.app.remove()
        await self.rig.lock.leave()

    async def forget_lock(self) -> None:
        """Take the lock out of Home Assistant; the app keeps it."""
        subentries = await self.rig.ha.client.command(
            "config_entries/subentries/list", entry_id=self.entry_id
        )
        for subentry in subentries:
            await self.rig.ha.client.command(
                "config_entries/subentries/delete",
                entry_id=self.entry_id,
                subentry_id=subentry["subentry_id"],
            )
        for node in await self.rig.controller.nodes():
            await self.rig.controller.remove(node["node_id"])

    async def matter_runs(self) -> None:
        """Wait until core's Matter integration is connected again."""

        async def loaded() -> bool:
            entries = await self.rig.ha.client.command(
                "config_entries/get", domain="matter"
            )
            return bool(entries and entries[0]["state"] == "loaded")

        # Core waits twice as long after each attempt that failed.
        await wait_until("core's Matter integration", loaded, 150)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def new_home(software: Software) -> AsyncIterator[Binding]:
    """Return a home with our integration and a hub; the lock lies in its box."""
    async with Rig(
        parts=NEW_HOME,
        server_url=SERVER_URL,
        software=software,
        logs=LOGS / f"binding-{software}",
    ) as rig:
        await rig.ha.add_matter()
        entry_id = await rig.ha.add_home()
        home = Binding(rig, await rig.aqara_app(), entry_id)
        yield home
        assert any(dialog.codes for dialog in home.dialogs)
        assert home.leaks == []


@pytest_asyncio.fixture(loop_scope="session")
async def binding(new_home: Binding) -> AsyncIterator[Binding]:
    """Return the home with the lock in the Aqara app only; afterwards all is put right."""
    if new_home.app.node is None:
        await new_home.app.bind(new_home.rig.lock)
    await new_home.app.server.client.wait_available(new_home.app.node)
    yield new_home
    await new_home.rig.repair()
    await new_home.matter_runs()
    await new_home.forget_lock()
    if new_home.app.node is not None:
        await new_home.app.stop_sharing()


async def enter_mistaken(dialog: Dialog, code: str) -> None:
    """Type a code with another passcode, which only the lock can notice.

    Of the ten possible check digits the dialog takes the one that is right.
    """
    digit = (int(code[9]) + 1) % 8
    for check in range(10):
        await dialog.type_code(f"{code[:9]}{digit}{check}")
        if dialog.page["type"] == "progress":
            return await dialog.wait()
        assert dialog.page["errors"] == {"code": "mistyped"}
    raise AssertionError("No check digit is right.")


async def test_new_lock_is_bound_hub_first(new_home: Binding) -> None:
    """The first dialog of a home: nothing is offered to go on with."""
    rig = new_home.rig
    dialog = await new_home.dialog()
    assert dialog.step == "where"
    await dialog.fill(model="u400", next="new_lock")
    await dialog.wait_if_needed()
    assert dialog.step == "aqara_app", dialog.page
    await dialog.choose("connect_hub")
    await new_home.app.bind(rig.lock)
    await dialog.choose("watch")
    await dialog.wait_if_needed()
    assert dialog.step == "arrived", dialog.page
    await dialog.choose("share")
    window = await new_home.app.share()
    await dialog.enter_code(window.qr)
    assert dialog.step == "door", dialog.page
    await dialog.fill(door="Front door")
    await dialog.wait()
    assert dialog.step == "report", dialog.page
    lock_id = await rig.ha.wait_for_product_entity("lock", "lock")
    shown = rig.ha.client.state(lock_id)
    assert shown is not None
    assert shown.state in ("locked", "unlocked")
    await dialog.choose("users")
    await dialog.wait_if_needed()
    await dialog.choose("finish")
    assert (dialog.page["type"], dialog.page["reason"]) == ("abort", "lock_ready")
    pages = [page for page in dialog.seen if page != "progress_done"]
    print(f"new lock: {len(pages)} pages, {dialog.clicks + 1} clicks: {pages}")
    assert len(pages) <= MOST_PAGES, pages
    # The last page is closed by a click, too.
    assert dialog.clicks + 1 <= MOST_CLICKS
    await new_home.forget_lock()
    await new_home.box_lock()


async def test_lock_that_is_not_on_the_network_yet(new_home: Binding) -> None:
    """The code printed on a lock in its box; a lock that was seen before is told apart."""
    dialog = await new_home.dialog_at_code()
    await dialog.enter_code(PRINTED)
    assert dialog.problem == "commission_not_found"
    await new_home.app.bind(new_home.rig.lock)
    await new_home.try_again(dialog, (await new_home.app.share()).code)
    await new_home.forget_lock()
    await new_home.box_lock()


async def test_lock_of_matter_is_added_in_three_clicks(new_home: Binding) -> None:
    first = await new_home.dialog_at_code()
    await new_home.app.bind(new_home.rig.lock)
    await first.enter_code((await new_home.app.share()).qr)
    assert first.step == "door", first.page
    await first.close()
    dialog = await new_home.dialog()
    # Going on where the other one was closed is offered, too.
    await dialog.choose("found")
    await dialog.fill()
    await dialog.wait_if_needed()
    assert dialog.step == "who", dialog.page
    await dialog.choose("finish")
    assert dialog.page["reason"] == "lock_ready"
    assert dialog.clicks <= CLICKS_OF_A_KNOWN_LOCK, dialog.seen
    await new_home.forget_lock()
    await new_home.box_lock()


async def test_code_of_a_closed_window_is_told_apart(binding: Binding) -> None:
    dialog = await binding.dialog_at_code()
    window = await binding.app.share()
    await binding.app.stop_sharing()
    await dialog.enter_code(window.code)
    assert dialog.problem == "commission_window_closed"
    await binding.try_again(dialog, (await binding.app.share()).code)


async def test_code_that_a_newer_one_has_cancelled(binding: Binding) -> None:
    dialog = await binding.dialog_at_code()
    dead = await binding.app.share()
    newer = await binding.app.share()
    # The app's windows all have one discriminator: the lock itself has to refuse.
    await dialog.enter_code(dead.qr)
    assert dialog.problem == "commission_code_refused"
    if await binding.app.is_sharing():
        await binding.try_again(dialog, newer.qr)
        return
    # The server tried the refused code twenty times in its search, and at the twentieth
    # the lock closed the window (Matter core §11.19.8.1): the newer code is dead as well.
    await dialog.choose("get_code")
    await dialog.enter_code(newer.qr)
    assert dialog.problem == "commission_window_closed"
    await binding.try_again(dialog, (await binding.app.share()).qr)


async def test_code_that_has_cancelled_another_one(binding: Binding) -> None:
    """Whoever shares twice and types the second code is let in at once."""
    dialog = await binding.dialog_at_code()
    await binding.app.share()
    await dialog.enter_code((await binding.app.share()).qr)
    assert dialog.step == "door", dialog.page


async def test_mistaken_code_is_refused_by_the_lock(binding: Binding) -> None:
    dialog = await binding.dialog_at_code()
    window = await binding.app.share()
    await enter_mistaken(dialog, window.code)
    assert dialog.problem == "commission_code_refused"
    await binding.try_again(dialog, (await binding.app.share()).code)


async def test_full_fabric_table_is_counted(binding: Binding) -> None:
    dialog = await binding.dialog_at_code()
    for vendor in (APPLE_HOME, GOOGLE, AMAZON, SMARTTHINGS):
        await binding.rig.lock.join_ecosystem(vendor)
    await dialog.enter_code((await binding.app.share()).code)
    assert dialog.problem == "commission_fabric_table_full"
    fabrics = (await binding.rig.lock.state())["fabrics"]
    assert f"{len(fabrics)} in use" in placeholder(dialog, "problem")
    for fabric in fabrics[1:]:
        await remove_fabric(binding.app, fabric["index"])
    await binding.try_again(dialog, (await binding.app.share()).code)


async def test_lock_that_is_in_home_assistant_already(binding: Binding) -> None:
    dialog = await binding.dialog_at_code()
    await dialog.enter_code((await binding.app.share()).code)
    assert dialog.step == "door", dialog.page
    await dialog.fill()
    await dialog.wait()
    again = await binding.dialog_at_code()
    await again.enter_code((await binding.app.share()).code)
    assert again.problem == "commission_already_commissioned"
    await again.choose("verify")
    await again.wait()
    assert again.step == "report", again.page


async def test_server_that_breaks_away_in_the_middle(binding: Binding) -> None:
    dialog = await binding.dialog_at_code()
    window = await binding.app.share()
    await binding.rig.lock.radio_off()
    await dialog.begin_with_code(window.qr)
    await binding.rig.matter.kill()
    await dialog.wait()
    assert dialog.problem == "commission_server_gone"
    await binding.rig.matter.start()
    await binding.rig.lock.radio_on()
    await binding.rig.wait_for_path()
    await binding.matter_runs()
    await binding.try_again(dialog, window.qr)


async def test_closed_dialog_is_picked_up_by_the_next(binding: Binding) -> None:
    dialog = await binding.dialog_at_code()
    window = await binding.app.share()
    await binding.rig.lock.radio_off()
    await dialog.begin_with_code(window.qr)
    await dialog.close()
    again = await binding.dialog()
    await again.choose("pick_up")
    assert (again.page["type"], again.step) == ("progress", "commission")
    await binding.rig.lock.radio_on()
    await again.wait()
    assert again.step == "door", again.page


async def test_device_that_nobody_vouches_for_is_refused(binding: Binding) -> None:
    if SERVER_URL is not None:
        pytest.skip("The roots of a server elsewhere are its own.")
    await binding.rig.matter.trust_nobody()
    await binding.matter_runs()
    dialog = await binding.dialog_at_code()
    window = await binding.app.share()
    await dialog.enter_code(window.qr)
    assert dialog.problem == "commission_attestation"
    await binding.rig.matter.trust_again()
    await binding.matter_runs()
    await binding.try_again(dialog, (await binding.app.share()).qr)


async def test_lock_on_a_network_without_a_way_is_told(binding: Binding) -> None:
    rig = binding.rig
    await rig.hub2.start(OTHER)
    await binding.box_lock()
    await binding.app.bind(rig.lock, OTHER)
    unreachable = ("unreachable", OTHER.omr_network, "metric", "1")
    await rig.network.ha.ip("-6", "route", "add", *unreachable)
    dialog = await binding.dialog_at_code()
    window = await binding.app.share()
    await dialog.enter_code(window.qr)
    assert dialog.problem == "commission_wrong_thread_network"
    assert OTHER.name in placeholder(dialog, "problem")
    assert "connect_hub" in dialog.options
    await rig.network.ha.ip("-6", "route", "delete", *unreachable)
    # A server may have searched for longer than the window was open.
    await binding.try_again(dialog, (await binding.app.share()).qr)
    await binding.forget_lock()
    await binding.box_lock()


def placeholder(dialog: Dialog, name: str) -> str:
    """Return what a page's text is filled in with."""
    words: dict[str, Any] = dialog.page["description_placeholders"]
    return str(words[name])


async def remove_fabric(app: AqaraApp, index: int) -> None:
    """Remove an ecosystem from the lock, as the Aqara app's Matter settings do."""
    await app.server.client.send(
        "device_command",
        node_id=app.node,
        endpoint_id=0,
        cluster_id=OPERATIONAL_CREDENTIALS,
        command_name="RemoveFabric",
        payload={"fabricIndex": index},
        timed_request_timeout_ms=TIMED,
    )
