import { App, Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Adjust } from '@/shared/adjustments/Adjust';
import { AdjustmentHistory } from '@/shared/adjustments/AdjustmentHistory';
import { holdsText, isBeneath, levelText, whatText } from '@/shared/adjustments/adjustments';
import { useAdjustedNames } from '@/shared/adjustments/names';
import { api } from '@/shared/api/client';
import type { AgentLive } from '@/shared/api/types';
import { useReportError } from '@/shared/components/errors';
import { useRight } from '@/shared/session/session';

/** What a supervisor has changed of what one agent is asked for and may do; given and ended here, at once. */
export function Adjustments({ agent }: { agent: AgentLive }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const report = useReportError();
  const mayGive = useRight('live.skills');
  const nameOf = useAdjustedNames(agent.adjustments);
  const [open, setOpen] = useState<'give' | 'history' | null>(null);
  const end = async (id: string) => {
    try {
      await api.post('/adjustments/end', { ids: [id] });
      message.success(t('temporary.count', { number: 1 }));
    } catch (error) {
      report(error);
    }
  };
  const running = agent.adjustments;
  return (
    <section data-testid="adjustments">
      <div className="hj-agent-card-line">
        <h3>{t('temporary.title')}</h3>
        <span>
          {mayGive ? (
            <Button size="small" type="text" onClick={() => setOpen('give')} data-testid="give">
              {t('temporary.give')}
            </Button>
          ) : null}
          <Button size="small" type="text" onClick={() => setOpen('history')} data-testid="history">
            {t('temporary.historyShort')}
          </Button>
        </span>
      </div>
      {running.map((one) => (
        <div key={one.id} className="hj-agent-card-line">
          <span>
            {whatText(one.kind, one.subject, nameOf(one), t)}{' '}
            <strong>{levelText(one.kind, one.level, t)}</strong>
          </span>
          <span className="hj-quiet">
            {isBeneath(one, running) ? t('temporary.afterwards') : holdsText(one, t)}
            {mayGive ? (
              <Button size="small" type="link" onClick={() => void end(one.id)} data-testid="end-temporary">
                {t('temporary.endOne')}
              </Button>
            ) : null}
          </span>
        </div>
      ))}
      {open === 'give' ? (
        <Adjust
          title={t('temporary.titleOf', { name: agent.name })}
          agentIds={[agent.id]}
          onClose={() => setOpen(null)}
        />
      ) : null}
      {open === 'history' ? <AdjustmentHistory agent={agent} onClose={() => setOpen(null)} /> : null}
    </section>
  );
}
