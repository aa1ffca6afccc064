import { ArrowLeftOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Descriptions, Typography } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { api } from '@/shared/api/client';
import type { Person, PhoneSecret, Trust } from '@/shared/api/types';
import { useErrorText } from '@/shared/components/errors';
import { privateClass } from '@/shared/components/private';
import { ErrorView, LoadingView, PageHead } from '@/shared/components/Views';

/** What to type into a desk phone. The password is made here and shown once. */
export function HardPhone() {
  const { t } = useTranslation();
  const { id = '' } = useParams();
  const errorText = useErrorText();
  const person = useQuery({
    queryKey: ['/people', 'one', id],
    queryFn: () => api.get<Person>(`/people/${id}`),
  });
  const trust = useQuery({ queryKey: ['/trust'], queryFn: () => api.get<Trust>('/trust') });
  const [secret, setSecret] = useState<PhoneSecret | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const make = async () => {
    setBusy(true);
    setProblem(null);
    try {
      setSecret(await api.post<PhoneSecret>(`/people/${id}/phone-secret`));
    } catch (error) {
      setProblem(errorText(error));
    } finally {
      setBusy(false);
    }
  };
  const copyable = (value: string) => (
    <Typography.Text copyable className="hj-mono">
      {value}
    </Typography.Text>
  );
  return (
    <div className="hj-page">
      <PageHead
        title={t('hardPhone.title', { name: person.data?.name ?? '' })}
        actions={
          <Link to="/admin/people">
            <Button icon={<ArrowLeftOutlined />}>{t('page.people')}</Button>
          </Link>
        }
      />
      {person.isPending ? (
        <LoadingView />
      ) : person.isError ? (
        <ErrorView error={person.error} />
      ) : (
        <div className="hj-panel hj-panel-body hj-stack" style={{ maxWidth: 720 }}>
          <p>{t('hardPhone.lead')}</p>
          <p className="hj-quiet">{t('hardPhone.replaces')}</p>
          <p>
            <Button type="primary" onClick={make} loading={busy} data-testid="make-phone-secret">
              {t('hardPhone.make')}
            </Button>
          </p>
          {problem ? <Alert type="error" showIcon title={problem} /> : null}
          {secret ? (
            <>
              <Descriptions
                bordered
                size="small"
                column={1}
                className={privateClass}
                data-testid="phone-secret"
                items={[
                  { key: 'server', label: t('hardPhone.server'), children: copyable(secret.server) },
                  { key: 'port', label: t('hardPhone.port'), children: copyable(String(secret.port)) },
                  {
                    key: 'transport',
                    label: t('hardPhone.transport'),
                    children: secret.transport.toUpperCase(),
                  },
                  ...(secret.tls_port
                    ? [
                        {
                          key: 'tls',
                          label: t('hardPhone.tls'),
                          children: (
                            <>
                              {copyable(`${secret.server}:${String(secret.tls_port)}`)}
                              {trust.data?.certificate_url ? (
                                <div>
                                  <a href={trust.data.certificate_url}>{t('hardPhone.authority')}</a>
                                </div>
                              ) : null}
                            </>
                          ),
                        },
                      ]
                    : []),
                  { key: 'user', label: t('hardPhone.user'), children: copyable(secret.user) },
                  { key: 'password', label: t('signIn.password'), children: copyable(secret.password) },
                ]}
              />
              <Alert type="warning" showIcon title={t('hardPhone.once')} />
            </>
          ) : null}
        </div>
      )}
    </div>
  );
}
