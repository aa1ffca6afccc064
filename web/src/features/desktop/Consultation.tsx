import { TeamOutlined } from '@ant-design/icons';
import { Button, Space, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { api } from '@/shared/api/client';
import type { InteractionLive } from '@/shared/api/types';
import { Elapsed } from '@/shared/components/Elapsed';
import { useReportError } from '@/shared/components/errors';
import { PhoneNumber } from '@/shared/components/PhoneNumber';
import { consulted, guests, type Party } from './parties';
import { type CallAct, useCallActs, useMyAgent } from './work';

/** Who else is on the line, and what the agent at hand can do with them. */
export function Parties({ interaction }: { interaction: InteractionLive }) {
  const { t } = useTranslation();
  const report = useReportError();
  const me = useMyAgent();
  const act = useCallActs(interaction, me);
  const asked = consulted(interaction);
  const others = guests(interaction);
  if (!asked && others.length === 0) return null;
  // In the conference the customer is one of those who are listed; their hold is the call's own button.
  const customer = others.length > 0 ? interaction.parties.find((party) => party.role === 'customer') : null;
  const end = (party: Party) =>
    api.delete(`/me/interactions/${interaction.id}/parties/${party.leg_id}`).catch(report);
  const alter = (party: Party, what: 'hold' | 'resume' | 'mute' | 'unmute') =>
    api.post(`/me/interactions/${interaction.id}/parties/${party.leg_id}/${what}`).catch(report);
  const beside = interaction.parties.some(
    (party) => party.agent_id === interaction.agent_id && party.room === 'beside',
  );
  const atPhone = interaction.two_calls_at_phone;
  const buttons: { act: CallAct; name: string; disabled?: boolean; why?: string }[] = asked
    ? [
        {
          act: 'swap',
          name: t(beside ? 'consult.toCustomer' : 'consult.toAsked'),
          disabled: asked.state === 'calling' || atPhone,
          why: atPhone ? t('consult.swapAtPhone') : undefined,
        },
        { act: 'join', name: t('consult.join'), disabled: asked.state === 'calling' },
        { act: 'hand-over', name: t('consult.handOver'), disabled: asked.state === 'calling' },
        { act: 'end-consultation', name: t('consult.end') },
      ]
    : [];
  return (
    <div className="hj-parties" data-testid="parties" role="group" aria-label={t('consult.parties')}>
      <TeamOutlined aria-hidden />
      {[...(customer ? [customer] : []), ...(asked ? [asked] : []), ...others].map((party) => (
        <span
          key={party.leg_id}
          className="hj-party"
          data-testid={party === customer ? 'customer-party' : 'party'}
          data-state={party.state}
        >
          <strong>
            <PartyName party={party} />
          </strong>
          <Tag color={party.state === 'in' ? 'blue' : party.state === 'held' ? 'default' : 'gold'}>
            {t(`partyState.${party.room === 'beside' && party.state === 'in' ? 'asked' : party.state}`)}
          </Tag>
          <Elapsed since={party.since} />
          {party.self_muted && !party.muted ? <Tag>{t('consult.selfMuted')}</Tag> : null}
          {party.role === 'supervisor' ? <Tag>{t('supervision.barge')}</Tag> : null}
          {party.room === 'main' && party.role !== 'supervisor' && party !== customer ? (
            <>
              <Button
                size="small"
                onClick={() => void alter(party, party.state === 'held' ? 'resume' : 'hold')}
                aria-label={`${t(party.state === 'held' ? 'call.resume' : 'call.hold')} ${nameOf(party)}`}
                data-testid="hold-party"
              >
                {t(party.state === 'held' ? 'call.resume' : 'call.hold')}
              </Button>
              <Button
                size="small"
                onClick={() => void alter(party, party.muted ? 'unmute' : 'mute')}
                aria-label={`${t(party.muted ? 'call.unmute' : 'call.mute')} ${nameOf(party)}`}
                data-testid="mute-party"
              >
                {t(party.muted ? 'call.unmute' : 'call.mute')}
              </Button>
              <Button
                size="small"
                danger
                onClick={() => void end(party)}
                aria-label={`${t('call.hangUp')} ${nameOf(party)}`}
                data-testid="hang-up-party"
              >
                {t('call.hangUp')}
              </Button>
            </>
          ) : null}
        </span>
      ))}
      <Space wrap className="hj-parties-acts">
        {buttons.map((one) => (
          <Button
            key={one.act}
            disabled={one.disabled}
            title={one.why}
            onClick={() => void act(one.act)}
            data-testid={`consult-${one.act}`}
          >
            {one.name}
          </Button>
        ))}
      </Space>
    </div>
  );
}

const nameOf = (party: Party) => party.name || party.number;

function PartyName({ party }: { party: Party }) {
  return party.role === 'agent' || party.role === 'supervisor' ? (
    <>{`${party.number} ${party.name}`}</>
  ) : (
    <PhoneNumber value={party.number} />
  );
}
