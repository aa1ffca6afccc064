import {
  CustomerServiceOutlined,
  DesktopOutlined,
  EyeOutlined,
  PauseCircleOutlined,
  SoundOutlined,
  TeamOutlined,
} from '@ant-design/icons';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { AgentLive, InteractionLive, ScreenView } from '@/shared/api/types';
import { useLive, useLiveInteraction } from '@/shared/live/hooks';
import { useRight } from '@/shared/session/session';
import { monitoredBy, type Monitoring, parkedBy } from './activities';
import { useScreenViewsOf } from './screenViews';

const signs: Record<string, ReactNode> = {
  listen: <EyeOutlined />,
  coach: <CustomerServiceOutlined />,
  barge: <SoundOutlined />,
};

/** What else there is to an agent's call, each by a sign and in words: a supervisor in it, many parties, customers
 * whom they have parked, and who looks at their screen. That somebody is supervised is for those who may do the same. */
export function CallMarks({ agent }: { agent: AgentLive }) {
  const call = useLiveInteraction(agent.interaction_id);
  const parked = useLive((state) => parkedBy(state.view.interactions).get(agent.id) ?? 0);
  const maySee = useRight('supervision.listen', 'supervision.coach', 'supervision.barge');
  const mode = maySee ? monitoredBy(agent, call) : null;
  const together = partiesIn(call);
  const views = useScreenViewsOf(agent.id);
  return mode || parked || together > 3 || views.length > 0 ? (
    <Marks mode={mode} parked={parked} together={together} views={views} />
  ) : null;
}

interface Counted {
  mode: Monitoring | null;
  parked: number;
  together: number;
  views: ScreenView[];
}

function Marks({ mode, parked, together, views }: Counted) {
  const { t } = useTranslation();
  const whole = views.some((one) => one.whole_screen_at !== null);
  const viewers = [...new Set(views.map((one) => one.by_name ?? '–'))].join(t('common.comma'));
  return (
    <span className="hj-call-marks">
      {mode ? (
        <span className="hj-call-mark" data-mark="monitored" data-mode={mode} data-testid="monitored">
          {signs[mode]} {t(`monitored.${mode}`)}
        </span>
      ) : null}
      {together > 3 ? (
        <span className="hj-call-mark" data-mark="conference" data-testid="many-parties">
          <TeamOutlined /> {t('monitored.parties', { number: together })}
        </span>
      ) : null}
      {viewers ? (
        <span className="hj-call-mark" data-mark="viewed" data-whole={whole} data-testid="screen-viewed-now">
          <DesktopOutlined /> {t(whole ? 'monitored.wholeScreen' : 'monitored.screen', { names: viewers })}
        </span>
      ) : null}
      {parked ? (
        <span className="hj-call-mark" data-mark="parked" data-testid="has-parked">
          <PauseCircleOutlined /> {t('monitored.parked', { number: parked })}
        </span>
      ) : null}
    </span>
  );
}

/** How many talk with each other, supervisors who are not heard left out. */
function partiesIn(call: InteractionLive | null): number {
  return (
    call?.parties.filter(
      (party) => party.state === 'in' && (party.role !== 'supervisor' || party.mode === 'barge'),
    ).length ?? 0
  );
}
