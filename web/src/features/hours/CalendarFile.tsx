import { FileAddOutlined } from '@ant-design/icons';
import { App, Button, Modal } from 'antd';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/shared/api/client';
import type { CalendarFile as Read, SpecialDay } from '@/shared/api/types';
import { useAct } from '@/shared/components/errors';

const largest = 500_000;

/** The days of an .ics file: looked at first, then put among the days. */
export function CalendarFile({ value, take }: { value: SpecialDay[]; take: (days: SpecialDay[]) => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const input = useRef<HTMLInputElement>(null);
  const { busy, run } = useAct();
  const [found, setFound] = useState<Read | null>(null);
  const there = new Set(value.map(({ date }) => date));
  const read = async (file: File) => {
    if (file.size > largest) {
      message.error(t('hours.fileTooLarge'));
      return;
    }
    await run(async () => {
      setFound(await api.post<Read>('/calendar-files/read', { text: await file.text() }));
    });
  };
  return (
    <>
      <input
        ref={input}
        type="file"
        accept=".ics,text/calendar"
        style={{ display: 'none' }}
        onChange={(event) => {
          const file = event.target.files?.[0];
          event.target.value = '';
          if (file) void read(file);
        }}
        data-testid="calendar-file"
      />
      <Button size="small" icon={<FileAddOutlined />} loading={busy} onClick={() => input.current?.click()}>
        {t('hours.file')}
      </Button>
      <Modal
        open={found !== null}
        title={found?.name ? t('hours.fileNamed', { name: found.name }) : t('hours.fileTitle')}
        okText={t('hours.fileTake', { count: found?.days.length ?? 0 })}
        okButtonProps={{ disabled: !found?.days.length, 'data-testid': 'take-file' }}
        onOk={() => {
          if (found) take(found.days);
          setFound(null);
        }}
        onCancel={() => setFound(null)}
      >
        {found ? (
          <div className="hj-file-days" data-testid="file-days">
            {found.days.length === 0 ? <p className="hj-quiet">{t('hours.fileNone')}</p> : null}
            <ul>
              {found.days.map((day) => (
                <li key={day.date}>
                  <span className="hj-figures">{day.date}</span>
                  <span className="hj-ellipsis" title={day.name}>
                    {day.name || '–'}
                  </span>
                  {there.has(day.date) ? <span className="hj-faint">{t('hours.fileReplaces')}</span> : null}
                </li>
              ))}
            </ul>
            {found.left_out.length > 0 ? (
              <>
                <h4>{t('hours.fileLeftOut', { number: found.left_out.length })}</h4>
                <ul>
                  {found.left_out.map((one, at) => (
                    <li key={at} className="hj-faint">
                      <span className="hj-figures">{one.date ?? '–'}</span>
                      <span className="hj-ellipsis" title={one.name}>
                        {one.name || '–'}
                      </span>
                      <span>{t(`hours.fileWhy.${one.why}`)}</span>
                    </li>
                  ))}
                </ul>
              </>
            ) : null}
            {found.earlier > 0 ? (
              <p className="hj-faint">{t('hours.fileEarlier', { count: found.earlier })}</p>
            ) : null}
          </div>
        ) : null}
      </Modal>
    </>
  );
}
