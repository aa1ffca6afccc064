import { UndoOutlined } from '@ant-design/icons';
import { useQueryClient } from '@tanstack/react-query';
import { App, Button, Modal } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/shared/api/client';
import { useReportError } from '@/shared/components/errors';
import {
  defaultKeys,
  fixedKeys,
  keyedActs,
  keyName,
  keyProblem,
  ownKeys,
  pressed,
  type KeyedAct,
  type KeyProblem,
} from '@/shared/keys/keys';
import { changeKeys, ownKeysQuery, useKeys } from '@/shared/keys/useKeys';

/** All keys of the desktop, and those of one's own. */
export function KeyMapDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const report = useReportError();
  const queryClient = useQueryClient();
  const [map, setMap] = useState(useKeys());
  const [changing, setChanging] = useState<KeyedAct | null>(null);
  const [problem, setProblem] = useState<{ act: KeyedAct; key: string; why: KeyProblem } | null>(null);
  const [busy, setBusy] = useState(false);

  useEffect(() => {
    changeKeys(true);
    return () => changeKeys(false);
  }, []);

  useEffect(() => {
    if (!changing) return;
    const press = (event: KeyboardEvent) => {
      const key = pressed(event);
      if (!key) return;
      event.preventDefault();
      event.stopPropagation();
      setChanging(null);
      if (key === 'Escape') return;
      const why = keyProblem(map, changing, key);
      setProblem(why && { act: changing, key, why });
      if (!why) setMap({ ...map, [changing]: key });
    };
    window.addEventListener('keydown', press, true);
    return () => window.removeEventListener('keydown', press, true);
  }, [changing, map]);

  const told = ({ why }: { why: KeyProblem }) => {
    if (why.kind === 'act') return t('keys.problem.act', { act: t(`keys.act.${why.act}`) });
    if (why.kind === 'fixed') return t('keys.problem.fixed', { act: t(`keys.fixedAct.${why.act}`) });
    if (why.kind === 'program') return t('keys.problem.program', { program: why.program });
    return t(`keys.problem.${why.kind}`);
  };
  const give = (next: typeof map) => {
    setProblem(null);
    setMap(next);
  };
  // A usual key may be another act's by now: then it has to be taken from that one first.
  const reset = (act: KeyedAct) => {
    const why = keyProblem(map, act, defaultKeys[act]);
    if (why) setProblem({ act, key: defaultKeys[act], why });
    else give({ ...map, [act]: defaultKeys[act] });
  };
  const save = () => {
    const keys = ownKeys(map);
    setBusy(true);
    api
      .put('/session/keys', { keys })
      .then(() => {
        queryClient.setQueryData(ownKeysQuery.queryKey, { keys });
        message.success(t('keys.saved'));
        onClose();
      })
      .catch(report)
      .finally(() => setBusy(false));
  };

  return (
    <Modal
      open
      title={t('keys.title')}
      width={520}
      onCancel={onClose}
      keyboard={changing === null}
      footer={[
        <Button key="usual" onClick={() => give({ ...defaultKeys })}>
          {t('keys.usual')}
        </Button>,
        <Button key="save" type="primary" loading={busy} onClick={save} data-testid="keys-save">
          {t('common.save')}
        </Button>,
      ]}
    >
      <p className="hj-quiet">{t('keys.lead')}</p>
      <ul className="hj-key-list" data-testid="key-map">
        {keyedActs.map((act) => (
          <li key={act}>
            <span>{t(`keys.act.${act}`)}</span>
            {map[act] !== defaultKeys[act] ? (
              <Button
                type="text"
                size="small"
                icon={<UndoOutlined />}
                aria-label={t('keys.reset')}
                title={t('keys.reset')}
                onClick={() => reset(act)}
              />
            ) : null}
            <Button
              size="small"
              className="hj-key-button"
              type={changing === act ? 'primary' : 'default'}
              aria-label={t('keys.change', { act: t(`keys.act.${act}`), key: keyName(map[act]) })}
              onClick={() => {
                setProblem(null);
                setChanging(changing === act ? null : act);
              }}
              data-testid={`key-${act}`}
            >
              {changing === act ? t('keys.press') : keyName(map[act])}
            </Button>
            {problem?.act === act ? (
              <div className="hj-key-problem" role="alert">
                <span className="hj-keys">{keyName(problem.key)}</span> {told(problem)}
              </div>
            ) : null}
          </li>
        ))}
      </ul>
      <h3 className="hj-key-head">{t('keys.fixed')}</h3>
      <ul className="hj-key-list">
        {Object.entries(fixedKeys).map(([act, key]) => (
          <li key={act}>
            <span>{t(`keys.fixedAct.${act as keyof typeof fixedKeys}`)}</span>
            <span className="hj-keys">{key}</span>
          </li>
        ))}
      </ul>
    </Modal>
  );
}
