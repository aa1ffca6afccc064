import { BellOutlined } from '@ant-design/icons';
import { Tag } from 'antd';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { phone } from '@/shared/phone/hooks';

/** Rings on the loudspeaker as long as it is shown: at night, when a caller is there whom nobody takes. */
export default function NightBell() {
  const { t } = useTranslation();
  useEffect(() => {
    phone.ringBell(true);
    return () => phone.ringBell(false);
  }, []);
  return (
    <Tag
      color="red"
      icon={<BellOutlined aria-hidden />}
      data-testid="night-bell"
      style={{ marginInlineEnd: 0 }}
    >
      {t('nightBell.rings')}
    </Tag>
  );
}
