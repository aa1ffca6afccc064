import { Button, Input, Select, Space } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { FlowAct, FlowScript, FlowWalk } from '@/shared/api/types';
import { SaveTest } from './SaveTest';
import { useTryTexts } from './texts';

interface Props {
  flowId: string;
  walk: FlowWalk;
  script: FlowScript;
  busy: boolean;
  act: (act: FlowAct) => void;
  back: () => void;
  again: () => void;
  runOn: () => Promise<void>;
  askSource: () => Promise<void>;
}

type Answer = Extract<FlowAct, { do: 'answer' }>;
type What = Extract<FlowAct, { do: 'happen' }>['what'];

const keypad = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '0', '#'];
const outcomes: Answer['outcome'][] = ['ok', 'not_found', 'timeout', 'unreachable', 'failed', 'incomplete'];

/** What the caller may do where they are, and what may become of them. */
export function Acts({ flowId, walk, script, busy, act, back, again, runOn, askSource }: Props) {
  const { t } = useTranslation();
  const texts = useTryTexts();
  const [text, setText] = useState('');
  const over = walk.ended !== null || walk.misfit !== null;
  const goesOn = ['playing', 'key', 'recording'].includes(walk.waits);
  const acts = walk.choices.filter((one) => !/^[0-9*#]$/.test(one)) as What[];
  return (
    <div className="hj-try-acts">
      <p role="status" data-testid="try-state">
        {walk.misfit !== null
          ? t('flowTest.misfit', { number: walk.misfit + 1 })
          : walk.ended === null
            ? texts.waits(walk.waits)
            : t('flowTest.ended', { reason: texts.ended(walk.ended) })}
        {walk.cut_off ? ` ${t('flowTest.cutOff')}` : null}
      </p>
      {over ? null : (
        <>
          {walk.question ? <AnswerForm walk={walk} act={act} busy={busy} askSource={askSource} /> : null}
          {walk.waits === 'figures' ? <FiguresForm act={act} /> : null}
          {acts.length > 0 ? (
            <Space wrap>
              {acts.map((what) => (
                <Button
                  key={what}
                  size="small"
                  onClick={() => act({ do: 'happen', what })}
                  data-testid={`try-${what}`}
                >
                  {texts.what(walk.waits, what)}
                </Button>
              ))}
            </Space>
          ) : null}
          <div className="hj-try-keypad" role="group" aria-label={t('flowTest.keypad')}>
            {keypad.map((key) => (
              <Button
                key={key}
                size="small"
                onClick={() => act({ do: 'press', keys: key })}
                data-testid={`try-key-${key}`}
              >
                {key}
              </Button>
            ))}
          </div>
          <Input.Search
            size="small"
            value={text}
            maxLength={1000}
            onChange={(event) => setText(event.target.value)}
            enterButton={t('flowTest.send')}
            placeholder={t('flowTest.written')}
            aria-label={t('flowTest.written')}
            onSearch={(said) => {
              if (!said.trim()) return;
              // Digits are typed on the keypad, anything else is written.
              act(
                /^[0-9*#]{1,64}$/.test(said.trim())
                  ? { do: 'press', keys: said.trim() }
                  : { do: 'write', text: said.trim() },
              );
              setText('');
            }}
          />
        </>
      )}
      <Space wrap>
        <Button
          size="small"
          type="primary"
          disabled={over || !goesOn}
          onClick={() => act({ do: 'wait' })}
          data-testid="try-wait"
        >
          {t('flowTest.wait')}
        </Button>
        <Button size="small" disabled={over || !goesOn} loading={busy} onClick={() => void runOn()}>
          {t('flowTest.runOn')}
        </Button>
        <Button
          size="small"
          danger
          disabled={over}
          onClick={() => act({ do: 'hang_up' })}
          data-testid="try-hang-up"
        >
          {t('flowTest.hangUp')}
        </Button>
        <Button size="small" disabled={script.acts.length === 0} onClick={back} data-testid="try-back">
          {t('flowTest.back')}
        </Button>
        <Button size="small" disabled={script.acts.length === 0} onClick={again}>
          {t('flowTest.again')}
        </Button>
        <SaveTest flowId={flowId} walk={walk} script={script} />
      </Space>
    </div>
  );
}

function AnswerForm({ walk, act, busy, askSource }: Pick<Props, 'walk' | 'act' | 'busy' | 'askSource'>) {
  const { t } = useTranslation();
  const texts = useTryTexts();
  const [outcome, setOutcome] = useState<Answer['outcome']>('ok');
  const [values, setValues] = useState('{}');
  const given = valuesOf(values);
  return (
    <div className="hj-try-answer">
      <p className="hj-faint">
        {t('flowTest.asked')} <code>{JSON.stringify(walk.question?.parameters ?? {})}</code>
      </p>
      <Select
        size="small"
        value={outcome}
        onChange={setOutcome}
        options={outcomes.map((value) => ({ value, label: texts.outcome(value) }))}
        aria-label={t('flowTest.outcome')}
      />
      <Input
        size="small"
        value={values}
        status={given ? undefined : 'error'}
        onChange={(event) => setValues(event.target.value)}
        aria-label={t('flowTest.answerValues')}
        data-testid="try-values"
      />
      <Space>
        <Button
          size="small"
          disabled={!given}
          onClick={() => act({ do: 'answer', outcome, values: given ?? {}, seconds: 0 })}
          data-testid="try-answer"
        >
          {t('flowTest.giveAnswer')}
        </Button>
        <Button size="small" loading={busy} onClick={() => void askSource()} data-testid="try-ask">
          {t('flowTest.askSource')}
        </Button>
      </Space>
    </div>
  );
}

function valuesOf(text: string): Answer['values'] | null {
  try {
    const parsed: unknown = JSON.parse(text || '{}');
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
      ? (parsed as Answer['values'])
      : null;
  } catch {
    return null;
  }
}

function FiguresForm({ act }: Pick<Props, 'act'>) {
  const { t } = useTranslation();
  const figures = (free: number, waiting: number) =>
    act({
      do: 'figures',
      waiting,
      agents_free: free,
      agents_signed_in: 1,
      expected_minutes: waiting,
    });
  return (
    <Space wrap>
      <Button size="small" onClick={() => figures(1, 0)}>
        {t('flowTest.quiet')}
      </Button>
      <Button size="small" onClick={() => figures(0, 10)}>
        {t('flowTest.busyQueue')}
      </Button>
    </Space>
  );
}
