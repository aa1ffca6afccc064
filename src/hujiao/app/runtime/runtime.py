"""The runtime: events in, one shared commit, effects out. It owns shards and never serves HTTP."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import Any
from uuid import UUID

import aiohttp
import asyncpg
import msgspec
import structlog
from sqlalchemy.exc import SQLAlchemyError

from hujiao.agents.contracts import Impossible
from hujiao.app.runtime import callers, config, culprit, lease, ledger
from hujiao.app.runtime import commands as desktop_commands
from hujiao.app.runtime.mailbox import Mailbox, Prepared
from hujiao.app.runtime.ownership import Ownership
from hujiao.app.runtime.phones import Phones
from hujiao.app.runtime.probe import Probe
from hujiao.app.runtime.problems import ProblemBook
from hujiao.app.runtime.routes import Routes
from hujiao.app.runtime.shard import Shard
from hujiao.app.runtime.standby import Standby
from hujiao.app.runtime.telephone import Telephone
from hujiao.app.runtime.tenant import agent_adjustments, helping
from hujiao.app.runtime.tenant.agent_questions import AgentAnswered, AskAgent
from hujiao.app.runtime.tenant.chats import VisitorHere, standing
from hujiao.app.runtime.tenant.config import TenantConfig
from hujiao.app.runtime.tenant.turn import (
    AskSource,
    BlendingDue,
    LineDue,
    LookUpCaller,
    MakeSpeech,
    NightDue,
    Problem,
    ProblemMet,
    SourceAnswered,
    SpeechReady,
    TimerFired,
)
from hujiao.app.runtime.tenants import Tenants
from hujiao.app.runtime.timers import Timers
from hujiao.app.runtime.views import explanation
from hujiao.asterisk.client import CommandPool
from hujiao.asterisk.perform import Performer
from hujiao.data_sources.client import DataSources
from hujiao.data_sources.contracts import Found
from hujiao.interactions.contracts import Resumed
from hujiao.kit import memory
from hujiao.kit.bus import Bus, Handler
from hujiao.kit.clock import utc_now
from hujiao.kit.db import Database, is_away, when_there
from hujiao.kit.errors import HujiaoError
from hujiao.kit.faults import Faults, reason_of
from hujiao.kit.i18n import Said
from hujiao.kit.settings import Settings
from hujiao.kit.tasks import Tasks
from hujiao.routing.contracts import ProblemKind
from hujiao.routing.order import Criterion

log = structlog.get_logger()

# Jobs fold what has gathered: the same call's next event a moment later would be folded all over again.
POSITIONS_SECONDS = 1.0
WAKE_JOBS_SECONDS = 1.0
# A single event is written at once. In a stream a commit waits for more, the longer the slower commits are: who is busy
# makes fewer and larger ones.
STREAM_SECONDS = 0.03
GATHER_TIMES = 6
LONGEST_GATHER_SECONDS = 0.03
# No event of a tenant may keep the others waiting for longer; one that does is told of.
LONGEST_EVENT_SECONDS = 0.1


class TenantCrashed(Exception):
    """An event broke its tenant's memory, which has been dropped."""


