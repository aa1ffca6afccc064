import { PhoneOutlined } from '@ant-design/icons';
import { Button, Dropdown } from 'antd';
import { useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { ContactPoint } from '@/shared/api/types';
import { useReportError } from '@/shared/components/errors';
import { phoneNumber } from '@/shared/format/format';
import { dialOut } from '@/shared/phone/dialOut';

interface Props {
  customerId: string;
  name: string;
  points: ContactPoint[];
  /** As the main thing to do, with its word. */
  primary?: boolean;
  dialled?: () => void;
}

/** Calls the customer by one click; of several numbers one is chosen by its digit. */
export function DialButton({ customerId, name, points, primary = false, dialled }: Props) {
  const { t } = useTranslation();
  const report = useReportError();
  const [busy, setBusy] = useState(false);
  const [open, setOpen] = useState(false);
  const phones = points.filter(({ kind }) => kind === 'phone').slice(0, 9);
  const dial = (number: string) => {
    setOpen(false);
    setBusy(true);
    // The call is with this customer, whoever else has the number.
    dialOut({ number, customer_id: customerId })
      .then(() => dialled?.())
      .catch(report)
      .finally(() => setBusy(false));
  };
  const [first] = phones;
  const several = phones.length > 1;
  const keys = (event: KeyboardEvent) => {
    const chosen = open && /^[1-9]$/.test(event.key) ? phones[Number(event.key) - 1] : undefined;
    if (!chosen) return;
    event.preventDefault();
    event.stopPropagation();
    dial(chosen.value);
  };
  const button = (
    <Button
      type={primary ? 'primary' : 'text'}
      size={primary ? 'middle' : 'small'}
      icon={<PhoneOutlined />}
      loading={busy}
      disabled={!first}
      aria-label={t('nextCall.dialOne', { name })}
      title={first ? t('nextCall.dialOne', { name }) : t('nextCall.noNumber')}
      onClick={() => (several ? setOpen(!open) : first && dial(first.value))}
      onKeyDown={keys}
      data-testid="dial-customer"
    >
      {primary ? t('call.dial') : null}
    </Button>
  );
  // What is done with it is not done with the row around it.
  const apart = (event: { stopPropagation: () => void }) => event.stopPropagation();
  return (
    <span onClick={apart} onKeyDown={apart} role="presentation">
      {several ? (
        <Dropdown
          open={open}
          onOpenChange={setOpen}
          trigger={['click']}
          autoFocus
          menu={{
            onKeyDown: keys,
            onClick: ({ key }) => dial(key),
            items: phones.map(({ value, label }, at) => ({
              key: value,
              label: (
                <span className="hj-figures" data-testid="dial-choice">
                  <span className="hj-keys">{at + 1}</span> {phoneNumber(value)}{' '}
                  <span className="hj-faint">{label}</span>
                </span>
              ),
            })),
          }}
        >
          {button}
        </Dropdown>
      ) : (
        button
      )}
    </span>
  );
}
