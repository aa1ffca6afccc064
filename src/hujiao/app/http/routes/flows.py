"""Flows, the numbers that lead to them, and their prompts."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, File, Form, Query, UploadFile
from starlette.requests import Request
from starlette.responses import FileResponse

from hujiao.app.http import trying
from hujiao.app.http.access import Caller, need, parts_of
from hujiao.app.http.body import largest_body
from hujiao.app.http.commands import raise_refusal
from hujiao.app.http.errors import reader_language
from hujiao.app.http.in_use import unused
from hujiao.app.http.lists import AskedList, administer
from hujiao.app.http.parts import Parts
from hujiao.app.http.unit import InTenant, UnitRoute, Work
from hujiao.chat import service as chat
from hujiao.flows import service as flows
from hujiao.flows.check import Finding, wrong_expressions
from hujiao.flows.document import KINDS
from hujiao.flows.kinds import described
from hujiao.flows.trying.views import PublishIn
from hujiao.flows.views import (
    AccessNumberIn,
    AccessNumberView,
    DocumentIn,
    DraftIn,
    Editing,
    EditorIn,
    FlowDetail,
    FlowDraft,
    FlowIn,
    FlowSummary,
    NodeKind,
    Problem,
    Problems,
)
from hujiao.identity.contracts import Right
from hujiao.kit import i18n
from hujiao.kit.clock import utc_now
from hujiao.kit.errors import Conflict
from hujiao.kit.i18n import Said
from hujiao.kit.paging import Page
from hujiao.queues import service as queues
from hujiao.routing import problems as routing_problems
from hujiao.routing import service as routing
from hujiao.speech import prompts as speech
from hujiao.speech.store import StoredPrompt
from hujiao.speech.views import PromptIn, PromptLanguage, PromptName, PromptView, VoiceView

router = APIRouter(tags=["flows"], route_class=UnitRoute)

LARGEST_UPLOAD = 50 * 1024 * 1024
_FORM = 64 * 1024  # of what stands around the file
SPEECH_SECONDS = 120.0
DECODING_SECONDS = 20.0  # of processor time
CHECKING_SECONDS = 10.0
READ, WRITE = need(Right.CONFIG_READ), need(Right.ADMIN_FLOWS)
_Parts = Annotated[Parts, Depends(parts_of)]


def _flows(work: InTenant) -> flows.Flows:
    async def compiled(sources: frozenset[str]) -> dict[str, Said]:
        return await work.unit.parts.apart.run(
            work.tenant_id, CHECKING_SECONDS, wrong_expressions, sources, field="document"
        )

    async def in_chats(flow_id: UUID) -> bool:
        return await chat.uses_flow(work.session, flow_id)

    return flows.Flows(work.session, work.tenant_id, work.projects, wrong_expressions=compiled, in_chats=in_chats)


def _problem(finding: Finding, language: str) -> Problem:
    message = i18n.translate(finding.message, language, finding.detail)
    return Problem(severity=finding.severity, node=finding.node, field=finding.field, message=message)


def refused(message: str, code: str, found: list[Finding], language: str) -> Conflict:
    """The refusal of a document with these errors among what was found."""
    problems = [_problem(finding, language) for finding in found]
    first = next(problem for problem in problems if problem.severity == "error")
    return Conflict(
        message,
        field=f"{first.node or ''}.{first.field or ''}".strip(".") or None,
        code=code,
        detail={"problem": first.message, "problems": [problem.model_dump() for problem in problems]},
    )


@router.get("/flows", name="list_flows", dependencies=[READ])
async def list_flows(work: InTenant, query: AskedList) -> Page[FlowSummary]:
    return await _flows(work).page(query)


@router.post("/flows", name="create_flow", dependencies=[WRITE], status_code=201)
async def create_flow(work: InTenant, body: FlowIn) -> FlowDetail:
    return await _flows(work).detail((await _flows(work).create(body)).id)


@router.get("/flows/node-kinds", name="list_node_kinds", dependencies=[READ])
async def list_node_kinds() -> list[NodeKind]:
    """The kinds of nodes that a flow may have, in the order of the editor's palette."""
    return [described(kind) for kind in KINDS.values()]


