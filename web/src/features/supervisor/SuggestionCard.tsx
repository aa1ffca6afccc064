import { App, Button, Checkbox, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/shared/api/client';
import type { QueueSuggestion, SuggestionHelper } from '@/shared/api/types';
import { Elapsed } from '@/shared/components/Elapsed';
import { useAct } from '@/shared/components/errors';
import { LevelMark } from '@/shared/components/LevelMark';
import { duration, percentage } from '@/shared/format/format';
import { useRight, useSession } from '@/shared/session/session';
import { Ahead } from './Ahead';
import { CallIn } from './CallIn';
import { longestOf, outcomesOf } from './suggestions';
import { WaitBars } from './WaitBars';

const times = [15, 30, 60, 120];

/** A queue in trouble: its figures, who could help, what that would do to all queues concerned, and one click. */
export function SuggestionCard({
  suggestion,
  refresh,
}: {
  suggestion: QueueSuggestion;
  refresh: () => Promise<unknown>;
}) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const { busy, run } = useAct();
  const me = useSession().account.id;
  const mayApply = useRight('live.skills');
  const [left, setLeft] = useState<string[]>([]);
  const [minutes, setMinutes] = useState(30);
  const { figures, helpers, queue_id: queueId } = suggestion;
  const chosen = helpers.map((one) => one.agent_id).filter((id) => !left.includes(id));
  const together = outcomesOf(suggestion, chosen);
  const longest = longestOf(suggestion.plans.flatMap((plan) => plan.outcomes));
  const toggle = (id: string, on: boolean) =>
    setLeft((now) => (on ? now.filter((one) => one !== id) : [...now, id]));
  const apply = () =>
    run(async () => {
      try {
        const path = `/queue-suggestions/${suggestion.id}/apply`;
        const { applied } = await api.post<QueueSuggestion>(path, { agent_ids: chosen, minutes });
        if (applied && applied.by !== me)
          message.info(t('suggestion.appliedBy', { name: applied.by_name ?? '–' }));
        else if (applied && applied.agent_ids.length < chosen.length)
          message.warning(t('suggestion.partly', { number: applied.agent_ids.length, of: chosen.length }));
        else message.success(t('suggestion.done', { number: chosen.length }));
      } finally {
        await refresh(); // it may be gone, or somebody else's by now
      }
    });
  return (
    <section className="hj-panel hj-suggestion" data-testid="suggestion" data-queue={queueId}>
      <header>
        <h3>
          <LevelMark level="red" /> {suggestion.queue_name}
        </h3>
        <span>{t(`suggestion.kind.${suggestion.kind}`)}</span>
        <span className="hj-faint">
          {t('suggestion.lasts')} <Elapsed since={suggestion.since} />
        </span>
      </header>
      <dl className="hj-suggestion-figures">
        <Figure name={t('figure.waiting')} value={figures.waiting} />
        <Figure name={t('figure.longest')} value={duration(figures.longest_wait_seconds)} />
        <Figure
          name={t('suggestion.expected')}
          value={
            figures.expected_wait_seconds === null
              ? t('suggestion.nobody')
              : duration(figures.expected_wait_seconds)
          }
        />
        <Figure
          name={t('live.availableOfSigned')}
          value={`${String(figures.agents_free)} / ${String(figures.agents_signed_in)}`}
        />
        {figures.service_level !== null && figures.service_level !== undefined ? (
          <Figure name={t('figure.serviceLevel')} value={percentage(figures.service_level)} />
        ) : null}
      </dl>
      {helpers.length === 0 ? (
        <p className="hj-quiet" data-testid="no-helper">
          {t('suggestion.noHelper')}
        </p>
      ) : (
        <ul className="hj-suggestion-helpers">
          {helpers.map((helper) => (
            <li key={helper.agent_id} data-testid="helper" data-agent={helper.agent_id}>
              <div>
                <Checkbox
                  checked={chosen.includes(helper.agent_id)}
                  disabled={!mayApply || busy}
                  onChange={(event) => toggle(helper.agent_id, event.target.checked)}
                >
                  <strong>{helper.agent_name}</strong> <span className="hj-faint">{helper.agent_number}</span>
                </Checkbox>
                <div className="hj-suggestion-why">
                  <Why helper={helper} />
                </div>
              </div>
              <div>
                {outcomesOf(suggestion, [helper.agent_id]).map((one) => (
                  <WaitBars key={one.queue_id} outcome={one} longest={longest} />
                ))}
              </div>
            </li>
          ))}
        </ul>
      )}
      {helpers.length > 0 && mayApply ? (
        <footer>
          <div className="hj-suggestion-together">
            <span className="hj-faint">{t('suggestion.together', { number: chosen.length })}</span>
            <div>
              {together.map((one) => (
                <WaitBars key={one.queue_id} outcome={one} longest={longest} />
              ))}
              <Ahead outcomes={together} />
            </div>
          </div>
          <div className="hj-suggestion-acts">
            <Select
              value={minutes}
              onChange={setMinutes}
              aria-label={t('suggestion.howLong')}
              options={times.map((value) => ({ value, label: t('suggestion.minutes', { number: value }) }))}
            />
            <Button
              type="primary"
              loading={busy}
              disabled={chosen.length === 0}
              onClick={() => void apply()}
              data-testid="apply-suggestion"
            >
              {t('suggestion.apply', { number: chosen.length })}
            </Button>
          </div>
        </footer>
      ) : null}
      <CallIn queueId={queueId} open={helpers.length === 0} />
    </section>
  );
}

function Figure({ name, value }: { name: string; value: React.ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd className="hj-figures">{value}</dd>
    </div>
  );
}

/** Why this agent, in words. */
function Why({ helper }: { helper: SuggestionHelper }) {
  const { t } = useTranslation();
  const { free, queues, skill_name: skill, level, has } = helper;
  return (
    <>
      {t(free ? 'suggestion.isFree' : 'suggestion.isBusy')}
      {queues.length > 0 ? t('suggestion.fromQueues', { queues: queues.join(t('suggestion.and')) }) : null}
      {has > 0
        ? t('suggestion.lacksLevel', { skill, level, has })
        : t('suggestion.lacksSkill', { skill, level })}
    </>
  );
}
