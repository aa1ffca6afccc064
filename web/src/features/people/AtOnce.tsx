import { Button, Form, Modal } from 'antd';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

interface Props {
  label: string;
  title: string;
  width: number;
  testId: string;
  className?: string;
  children: (close: () => void) => ReactNode;
}

/** A part of a person's form that is in force at once, in a dialog of its own. */
export function AtOnce({ label, title, width, testId, className, children }: Props) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const close = () => setOpen(false);
  return (
    <Form.Item className={className} label={label} extra={t('forwarding.atOnce')}>
      <Button onClick={() => setOpen(true)} data-testid={testId}>
        {t('forwarding.set')}
      </Button>
      <Modal open={open} onCancel={close} footer={null} title={title} width={width} destroyOnHidden>
        {children(close)}
      </Modal>
    </Form.Item>
  );
}
