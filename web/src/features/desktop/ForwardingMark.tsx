import { SendOutlined } from '@ant-design/icons';
import { Button, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AgentLive } from '@/shared/api/types';
import { phoneNumber } from '@/shared/format/format';
import { timeOrDay } from '@/shared/format/time';

/** That calls to me go elsewhere, the way to change it, and the last one that did. */
export function ForwardingMark({ agent, change }: { agent: AgentLive; change: () => void }) {
  const { t } = useTranslation();
  const [seen, setSeen] = useState('');
  const { forwarding, forwarded } = agent;
  // The others wait while all calls are forwarded.
  const holds = forwarding.includes('always') ? (['always'] as const) : forwarding;
  const last =
    forwarded && forwarded.at !== seen
      ? t('forwarding.told', {
          time: timeOrDay(forwarded.at),
          caller: forwarded.caller || t('forwarding.somebody'),
          name: forwarded.to === 'number' ? phoneNumber(forwarded.name) : forwarded.name,
          why: t(`forwarding.why.${forwarded.why}`),
        })
      : null;
  return (
    <>
      {holds.length > 0 ? (
        <Button
          size="small"
          icon={<SendOutlined aria-hidden />}
          onClick={change}
          className="hj-forwarding-mark"
          data-testid="forwarding-mark"
        >
          {t('forwarding.mark', {
            whys: holds.map((why) => t(`forwarding.why.${why}`)).join(t('forwarding.and')),
          })}
        </Button>
      ) : null}
      {forwarded && last ? (
        <Tag
          closable
          color="blue"
          title={last}
          onClose={() => setSeen(forwarded.at)}
          className="hj-forwarded"
          role="status"
          data-testid="forwarded-told"
        >
          <span className="hj-ellipsis">{last}</span>
        </Tag>
      ) : null}
    </>
  );
}
