import { DisconnectOutlined, PhoneOutlined } from '@ant-design/icons';
import { Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import type { AgentLive } from '@/shared/api/types';
import { elapsedSeconds } from '@/shared/format/format';
import { useNow } from '@/shared/live/hooks';
import { Elapsed } from './Elapsed';

/** A browser that has just signed in registers within this time; seconds. */
const settling = 3;

const place = { marginInlineEnd: 0, alignSelf: 'flex-start' };

/** That no call reaches the agent, and since when: the state that the agent has chosen stands beside it. */
export function ConnectionMark({ agent }: { agent: AgentLive }) {
  if (!agent.unreachable_since || agent.state === 'logged_out') return null;
  return <Lost since={agent.unreachable_since} kind={agent.phone_kind} />;
}

function Lost({ since, kind }: { since: string; kind: AgentLive['phone_kind'] }) {
  const { t } = useTranslation();
  const now = useNow();
  if (kind === 'number')
    return (
      <Tag color="processing" icon={<PhoneOutlined />} data-testid="at-keys" style={place}>
        {t('phone.atKeys')}
      </Tag>
    );
  if (elapsedSeconds(since, now) < settling) return null;
  return (
    <Tag color="error" icon={<DisconnectOutlined />} data-testid="connection-lost" style={place}>
      {t(kind === 'phone' ? 'phone.hardPhoneMissing' : 'phone.connectionLost')} <Elapsed since={since} />
    </Tag>
  );
}
