import { DesktopOutlined } from '@ant-design/icons';
import { App, Button, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { capture } from './capture';

interface Props {
  account: string;
  /** Whoever says no is not signed in to work. */
  required: boolean;
  /** The agent shares, or works without; false: not signed in to work. */
  goOn: () => Promise<boolean>;
  /** The agent does neither. */
  close: () => void;
}

/** Says what sharing the whole screen means, before the browser asks which screen. */
export default function AskToShare({ account, required, goOn, close }: Props) {
  const { t } = useTranslation();
  const [busy, setBusy] = useState(false);
  const { message } = App.useApp();
  const share = async () => {
    setBusy(true);
    const answer = await capture.share(account).finally(() => setBusy(false));
    if (answer !== 'shared') message.warning(t(`wholeScreen.outcome.${answer}`));
    else if (!(await goOn())) capture.stop();
  };
  return (
    <Modal
      open
      width={520}
      title={t('wholeScreen.askTitle')}
      onCancel={close}
      mask={{ closable: false }}
      footer={[
        required ? (
          <Button key="close" onClick={close} disabled={busy}>
            {t('wholeScreen.notSignIn')}
          </Button>
        ) : (
          <Button key="not-now" onClick={goOn} disabled={busy} data-testid="whole-screen-not-now">
            {t('wholeScreen.notNow')}
          </Button>
        ),
        <Button
          key="share"
          type="primary"
          autoFocus
          icon={<DesktopOutlined aria-hidden />}
          loading={busy}
          onClick={share}
          data-testid="whole-screen-share"
        >
          {t('wholeScreen.share')}
        </Button>,
      ]}
    >
      <div className="hj-stack" data-testid="whole-screen-ask">
        <p>{t('wholeScreen.askWhat')}</p>
        <p>{t('wholeScreen.askHow')}</p>
        <p className="hj-quiet">{t(required ? 'wholeScreen.askRequired' : 'wholeScreen.askFree')}</p>
      </div>
    </Modal>
  );
}
