import { BranchesOutlined } from '@ant-design/icons';
import { Button, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { api } from '@/shared/api/client';
import type { InteractionLive } from '@/shared/api/types';
import { Elapsed } from '@/shared/components/Elapsed';
import { useReportError } from '@/shared/components/errors';

/** The flow that agent and customer are in. */
export function Guidance({ interaction }: { interaction: InteractionLive }) {
  const { t } = useTranslation();
  const report = useReportError();
  const guidance = interaction.guidance;
  if (!guidance) return null;
  return (
    <div className="hj-parties" data-testid="guidance" role="group" aria-label={t('guidance.running')}>
      <BranchesOutlined aria-hidden />
      <span className="hj-party">
        <Tag color="cyan">{t('guidance.running')}</Tag>
        <strong>{guidance.flow_name}</strong>
        {guidance.step ? (
          <span className="hj-quiet">
            {t('guidance.step')} {guidance.step}
          </span>
        ) : null}
        <Elapsed since={guidance.since} />
        <Button
          size="small"
          onClick={() => void api.delete(`/me/interactions/${interaction.id}/guidance`).catch(report)}
          data-testid="end-guidance"
        >
          {t('guidance.end')}
        </Button>
      </span>
    </div>
  );
}