@router.get("/flows/{flow_id}", name="read_flow", dependencies=[READ])
async def read_flow(work: InTenant, flow_id: UUID) -> FlowDetail:
    return await _flows(work).detail(flow_id)


@router.put("/flows/{flow_id}", name="change_flow", dependencies=[WRITE])
async def change_flow(work: InTenant, flow_id: UUID, body: FlowIn) -> FlowSummary:
    return await _flows(work).change(flow_id, body)


@router.delete("/flows/{flow_id}", name="remove_flow", dependencies=[WRITE], status_code=204)
async def remove_flow(work: InTenant, flow_id: UUID) -> None:
    found = _flows(work)
    await found.find(flow_id)
    await unused(work.session, flow_id)
    await found.remove(flow_id)
    await routing_problems.Problems(work.session, work.tenant_id).clear(about=flow_id)
    work.configuration_changed()


@router.get("/flows/{flow_id}/versions/{version}", name="read_flow_version", dependencies=[READ])
async def read_flow_version(work: InTenant, flow_id: UUID, version: int) -> FlowDraft:
    return await _flows(work).version(flow_id, version)


@router.put("/flows/{flow_id}/draft", name="save_flow_draft", dependencies=[WRITE])
async def save_flow_draft(work: InTenant, flow_id: UUID, body: DraftIn) -> FlowDetail:
    """Save the draft; 409 with who and when, if somebody else has saved it since the revision that is named."""
    who = work.caller.principal.account_id
    return await _flows(work).save_draft(flow_id, body.document, body.revision, who, utc_now())


@router.post("/flows/{flow_id}/editors", name="edit_flow", dependencies=[WRITE])
async def edit_flow(work: InTenant, flow_id: UUID, body: EditorIn) -> Editing:
    """A page has the flow open, or is left: to be said every 10 seconds. Answers who else has, and what stands."""
    return await _flows(work).editing(flow_id, work.caller.principal.account_id, body, utc_now())


@router.post("/flows/{flow_id}/validate", name="validate_flow", dependencies=[WRITE])
async def validate_flow(work: InTenant, request: Request, flow_id: UUID, body: DocumentIn) -> Problems:
    found = await _flows(work).check(flow_id, body.document)
    return Problems(problems=[_problem(finding, reader_language(request)) for finding in found])


@router.post("/flows/{flow_id}/publish", name="publish_flow")
async def publish_flow(
    request: Request,
    parts: _Parts,
    caller: Annotated[Caller, WRITE],
    flow_id: UUID,
    body: PublishIn | None = None,
    revision: Annotated[int | None, Query(ge=0, le=2**31 - 1)] = None,
) -> FlowDetail:
    """The draft becomes the next version, if it still is of the revision that is named; new calls take it, calls that
    are running keep theirs. When tests of the flow fail, or cannot be run, it is refused, unless a reason is given."""
    despite = body.despite_tests if body else ""
    tested = None if despite else await trying.tested(parts, caller, flow_id)
    unit = request.state.unit
    work = Work(caller, await unit.open(caller, request), unit)
    wanted = tested.revision if tested and revision is None else revision
    who = work.caller.principal.account_id
    detail, found = await _flows(work).publish(flow_id, wanted, who, utc_now(), despite)
    if detail is None:
        raise refused("error.flow_has_problems", "flow_has_problems", found, reader_language(request))
    if tested and tested.failing:
        raise Conflict(
            "error.flow_tests_fail",
            field="despite_tests",
            code="flow_tests_fail",
            detail={"number": len(tested.failing), "names": ", ".join(tested.failing)},
        )
    await routing_problems.Problems(work.session, work.tenant_id).clear(about=flow_id)
    work.configuration_changed()
    return detail


administer(
    router,
    "/access-numbers",
    one="access_number",
    many="access_numbers",
    catalogue=lambda work: flows.AccessNumbers(work.session, work.tenant_id, work.projects),
    data=AccessNumberIn,
    view=AccessNumberView,
    right=Right.ADMIN_NUMBERS,
)


