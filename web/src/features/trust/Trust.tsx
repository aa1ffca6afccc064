import { DownloadOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Collapse } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api } from '@/shared/api/client';
import type { Trust as TrustFacts } from '@/shared/api/types';
import { Mark } from '@/shared/components/Mark';
import './trust.css';

const systems = [
  {
    key: 'windows',
    title: 'trust.windows',
    steps: ['trust.windows1', 'trust.windows2', 'trust.windows3', 'trust.windows4'],
  },
  { key: 'macos', title: 'trust.macos', steps: ['trust.macos1', 'trust.macos2', 'trust.macos3'] },
  { key: 'android', title: 'trust.android', steps: ['trust.android1', 'trust.android2', 'trust.android3'] },
  { key: 'firefox', title: 'trust.firefox', steps: ['trust.firefox1', 'trust.firefox2'] },
  { key: 'linux', title: 'trust.linux', steps: ['trust.linux1', 'trust.linux2'] },
] as const;

function thisSystem(): string {
  const agent = navigator.userAgent;
  if (agent.includes('Firefox/')) return 'firefox';
  if (agent.includes('Android')) return 'android';
  if (agent.includes('Windows')) return 'windows';
  if (agent.includes('Mac OS')) return 'macos';
  return 'linux';
}

/** How to trust the installation's own authority; needs no sign-in, as it comes before it. */
export function Trust() {
  const { t } = useTranslation();
  const trust = useQuery({
    queryKey: ['/trust'],
    queryFn: () => api.get<TrustFacts>('/trust'),
    retry: false,
  });
  return (
    <main className="hj-trust">
      <div className="hj-trust-head">
        <Mark size={32} />
        <h1>{t('trust.title')}</h1>
      </div>
      {trust.data && !trust.data.authority ? (
        <Alert type="info" showIcon title={t('trust.notNeeded')} />
      ) : null}
      <p>{t('trust.lead')}</p>
      <div>
        <Button type="primary" icon={<DownloadOutlined />} href="/ca.pem" download="ca.pem">
          {t('trust.download')}
        </Button>
      </div>
      <p className="hj-quiet">{t('trust.compare')}</p>
      {trust.data?.fingerprint_sha256 ? (
        <p className="hj-mono hj-trust-print">
          {t('trust.fingerprint', { value: trust.data.fingerprint_sha256 })}
        </p>
      ) : null}
      <Collapse
        defaultActiveKey={thisSystem()}
        items={systems.map((system) => ({
          key: system.key,
          label: t(system.title),
          children: (
            <ol>
              {system.steps.map((step) => (
                <li key={step}>{t(step)}</li>
              ))}
            </ol>
          ),
        }))}
      />
      <p>{t('trust.after')}</p>
      <Link to="/sign-in">{t('trust.back')}</Link>
    </main>
  );
}
