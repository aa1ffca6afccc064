import { useTranslation } from 'react-i18next';
import { phoneNumber } from '@/shared/format/format';

/** A number is only text: a click on it never dials. */
export function PhoneNumber({ value }: { value: string | null | undefined }) {
  return <span className="hj-figures">{phoneNumber(value)}</span>;
}

/** Who calls; an empty number is one that the caller withholds. In a chat it is the name that the visitor gave. */
export function CallerNumber({ value, medium }: { value: string | null | undefined; medium?: string }) {
  const { t } = useTranslation();
  if (medium === 'chat') return <span>{value || t('chat.visitor')}</span>;
  return value === '' ? (
    <span className="hj-quiet">{t('caller.withheld')}</span>
  ) : (
    <PhoneNumber value={value} />
  );
}
