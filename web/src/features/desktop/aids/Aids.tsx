import { DesktopOutlined, SwitcherOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useAct } from '@/shared/components/errors';
import { canFloat, toggleFloating, useFloating } from './floating';
import { turnNotices, useNotices } from './notices';

/** For who works in other windows, too: the system tells of offers, and the call floats above everything. */
export default function Aids() {
  const { t } = useTranslation();
  const { busy, run } = useAct();
  const notices = useNotices();
  const floating = useFloating() !== null;
  return (
    <>
      {notices === 'impossible' ? null : (
        <Button
          type={notices === 'on' ? 'primary' : 'text'}
          ghost={notices === 'on'}
          size="small"
          icon={<DesktopOutlined aria-hidden />}
          disabled={notices === 'refused'}
          aria-pressed={notices === 'on'}
          aria-label={t('aids.notices')}
          title={t(`aids.notices_${notices}`)}
          onClick={() => void turnNotices(notices !== 'on')}
          data-testid="notices"
        />
      )}
      {canFloat ? (
        <Button
          type={floating ? 'primary' : 'text'}
          ghost={floating}
          size="small"
          icon={<SwitcherOutlined aria-hidden />}
          loading={busy}
          aria-pressed={floating}
          aria-label={t('aids.float')}
          title={t(floating ? 'aids.floating' : 'aids.floatHint')}
          onClick={() => void run(toggleFloating)}
          data-testid="float"
        />
      ) : null}
    </>
  );
}
