import { Form, Select } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { listDevices, microphonePossible, type DeviceChoice, type Devices } from '@/shared/phone/devices';
import { phone, usePhone } from '@/shared/phone/hooks';
import { HeadsetSetting } from './HeadsetSetting';

/** Microphone, earpiece and ringing device; names appear once the browser may use the microphone. */
export function DevicePicker({ refresh }: { refresh?: unknown }) {
  const { t } = useTranslation();
  const { devices: choice } = usePhone();
  const [devices, setDevices] = useState<Devices>({ inputs: [], outputs: [] });
  useEffect(() => {
    if (!microphonePossible()) return;
    let gone = false;
    const read = () => void listDevices().then((found) => !gone && setDevices(found));
    read();
    navigator.mediaDevices.addEventListener('devicechange', read);
    return () => {
      gone = true;
      navigator.mediaDevices.removeEventListener('devicechange', read);
    };
  }, [refresh]);
  const select = (name: keyof DeviceChoice, list: MediaDeviceInfo[]) => (
    <Form.Item label={t(`phone.${name}`)} htmlFor={`device-${name}`}>
      <Select
        id={`device-${name}`}
        value={list.some((device) => device.deviceId === choice[name]) ? choice[name] : ''}
        options={[
          { value: '', label: t('phone.systemDefault') },
          ...list
            .filter((device) => device.deviceId !== 'default')
            .map((device) => ({
              value: device.deviceId,
              label: device.label || device.deviceId.slice(0, 8),
            })),
        ]}
        onChange={(value) => void phone.choose({ ...choice, [name]: value })}
      />
    </Form.Item>
  );
  return (
    <Form layout="vertical" size="middle" className="hj-devices">
      {select('microphone', devices.inputs)}
      {select('speaker', devices.outputs)}
      {select('ringer', devices.outputs)}
      <HeadsetSetting />
    </Form>
  );
}
