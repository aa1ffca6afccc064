import { CalendarOutlined, DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { App, Button, DatePicker, Input, InputNumber, Popover, Segmented, Select, Tag } from 'antd';
import dayjs from 'dayjs';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/shared/api/client';
import type { PublicHolidays, SpecialDay } from '@/shared/api/types';
import { useAct } from '@/shared/components/errors';
import { EmptyView } from '@/shared/components/Views';
import { nowZoned } from '@/shared/format/time';
import { CalendarFile } from './CalendarFile';
import { withDays, yearsOf } from './week';
import { useWeekdays } from './weekdays';
import { SpansInput } from './WeekEditor';

interface Props {
  value?: SpecialDay[];
  onChange?: (value: SpecialDay[]) => void;
  disabled?: boolean;
}

const countries = [
  'CN',
  'HK',
  'MO',
  'TW',
  'SG',
  'MY',
  'TH',
  'VN',
  'PH',
  'ID',
  'JP',
  'KR',
  'IN',
  'AU',
  'US',
  'GB',
  'DE',
];

type Kind = 'closed' | 'own' | 'weekday';
const kindOf = (one: SpecialDay): Kind =>
  typeof one.as_weekday === 'number' ? 'weekday' : one.spans.length > 0 ? 'own' : 'closed';

/** Days that are not like the others, year by year. */
export function SpecialDays({ value = [], onChange, disabled = false }: Props) {
  const { t, i18n } = useTranslation();
  const weekdays = useWeekdays();
  const longNames = useWeekdays('long');
  const thisYear = nowZoned().year();
  const [year, setYear] = useState(thisYear);
  const shown = value.filter(({ date }) => date.startsWith(`${year}-`));
  const replace = (one: SpecialDay, next: SpecialDay | null) =>
    onChange?.(
      next
        ? withDays(
            value.filter((each) => each !== one),
            [next],
          )
        : value.filter((each) => each !== one),
    );
  const add = () => {
    let date = year === thisYear ? nowZoned() : dayjs(`${year}-01-01`);
    while (value.some((one) => one.date === date.format('YYYY-MM-DD'))) date = date.add(1, 'day');
    const text = date.format('YYYY-MM-DD');
    setYear(date.year());
    onChange?.(withDays(value, [{ date: text, name: '', spans: [], as_weekday: null }]));
  };
  const dayName = (date: string) => {
    const at = (dayjs(date).day() + 6) % 7;
    return weekdays[at] ?? '';
  };
  return (
    <div data-testid="special-days">
      <div className="hj-days-head">
        <Segmented
          aria-label={t('hours.year')}
          size="small"
          value={year}
          options={yearsOf(value, thisYear).map((one) => ({ value: one, label: String(one) }))}
          onChange={setYear}
        />
        {disabled ? null : (
          <span className="hj-days-acts">
            <Import
              year={year}
              take={(found) => {
                setYear(found.year);
                onChange?.(withDays(value, found.days));
              }}
            />
            <CalendarFile
              value={value}
              take={(days) => {
                if (days[0]) setYear(Number(days[0].date.slice(0, 4)));
                onChange?.(withDays(value, days));
              }}
            />
            <Button size="small" icon={<PlusOutlined />} onClick={add} data-testid="add-day">
              {t('hours.addDay')}
            </Button>
          </span>
        )}
      </div>
      {shown.length === 0 ? (
        <EmptyView what={t('hours.noDays', { year })} how={t('hours.noDaysHow')} />
      ) : (
        <ul className="hj-days" aria-label={t('hours.specialDays')}>
          {shown.map((one) => (
            <li key={one.date} data-testid="special-day" data-date={one.date} data-kind={kindOf(one)}>
              <DatePicker
                size="small"
                aria-label={t('hours.date')}
                allowClear={false}
                disabled={disabled}
                format={(date) => `${date.format('MM-DD')} ${dayName(date.format('YYYY-MM-DD'))}`}
                value={dayjs(one.date)}
                disabledDate={(date) =>
                  date.format('YYYY-MM-DD') !== one.date &&
                  value.some((each) => each.date === date.format('YYYY-MM-DD'))
                }
                onChange={(date) => {
                  if (date) replace(one, { ...one, date: date.format('YYYY-MM-DD') });
                }}
              />
              <Input
                size="small"
                disabled={disabled}
                aria-label={t('common.name')}
                placeholder={t('common.name')}
                maxLength={80}
                value={one.name}
                onChange={(event) => replace(one, { ...one, name: event.target.value })}
              />
              <Select
                size="small"
                disabled={disabled}
                aria-label={t('hours.dayKind')}
                value={kindOf(one)}
                options={(['closed', 'own', 'weekday'] as const).map((kind) => ({
                  value: kind,
                  label: t(`hours.kind.${kind}`),
                }))}
                onChange={(kind: Kind) =>
                  replace(one, {
                    ...one,
                    spans: kind === 'own' ? [{ start: '09:00', end: '18:00' }] : [],
                    as_weekday: kind === 'weekday' ? 0 : null,
                  })
                }
              />
              {kindOf(one) === 'own' ? (
                <SpansInput
                  spans={one.spans}
                  put={(spans) => {
                    if (spans.length > 0) replace(one, { ...one, spans });
                  }}
                  name={one.date}
                  disabled={disabled}
                />
              ) : kindOf(one) === 'weekday' ? (
                <Select
                  size="small"
                  disabled={disabled}
                  aria-label={t('hours.likeWhich')}
                  value={one.as_weekday ?? 0}
                  options={longNames.map((label, at) => ({ value: at, label }))}
                  onChange={(at: number) => replace(one, { ...one, as_weekday: at })}
                />
              ) : (
                <span className="hj-faint">{t('hours.closedAllDay')}</span>
              )}
              {disabled ? null : (
                <Button
                  type="text"
                  size="small"
                  icon={<DeleteOutlined />}
                  aria-label={t('common.delete')}
                  onClick={() => replace(one, null)}
                />
              )}
            </li>
          ))}
        </ul>
      )}
      {value.length > 0 ? (
        <p className="hj-faint hj-days-total" lang={i18n.language}>
          {t('hours.daysTotal', {
            days: shown.length,
            worked: shown.filter((one) => kindOf(one) === 'weekday').length,
          })}
        </p>
      ) : null}
    </div>
  );
}

/** A country's public holidays of a year, put among the days; what was there at the same dates goes. */
function Import({ year, take }: { year: number; take: (found: PublicHolidays) => void }) {
  const { t, i18n } = useTranslation();
  const { message } = App.useApp();
  const [open, setOpen] = useState(false);
  const [country, setCountry] = useState('CN');
  const [wanted, setWanted] = useState(year);
  const { busy, run } = useAct();
  const names = new Intl.DisplayNames(i18n.language, { type: 'region' });
  const fetch = () =>
    run(async () => {
      const found = await api.get<PublicHolidays>('/public-holidays', { country, year: wanted });
      take(found);
      setOpen(false);
      if (found.complete) message.success(t('hours.imported', { count: found.days.length }));
      else message.warning(t('hours.incomplete', { year: wanted }), 8);
    });
  return (
    <Popover
      trigger="click"
      open={open}
      onOpenChange={(next) => {
        setWanted(year);
        setOpen(next);
      }}
      content={
        <div className="hj-days-import">
          <Select
            aria-label={t('hours.country')}
            showSearch={{ optionFilterProp: 'label' }}
            value={country}
            options={countries.map((code) => ({ value: code, label: names.of(code) ?? code }))}
            onChange={setCountry}
            style={{ width: 180 }}
          />
          <InputNumber
            aria-label={t('hours.year')}
            min={2000}
            max={2100}
            precision={0}
            value={wanted}
            onChange={(next) => setWanted(next ?? year)}
            style={{ width: 90 }}
          />
          <Button type="primary" loading={busy} onClick={() => void fetch()} data-testid="import-holidays">
            {t('hours.import')}
          </Button>
          {country === 'CN' ? <Tag>{t('hours.withMakeUp')}</Tag> : null}
        </div>
      }
    >
      <Button size="small" icon={<CalendarOutlined />} data-testid="public-holidays">
        {t('hours.publicHolidays')}
      </Button>
    </Popover>
  );
}
