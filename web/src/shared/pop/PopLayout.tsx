import { Button, Skeleton } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ShownSection, SourceAnswer } from '@/shared/api/types';
import { privateIf } from '@/shared/components/private';
import { useCustomerFields } from '@/shared/customers/data';
import { useShownValue } from '@/shared/customers/OwnField';
import { dateTime } from '@/shared/format/time';
import { useRight } from '@/shared/session/session';
import { isReached } from './asked';
import { useItemLabel } from './labels';
import './pop.css';
import { isPrivate } from './privacy';

interface Props {
  sections: ShownSection[];
  /** The part of a section that is not in what the server filled in. */
  contacts: ReactNode;
  source: (section: ShownSection) => ReactNode;
}

/** A layout with the values of a call, section by section. */
export function PopLayout({ sections, contacts, source }: Props) {
  const { t } = useTranslation();
  return (
    <div data-testid="pop-layout">
      {sections.map((section, at) => (
        <section key={at} className="hj-pop-section" data-kind={section.kind}>
          {section.title || section.kind !== 'fields' ? (
            <h3>{section.title || t(`pop.section.${section.kind}`)}</h3>
          ) : null}
          {section.kind === 'fields' ? <Facts items={section.items} /> : null}
          {section.kind === 'source' ? source(section) : null}
          {section.kind === 'contacts' ? contacts : null}
          {section.kind === 'call_backs' ? <CallBacks section={section} /> : null}
        </section>
      ))}
    </div>
  );
}

function Facts({ items }: { items: ShownSection['items'] }) {
  const labelOf = useItemLabel();
  const shown = useShownValue();
  const fields = useCustomerFields(useRight('customers.read'));
  return (
    <dl className="hj-pop-facts">
      {items.map(({ key, label, value }) => (
        <div key={key} data-testid={`pop-${key}`}>
          <dt>{label || labelOf(key)}</dt>
          <dd className={privateIf(isPrivate(key, fields))}>
            {shown(value) || <span className="hj-faint">–</span>}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function CallBacks({ section }: { section: ShownSection }) {
  const { t } = useTranslation();
  const open = section.call_backs;
  if (open.length === 0) return <p className="hj-faint">{t('pop.noCallBacks')}</p>;
  return (
    <ul className="hj-pop-list">
      {open.map((one) => (
        <li key={one.id}>
          <span>{one.queue_name}</span> <span className="hj-quiet">{dateTime(one.queued_at)}</span>
        </li>
      ))}
    </ul>
  );
}

/** What a data source said: its results, and the lines of its list. While it is asked the place is kept. */
export function SourceShown({
  section,
  answer,
  retry,
}: {
  section: ShownSection;
  answer: SourceAnswer | null | undefined;
  retry?: () => void;
}) {
  const { t } = useTranslation();
  const shown = useShownValue();
  if (answer === undefined)
    return <Skeleton active title={false} paragraph={{ rows: 2 }} data-testid="pop-source-asked" />;
  if (!isReached(answer))
    return (
      <p className="hj-pop-unreached" data-testid="pop-source-unreached">
        {t('pop.notReached')}{' '}
        {retry ? (
          <Button type="link" size="small" onClick={retry}>
            {t('common.retry')}
          </Button>
        ) : null}
      </p>
    );
  if (answer.outcome === 'not_found') return <p className="hj-faint">{t('pop.notFound')}</p>;
  const columns = section.columns;
  const items = section.items;
  return (
    <>
      {items.length > 0 ? (
        <Facts
          items={items.map((item) => ({
            ...item,
            label: item.label || item.key.replaceAll('_', ' '),
            value: answer.values[item.key],
          }))}
        />
      ) : null}
      {columns.length > 0 ? (
        answer.rows.length === 0 ? (
          <p className="hj-faint">{t('pop.noRows')}</p>
        ) : (
          <div className="hj-pop-rows" role="region" tabIndex={0} aria-label={section.title}>
            <table>
              <thead>
                <tr>
                  {columns.map(({ key, label }) => (
                    <th key={key}>{label || key.replaceAll('_', ' ')}</th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {answer.rows.map((row, at) => (
                  <tr key={at} data-testid="pop-row">
                    {columns.map(({ key }) => (
                      <td key={key}>{shown(row[key])}</td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )
      ) : null}
    </>
  );
}
