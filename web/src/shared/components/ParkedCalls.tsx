import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/shared/api/client';
import type { AgentLive } from '@/shared/api/types';
import type { ParkedCall } from '@/shared/live/parked';
import { Elapsed } from './Elapsed';
import { useReportError } from './errors';
import { CallerNumber } from './PhoneNumber';
import './parked.css';

/** Customers who are parked: at which place, by whom, since when; an agent who is free picks them up. */
export function ParkedCalls({ calls, agent }: { calls: ParkedCall[]; agent: AgentLive | null }) {
  const { t } = useTranslation();
  const report = useReportError();
  const [asking, setAsking] = useState('');
  const free = agent !== null && ['available', 'not_ready'].includes(agent.state);
  const pickUp = (id: string) => {
    setAsking(id);
    api
      .post(`/me/parked/${id}/pick-up`)
      .catch(report)
      .finally(() => setAsking(''));
  };
  return (
    <section aria-label={t('parked.title')} data-testid="parked">
      <div className="hj-panel-head">{t('parked.titleCount', { number: calls.length })}</div>
      <ul className="hj-parked">
        {calls.map((one) => (
          <li key={one.id} data-testid="parked-call" data-id={one.id}>
            <strong className="hj-parked-place" title={t('parked.place', { place: one.parked.place })}>
              {one.parked.place}
            </strong>
            <span className="hj-parked-who">
              <CallerNumber value={one.caller} />
              {one.caller_name ? <span className="hj-ellipsis">{one.caller_name}</span> : null}
              <span className="hj-faint hj-ellipsis">
                <Elapsed since={one.since} /> {t('parked.by', { name: one.parked.by_name })}
              </span>
            </span>
            {agent ? (
              <Button
                size="small"
                disabled={!free || one.parked.picking_agent !== null || asking !== ''}
                loading={asking === one.id}
                onClick={() => pickUp(one.id)}
                data-testid="pick-up"
              >
                {t('parked.pickUp')}
              </Button>
            ) : null}
          </li>
        ))}
      </ul>
    </section>
  );
}
