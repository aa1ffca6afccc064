import { phoneNumber } from '@/shared/format/format';

/** A number is only text: a click on it never dials. */
export function PhoneNumber({ value }: { value: string | null | undefined }) {
  return <span className="hj-figures">{phoneNumber(value)}</span>;
}
