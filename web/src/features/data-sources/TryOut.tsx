import { ThunderboltOutlined } from '@ant-design/icons';
import { Alert, Button, Input, Tag, type FormInstance } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ApiError } from '@/shared/api/client';
import type { DataSource, TryResult } from '@/shared/api/types';
import { useErrorText } from '@/shared/components/errors';
import './data-sources.css';
import { bodyOf, defaultOf, formField, type Values } from './values';

const colour = (outcome: TryResult['outcome']) =>
  outcome === 'ok' ? 'success' : outcome === 'not_found' ? 'warning' : 'error';

/** Asks the source as it is in the form, with sample values, and shows what a flow would get. */
export function TryOut({
  source,
  form,
  parameters,
}: {
  source: DataSource | null;
  form: FormInstance<Values>;
  parameters: string[];
}) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const [samples, setSamples] = useState<Record<string, string>>({});
  const [busy, setBusy] = useState(false);
  const [result, setResult] = useState<TryResult | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const ask = async () => {
    setResult(null);
    setProblem(null);
    try {
      await form.validateFields();
    } catch {
      setProblem(t('dataSource.mendFirst'));
      return;
    }
    setBusy(true);
    const values = form.getFieldsValue(true) as Values;
    const given = parameters.map((name) => [name, defaultOf(samples[name] ?? '')] as const);
    try {
      const body = {
        source: bodyOf(values),
        source_id: source?.id ?? null,
        values: Object.fromEntries(given),
      };
      setResult(await api.post<TryResult>('/data-sources/try', body));
    } catch (error) {
      if (error instanceof ApiError && error.field?.startsWith('source.')) {
        const name = formField(error.field.slice('source.'.length), values);
        form.setFields([{ name: name as never, errors: [errorText(error)] }]);
      }
      setProblem(errorText(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <section className="hj-try" data-testid="try-out">
      <h3 className="hj-form-section">{t('dataSource.try')}</h3>
      <p className="hj-quiet">{t('dataSource.tryLead')}</p>
      <div className="hj-try-samples">
        {parameters.map((name) => (
          <Input
            key={name}
            prefix={<span className="hj-mono hj-faint">{name} =</span>}
            className="hj-mono"
            aria-label={name}
            value={samples[name] ?? ''}
            onChange={(event) => setSamples({ ...samples, [name]: event.target.value })}
            onPressEnter={(event) => {
              event.preventDefault();
              void ask();
            }}
          />
        ))}
        <Button icon={<ThunderboltOutlined />} loading={busy} onClick={() => void ask()} data-testid="try">
          {t('dataSource.tryNow')}
        </Button>
      </div>
      {problem ? <Alert type="error" showIcon title={problem} /> : null}
      {result ? (
        <div className="hj-try-result" data-testid="try-result" data-outcome={result.outcome}>
          <div className="hj-try-line">
            <Tag color={colour(result.outcome)}>{t(`sourceOutcome.${result.outcome}`)}</Tag>
            <span className="hj-figures">
              {t('dataSource.took', { number: Math.round(result.seconds * 1000) })}
            </span>
            {result.status ? <span>HTTP {result.status}</span> : null}
            {result.problem ? <span className="hj-check-bad">{result.problem}</span> : null}
          </div>
          <div className="hj-try-columns">
            <div>
              <div className="hj-faint">{t('dataSource.becomes')}</div>
              <table className="hj-try-values hj-mono">
                <tbody>
                  {Object.entries(result.values).map(([name, value]) => (
                    <tr key={name}>
                      <th scope="row">{name}</th>
                      <td>{JSON.stringify(value)}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
            {result.answer === null || result.answer === undefined ? null : (
              <div>
                <div className="hj-faint">{t('dataSource.answer')}</div>
                <pre className="hj-mono">
                  {typeof result.answer === 'string' ? result.answer : JSON.stringify(result.answer, null, 2)}
                </pre>
              </div>
            )}
          </div>
        </div>
      ) : null}
    </section>
  );
}
