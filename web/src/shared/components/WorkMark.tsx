import { PushpinOutlined } from '@ant-design/icons';
import { Tag, Tooltip } from 'antd';
import { useTranslation } from 'react-i18next';
import type { AgentLive, WorkKind } from '@/shared/api/types';
import { timeOfDay } from '@/shared/format/time';

const colours: Record<WorkKind, string> = { inbound: 'blue', outbound: 'purple', blended: 'cyan' };

/** Which work an agent has been given, by whom and why; nothing while nobody decided anything. */
export function WorkMark({ agent }: { agent: AgentLive }) {
  return agent.state === 'logged_out' || (!agent.work_by && !agent.next_work) ? null : (
    <Given agent={agent} />
  );
}

function Given({ agent }: { agent: AgentLive }) {
  const { t } = useTranslation();
  const why = useWhyWork(agent);
  const next = agent.next_work ? ` → ${t(`blending.kind.${agent.next_work}`)}` : '';
  return (
    <Tooltip title={why}>
      <Tag
        color={colours[agent.work]}
        icon={agent.work_by === 'supervisor' ? <PushpinOutlined /> : undefined}
        data-testid="work-mark"
        data-work={agent.work}
        style={{ marginInlineEnd: 0 }}
      >
        {t(`blending.kind.${agent.work}`)}
        {next}
      </Tag>
    </Tooltip>
  );
}

/** In words: who decided, why, with the figures at the time, and until when. */
export function useWhyWork(agent: AgentLive): string {
  const { t } = useTranslation();
  const why = useWhyMoved();
  if (!agent.work_by) return t('blending.asUsual');
  const until = agent.work_until ? t('blending.until', { time: timeOfDay(agent.work_until) }) : '';
  if (agent.work_by === 'supervisor') return `${t('blending.pinned')}${until}`;
  const since = agent.work_since ? timeOfDay(agent.work_since) : '';
  return `${since} ${t('blending.byRule')}${why(agent.work_why)}`;
}

export interface MoveFigures {
  reason?: string;
  service_level?: number | null;
  waiting?: number;
  longest_wait?: number;
  idle?: number;
  inbound?: number;
}

/** A reason of a move with the figure that decided. */
export function useWhyMoved(): (why: MoveFigures) => string {
  const { t } = useTranslation();
  return (why) => {
    const figures = {
      level: why.service_level == null ? '–' : `${Math.round(why.service_level * 100)} %`,
      waiting: why.waiting ?? 0,
      wait: Math.round(why.longest_wait ?? 0),
      idle: why.idle ?? 0,
      inbound: why.inbound ?? 0,
    };
    switch (why.reason) {
      case 'calm':
        return t('blending.why.calm', figures);
      case 'service_level':
        return t('blending.why.service_level', figures);
      case 'waiting':
        return t('blending.why.waiting', figures);
      case 'longest_wait':
        return t('blending.why.longest_wait', figures);
      case 'too_few':
        return t('blending.why.too_few', figures);
      default:
        return '';
    }
  };
}
