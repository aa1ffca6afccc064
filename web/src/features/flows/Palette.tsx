import { Button, Tooltip } from 'antd';
import { useContext } from 'react';
import { useTranslation } from 'react-i18next';
import type { NodeKind } from '@/shared/api/types';
import { KindsContext, useKindTexts } from './kinds';
import { icons } from './NodeCard';

/** The kinds of steps, to be clicked or drawn onto the canvas. */
export function Palette({ add }: { add: (kind: NodeKind) => void }) {
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
    </nav>
  );
}
