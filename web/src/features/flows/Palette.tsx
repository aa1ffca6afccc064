import { FormOutlined } from '@ant-design/icons';
import { Button, Tooltip } from 'antd';
import { useContext } from 'react';
import { useTranslation } from 'react-i18next';
import type { NodeKind } from '@/shared/api/types';
import { KindsContext, useKindTexts } from './kinds';
import { icons } from './NodeCard';

/** The kinds of steps, to be clicked or drawn onto the canvas. */
export function Palette({ add, write }: { add: (kind: NodeKind) => void; write: () => void }) {
  const { t } = useTranslation();
  const texts = useKindTexts();
  const kinds = [...useContext(KindsContext).values()];
  return (
    <nav className="hj-palette" aria-label={t('flow.palette')}>
      {[...new Set(kinds.map((kind) => kind.group))].map((group) => (
        <section key={group}>
          <h2>{texts.group(group)}</h2>
          <ul>
            {kinds
              .filter((kind) => kind.group === group)
              .map((kind) => (
                <li key={kind.type}>
                  <Tooltip title={texts.help(kind.type)} placement="right" mouseEnterDelay={0.5}>
                    <Button
                      type="text"
                      block
                      icon={icons[kind.icon]}
                      draggable
                      onDragStart={(event) =>
                        event.dataTransfer.setData('application/hujiao-node', kind.type)
                      }
                      onClick={() => add(kind)}
                      data-testid={`add-${kind.type}`}
                    >
                      {texts.title(kind.type)}
                    </Button>
                  </Tooltip>
                </li>
              ))}
          </ul>
        </section>
      ))}
      <section>
        <h2>{t('flow.beside')}</h2>
        <Button type="text" block icon={<FormOutlined />} onClick={write} data-testid="add-note">
          {t('flow.note')}
        </Button>
      </section>
    </nav>
  );
}
