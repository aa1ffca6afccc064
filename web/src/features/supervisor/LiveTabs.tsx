import { Segmented } from 'antd';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';

interface Props {
  /** Empty: the agents'. */
  tab: string;
  waiting: number;
  chats: number;
  callBacks: number;
  conferences: number;
  breaks: number;
  overdue: number;
  suggestions: number;
  unseen: number;
  choose: (tab: string) => void;
}

/** What of the floor is shown, and how much of each there is. */
export const LiveTabs = memo(function LiveTabs({ tab, choose, unseen, ...numbers }: Props) {
  const { t } = useTranslation();
  const tabs = [
    ['waiting', 'live.waitingTab', numbers.waiting],
    ['chats', 'chat.tab', numbers.chats],
    ['callbacks', 'callback.tab', numbers.callBacks],
    ['conferences', 'conference.tab', numbers.conferences],
    ['breaks', 'breaks.tab', numbers.breaks],
    ['overdue', 'overdueCalls.tab', numbers.overdue],
  ] as const;
  return (
    <Segmented
      aria-label={t('area.live')}
      value={tab || 'agents'}
      onChange={choose}
      options={[
        { value: 'agents', label: t('live.agents') },
        ...tabs.map(([value, name, number]) => ({
          value,
          label: <span data-testid={`tab-${value}`}>{t(name, { number })}</span>,
        })),
        { value: 'indicators', label: <span data-testid="tab-indicators">{t('indicator.tab')}</span> },
        {
          value: 'suggestions',
          label: (
            <span data-testid="tab-suggestions">{t('suggestion.tab', { number: numbers.suggestions })}</span>
          ),
        },
        {
          value: 'alarms',
          label: (
            <span data-testid="tab-alarms" data-unseen={unseen} className="hj-alarm-tab">
              {t('alarm.tab', { number: unseen })}
            </span>
          ),
        },
      ]}
    />
  );
});
