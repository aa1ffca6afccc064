import { BellOutlined } from '@ant-design/icons';
import { useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { api } from '@/shared/api/client';
import type { Desktop } from '@/shared/api/types';
import { useOfferedActs } from '@/shared/acts/offered';
import { useAct } from '@/shared/components/errors';

/** Whether the night bell rings here; kept with the agent. */
export default function BellSwitch({ on }: { on: boolean }) {
  const { t } = useTranslation();
  const { busy, run } = useAct();
  const queryClient = useQueryClient();
  const turn = () =>
    run(async () => {
      await api.put('/me/night-bell', { on: !on });
      queryClient.setQueryData<Desktop>(['desktop'], (known) => known && { ...known, night_bell: !on });
    });
  useOfferedActs([{ key: 'night-bell', label: t('command.bell'), run: () => void turn() }]);
  return (
    <Button
      type={on ? 'primary' : 'text'}
      ghost={on}
      size="small"
      icon={<BellOutlined aria-hidden />}
      loading={busy}
      aria-pressed={on}
      aria-label={t('nightBell.name')}
      title={t(on ? 'nightBell.on' : 'nightBell.off')}
      onClick={() => void turn()}
      data-testid="bell-switch"
    >
      {t('nightBell.name')}
    </Button>
  );
}
