import { Modal } from 'antd';
import { useTranslation } from 'react-i18next';

const keys = [
  ['Ctrl S', 'save'],
  ['Ctrl Z', 'undo'],
  ['Ctrl Shift Z', 'redo'],
  ['Ctrl C', 'copy'],
  ['Ctrl X', 'cut'],
  ['Ctrl V', 'paste'],
  ['Ctrl D', 'duplicate'],
  ['Ctrl A', 'all'],
  ['Ctrl F', 'find'],
  ['Delete', 'remove'],
  ['Tab', 'next'],
  ['Enter', 'choose'],
  ['← ↑ → ↓', 'move'],
  ['Shift', 'several'],
  ['Esc', 'none'],
  ['?', 'help'],
] as const;

/** The keys of the flow editor. */
export function KeysHelp({ close }: { close: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal open title={t('flow.keys')} onCancel={close} footer={null} data-testid="flow-keys">
      <dl className="hj-flow-keys">
        {keys.map(([key, what]) => (
          <div key={what}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{t(`flow.key.${what}`)}</dd>
          </div>
        ))}
      </dl>
      <p className="hj-faint">{t('flow.limits')}</p>
    </Modal>
  );
}
