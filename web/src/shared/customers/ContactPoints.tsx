import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Form, Input, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import type { ContactPoint } from '@/shared/api/types';
import { PhoneNumber } from '@/shared/components/PhoneNumber';
import { usePlace } from './data';

export const emptyContact = { kind: 'phone', value: '', label: '' };

/** A row that was left empty is none. */
export const isFilled = ({ value }: { value: string }) => value.trim() !== '';

export const contactKinds = ['phone', 'email', 'chat'] as const;

/** Numbers and addresses with their places. */
export function ContactPoints({ points, calling }: { points: ContactPoint[]; calling?: string }) {
  const { t } = useTranslation();
  if (points.length === 0) return <p className="hj-faint">{t('customer.noContacts')}</p>;
  return (
    <ul className="hj-contact-points">
      {points.map((point) => (
        <li key={point.id} data-calling={point.value === calling || undefined} data-testid="contact-point">
          <span className="hj-contact-value">
            {point.kind === 'phone' ? <PhoneNumber value={point.value} /> : point.value}
          </span>
          <span className="hj-quiet">
            {[point.label, point.shared ? t('customer.isShared') : ''].filter(Boolean).join(' · ')}
          </span>
          {point.kind === 'phone' ? <Place number={point.value} /> : null}
        </li>
      ))}
    </ul>
  );
}

export function Place({ number }: { number: string }) {
  const { data } = usePlace(number);
  const told = [data?.place, data?.carrier].filter(Boolean).join(' · ');
  return told ? (
    <span className="hj-faint" data-testid="number-place">
      {told}
    </span>
  ) : null;
}

/** The same as rows of a form, under `contact_points`. */
export function ContactPointsFields() {
  const { t } = useTranslation();
  return (
    <Form.List name="contact_points">
      {(rows, { add, remove }) => (
        <>
          {rows.map((row) => (
            <div key={row.key} className="hj-contact-row">
              <Form.Item name={[row.name, 'kind']}>
                <Select
                  aria-label={t('customer.contactKind')}
                  options={contactKinds.map((kind) => ({ value: kind, label: t(`customer.kind.${kind}`) }))}
                />
              </Form.Item>
              <Form.Item className="hj-contact-input" name={[row.name, 'value']}>
                <Input
                  maxLength={100}
                  aria-label={t('customer.contactValue')}
                  data-testid={`contact-value-${row.name}`}
                />
              </Form.Item>
              <Form.Item name={[row.name, 'label']}>
                <Input
                  maxLength={30}
                  placeholder={t('customer.contactLabel')}
                  aria-label={t('customer.contactLabel')}
                />
              </Form.Item>
              <Button
                type="text"
                icon={<DeleteOutlined />}
                aria-label={t('common.delete')}
                onClick={() => remove(row.name)}
              />
            </div>
          ))}
          <Button
            size="small"
            icon={<PlusOutlined />}
            onClick={() => add(emptyContact)}
            data-testid="add-contact"
          >
            {t('customer.addContact')}
          </Button>
        </>
      )}
    </Form.List>
  );
}
