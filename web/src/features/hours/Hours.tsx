import { useQueryClient } from '@tanstack/react-query';
import { Form, Select, Tag } from 'antd';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { Hours as Schedule, HoursSpan, SpecialDay } from '@/shared/api/types';
import { Catalogue } from '@/shared/catalogue/Catalogue';
import { SwitchField, TextField } from '@/shared/catalogue/fields';
import { chosenName, useOptions } from '@/shared/catalogue/useOptions';
import { dayAndMinute } from '@/shared/format/time';
import { useRight, useSession } from '@/shared/session/session';
import './hours.css';
import { NightMode, Switches } from './NightMode';
import { SpecialDays } from './SpecialDays';
import { day, stretchOf } from './week';
import { useWeekdays } from './weekdays';
import { WeekEditor } from './WeekEditor';

interface Values {
  name: string;
  time_zone: string | null;
  calendar_id: string | null;
  weekly: HoursSpan[][];
  special_days: SpecialDay[];
  night_bell: boolean;
}

const zones = Intl.supportedValuesOf('timeZone').map((zone) => ({ value: zone, label: zone }));
const office: HoursSpan[] = [{ start: '09:00', end: '18:00' }];
const fresh = [office, office, office, office, office, [], []];
const longestTimer = 2_147_000_000;

/** Schedules: whether they are open now, their week, their special days, and the switch by hand. */
export function Hours() {
  const { t } = useTranslation();
  const mayEdit = useRight('admin.queues');
  const maySwitch = useRight('hours.switch');
  const { tenant } = useSession();
  const calendars = useOptions('/holiday-calendars');
  return (
    <Catalogue<Schedule, Values>
      path="/hours"
      testId="hours"
      title={t('page.hours')}
      lead={t('hours.lead')}
      nameOf={(one) => one.name}
      emptyWhat={t('hours.empty')}
      emptyHow={t('hours.emptyHow')}
      mayEdit={mayEdit}
      width={960}
      columns={[
        { title: t('common.name'), dataIndex: 'name' },
        { title: t('hours.now'), key: 'now', minWidth: 230, render: (_, one) => <State hours={one} /> },
        { title: t('hours.week'), key: 'week', render: (_, one) => <SmallWeek weekly={one.weekly} /> },
        {
          title: t('hours.calendar'),
          dataIndex: 'calendar_id',
          minWidth: 110,
          render: (id: string | null) => (id ? calendars.nameOf(id) : <span className="hj-faint">–</span>),
        },
        { title: t('tenant.zone'), dataIndex: 'zone', className: 'hj-nowrap' },
      ]}
      rowActions={(one) => (maySwitch ? <NightMode hours={one} /> : null)}
      values={(one) => ({
        name: one?.name ?? '',
        time_zone: one?.time_zone ?? null,
        calendar_id: one?.calendar_id ?? null,
        weekly: one?.weekly ?? fresh,
        special_days: one?.special_days ?? [],
        night_bell: one?.night_bell ?? false,
      })}
      body={(values) => ({
        ...values,
        time_zone: values.time_zone ?? null,
        calendar_id: values.calendar_id ?? null,
      })}
      panelTop={(one) => (
        <div className="hj-hours-now">
          <State hours={one} />
          {maySwitch ? <NightMode hours={one} /> : null}
        </div>
      )}
      fields={(one) => (
        <>
          <div className="hj-hours-three">
            <TextField name="name" label={t('common.name')} required max={60} />
            <Form.Item name="time_zone" label={t('tenant.zone')}>
              <Select
                allowClear
                showSearch={{ optionFilterProp: 'label' }}
                options={zones}
                placeholder={t('hours.ofCompany', { zone: tenant.time_zone })}
              />
            </Form.Item>
            <Form.Item name="calendar_id" label={t('hours.calendar')}>
              <Select
                allowClear
                options={calendars.options}
                labelRender={chosenName}
                placeholder={t('common.none')}
              />
            </Form.Item>
          </div>
          <Form.Item name="weekly" label={t('hours.week')} extra={t('hours.weekHint')}>
            <WeekEditor disabled={!mayEdit} />
          </Form.Item>
          <Form.Item name="special_days" label={t('hours.specialDays')} extra={t('hours.specialDaysHint')}>
            <SpecialDays disabled={!mayEdit} />
          </Form.Item>
          <SwitchField name="night_bell" label={t('hours.nightBell')} extra={t('hours.nightBellHint')} />
          {one ? (
            <Form.Item label={t('hours.history')}>
              <Switches hours={one} />
            </Form.Item>
          ) : null}
        </>
      )}
    />
  );
}

const colours = { open: 'green', closed: 'default', holiday: 'orange', emergency: 'red' } as const;

/** Open or closed now, until when, and who said so; looks again in the moment in which that changes. */
function State({ hours }: { hours: Schedule }) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const { changes_at: at, phase, switch: hand } = hours;
  const next = [at, hand?.until].filter((one): one is string => Boolean(one)).sort()[0];
  useEffect(() => {
    if (!next) return;
    const wait = Math.min(longestTimer, Math.max(1000, Date.parse(next) - Date.now() + 500));
    const timer = setTimeout(() => void queryClient.invalidateQueries({ queryKey: ['/hours'] }), wait);
    return () => clearTimeout(timer);
  }, [next, queryClient]);
  return (
    <span className="hj-hours-state" data-testid="hours-state" data-phase={phase}>
      <Tag color={colours[phase]}>
        {phase === 'holiday' && hours.day_name ? hours.day_name : t(`hoursPhase.${phase}`)}
      </Tag>
      <span className="hj-quiet">
        {at
          ? t(phase === 'open' ? 'hours.closesAt' : 'hours.opensAt', { time: dayAndMinute(at) })
          : hand
            ? ''
            : t(phase === 'open' ? 'hours.neverCloses' : 'hours.neverOpens')}
      </span>
      {hand ? (
        <span className="hj-hours-hand">
          {t(hand.open ? 'hours.byOpened' : 'hours.byClosed', { name: hand.by_name })} {dayAndMinute(hand.at)}
          {hand.until ? ` · ${t('hours.holdsUntil', { time: dayAndMinute(hand.until) })}` : ''}
          {hand.note ? ` · ${hand.note}` : ''}
        </span>
      ) : null}
    </span>
  );
}

/** The week at a glance. */
function SmallWeek({ weekly }: { weekly: HoursSpan[][] }) {
  const names = useWeekdays();
  return (
    <span className="hj-small-week" aria-hidden="true">
      {weekly.map((spans, at) => (
        <span key={names[at]} title={names[at]}>
          {spans.map(stretchOf).map(({ from, to }) => (
            <i
              key={from}
              style={{
                insetInlineStart: `${(from / day) * 100}%`,
                width: `${((Math.min(to, day) - from) / day) * 100}%`,
              }}
            />
          ))}
        </span>
      ))}
    </span>
  );
}
