import { LeftOutlined, PlayCircleOutlined, RightOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useContext, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { address } from '@/shared/api/client';
import type { FlowScript, FlowWalk, FlowWalkStep, Prompt } from '@/shared/api/types';
import { exitsOf, type FlowDocument } from '../document';
import { KindsContext, useKindTexts } from '../kinds';
import { ownStep } from './lit';
import { useActText } from './texts';

interface Props {
  walk: FlowWalk;
  script: FlowScript;
  document: FlowDocument;
  prompts: Prompt[];
  cursor: number | null;
  choose: (step: number | null) => void;
}

/** Step by step: what the caller did, where they came, what they heard, and what became of the variables. */
export function Transcript({ walk, script, document, prompts, cursor, choose }: Props) {
  const { t } = useTranslation();
  const actText = useActText();
  const list = useRef<HTMLOListElement>(null);
  const last = walk.steps.length - 1;
  const at = cursor ?? last;
  useEffect(() => {
    if (cursor === null) list.current?.scrollTo({ top: list.current.scrollHeight });
  }, [walk, cursor]);
  const variables = Object.entries(walk.steps[at]?.after ?? {});
  return (
    <>
      <div className="hj-try-steps-head">
        <Button
          size="small"
          icon={<LeftOutlined />}
          disabled={at <= 0}
          onClick={() => choose(at - 1)}
          aria-label={t('flowTest.earlier')}
        />
        <span className="hj-mono">
          {at + 1} / {last + 1}
        </span>
        <Button
          size="small"
          icon={<RightOutlined />}
          disabled={cursor === null}
          onClick={() => choose(at + 1 >= last ? null : at + 1)}
          aria-label={t('flowTest.later')}
        />
      </div>
      <ol className="hj-try-steps" ref={list} data-testid="try-steps">
        {walk.steps.map((step, index) => {
          const act = step.act === walk.steps[index - 1]?.act ? undefined : script.acts[step.act ?? -1];
          return (
            <li
              key={index}
              data-current={index === at}
              data-called={step.flow !== null}
              aria-current={index === at ? 'step' : undefined}
            >
              {act ? <div className="hj-try-act">{actText(act)}</div> : null}
              <button
                type="button"
                className="hj-try-step"
                onClick={() => choose(index === last ? null : index)}
              >
                <Way step={step} before={ownStep(walk.steps, index - 1)} document={document} />
                <strong>{step.label === step.node ? <Title type={step.type} /> : step.label}</strong>
              </button>
              <Heard step={step} prompts={prompts} language={script.language} />
              <Changed step={step} />
              {step.problems.map((one, place) => (
                <p key={place} className="hj-try-problem">
                  {one.message}
                </p>
              ))}
            </li>
          );
        })}
      </ol>
      {variables.length > 0 ? (
        <dl className="hj-try-variables" aria-label={t('flowTest.variables')} data-testid="try-variables">
          {variables.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{shown(value)}</dd>
            </div>
          ))}
        </dl>
      ) : null}
    </>
  );
}

function Title({ type }: { type: string }) {
  return useKindTexts().title(type);
}

/** The way out by which the caller came here. */
function Way({
  step,
  before,
  document,
}: {
  step: FlowWalkStep;
  before?: FlowWalkStep;
  document: FlowDocument;
}) {
  const kinds = useContext(KindsContext);
  const texts = useKindTexts();
  const node = before && document.nodes[before.node];
  const exit = node && step.way ? exitsOf(node, kinds).find((one) => one.handle === step.way) : undefined;
  return exit && node ? <span className="hj-faint">{texts.exit(node.type, exit)} → </span> : null;
}

function Heard({ step, prompts, language }: { step: FlowWalkStep; prompts: Prompt[]; language: string }) {
  const { t } = useTranslation();
  const found = (name: string) =>
    prompts.find((one) => one.name === name && one.language === language) ??
    prompts.find((one) => one.name === name);
  return step.heard.map((heard, index) => (
    <p key={index} className="hj-try-heard">
      {heard.text ? `“${heard.text}”` : null}
      {(heard.prompts ?? []).map((name, place) => {
        const prompt = found(name);
        if (heard.missing?.includes(name) || !prompt)
          return (
            <span key={place} className="hj-try-problem">
              {t('flowTest.noPrompt', { name })}
            </span>
          );
        return (
          <span key={place}>
            <Button
              type="text"
              size="small"
              icon={<PlayCircleOutlined />}
              onClick={() => void new Audio(address(`/prompts/${prompt.id}/audio`)).play()}
              aria-label={t('flowTest.listen', { name })}
            />
            {prompt.text || name}
          </span>
        );
      })}
    </p>
  ));
}

function Changed({ step }: { step: FlowWalkStep }) {
  const changed = Object.entries(step.after).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(step.before[name]),
  );
  return changed.map(([name, value]) => (
    <p key={name} className="hj-try-changed">
      {name}: {name in step.before ? `${shown(step.before[name])} → ` : ''}
      {shown(value)}
    </p>
  ));
}

const shown = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));
