import { useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Checkbox, Form, InputNumber, Radio } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/shared/api/client';
import type { TenantSettings as Settings } from '@/shared/api/types';
import { useAct } from '@/shared/components/errors';
import { ErrorView, LoadingView, PageHead } from '@/shared/components/Views';
import { useRight } from '@/shared/session/session';
import { OwnDialling } from './Dialling';

const formats: Settings['recording_format'][] = ['mp3', 'opus'];
const screenViews: Settings['screen_view'][] = ['off', 'announced', 'silent'];
const wholeScreens: Settings['whole_screen'][] = ['off', 'asked', 'required'];

/** What holds for the whole tenant; each choice is kept at once. */
export function TenantSettings() {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const mayEdit = useRight('admin.tenancy');
  const queryClient = useQueryClient();
  const queryKey = ['/settings'];
  const settings = useQuery({ queryKey, queryFn: () => api.get<Settings>('/settings') });
  const { busy, run } = useAct();
  const save = (changed: Settings) =>
    run(async () => {
      queryClient.setQueryData(queryKey, await api.put<Settings>('/settings', changed));
      message.success(t('common.saved'));
    });
  const saveBreaks = async (changed: Partial<Settings['breaks']>) => {
    if (settings.data) await save({ ...settings.data, breaks: { ...settings.data.breaks, ...changed } });
  };
  return (
    <div className="hj-page" data-testid="settings">
      <PageHead title={t('page.settings')} lead={t('settings.lead')} />
      <div className="hj-stack">
        {settings.isPending ? (
          <LoadingView />
        ) : settings.isError ? (
          <ErrorView error={settings.error} retry={() => void settings.refetch()} />
        ) : (
          <Form layout="vertical" component={false} disabled={!mayEdit || busy}>
            <section className="hj-panel">
              <div className="hj-panel-head">{t('settings.recordings')}</div>
              <div className="hj-panel-body">
                <Form.Item label={t('settings.recordingFormat')} extra={t('settings.recordingFormatExtra')}>
                  <Radio.Group
                    aria-label={t('settings.recordingFormat')}
                    value={settings.data.recording_format}
                    onChange={(event) =>
                      void save({
                        ...settings.data,
                        recording_format: event.target.value as Settings['recording_format'],
                      })
                    }
                    options={formats.map((format) => ({
                      value: format,
                      label: t(`settings.format.${format}`),
                    }))}
                    data-testid="recording-format"
                  />
                </Form.Item>
              </div>
            </section>
            <section className="hj-panel">
              <div className="hj-panel-head">{t('settings.parking')}</div>
              <div className="hj-panel-body hj-form-pair">
                <NumberItem
                  label={t('settings.parkingPlaces')}
                  extra={t('settings.parkingPlacesExtra')}
                  value={settings.data.parking.places}
                  min={1}
                  max={200}
                  save={(places) => save({ ...settings.data, parking: { ...settings.data.parking, places } })}
                  testId="parking-places"
                />
                <NumberItem
                  label={t('settings.parkingSeconds')}
                  extra={t('settings.parkingSecondsExtra')}
                  value={settings.data.parking.seconds}
                  min={5}
                  max={600}
                  suffix={t('common.seconds')}
                  save={(seconds) =>
                    save({ ...settings.data, parking: { ...settings.data.parking, seconds } })
                  }
                  testId="parking-seconds"
                />
              </div>
            </section>
            <section className="hj-panel">
              <div className="hj-panel-head">{t('settings.breaks')}</div>
              <div className="hj-panel-body hj-form-pair">
                <NumberItem
                  label={t('settings.breaksMost')}
                  extra={t('settings.breaksMostExtra')}
                  value={settings.data.breaks.most ?? null}
                  min={0}
                  max={10_000}
                  save={(most) => saveBreaks({ most })}
                  saveNone={() => saveBreaks({ most: null })}
                  testId="breaks-most"
                />
                <Form.Item label={t('settings.breaksFull')}>
                  <Radio.Group
                    aria-label={t('settings.breaksFull')}
                    value={settings.data.breaks.waits}
                    onChange={(event) => void saveBreaks({ waits: event.target.value as boolean })}
                    options={[
                      { value: true, label: t('settings.breaksWait') },
                      { value: false, label: t('settings.breaksRefuse') },
                    ]}
                    data-testid="breaks-waits"
                  />
                </Form.Item>
              </div>
            </section>
            <section className="hj-panel">
              <div className="hj-panel-head">{t('settings.byTelephone')}</div>
              <div className="hj-panel-body">
                <Form.Item extra={t('settings.outsideNumbersExtra')}>
                  <Checkbox
                    checked={settings.data.by_telephone.outside_numbers}
                    onChange={(event) =>
                      void save({ ...settings.data, by_telephone: { outside_numbers: event.target.checked } })
                    }
                    data-testid="outside-numbers"
                  >
                    {t('settings.outsideNumbers')}
                  </Checkbox>
                </Form.Item>
              </div>
            </section>
            <section className="hj-panel">
              <div className="hj-panel-head">{t('settings.screenView')}</div>
              <div className="hj-panel-body">
                <Form.Item label={t('settings.screenViewRule')} extra={t('settings.screenViewExtra')}>
                  <Radio.Group
                    vertical
                    aria-label={t('settings.screenViewRule')}
                    value={settings.data.screen_view}
                    onChange={(event) =>
                      void save({
                        ...settings.data,
                        screen_view: event.target.value as Settings['screen_view'],
                      })
                    }
                    options={screenViews.map((value) => ({
                      value,
                      label: t(`settings.screenViews.${value}`),
                    }))}
                    data-testid="screen-view-rule"
                  />
                </Form.Item>
                <Form.Item label={t('settings.wholeScreen')} extra={t('settings.wholeScreenExtra')}>
                  <Radio.Group
                    vertical
                    aria-label={t('settings.wholeScreen')}
                    value={settings.data.whole_screen}
                    disabled={settings.data.screen_view === 'off'}
                    onChange={(event) =>
                      void save({
                        ...settings.data,
                        whole_screen: event.target.value as Settings['whole_screen'],
                      })
                    }
                    options={wholeScreens.map((value) => ({
                      value,
                      label: t(`settings.wholeScreens.${value}`),
                    }))}
                    data-testid="whole-screen-rule"
                  />
                </Form.Item>
              </div>
            </section>
          </Form>
        )}
        <OwnDialling mayEdit={mayEdit} />
      </div>
    </div>
  );
}

interface NumberItemProps {
  label: string;
  extra: string;
  value: number | null;
  min: number;
  max: number;
  suffix?: string;
  save: (value: number) => Promise<void>;
  /** Where an empty field is a choice, too. */
  saveNone?: () => Promise<void>;
  testId: string;
}

/** A whole number, kept when the field is left. */
function NumberItem({ label, extra, value, min, max, suffix, save, saveNone, testId }: NumberItemProps) {
  const [typed, setTyped] = useState<number | null>(value);
  const keep = () => {
    if (typed === value) return;
    if (typed !== null) void save(typed);
    else if (saveNone) void saveNone();
    else setTyped(value);
  };
  return (
    <Form.Item label={label} extra={extra}>
      <InputNumber
        aria-label={label}
        value={typed}
        onChange={setTyped}
        onBlur={keep}
        onPressEnter={({ target }) => (target as HTMLElement).blur()} // kept once
        min={min}
        max={max}
        precision={0}
        suffix={suffix}
        style={{ width: '100%' }}
        data-testid={testId}
      />
    </Form.Item>
  );
}