class Runtime:
    def __init__(
        self,
        settings: Settings,
        database: Database,
        pool: asyncpg.Pool[asyncpg.Record],
        bus: Bus,
        name: str = "runtime",
    ) -> None:
        """`name` tells this runtime from the others that share the shards; it is the same in its next life."""
        self.settings = settings
        self.database = database
        self.pool = pool
        self.bus = bus
        self.name = name
        self.holder = f"{settings.instance}:{name}"
        self.shards: dict[int, Shard] = {}
        self.routes = Routes(database)
        self.draining = False
        self.timers = Timers(self._timer_fired)
        self.commands = CommandPool(
            f"http://127.0.0.1:{settings.asterisk_http_port}",
            settings.ari_user,
            settings.ari_password,
            f"hujiao-{settings.instance}-{name}",
        )
        self.performer = Performer(self.commands, settings.prompts)
        self.ownership = Ownership(self)
        self.tenants = Tenants(self)
        self.phones = Phones(self)
        self.standby = Standby(database, lambda tenant_id: self._mailbox(tenant_id) is not None)
        self._work = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self.writing = asyncio.Lock()
        self._moving: set[UUID] = set()
        self._telling: set[UUID] = set()
        self._outdated: dict[UUID, bool] = {}  # whose configuration is being read, and whether it changed meanwhile
        self.problems = ProblemBook(database, self._new_problem)
        self.data_sources = DataSources(settings.secret_key, settings.source_networks)
        self.telephone = Telephone(database)
        self._waking = False
        self.faults = Faults()
        self.tasks = Tasks()
        self.probe = Probe(self)

    # ── life ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    async def run(self, stop: asyncio.Event) -> None:
        async with aiohttp.ClientSession() as session:
            await self.commands.start(session)
            await self.routes.load()
            self.tasks.keep("commit", self._commit_loop())
            self.tasks.keep("timers", self.timers.run())
            self.tasks.keep("ownership", self.ownership.run(session))
            self.tasks.keep("standby", self.standby.run())
            self.tasks.keep("phones", self.phones.run())
            self.probe.start()
            await self.bus.subscribe(self.bus.subjects.config("*"), self._config_changed)
            await self.bus.serve_health(self.name, self._health)
            self.standby.want(await self.tenants.shards())
            await stop.wait()
            self.draining = True
            await self.ownership.give_all_up()
            await self.tasks.stop()
            await self.ownership.close()
            await self.commands.stop()
            await self.problems.close()
            await self.data_sources.close()
            self.telephone.close()

    async def _health(self) -> dict[str, Any]:
        return {
            "shards": len(self.shards),
            "shards_ready": sum(shard.ready for shard in self.shards.values()),
            "tenants_aside": sum(len(shard.aside) for shard in self.shards.values()),
            "tenants_known": len(self.standby),
            "connected": self.commands.connected,
            "proof": self.probe.report(),
            "shard_states": [shard.state() for _, shard in sorted(self.shards.items())],
            "faults": self.faults.report(),
            "problems": self.problems.report(),
            "interactions": sum(len(m.engine.live) for shard in self.shards.values() for m in shard.mailboxes.values()),
        }

    def take(self, shard: Shard, session: aiohttp.ClientSession) -> None:
        """The lease is ours."""
        self.shards[shard.number] = shard
        shard.task = self.spawn(self._hold(shard, session))

    async def _hold(self, shard: Shard, session: aiohttp.ClientSession) -> None:
        """For as long as it is ours. What nobody expected costs this shard, not the others: it is taken anew later."""
        try:
            await shard.run(session)
        except Exception as error:
            if is_away(error):
                self.lose(shard, f"the database is away: {error}")
                return
            log.exception("shard_failed", shard=shard.number)
            self.faults.met(shard.name, None, about=shard.name, reason=shard.failed(error))
            self.lose(shard, "it could not be served")

    async def load(self, shard: Shard) -> None:
        """Its tenants as committed. A shard that cannot be read is let go; it is taken again at the next look."""
        try:
            await self.tenants.load(shard)
        except BaseException:
            self.lose(shard, "it could not be loaded")
            raise
        for mailbox in shard.mailboxes.values():
            self._tell(mailbox)  # readers see whether they missed something of the runtime before us
        memory.settle()
        log.info("shard_taken", shard=shard.number, fence=shard.fence, tenants=len(shard.mailboxes))

    async def serve(self, shard: Shard) -> list[Callable[[], Awaitable[None]]]:
        """Answer for the shard on the bus; returns what ends that."""
        subjects = self.bus.subjects

        async def holder(_: Shard, message: Any) -> dict[str, Any]:
            return {"ok": True, "runtime": self.name, "ready": shard.ready}

        def ours(answer: Callable[[Shard, Any], Awaitable[dict[str, Any]]]) -> Handler:
            """Nothing is said without the right to: another may hold the shard by now, and answers, too."""

            async def answered(message: Any) -> dict[str, Any] | None:
                return await answer(shard, message) if shard.ours else None

            return answered

        return [
            await self.bus.serve(subjects.command(shard.number), ours(self._command)),
            await self.bus.serve(subjects.snapshot(shard.number), ours(self._snapshot)),
            await self.bus.serve(subjects.explain(shard.number), ours(self._explain)),
            await self.bus.serve(subjects.helpers(shard.number), ours(self._helpers)),
            await self.bus.serve(subjects.holder(shard.number), ours(holder)),
        ]

    def lose(self, shard: Shard, why: str, *, wanted: bool = False) -> None:
        """Stop commanding at once; another runtime owns it."""
        if shard.lost:
            return
        log.log(logging.INFO if wanted else logging.ERROR, "shard_lost", shard=shard.number, reason=why)
        shard.lost = True
        if self.shards.get(shard.number) is shard:
            del self.shards[shard.number]
        for mailbox in shard.mailboxes.values():
            self._refuse(mailbox.waiting)
            self.standby.keep(mailbox.engine.config)
        self.standby.want(shard.out)
        if shard.task:
            shard.task.cancel()

    # ── events in ────────────────────────────────────────────────────────────────────────────────────────────────────

    def post(self, mailbox: Mailbox, event: Any) -> None:
        """Hand an event to its tenant. An event that breaks the engine is a crash of that tenant alone."""
        shard = self.shards.get(mailbox.shard)
        if shard is None or shard.mailboxes.get(mailbox.tenant_id) is not mailbox or shard.put_off(mailbox, event):
            return
        try:
            self._handle(mailbox, event)
        except Impossible as error:
            log.info("impossible", code=error.code, event_type=type(event).__name__)
            shard.refused(event, error.code)
        except TenantCrashed:
            pass  # told, and on its way back
        self.wake()

    def _handle(self, mailbox: Mailbox, event: Any) -> dict[str, Any]:
        """Returns what the sender of a command is told. Raises `Impossible` for what is refused, `TenantCrashed` when
        the tenant had to be dropped."""
        began, worked = time.monotonic(), time.thread_time()
        try:
            answer = mailbox.handle(event, utc_now())
        except Impossible:
            raise
        except Exception as error:
            self.crashed(mailbox, culprit.of(mailbox.engine, event), error)
            raise TenantCrashed from error
        took = time.monotonic() - began
        if took > LONGEST_EVENT_SECONDS:
            told = {"seconds": round(took, 3), "processor_seconds": round(time.thread_time() - worked, 3)}
            about = culprit.of(mailbox.engine, event)
            log.warning("event_took_long", tenant_id=str(mailbox.tenant_id), about=about, **told)
        return answer

    def resume(self, mailbox: Mailbox, found: Resumed) -> None:
        """Bring one tenant in line with what the switch has; one that cannot be costs the others nothing."""
        try:
            mailbox.engine.resume(found, utc_now(), mailbox.turn)
        except Exception as error:
            self.crashed(mailbox, "take-over of its calls", error)

    def crashed(self, mailbox: Mailbox, about: str, error: Exception) -> None:
        """What memory says of this tenant holds no more: begin again from what is committed."""
        log.error("tenant_crashed", tenant_id=str(mailbox.tenant_id), about=about, exc_info=error)
        self._refuse(mailbox.waiting)
        self.tenants.crashed(mailbox, about, error)

    def mailboxes(self) -> list[Mailbox]:
        return [mailbox for shard in self.shards.values() for mailbox in shard.mailboxes.values()]

    async def holds(self, shard: Shard) -> bool:
        """Whether the lease is still ours, by the database."""
        return await self.ownership.holds(shard)

    def _mailbox(self, tenant_id: UUID) -> Mailbox | None:
        return next((s.mailboxes[tenant_id] for s in self.shards.values() if tenant_id in s.mailboxes), None)

    def _timer_fired(
        self, what: tuple[UUID, TimerFired | agent_adjustments.AdjustmentTimer | BlendingDue | NightDue | LineDue]
    ) -> None:
        tenant_id, fired = what
        mailbox = self._mailbox(tenant_id)
        if mailbox:
            self.post(mailbox, fired)

    async def _command(self, shard: Shard, message: dict[str, Any]) -> dict[str, Any]:
        """A desktop's command; the answer comes when it is committed."""
        mailbox = shard.mailboxes.get(UUID(message["tenant_id"]))
        if mailbox is None or shard.lost or shard.paused or not shard.compared.is_set():
            return self._not_served(message)
        if message["kind"] == "chat.look":
            interaction_id = UUID(message["interaction_id"])
            self.post(mailbox, VisitorHere(interaction_id))
            return {"ok": True, "data": standing(mailbox.engine, interaction_id)}
        try:
            told = self._handle(mailbox, desktop_commands.event(mailbox.engine, message))
        except Impossible as error:
            self.wake()  # what was refused may be a fact
            return desktop_commands.refusal(error.code, error.field)
        except TenantCrashed:
            return desktop_commands.refusal("not_saved")
        try:
            await self._until_written(mailbox)
        except HujiaoError as error:
            return desktop_commands.refusal(error.code)
        return {"ok": True, "data": told}

    async def _until_written(self, mailbox: Mailbox) -> None:
        """Until all that has happened to the tenant is committed; raises `HujiaoError` when it cannot be."""
        committed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        mailbox.waiting.append(committed)
        self.wake()
        await committed

    async def _snapshot(self, shard: Shard, message: dict[str, Any]) -> dict[str, Any]:
        """What is written, as deltas tell it: a view of what is not may be one of what never was."""
        mailbox = shard.mailboxes.get(UUID(message["tenant_id"]))
        if mailbox is None:
            return self._not_served(message)
        view = mailbox.snapshot()
        if not mailbox.written:
            try:
                await self._until_written(mailbox)
            except HujiaoError as error:
                return desktop_commands.refusal(error.code)
        return view

    def _not_served(self, message: dict[str, Any]) -> dict[str, Any]:
        """The refusal of whoever asks for a tenant that is not served: not yet, or set aside."""
        aside = self.tenants.aside(UUID(message["tenant_id"]))
        return desktop_commands.refusal("set_aside", detail=aside) if aside else desktop_commands.refusal("not_here")

    async def _explain(self, shard: Shard, message: dict[str, Any]) -> dict[str, Any]:
        mailbox = shard.mailboxes.get(UUID(message["tenant_id"]))
        if mailbox is None:
            return self._not_served(message)
        why = explanation(mailbox.engine, UUID(message["interaction_id"]), utc_now())
        return {"ok": True, "data": why} if why else desktop_commands.refusal("not_waiting")

    async def _helpers(self, shard: Shard, message: dict[str, Any]) -> dict[str, Any]:
        """Who of these agents could help a queue; nothing is changed."""
        mailbox = shard.mailboxes.get(UUID(message["tenant_id"]))
        if mailbox is None:
            return self._not_served(message)
        among, troubled = map(UUID, message["agent_ids"]), frozenset(map(UUID, message["troubled"]))
        now = utc_now()
        found = helping.suggestion(mailbox.engine, UUID(message["queue_id"]), among, troubled, now)
        if not found:
            return desktop_commands.refusal("not_found")
        floor = helping.floor(mailbox.engine, now) if message.get("floor") else None
        return {"ok": True, "data": {**found, "floor": floor}}

    async def _config_changed(self, message: dict[str, Any]) -> None:
        """A tenant's configuration changed, or a tenant is new."""
        if not message.get("of_calls", True):
            return
        tenant_id = UUID(message["tenant_id"])
        self.problems.forget(tenant_id)
        self._outdated[tenant_id] = tenant_id in self._outdated
        if not self._outdated[tenant_id]:  # else it is being read, and will be once more
            self.spawn(self._read_anew(tenant_id))

    async def _read_anew(self, tenant_id: UUID) -> None:
        """Until what was read is what is there. A shard that cannot be compared keeps only its own tenants waiting."""

        async def read() -> None:
            await self.routes.changed(tenant_id)
            await self._read_configuration(tenant_id)

        again = True
        try:
            while again:
                await when_there(read)
                again, self._outdated[tenant_id] = self._outdated[tenant_id], False
        finally:
            del self._outdated[tenant_id]

    async def _read_configuration(self, tenant_id: UUID) -> None:
        for shard in list(self.shards.values()):
            await shard.loaded.wait()  # it may have read what was before
        mailbox = self._mailbox(tenant_id)
        if mailbox and (holder := self.shards.get(mailbox.shard)):
            await holder.compared.wait()  # other settings may lead to offers
            mailbox = self._mailbox(tenant_id)
        if mailbox is None:
            await self.tenants.take_up(tenant_id)
            return
        try:
            settings = await config.load(self.database, tenant_id, mailbox.engine.flow_versions_in_use())
        except Exception as error:  # it is served as it was configured before
            if is_away(error):
                raise
            self.faults.met("configuration", tenant_id, about="configuration", reason=reason_of(error))
            return
        self.faults.mended("configuration", tenant_id)
        if self._mailbox(tenant_id) is mailbox:
            self.configure(mailbox, settings)
        else:
            self.standby.want([tenant_id])

    def configure(self, mailbox: Mailbox, settings: TenantConfig) -> None:
        try:
            mailbox.engine.configure(settings, utc_now(), mailbox.turn)
        except Exception as error:
            self.crashed(mailbox, "configuration", error)
            return
        self.data_sources.keep(mailbox.tenant_id, settings.sources)
        mailbox.changed.agents |= set(settings.agents)
        mailbox.changed.queues |= set(settings.queues)
        mailbox.changed.blends = True
        if mailbox.written:  # else when what follows from it is
            self._tell(mailbox)
        self.wake()

    def operators_prompts(self, name: str) -> list[str]:
        """What callers hear whom no tenant serves: the operator's own words, else any tenant's."""
        mailboxes = [m for shard in self.shards.values() for m in shard.mailboxes.values()]
        mailboxes.sort(key=lambda mailbox: mailbox.engine.config.slug != "platform")
        for mailbox in mailboxes:
            found = mailbox.engine.config.prompt(name, mailbox.engine.config.language)
            if found:
                return [found]
        return []

    # ── the commit ───────────────────────────────────────────────────────────────────────────────────────────────────

    def wake(self) -> None:
        self._idle.clear()
        self._work.set()

    async def flush(self) -> None:
        """Until everything that has happened is written and sent."""
        self.wake()
        await self._idle.wait()

    async def _commit_loop(self) -> None:
        """While one commit is under way the next one gathers: the busier, the larger."""
        loop = asyncio.get_running_loop()
        written = took = 0.0
        while True:
            await self._work.wait()
            if loop.time() - written < STREAM_SECONDS:
                await asyncio.sleep(min(GATHER_TIMES * took, LONGEST_GATHER_SECONDS))
            self._work.clear()
            ready = [m for shard in self.shards.values() for m in shard.mailboxes.values() if m.dirty]
            if ready:
                began = loop.time()
                async with self.writing:
                    await self._commit([item for mailbox in ready if (item := self._prepared(mailbox))])
                written = loop.time()
                took = written - began
            if not self._work.is_set():
                self._idle.set()

    def _prepared(self, mailbox: Mailbox) -> Prepared | None:
        try:
            return mailbox.prepare()
        except Exception as error:
            self.crashed(mailbox, "what happened cannot be written", error)
            return None

    async def _commit(self, prepared: list[Prepared]) -> None:
        if not prepared:
            return
        try:
            await ledger.write(self.pool, self.holder, [item.batch for item in prepared])
        except ledger.LeaseLost:
            await self._lease_lost(prepared)
        except Exception as error:
            if len(prepared) > 1:
                for item in prepared:
                    await self._commit([item])
                return
            self._unwritten(prepared[0], error)
            self._refuse(prepared[0].waiting)
        else:
            for item in prepared:
                self._follow(item)

    async def _lease_lost(self, prepared: list[Prepared]) -> None:
        """Write what is still ours; of the rest another tells."""
        ours = [item for item in prepared if await self._holds(item)]
        for item in prepared:
            if item not in ours:
                self._refuse(item.waiting)
        if len(ours) < len(prepared):
            if ours:
                await self._commit(ours)
            return
        for item in ours:
            self._unwritten(item, ledger.LeaseLost())
            self._refuse(item.waiting)

    async def _holds(self, item: Prepared) -> bool:
        shard = self.shards.get(item.batch.shard)
        if shard is None or shard.fence != item.batch.fence:
            return False
        try:
            return await self.ownership.holds(shard)
        except lease.FAILURES:
            return True  # not known: it is tried again, or taken up as committed

    def _unwritten(self, item: Prepared, error: Exception) -> None:
        """What memory says now is not what the database says."""
        mailbox = self._mailbox(item.batch.tenant_id)
        if mailbox and (is_away(error) or isinstance(error, ledger.LeaseLost)):
            log.warning("commit_failed", tenant_id=str(mailbox.tenant_id), reason=reason_of(error))
            self._refuse(mailbox.waiting)
            self.tenants.reload(mailbox)
        elif mailbox:
            self.crashed(mailbox, "what happened could not be written", error)

    def _follow(self, item: Prepared) -> None:
        try:
            self._committed(item)
        except Exception as error:
            if mailbox := self._mailbox(item.batch.tenant_id):
                self.crashed(mailbox, "what follows a commit", error)
            self._refuse(item.waiting)

    def _refuse(self, waiting: list[asyncio.Future[None]]) -> None:
        for command in waiting:
            if not command.done():
                command.set_exception(HujiaoError("error.not_saved", code="not_saved"))

    def _committed(self, item: Prepared) -> None:
        shard = self.shards.get(item.batch.shard)
        mailbox = shard.mailboxes.get(item.batch.tenant_id) if shard else None
        if not shard or not mailbox:
            return
        for interaction_id, effect in item.turn.effects:
            shard.perform(mailbox, interaction_id, effect)
        for fired in item.turn.timers:
            self.timers.set(fired.due_at, (mailbox.tenant_id, fired))
        for wanted in item.turn.speech:
            self.spawn(self._speak(mailbox, wanted))
        for question in item.turn.questions:
            if isinstance(question, AskSource):
                self.spawn(self._ask_source(mailbox, question))
            else:
                self.spawn(self._ask_agent(mailbox, question))
        for problem in item.turn.problems:
            self.problems.met(mailbox.tenant_id, problem)
        for caller in item.turn.callers:
            self.spawn(self._look_up(mailbox, caller))
        for waiting in item.waiting:
            if not waiting.done():
                waiting.set_result(None)
        if item.frames:
            self.spawn(self._tell_chats(mailbox.tenant_id, item.frames))
        mailbox.committed(item)
        self._tell(mailbox)

    # ── after the commit ─────────────────────────────────────────────────────────────────────────────────────────────

    async def _tell_chats(self, tenant_id: UUID, frames: list[dict[str, Any]]) -> None:
        with suppress(Exception):
            await self.bus.publish(self.bus.subjects.chat(tenant_id), {"tenant_id": tenant_id, "frames": frames})

    def _tell(self, mailbox: Mailbox) -> None:
        if mailbox.tenant_id not in self._telling:
            self._telling.add(mailbox.tenant_id)
            self.spawn(self._publish(mailbox))

    async def _publish(self, mailbox: Mailbox) -> None:
        loop = asyncio.get_running_loop()
        await asyncio.sleep(mailbox.told_in(loop.time()))
        mailbox.telling(loop.time())
        self._telling.discard(mailbox.tenant_id)
        try:
            delta = mailbox.delta()
        except Exception as error:
            self.faults.met("live view", mailbox.tenant_id, about="live view", reason=reason_of(error))
            return
        with suppress(Exception):
            await self.bus.publish(self.bus.subjects.live(mailbox.tenant_id), delta)
        if delta["queues"] and mailbox.engine.chatting and mailbox.tenant_id not in self._moving:
            self._moving.add(mailbox.tenant_id)
            self.spawn(self._tell_positions(mailbox))
        if not self._waking:
            self._waking = True
            self.spawn(self._wake_jobs())

    async def _tell_positions(self, mailbox: Mailbox) -> None:
        """Visitors who wait learn now and then at which place; the last change is always told."""
        await asyncio.sleep(POSITIONS_SECONDS)
        self._moving.discard(mailbox.tenant_id)
        if frames := mailbox.moved_up():
            await self._tell_chats(mailbox.tenant_id, frames)

    async def _wake_jobs(self) -> None:
        await asyncio.sleep(WAKE_JOBS_SECONDS)
        self._waking = False
        with suppress(Exception):
            await self.bus.publish(self.bus.subjects.jobs("wake"), {})

    async def _speak(self, mailbox: Mailbox, wanted: MakeSpeech) -> None:
        prompt = None
        try:
            answer = await self.bus.request(
                self.bus.subjects.jobs("speech"),
                {
                    "tenant_id": mailbox.tenant_id,
                    "text": wanted.text,
                    "language": wanted.language,
                    "voice": wanted.voice,
                },
                timeout=20,
            )
            prompt = answer.get("sha256")
        except HujiaoError as error:
            log.warning("speech_failed", reason=error.message)
        ready = SpeechReady(
            interaction_id=wanted.interaction_id, playback=wanted.playback, prompt=prompt, leg_id=wanted.leg_id
        )
        self.post(mailbox, ready)

    async def _look_up(self, mailbox: Mailbox, wanted: LookUpCaller) -> None:
        try:
            found = await callers.look_up(self.database, mailbox.tenant_id, wanted)
        except (OSError, SQLAlchemyError) as error:
            log.warning("caller_not_looked_up", tenant_id=str(mailbox.tenant_id), reason=str(error))
        else:
            self.post(mailbox, found)

    def criterion_failed(self, tenant_id: UUID, criterion: Criterion, said: Said) -> None:
        """It counts as 0, and everything goes on."""
        kind: ProblemKind = "plugin" if criterion.plugin else "criterion"
        place = criterion.plugin or criterion.expression
        self.problems.met(tenant_id, Problem(kind=kind, place=place, said=said))

    async def _ask_source(self, mailbox: Mailbox, question: AskSource) -> None:
        source = mailbox.engine.config.sources.get(question.source_id)
        if source is None:
            found = Found(outcome="unknown", values={}, problem="no such data source")
        else:
            found = await self.data_sources.ask(mailbox.tenant_id, source, question.parameters)
        answer = msgspec.structs.replace(found, answer=None)
        self.post(mailbox, SourceAnswered(interaction_id=question.interaction_id, serial=question.serial, found=answer))

    async def _ask_agent(self, mailbox: Mailbox, asked: AskAgent) -> None:
        try:
            found = await self.telephone.answer(mailbox.tenant_id, asked)
        except (OSError, SQLAlchemyError, HujiaoError) as error:
            log.warning("agent_at_telephone_not_served", tenant_id=str(mailbox.tenant_id), reason=reason_of(error))
            found = AgentAnswered(
                interaction_id=asked.interaction_id, serial=asked.serial, what=asked.what, problem="failed"
            )
        self.post(mailbox, found)

    def _new_problem(self, tenant_id: UUID, problem: Problem) -> None:
        if mailbox := self._mailbox(tenant_id):
            self.post(mailbox, ProblemMet(problem))

    def spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        return self.tasks.spawn(work)
