import { Form } from 'antd';
import { useTranslation } from 'react-i18next';
import type { HolidayCalendar, SpecialDay } from '@/shared/api/types';
import { Catalogue } from '@/shared/catalogue/Catalogue';
import { TextField } from '@/shared/catalogue/fields';
import { nowZoned } from '@/shared/format/time';
import { useRight } from '@/shared/session/session';
import './hours.css';
import { SpecialDays } from './SpecialDays';

/** Days that several schedules share: holidays, and working days that make up for them. */
export function HolidayCalendars() {
  const { t } = useTranslation();
  const mayEdit = useRight('admin.queues');
  const today = nowZoned().format('YYYY-MM-DD');
  return (
    <Catalogue<HolidayCalendar, { name: string; days: SpecialDay[] }>
      path="/holiday-calendars"
      testId="holiday-calendars"
      title={t('page.holidayCalendars')}
      lead={t('hours.calendarsLead')}
      nameOf={(one) => one.name}
      emptyWhat={t('hours.calendarsEmpty')}
      emptyHow={t('hours.calendarsEmptyHow')}
      mayEdit={mayEdit}
      width={760}
      columns={[
        { title: t('common.name'), dataIndex: 'name' },
        {
          title: t('hours.days'),
          key: 'days',
          align: 'right',
          render: (_, one) => one.days.length,
        },
        {
          title: t('hours.nextDay'),
          key: 'next',
          render: (_, one) => {
            const next = one.days.find(({ date }) => date >= today);
            return next ? `${next.date} ${next.name}` : <span className="hj-faint">–</span>;
          },
        },
      ]}
      values={(one) => ({ name: one?.name ?? '', days: one?.days ?? [] })}
      fields={() => (
        <>
          <TextField name="name" label={t('common.name')} required max={60} />
          <Form.Item name="days" label={t('hours.days')} extra={t('hours.calendarHint')}>
            <SpecialDays disabled={!mayEdit} />
          </Form.Item>
        </>
      )}
    />
  );
}
