import { DesktopOutlined } from '@ant-design/icons';
import { App, Button, Tag, Tooltip } from 'antd';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '@/shared/session/session';
import { capture, sharedBefore } from '@/shared/whole-screen/capture';

const place = { marginInlineEnd: 0 };
const small = { fontSize: 'inherit', paddingInline: 4 };

/** That the whole screen is shared, with the way to stop it; or one click to share it. */
export default function WholeScreenMark({ required }: { required: boolean }) {
  const { t } = useTranslation();
  const account = useSession().account.id;
  const shares = useSyncExternalStore(capture.subscribe, () => capture.shares);
  const { message } = App.useApp();
  const [asksAgain, setAsksAgain] = useState(() => sharedBefore(account));
  // It ends with work, and when the company has it no more: the mark is gone then, too.
  useEffect(() => () => capture.stop(), []);
  const share = async () => {
    const outcome = await capture.share(account);
    if (outcome !== 'shared') message.warning(t(`wholeScreen.outcome.${outcome}`));
  };
  const stop = () => {
    setAsksAgain(false);
    capture.stop();
  };
  if (shares !== 'nowhere')
    return (
      <Tag
        color="blue"
        icon={<DesktopOutlined aria-hidden />}
        style={place}
        data-testid="whole-screen-shared"
      >
        {t(shares === 'here' ? 'wholeScreen.shared' : 'wholeScreen.sharedElsewhere')}
        {shares === 'here' ? (
          <Button type="link" size="small" style={small} onClick={stop} data-testid="whole-screen-stop">
            {t('wholeScreen.stop')}
          </Button>
        ) : null}
      </Tag>
    );
  if (!required && !asksAgain)
    return (
      <Tooltip title={t('wholeScreen.offer')}>
        <Button
          type="text"
          size="small"
          icon={<DesktopOutlined aria-hidden />}
          aria-label={t('wholeScreen.offer')}
          onClick={share}
          data-testid="whole-screen-offer"
        />
      </Tooltip>
    );
  return (
    <Tag
      color="gold"
      icon={<DesktopOutlined aria-hidden />}
      style={place}
      closable={!required}
      onClose={() => setAsksAgain(false)}
      data-testid="whole-screen-again"
    >
      {t('wholeScreen.notShared')}
      <Button type="link" size="small" style={small} onClick={share} data-testid="whole-screen-share-again">
        {t('wholeScreen.shareAgain')}
      </Button>
    </Tag>
  );
}
