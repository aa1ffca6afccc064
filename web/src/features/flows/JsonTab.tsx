import { Input } from 'antd';
import { useContext, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isFlowDocument, type FlowDocument } from './document';
import { KindsContext } from './kinds';

/** The document as text; what cannot be read is not taken over. */
export function JsonTab({
  document,
  editable,
  change,
  setBroken,
}: {
  document: FlowDocument;
  editable: boolean;
  change: (document: FlowDocument) => void;
  setBroken: (broken: boolean) => void;
}) {
  const { t } = useTranslation();
  const kinds = useContext(KindsContext);
  const [text, setText] = useState(() => JSON.stringify(document, null, 2));
  const [problem, setProblem] = useState<string | null>(null);
  const apply = (value: string) => {
    setText(value);
    try {
      const parsed: unknown = JSON.parse(value);
      if (!isFlowDocument(parsed, kinds)) throw new SyntaxError(t('flow.notADocument'));
      setProblem(null);
      setBroken(false);
      change(parsed);
    } catch (error) {
      setProblem(error instanceof Error ? error.message : t('flow.notADocument'));
      setBroken(true);
    }
  };
  return (
    <div className="hj-flow-json">
      <Input.TextArea
        className="hj-mono"
        value={text}
        readOnly={!editable}
        spellCheck={false}
        status={problem ? 'error' : ''}
        aria-label="JSON"
        data-testid="flow-json"
        onChange={(event) => apply(event.target.value)}
      />
      {problem ? <p className="hj-check-bad">{problem}</p> : null}
    </div>
  );
}
