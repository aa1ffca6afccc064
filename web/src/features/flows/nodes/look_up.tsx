import { Form, Select } from 'antd';
import { useContext } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { FieldForm, type FieldProps } from '../FieldForm';
import { useKindTexts } from '../kinds';
import { NamedTexts } from '../NamedTexts';
import { NamesContext } from '../names';

type Expressions = Record<string, string>;

function useSource({ node }: FieldProps) {
  const { sources } = useContext(NamesContext);
  return sources.find((one) => one.id === node.source);
}

const parametersOf = ({ node }: FieldProps) => (node.parameters ?? {}) as Expressions;

/** Which source is asked; another one is given what it asks for. */
export function Source(props: FieldProps) {
  const { kind, field, node, change } = props;
  const { t } = useTranslation();
  const texts = useKindTexts();
  const { sources } = useContext(NamesContext);
  const parameters = parametersOf(props);
  const choose = (id: string) => {
    const chosen = sources.find((one) => one.id === id);
    const asked = (chosen?.parameters ?? []).map((name) => [name, parameters[name] ?? 'caller']);
    change({ ...node, source: id, parameters: Object.fromEntries(asked) as Expressions });
  };
  return (
    <Form.Item
      label={texts.field(kind.type, field.name)}
      extra={<Link to="/admin/data-sources">{t('flow.toSources')}</Link>}
    >
      <Select
        showSearch={{ optionFilterProp: 'label' }}
        value={useSource(props)?.id}
        placeholder={t('flow.chooseSource')}
        options={sources.map(({ id, name }) => ({ value: id, label: name }))}
        onChange={choose}
        data-testid="field-source"
      />
    </Form.Item>
  );
}

/** An expression for each thing that the source asks for. */
export function Parameters(props: FieldProps) {
  const { kind, field, node, change } = props;
  const { t } = useTranslation();
  const texts = useKindTexts();
  const source = useSource(props);
  const parameters = parametersOf(props);
  // What the source no longer asks for is shown until it is taken out: the check names it.
  const names = [...new Set([...(source?.parameters ?? []), ...Object.keys(parameters)])];
  // What the source does not ask for goes when it is emptied.
  const set = (name: string, expression: string) => {
    const rows = Object.entries({ ...parameters, [name]: expression });
    const kept = rows.filter(([one, value]) => value !== '' || source?.parameters.includes(one));
    change({ ...node, parameters: Object.fromEntries(kept) });
  };
  return (
    <NamedTexts
      label={texts.field(kind.type, field.name)}
      hint={t('flow.expressionHint')}
      names={names}
      value={parameters}
      set={set}
    />
  );
}

/** The prefix, and the variables that come of it. */
export function Prefix(props: FieldProps) {
  const { t } = useTranslation();
  const source = useSource(props);
  const prefix = typeof props.node.prefix === 'string' ? props.node.prefix : '';
  return (
    <>
      <FieldForm {...props} />
      {source ? (
        <p className="hj-quiet">
          {t('flow.givesVariables')}{' '}
          <span className="hj-mono">
            {source.results.map(({ variable }) => `vars.${prefix}${variable}`).join(', ')}
          </span>
        </p>
      ) : null}
    </>
  );
}
