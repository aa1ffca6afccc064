import { Button, Form, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import type { Queue } from '@/shared/api/types';
import { Catalogue } from '@/shared/catalogue/Catalogue';
import { ChoiceField, NumberField, SkillsField, SwitchField, TextField } from '@/shared/catalogue/fields';
import { useOptions } from '@/shared/catalogue/useOptions';
import { useLive } from '@/shared/live/hooks';
import { useRight } from '@/shared/session/session';
import { GreetingField } from './GreetingField';

type Values = Omit<Queue, 'id'>;

const fresh: Partial<Values> = {
  music: 'default',
  service_level_seconds: 20,
  short_abandon_seconds: 5,
  no_answer_seconds: 20,
  wrap_up_seconds: 30,
  announce_every_seconds: 30,
  announce_first_seconds: 0,
  announce_position: true,
  announce_expected_wait: false,
  greeting: '',
  say_agent_number: false,
  automatic_answer: false,
  recording: 'always',
  priority: 0,
  direction: 'inbound',
  skills: [],
};

export function Queues() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const mayEdit = useRight('admin.queues');
  const projects = useOptions('/projects');
  const businesses = useOptions('/businesses');
  const skills = useOptions('/skills');
  const flows = useOptions('/flows');
  return (
    <Catalogue<Queue, Values>
      path="/queues"
      testId="queues"
      title={t('page.queues')}
      lead={t('queue.lead')}
      nameOf={(queue) => queue.name}
      emptyWhat={t('queue.empty')}
      emptyHow={t('queue.emptyHow')}
      mayEdit={mayEdit}
      width={520}
      columns={[
        {
          title: t('common.name'),
          key: 'name',
          render: (_, { name, direction }) => (
            <>
              {name} {direction === 'outbound' ? <Tag>{t('blending.kind.outbound')}</Tag> : null}
            </>
          ),
        },
        {
          title: t('page.skills'),
          dataIndex: 'skills',
          render: (needed: Queue['skills']) =>
            needed
              .map((one) => t('queue.skillAtLeast', { name: skills.nameOf(one.skill_id), level: one.level }))
              .join(' · ') || t('common.none'),
        },
        { title: t('column.project'), dataIndex: 'project_id', render: (id: string) => projects.nameOf(id) },
        {
          title: t('column.business'),
          dataIndex: 'business_id',
          render: (id: string) => businesses.nameOf(id),
        },
        {
          title: t('queue.serviceLevelSeconds'),
          dataIndex: 'service_level_seconds',
          align: 'right',
          render: (value: number) => t('queue.seconds', { value }),
        },
        {
          title: t('queue.wrapUpSeconds'),
          dataIndex: 'wrap_up_seconds',
          align: 'right',
          render: (value: number) => t('queue.seconds', { value }),
        },
        {
          title: t('column.recording'),
          dataIndex: 'recording',
          render: (value: Queue['recording']) => t(`queue.recordingRule.${value}`),
        },
      ]}
      rowActions={(queue) => (
        <Button
          size="small"
          type="link"
          onClick={() => void navigate(`/admin/queues/${queue.id}/routing`)}
          data-testid="queue-routing"
        >
          {t('queue.routing')}
        </Button>
      )}
      values={(queue) => {
        if (!queue)
          return { ...fresh, project_id: projects.items[0]?.id, business_id: businesses.items[0]?.id };
        const { id, ...values } = queue;
        return values;
      }}
      panelTop={(queue) => (
        <>
          <QueueToday id={queue.id} />
          <Link to={`/admin/queues/${queue.id}/routing`}>{t('queue.toRouting')}</Link>
        </>
      )}
      fields={() => (
        <>
          <TextField name="name" label={t('common.name')} required max={60} />
          <div className="hj-form-pair">
            <ChoiceField name="project_id" label={t('column.project')} options={projects.options} required />
            <ChoiceField
              name="business_id"
              label={t('column.business')}
              options={businesses.options}
              required
            />
          </div>
          <div className="hj-form-pair">
            <ChoiceField
              name="direction"
              label={t('queue.direction')}
              required
              options={(['inbound', 'outbound'] as const).map((value) => ({
                value,
                label: t(`blending.kind.${value}`),
              }))}
              extra={t('queue.directionHint')}
            />
            <NumberField
              name="priority"
              label={t('queue.priority')}
              extra={t('queue.priorityHint')}
              min={-100}
              max={100}
            />
          </div>
          <h3 className="hj-form-section">{t('queue.skills')}</h3>
          <SkillsField name="skills" figure="level" figureLabel={t('queue.level')} skills={skills.options} />
          <h3 className="hj-form-section">{t('queue.times')}</h3>
          <div className="hj-form-pair">
            <NumberField
              name="service_level_seconds"
              label={t('queue.serviceLevelSeconds')}
              extra={t('queue.serviceLevelHint')}
              min={1}
              max={3600}
              unit={t('common.seconds')}
            />
            <NumberField
              name="short_abandon_seconds"
              label={t('queue.shortAbandonSeconds')}
              extra={t('queue.shortAbandonHint')}
              min={0}
              max={600}
              unit={t('common.seconds')}
            />
            <NumberField
              name="no_answer_seconds"
              label={t('queue.noAnswerSeconds')}
              extra={t('queue.noAnswerHint')}
              min={5}
              max={120}
              unit={t('common.seconds')}
            />
            <NumberField
              name="wrap_up_seconds"
              label={t('queue.wrapUpSeconds')}
              extra={t('queue.wrapUpHint')}
              min={0}
              max={3600}
              unit={t('common.seconds')}
            />
          </div>
          <h3 className="hj-form-section">{t('queue.whileWaiting')}</h3>
          <div className="hj-form-pair">
            <NumberField
              name="announce_first_seconds"
              label={t('queue.announceFirst')}
              extra={t('queue.announceFirstHint')}
              min={0}
              max={3600}
              unit={t('common.seconds')}
            />
            <NumberField
              name="announce_every_seconds"
              label={t('queue.announceSeconds')}
              extra={t('queue.announceHint')}
              min={0}
              max={3600}
              unit={t('common.seconds')}
            />
          </div>
          <ChoiceField
            name="waiting_flow_id"
            label={t('queue.waitingFlow')}
            extra={t('queue.waitingFlowHint')}
            options={flows.options}
          />
          <OwnAnnouncements />
          <h3 className="hj-form-section">{t('queue.call')}</h3>
          <SwitchField
            name="say_agent_number"
            label={t('queue.sayAgentNumber')}
            extra={t('queue.sayAgentNumberHint')}
          />
          <GreetingField />
          <SwitchField
            name="automatic_answer"
            label={t('queue.automaticAnswer')}
            extra={t('queue.automaticAnswerHint')}
          />
          <ChoiceField
            name="recording"
            label={t('queue.record')}
            required
            options={(['always', 'on_demand', 'never'] as const).map((value) => ({
              value,
              label: t(`queue.recordingRule.${value}`),
            }))}
          />
          <TextField
            name="music"
            label={t('queue.music')}
            max={40}
            pattern={{ value: /^[A-Za-z0-9_-]+$/, message: t('queue.musicPattern') }}
          />
        </>
      )}
    />
  );
}

/** Said by the platform itself, unless a flow plays to who waits. */
function OwnAnnouncements() {
  const { t } = useTranslation();
  const flow: unknown = Form.useWatch('waiting_flow_id');
  if (flow) return null;
  return (
    <div className="hj-form-pair">
      <SwitchField name="announce_position" label={t('queue.announcePosition')} />
      <SwitchField
        name="announce_expected_wait"
        label={t('queue.announceExpectedWait')}
        extra={t('queue.announceExpectedWaitHint')}
      />
    </div>
  );
}

/** What the queue did today, above its settings. */
function QueueToday({ id }: { id: string }) {
  const { t } = useTranslation();
  const queue = useLive((state) => state.view.queues.get(id));
  if (!queue) return null;
  return (
    <p className="hj-quiet">
      {t('queue.today', {
        waiting: queue.waiting,
        agents: queue.agents_signed_in,
        offered: queue.offered_today,
        answered: queue.answered_today,
      })}{' '}
      <Link to={`/interactions?queue_id=${id}`}>{t('area.interactions')}</Link>
    </p>
  );
}
