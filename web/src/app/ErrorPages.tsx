import { Button, Result } from 'antd';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useRouteError } from 'react-router';

export function MissingPage() {
  const { t } = useTranslation();
  return (
    <Result
      status="404"
      title={t('error.pageMissing')}
      subTitle={t('error.pageMissingHint')}
      extra={
        <Link to="/">
          <Button type="primary">{t('common.toStart')}</Button>
        </Link>
      }
    />
  );
}

/** A screen that failed; mostly a new version was installed and the old pieces are gone. One that failed without a network
 *  comes back with it. */
export function FailedPage() {
  const { t } = useTranslation();
  const error = useRouteError();
  console.error(error);
  useEffect(() => {
    const again = () => location.reload();
    addEventListener('online', again);
    return () => removeEventListener('online', again);
  }, []);
  return (
    <Result
      status="warning"
      title={t('error.screenFailed')}
      subTitle={t('error.screenFailedHint')}
      extra={
        <Button type="primary" onClick={() => location.reload()}>
          {t('common.reload')}
        </Button>
      }
    />
  );
}
