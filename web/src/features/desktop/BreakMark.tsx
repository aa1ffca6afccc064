import { Button, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/shared/api/client';
import type { AgentLive } from '@/shared/api/types';
import { useReportError } from '@/shared/components/errors';

/** How the agent's request for a break stands, and what became of the last one. */
export default function BreakMark({ agent }: { agent: AgentLive }) {
  const { t } = useTranslation();
  const report = useReportError();
  const [seen, setSeen] = useState('');
  const { break_request: request, break_refused: refused } = agent;
  if (request && request.state !== 'began')
    return (
      <Tag color="gold" data-testid="break-mark" data-state={request.state} style={{ marginInlineEnd: 0 }}>
        {request.state === 'waiting' ? t('breaks.waiting', { place: request.place }) : t('breaks.granted')}
        <Button
          size="small"
          type="link"
          onClick={() => void api.delete('/me/break').catch(report)}
          data-testid="break-withdraw"
        >
          {t('breaks.withdraw')}
        </Button>
      </Tag>
    );
  if (request || !refused || refused.at === seen) return null;
  return (
    <Tag
      color="red"
      closable
      onClose={() => setSeen(refused.at)}
      data-testid="break-mark"
      data-state="refused"
      style={{ marginInlineEnd: 0 }}
    >
      {refused.word
        ? t('breaks.refusedWord', { word: refused.word })
        : t(refused.full ? 'breaks.refusedFull' : 'breaks.refused')}
    </Tag>
  );
}
