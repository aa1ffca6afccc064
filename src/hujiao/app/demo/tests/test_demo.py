"""The demo's content fits together, without a database."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from hujiao.app.demo import accounts, content, prompt_texts
from hujiao.app.demo.flow import document
from hujiao.app.demo.seed import PROMPTS
from hujiao.flows.document import FlowDocument
from hujiao.kit.ids import new_id
from hujiao.speech import builtin_texts, shipped


@pytest.mark.parametrize("tenant", content.TENANTS, ids=lambda tenant: tenant.slug)
def test_every_prompt_of_the_flow_is_shipped_in_every_language_of_the_numbers(tenant: content.DemoTenant) -> None:
    flow = FlowDocument.model_validate(document(tenant.labels, {queue.key: new_id() for queue in tenant.queues}))
    used = {
        name
        for node in flow.nodes.values()
        for field in ("prompts", "timeout_prompts", "invalid_prompts")
        for name in getattr(node, field, [])
    }
    own = {(prompt.name, prompt.language) for prompt in shipped.read_list(PROMPTS / tenant.slug)}
    for language in {tenant.language, *(number.language or tenant.language for number in tenant.numbers)}:
        assert used <= {name for name, spoken in own if spoken == language} | set(builtin_texts.texts(language))


@pytest.mark.parametrize("tenant", content.TENANTS, ids=lambda tenant: tenant.slug)
def test_shipped_prompts_say_the_texts(tenant: content.DemoTenant) -> None:
    listed = {(prompt.language, prompt.name): prompt.text for prompt in shipped.read_list(PROMPTS / tenant.slug)}
    texts = prompt_texts.TEXTS[tenant.slug]
    assert listed == {(language, name): text for language in texts for name, text in texts[language].items()}


@pytest.mark.parametrize("tenant", content.TENANTS, ids=lambda tenant: tenant.slug)
def test_every_queue_has_agents(tenant: content.DemoTenant) -> None:
    businesses = {name for names in tenant.projects.values() for name in names}
    for queue in tenant.queues:
        assert queue.business in businesses
        assert sum(queue.skill in agent.skills for agent in tenant.agents) >= 3
    assert {number.business for number in tenant.numbers} <= businesses


def test_the_accounts_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    accounts.write(tmp_path, {"accounts": [], "numbers": []})
    assert stat.S_IMODE(accounts.path(tmp_path).stat().st_mode) == 0o600
    assert accounts.read(tmp_path) == {"accounts": [], "numbers": []}


def test_passwords_are_not_alike() -> None:
    made = {accounts.new_password() for _ in range(100)}
    assert len(made) == 100
    assert all(len(password) == 14 for password in made)