@router.get("/prompts", name="list_prompts", dependencies=[READ])
async def list_prompts(work: InTenant, query: AskedList) -> Page[PromptView]:
    return await speech.Prompts(work.session, work.tenant_id).page(query)


@router.get("/voices", name="list_voices", dependencies=[READ])
async def list_voices() -> list[VoiceView]:
    return [VoiceView.model_validate(voice) for voice in speech.voices()]


@router.post("/prompts", name="create_prompt", status_code=201)
async def create_prompt(
    request: Request, parts: _Parts, caller: Annotated[Caller, WRITE], body: PromptIn
) -> PromptView:
    """Speak the text; the audio is on the nodes before the answer. No transaction is open while it is spoken."""
    answer = await parts.bus.request(
        parts.bus.subjects.jobs("speech"),
        {"tenant_id": caller.principal.tenant_id, **body.model_dump(include={"text", "language", "voice"})},
        timeout=SPEECH_SECONDS,
    )
    raise_refusal(answer)
    audio = StoredPrompt(answer["sha256"], answer["duration_seconds"])
    return await _keep(request, caller, body, audio)


@router.post("/prompts/upload", name="upload_prompt", status_code=201)
@largest_body(LARGEST_UPLOAD + _FORM)
async def upload_prompt(
    request: Request,
    parts: _Parts,
    caller: Annotated[Caller, WRITE],
    name: Annotated[PromptName, Form()],
    language: Annotated[PromptLanguage, Form()],
    file: Annotated[UploadFile, File()],
    text: Annotated[str, Form(max_length=2000)] = "",
) -> PromptView:
    content = await file.read()
    wav = await parts.apart.run(
        caller.principal.tenant_id, DECODING_SECONDS, speech.decode_upload, content, field="file"
    )
    audio = await speech.store_upload(wav, parts.settings.prompts)
    spoken = PromptIn.model_construct(name=name, language=language, text=text.strip(), voice=None)
    return await _keep(request, caller, spoken, audio)


async def _keep(request: Request, caller: Caller, prompt: PromptIn, audio: StoredPrompt) -> PromptView:
    unit = request.state.unit
    session = await unit.open(caller, request)
    unit.configuration_changed = True
    return await speech.Prompts(session, caller.principal.tenant_id).keep(
        name=prompt.name,
        language=prompt.language,
        text=prompt.text,
        voice=prompt.voice,
        audio=audio,
        now=utc_now(),
    )


@router.get(
    "/prompts/{prompt_id}/audio",
    name="read_prompt_audio",
    dependencies=[READ],
    response_class=FileResponse,
    responses={200: {"content": {"audio/wav": {}}}},
)
async def read_prompt_audio(work: InTenant, parts: _Parts, prompt_id: UUID) -> FileResponse:
    path = await speech.Prompts(work.session, work.tenant_id).file_of(prompt_id, parts.settings.prompts)
    return FileResponse(path, media_type="audio/wav", headers={"cache-control": "private, no-cache"})


@router.delete("/prompts/{prompt_id}", name="remove_prompt", dependencies=[WRITE], status_code=204)
async def remove_prompt(work: InTenant, prompt_id: UUID) -> None:
    """In its last language a prompt stays as long as a flow or a queue plays it."""
    found = speech.Prompts(work.session, work.tenant_id)
    prompt = await found.get(prompt_id)
    last = await found.languages(prompt.name) == [prompt.language]
    if last and (flow := await flows.flow_with_prompt(work.session, prompt.name)):
        raise Conflict("error.prompt_used", code="in_use", detail={"flow": flow})
    if last and (queue_id := await routing.queue_with_prompt(work.session, prompt.name)):
        names = await queues.names(work.session, [queue_id])
        raise Conflict("error.prompt_greets", code="in_use", detail={"queue": names[queue_id]})
    if last and (queue := await queues.greeting_with(work.session, prompt.name)):
        raise Conflict("error.prompt_is_greeting", code="in_use", detail={"queue": queue})
    await found.remove(prompt_id)
    work.configuration_changed()
