import { App, Button, Form, Space } from 'antd';
import { useTranslation } from 'react-i18next';
import { useReportError } from '@/shared/components/errors';
import { hid } from '@/shared/headset/hid';
import {
  connectHeadset,
  disconnectHeadset,
  useHeadsetNames,
  useHeadsetWanted,
} from '@/shared/headset/wanted';

/** Connects a headset whose buttons answer, hang up and mute, and says which one is. */
export function HeadsetSetting() {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const report = useReportError();
  const wanted = useHeadsetWanted() > 0;
  const names = useHeadsetNames();
  const connect = () =>
    void connectHeadset()
      .then((done) => (done ? null : message.info(t('headset.none'))))
      .catch(report);
  return (
    <Form.Item
      label={t('headset.title')}
      extra={
        hid() === null
          ? t('headset.impossible')
          : wanted
            ? names.length > 0
              ? t('headset.connected', { names: names.join(', ') })
              : t('headset.away')
            : undefined
      }
    >
      <Space>
        <Button disabled={hid() === null} onClick={connect} data-testid="headset-connect">
          {t('headset.connect')}
        </Button>
        {wanted ? (
          <Button
            type="text"
            onClick={() => void disconnectHeadset().catch(report)}
            data-testid="headset-forget"
          >
            {t('headset.disconnect')}
          </Button>
        ) : null}
      </Space>
    </Form.Item>
  );
}
